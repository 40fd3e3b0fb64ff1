"""Demand: the predictive distribution of what will be wanted of each item, with what we do not know of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded, DemandKind
from justenough.estimation.past import Past, kinds_of, past_of
from justenough.kernels.abreast import abreast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.classes import Classes
    from justenough.estimation.history import History


_ITEMS = 10_000  # foretold in one go: what is worked out of them on the way stays in the nearest memory
_LEAST_AROUND = 0.05  # of a period's variance: what no season explains


class Level(Coded):
    """How the level of demand is read from history; see `smoothing.levels`."""

    MEAN = 0
    SES = 1
    CROSTON = 2
    SBA = 3
    TSB = 4


@dataclass(frozen=True, slots=True)
class DemandParams:
    """
    Knobs of `demand_of`.

    Parameters
    ----------
    adi_cutoff, cv2_cutoff
        Mean gap between demands [periods] and squared variation of sizes that part the kinds (Syntetos,
        Boylan & Croston 2005).
    new_periods
        An item with fewer known periods is new.
    ended_chance, least_silence
        An item is ended when its silence had at most this probability, had it gone on as before, and lasted so many periods: the
        first idle day of an item wanted every day is no end.
    smoothings
        Weights tried for each smoother.
    drifts
        Drifts tried: relative sd of the level over an exposed time.
    spreads
        Corrections tried of the sd that signs foretell.
    promises
        Services at which past promises are held against what was kept.
    origins
        Moments from which past forecasts are judged, as shares of each item's record.
    windows
        Exposed times judged after each of these moments, from the first to the last that its plan stands.
    plan_days
        Longest time a plan stands before it is made again. [days]
    sample
        Most items of the plant whose past forecasts are judged; chosen by their names.
    learned_months
        What items have in common is learned anew every so many months, from the record until then, so that in between
        only an item's own record moves its level; 0: each time.
    least_windows, least_items
        A class with fewer judged forecasts, or of fewer items, takes the plant's method and form.
    most_windows
        Most forecasts of a class that are judged for drift and form.
    lift_prior
        A class of so many items is believed as much as all the plant's items together.
    sign_prior
        Pull of an item's own signs to what its class says: precision of their weights, as normal. (`signs`)
    sign_items
        A plant with fewer items judged is told by its classes alone.
    most_lift
        Most by which its signs may move an item's level, up or down.
    most_excess
        Most relative variance of exposed demand beyond that of counting, where signs widen it.
    largest
        Usual demands in one exposed time; what came beyond says nothing more of the level.
    default_drift
        Drift where nothing could be judged.
    false_alarm
        Share of steady items that may be called seasonal, and trending.
    damping
        What is left of a trend after an eighth of the record it was seen in (Gardner & McKenzie 1985).
    """

    adi_cutoff: float = 1.32
    cv2_cutoff: float = 0.49
    new_periods: int = 8
    ended_chance: float = 0.01
    least_silence: int = 2
    smoothings: tuple[float, ...] = (0.05, 0.1, 0.2)
    drifts: tuple[float, ...] = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
    spreads: tuple[float, ...] = (0.4, 0.5, 0.6, 0.7, 0.84, 0.92, 1.0, 1.1, 1.22, 1.4, 1.65)
    promises: tuple[float, ...] = (0.8, 0.9, 0.95, 0.98, 0.99)
    origins: tuple[float, ...] = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    windows: int = 2
    plan_days: float = 365.0
    sample: int = 2000
    learned_months: int = 0
    least_windows: int = 60
    least_items: int = 25
    most_windows: int = 2000
    lift_prior: float = 20.0
    sign_prior: float = 10.0
    sign_items: int = 300
    most_lift: float = 2.7
    most_excess: float = 10.0
    largest: float = 30.0
    default_drift: float = 0.3
    false_alarm: float = 0.01
    damping: float = 0.8


DEFAULT_PARAMS = DemandParams()


@dataclass(frozen=True, slots=True)
class Demand:
    """
    Predictive demand of many items; each array is (n_items,).

    Parameters
    ----------
    kind
        `DemandKind`.
    mean
        [units/day]; where nothing was ever wanted, what came to other such items of the plant.
    variance
        Of one day's demand around its level, and around its season where it has one; days are independent. [units^2/day]
    drift
        sd of the level itself over an exposed time, as a fraction of the mean: what its class and its own
        signs foretell beyond the noise of its periods.
    swing
        sd over the year of what the season makes of an exposed time, as a fraction of the mean; 0 without a season.
    idle
        Probability that one period passes without demand.
    period_days
        Length of a period. [days]
    form
        `Form` of exposed demand.
    step
        1 where every quantity was whole, else 0. [units]
    n_periods, n_positive
        Known periods; those with demand.
    adi, cv2
        Mean gap between demands [periods]; squared coefficient of variation of the sizes. NaN without demand.
    method
        `Level` behind the mean.
    """

    kind: Ints
    mean: Floats
    variance: Floats
    drift: Floats
    swing: Floats
    idle: Floats
    period_days: float
    form: Ints
    step: Floats
    n_periods: Ints
    n_positive: Ints
    adi: Floats
    cv2: Floats
    method: Ints


def demand_of(
    history: History,
    params: DemandParams = DEFAULT_PARAMS,
    *,
    exposed_days: Floats | None = None,
    classes: Classes | None = None,
) -> Demand:
    """
    Predictive demand of every item of a history.

    What one item's history is too short to say is taken from items wanted about as often: which reading of
    the level has forecast best, what came over what it said, how far levels drift, which form fits
    (`justenough.estimation.classes`).

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        Time over which past forecasts are judged, best the item's lead time + review; without it an eighth
        of its history.
    classes
        What such items have in common, learned beforehand from the whole plant; learned here if not given.
    """
    from justenough.estimation.classes import classes_of
    from justenough.estimation.seasons import seasons_of
    from justenough.estimation.trials import exposed_periods

    offsets = history.series.offsets
    past = past_of(history.series.values, offsets[:-1], offsets[1:], history.unit_cost)
    with ThreadPoolExecutor(1) as beside:  # learning is a few items' work, and the seasons everybody's
        learning = beside.submit(lambda: classes or classes_of(history, params, exposed_days=exposed_days, whole=past))
        seasons = seasons_of(history, params)
        learned = learning.result()
    periods, day = exposed_periods(history, exposed_days), history.period_days
    swing = seasons.swing(np.full(len(periods), day)), seasons.swing(periods * day)
    course = _Course(seasons.seasonal, seasons.trending, *swing, seasons.mean_course(history), seasons.recent, periods)
    parts: dict[int, dict[str, Floats]] = {}

    def some(start: int, stop: int) -> None:
        parts[start] = _foretold(past.at(slice(start, stop)), course.at(slice(start, stop)), learned, day, params)

    abreast(some, len(periods), _ITEMS)
    if not parts:
        some(0, 0)
    columns = {name: np.concatenate([parts[start][name] for start in sorted(parts)]) for name in parts[0]}
    return Demand(period_days=day, **columns)


@dataclass(frozen=True, slots=True)
class _Course:
    """What else is known of items' courses; each array is (n_items,). ``swing`` is of a period, ``swings`` of the exposed ``periods``."""

    seasonal: NDArray[np.bool_]
    trending: NDArray[np.bool_]
    swing: Floats
    swings: Floats
    mean: Floats
    recent: Floats
    periods: Floats

    def at(self, rows: slice) -> _Course:
        return _Course(*(getattr(self, column.name)[rows] for column in fields(self)))


def _foretold(past: Past, course: _Course, learned: Classes, period_days: float, params: DemandParams) -> dict[str, Floats]:
    """The columns of `Demand` of some items."""
    from justenough.estimation.classes import activity_of

    kind, periods = kinds_of(past, params), course.periods
    activity = activity_of(past, kind, params)
    steady = (kind < DemandKind.NEW) & (past.positive >= params.new_periods)
    kind = np.where(steady & course.trending, DemandKind.TRENDING, np.where(steady & course.seasonal, DemandKind.SEASONAL, kind))
    seasonal = kind == DemandKind.SEASONAL
    season = np.square(np.where(seasonal, course.swing, 0.0) * past.mean)
    past = replace(past, variance=np.maximum(past.variance - season, _LEAST_AROUND * past.variance))
    foretold = learned.foretold(past, activity, periods, params)
    # A smoother would follow the season or trend that is counted beside it.
    steered = np.where(seasonal, past.mean / course.mean, past.mean * course.recent) * periods
    foretold = replace(foretold, mean=np.where((seasonal | (kind == DemandKind.TRENDING)) & (steered > 0.0), steered, foretold.mean))
    read = learned.read(past, foretold, periods)
    return {
        "kind": kind,
        "mean": read.level / period_days,
        "variance": read.variance / period_days,
        "drift": read.drift,
        "swing": np.where(seasonal, course.swings, 0.0),
        "idle": read.idle,
        "form": learned.form_of(past, activity),
        "step": past.whole,
        "n_periods": past.known.astype(np.int64),
        "n_positive": past.positive.astype(np.int64),
        "adi": past.adi,
        "cv2": past.cv2,
        "method": learned.method[activity],
    }

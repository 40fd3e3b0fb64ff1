"""Demand: the predictive distribution of what will be wanted of each item, with what we do not know of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded, DemandKind
from justenough.estimation.activity import activity_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import Past, in_lots_of, kinds_of, past_of, silence_chance, since_begun
from justenough.estimation.wanted_lots import lots_of
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
    lot
        What every demand is a multiple of; 1 (or less) where it is counted in units or divisible. None: that of all items. [units]
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
    lot: Floats | None = None


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
    past = past_of(history.series.values, offsets[:-1], offsets[1:], history.unit_cost, history.cycle)
    n_periods, lots = past.known.astype(np.int64), lots_of(history, params)
    past = past if lots is None else in_lots_of(past, lots)
    with ThreadPoolExecutor(1) as beside:  # learning is a few items' work, and the seasons everybody's
        learning = beside.submit(lambda: classes or classes_of(history, params, exposed_days=exposed_days, whole=past))
        seasons = seasons_of(history, params)
        learned = learning.result()
    past = since_begun(past, params, ~(seasons.seasonal | seasons.trending))  # a course is read off the whole record
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
    return Demand(period_days=day, n_periods=n_periods, lot=lots, **columns)


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
    silence, periods = silence_chance(past), course.periods
    activity = activity_of(past, kinds_of(past, params, silence), params)
    kind = kinds_of(past, replace(params, ended_chance=learned.ended_chance), silence)
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
        "step": np.minimum(past.whole, 1.0),
        "n_positive": past.positive.astype(np.int64),
        "adi": past.adi,
        "cv2": past.cv2,
        "method": learned.method[activity],
    }

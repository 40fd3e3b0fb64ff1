"""Forecasts: a user's own forecast in place of ours, with the uncertainty its own past errors show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import DemandKind, Form
from justenough.estimation.ahead import coming
from justenough.estimation.demand import DEFAULT_PARAMS, DemandParams, demand_of
from justenough.kernels.loss import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

_Z95 = 1.6448536269514722  # 95 % quantile of the standard normal
_PRIOR = 4.0  # past exposed times that our own drift is worth beside the forecast's errors
_PROMISES = (0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Given:
    """
    A user's forecasts on the plant's grid, from its first period to the last forecast.

    Parameters
    ----------
    mean, q95 : (n_items, n_grid) [units/period]
        NaN where nothing was forecast; ``q95`` is the period's 95 % quantile.
    """

    mean: Floats
    q95: Floats


def given_by(plant: Plant, history: History, periods: int) -> Given:
    """Rows of ``plant.tables["forecasts"]``, each in the period its date falls in, added."""
    starts = history.starts + coming(history, periods)
    shape = (len(history.items), len(starts))
    mean, q95 = np.full(shape, np.nan), np.full(shape, np.nan)
    rows = plant.tables["forecasts"].join(plant.items.select("item").with_row_index("_code"), on="item")
    edges = np.array(starts, dtype="datetime64[D]")
    days = rows["date"].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(edges, days, side="right") - 1
    end = edges[-1] + np.timedelta64(round(history.period_days), "D") if len(edges) else None
    inside = (place >= 0) & (days < end) if end is not None else np.zeros(len(days), dtype=bool)
    code, place = rows["_code"].to_numpy()[inside].astype(np.int64), place[inside]
    for table, name in ((mean, "mean"), (q95, "q95")):
        values = rows[name].to_numpy()[inside].astype(np.float64)
        table[code, place] = 0.0
        np.add.at(table, (code, place), values)
    return Given(mean, q95)


def forecast_demand(plant: Plant, history: History, demand: Demand, exposed_days: Floats, params: DemandParams = DEFAULT_PARAMS) -> Demand:
    """
    ``demand`` with the user's forecast for every item that has one for all its coming exposed time.

    The level is the forecast's mean over that time. Noise is the mean square of its errors in past periods where it
    overlaps the record, or what ``q95`` says (normal), or ours. The drift is what past exposed times add to that
    noise, ours counting as four of them.

    Parameters
    ----------
    demand
        Ours, from `justenough.estimation.demand.demand_of`; kept for all other items.
    exposed_days : (n_items,) [days]
        Lead time + review.
    """
    if not plant.tables["forecasts"].height or not history.starts:
        return demand
    days = np.nan_to_num(np.asarray(exposed_days, dtype=np.float64), nan=history.period_days, posinf=history.period_days)
    spans = np.maximum(np.ceil(days / history.period_days - 1e-9), 1.0).astype(np.int64)
    given = given_by(plant, history, int(spans.max(initial=1)))
    return _replaced(history, demand, given, spans, params)


def _replaced(history: History, demand: Demand, given: Given, spans: Ints, params: DemandParams) -> Demand:
    width, now = history.period_days, history.n_periods
    ahead = np.arange(given.mean.shape[1] - now)[None, :] < spans[:, None]
    later = given.mean[:, now:]
    chosen = (np.where(ahead, ~np.isnan(later), True)).all(axis=1) & (later.shape[1] > 0)
    level = np.where(chosen, np.nansum(np.where(ahead, later, 0.0), axis=1) / spans, demand.mean * width)
    said = np.square((given.q95[:, now:] - later) / _Z95)
    variance, drift = demand.variance * width, demand.drift.copy()
    for i in np.flatnonzero(chosen):  # items with a forecast of their own, as their user made it
        errors = _errors(history, given, int(i), 1)
        wide = _errors(history, given, int(i), int(spans[i]))
        quantiles = said[i, : spans[i]]
        if len(errors) >= params.new_periods:
            variance[i] = float(np.mean(np.square(errors)))
        elif not np.isnan(quantiles).any():
            variance[i] = float(np.mean(quantiles))
        if len(wide):
            extra = np.mean(np.square(wide)) - spans[i] * variance[i]
            own = max(float(extra), 0.0) / max(level[i] * spans[i], 1e-9) ** 2
            drift[i] = np.sqrt((len(wide) * own + _PRIOR * drift[i] ** 2) / (len(wide) + _PRIOR))
    quiet = chosen & (demand.n_positive == 0)
    return replace(
        demand,
        mean=level / width,
        variance=variance / width,
        drift=drift,
        form=np.where(quiet, Form.GAMMA, demand.form),
        idle=np.where(quiet, np.exp(-np.maximum(level, 0.0)), demand.idle),
    )


def _errors(history: History, given: Given, item: int, span: int) -> Floats:
    """Demand less forecast over past stretches of ``span`` periods that do not overlap, the latest first. [units]"""
    series = history.series[item]
    theirs = given.mean[item, history.n_periods - len(series) : history.n_periods]
    apart = (series - theirs)[::-1]
    blocks = apart[: len(apart) // span * span].reshape(-1, span).sum(axis=1)
    return np.asarray(blocks[~np.isnan(blocks)])


@dataclass(frozen=True, slots=True)
class Scores:
    """
    Past forecasts of users beside ours, by kind; each array is (n_kinds,), least is best.

    Parameters
    ----------
    windows
        Exposed times judged.
    ours, theirs : [units]
        Mean pinball loss at 90, 95, 98 and 99 % of demand over exposed times.
    """

    windows: Ints
    ours: Floats
    theirs: Floats


def scores_of(
    plant: Plant, history: History, exposed_days: Floats, params: DemandParams = DEFAULT_PARAMS, *, held_back: float = 0.2
) -> Scores:
    """
    Judge both on the last ``held_back`` of the record, each with what was known before it.

    Forecasts for those periods are taken as made before them. Items count that have one for every period of
    an exposed time, and stretches of the record that do not overlap.
    """
    cut = history.n_periods - max(round(history.n_periods * held_back), 1)
    before = history.until(cut)
    days = np.nan_to_num(np.asarray(exposed_days, dtype=np.float64), nan=history.period_days, posinf=history.period_days)
    spans = np.maximum(np.ceil(days / history.period_days - 1e-9), 1.0).astype(np.int64)
    given = given_by(plant, history, 1)
    ours = demand_of(before, params, exposed_days=days)
    n_kinds = len(DemandKind)
    windows, losses = np.zeros(n_kinds, np.int64), np.zeros((2, n_kinds))
    for begin in range(cut, history.n_periods):
        able = (begin + spans <= history.n_periods) & ((begin - cut) % spans == 0) & (history.first_period < cut)
        stretch = np.arange(begin, history.n_periods)
        inside = stretch[None, :] < begin + spans[:, None]
        came = np.array([_between(history, i, begin, begin + int(spans[i])) if able[i] else np.nan for i in range(len(able))])
        able &= ~np.isnan(came) & ~np.isnan(np.where(inside, given.mean[:, begin : history.n_periods], 0.0)).any(axis=1)
        if not able.any():
            continue
        moved = Given(*(np.concatenate([table[:, :cut], table[:, begin : history.n_periods]], axis=1) for table in (given.mean, given.q95)))
        theirs = _replaced(before, ours, moved, np.minimum(spans, history.n_periods - begin), params)
        for row, forecast in enumerate((ours, theirs)):
            loss = _pinball(forecast, (spans * history.period_days).astype(np.float64), np.nan_to_num(came))
            losses[row] += np.bincount(ours.kind[able], loss[able], n_kinds)
        windows += np.bincount(ours.kind[able], minlength=n_kinds)
    with np.errstate(invalid="ignore"):
        means = losses / windows
    return Scores(windows, means[0], means[1])


def _between(history: History, item: int, begin: int, end: int) -> float:
    first = int(history.first_period[item])
    return float(history.series[item][max(begin - first, 0) : end - first].sum())


def _pinball(demand: Demand, days: Floats, came: Floats) -> Floats:
    """Mean pinball loss of each item's quantiles of demand over ``days``. (n_items,) [units]"""
    mean = demand.mean * days
    variance = demand.variance * days + np.square(demand.drift * mean)
    idle = demand.idle ** (days / demand.period_days)
    total = np.zeros(len(mean))
    for promise in _PROMISES:
        low, high = np.full(len(mean), -1.0), np.ceil(mean + 12.0 * np.sqrt(variance)) + 1.0
        for _ in range(40):
            middle = (low + high) / 2.0
            enough = cdf(demand.form, mean, variance, idle, demand.step, middle) >= promise
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        quantile = np.maximum(high, 0.0)
        total += np.where(came > quantile, promise * (came - quantile), (1.0 - promise) * (quantile - came))
    return total / len(_PROMISES)

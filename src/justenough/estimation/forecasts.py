"""Forecasts: a user's own forecast in place of ours, with the uncertainty its own past errors show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from justenough.domain.item import DemandKind, Form
from justenough.estimation.ahead import coming
from justenough.estimation.demand import DEFAULT_PARAMS, demand_of
from justenough.estimation.knobs import DemandParams
from justenough.kernels.loss import cdf
from justenough.kernels.smoothing import window_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

QUANTILES = {"q80": 0.8, "q90": 0.9, "q95": 0.95, "q98": 0.98, "q99": 0.99}  # columns that may say how sure a forecast is
_PRIOR = 4.0  # past exposed times that our own drift is worth beside the forecast's errors
_PROMISES = (0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Given:
    """
    A user's forecasts on the plant's grid, from its first period to the last forecast.

    Parameters
    ----------
    mean : (n_items, n_grid) [units/period]
        NaN where nothing was forecast.
    sd : (n_items, n_grid) [units/period]
        Of a period's demand around it, as the quantiles given say: the normal through them all by least squares.
        NaN where none was given.
    """

    mean: Floats
    sd: Floats


def given_by(plant: Plant, history: History, periods: int) -> Given:
    """Rows of ``plant.tables["forecasts"]``, each in the period its date falls in, added."""
    starts = history.starts + coming(history, periods)
    shape = (len(history.items), len(starts))
    rows = plant.tables["forecasts"].join(plant.items.select("item").with_row_index("_code"), on="item")
    edges = np.array(starts, dtype="datetime64[D]")
    days = rows["date"].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(edges, days, side="right") - 1
    end = edges[-1] + np.timedelta64(round(history.period_days), "D") if len(edges) else None
    inside = (place >= 0) & (days < end) if end is not None else np.zeros(len(days), dtype=bool)
    code, place = rows["_code"].to_numpy()[inside].astype(np.int64), place[inside]

    def laid(name: str) -> Floats:
        table = np.full(shape, np.nan)
        table[code, place] = 0.0
        np.add.at(table, (code, place), rows[name].to_numpy()[inside].astype(np.float64))
        return table

    mean, above, weight = laid("mean"), np.zeros(shape), np.zeros(shape)
    for name, share in QUANTILES.items():
        if rows[name].null_count() < len(rows):
            z, quantile = float(ndtri(share)), laid(name)
            above += np.where(np.isnan(quantile), 0.0, z * (quantile - mean))
            weight += np.where(np.isnan(quantile), 0.0, z * z)
    with np.errstate(invalid="ignore"):
        return Given(mean, np.maximum(above, 0.0) / weight)


def forecast_demand(plant: Plant, history: History, demand: Demand, exposed_days: Floats, params: DemandParams = DEFAULT_PARAMS) -> Demand:
    """
    ``demand`` with the user's forecast for every item that has one for all its coming exposed time.

    The level is the forecast's mean over that time. Noise is the mean square of its errors in past periods where it
    overlaps the record, or what its quantiles say (normal), or ours. The drift is what past exposed times add to that
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
    rows = np.flatnonzero(chosen)
    said = np.where(ahead, np.square(given.sd[:, now:]), 0.0).sum(axis=1) / spans
    apart = _apart(history, given.mean, rows)
    single, wide = _squares(apart, np.ones(len(rows), np.int64)), _squares(apart, spans[rows])
    variance, drift = demand.variance * width, demand.drift.copy()
    variance[rows] = np.where(np.isnan(said[rows]), variance[rows], said[rows])
    variance[rows] = np.where(single.count >= params.new_periods, single.mean, variance[rows])
    extra = np.maximum(wide.mean - spans[rows] * variance[rows], 0.0) / np.square(np.maximum(level * spans, 1e-9)[rows])
    drift[rows] = np.sqrt((wide.count * extra + _PRIOR * np.square(drift[rows])) / (wide.count + _PRIOR))
    quiet = chosen & (demand.n_positive == 0)
    return replace(
        demand,
        mean=level / width,
        variance=variance / width,
        drift=drift,
        swing=np.where(chosen, 0.0, demand.swing),
        form=np.where(quiet, Form.GAMMA, demand.form),
        idle=np.where(quiet, np.exp(-np.maximum(level, 0.0)), demand.idle),
    )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Squared errors over past stretches of each item: how many are known, and their mean, 0 where none. (n,)"""

    count: Ints
    mean: Floats


def _apart(history: History, forecast: Floats, rows: Ints) -> Floats:
    """Demand less forecast of these items, the latest period first; NaN where either is unknown. (n_rows, n_periods) [units]"""
    n, offsets, lengths = history.n_periods, history.series.offsets[rows + 1], history.series.lengths[rows]
    back = np.arange(n)
    known = back < lengths[:, None]
    series = history.series.values[np.where(known, offsets[:, None] - 1 - back, 0)] if len(history.series.values) else np.zeros(known.shape)
    return np.where(known, series - forecast[rows, :n][:, ::-1], np.nan)


def _squares(apart: Floats, spans: Ints) -> _Squares:
    """Of sums over stretches of ``spans`` (n,) periods that do not overlap, the latest first; one with a gap does not count."""
    rows, n = apart.shape
    stretch = np.arange(n) // spans[:, None]
    place = (np.arange(rows)[:, None] * n + stretch).ravel()
    sums = np.bincount(place, apart.ravel(), rows * n).reshape(rows, n)  # NaN where a period of the stretch is
    known = ~np.isnan(sums) & (np.arange(n) < n // spans[:, None])
    count = known.sum(axis=1)
    return _Squares(count, np.where(known, np.square(sums), 0.0).sum(axis=1) / np.maximum(count, 1))


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
    offsets = history.series.offsets
    n_kinds = len(DemandKind)
    windows, losses = np.zeros(n_kinds, np.int64), np.zeros((2, n_kinds))
    for begin in range(cut, history.n_periods):
        able = (begin + spans <= history.n_periods) & ((begin - cut) % spans == 0) & (history.first_period < cut)
        stretch = np.arange(begin, history.n_periods)
        inside = stretch[None, :] < begin + spans[:, None]
        starts = np.where(able, offsets[:-1] + begin - history.first_period, offsets[:-1])
        came = window_sums(history.series.values, starts, np.where(able, starts + spans, starts))
        able &= ~np.isnan(came) & ~np.isnan(np.where(inside, given.mean[:, begin : history.n_periods], 0.0)).any(axis=1)
        if not able.any():
            continue
        moved = Given(*(np.concatenate([table[:, :cut], table[:, begin : history.n_periods]], axis=1) for table in (given.mean, given.sd)))
        theirs = _replaced(before, ours, moved, np.minimum(spans, history.n_periods - begin), params)
        for row, forecast in enumerate((ours, theirs)):
            loss = _pinball(forecast, (spans * history.period_days).astype(np.float64), np.nan_to_num(came))
            losses[row] += np.bincount(ours.kind[able], loss[able], n_kinds)
        windows += np.bincount(ours.kind[able], minlength=n_kinds)
    with np.errstate(invalid="ignore"):
        means = losses / windows
    return Scores(windows, means[0], means[1])


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

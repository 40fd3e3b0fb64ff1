"""Seasons: the course of demand through the year, and its trend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri, stdtrit

from justenough.domain.ragged import Ragged
from justenough.estimation.demand import DEFAULT_PARAMS
from justenough.estimation.knobs import DemandParams
from justenough.kernels.abreast import abreast
from justenough.kernels.smoothing import part_sums, place_sums

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

_YEAR = 12  # months
_LEAST_SEASON = 0.1  # of the year's mean; what little comes out of season says less of the level than this makes of it
_BLOCKS = 8  # equal parts of a record whose rises tell a trend
_ITEMS = 10_000  # whose trends are told in one go


@dataclass(frozen=True, slots=True)
class Seasons:
    """
    How items' demand goes through the year and over the years.

    Parameters
    ----------
    seasonal, trending : (n_items,)
        Whether a test found it; an item that is both counts as seasonal.
    factor : (n_items, 12)
        Demand of January to December over the year's mean; 1 for items that are not seasonal.
    recent : (n_items,)
        Level at the end of the record over its mean; 1 for items that are not trending.
    rise : (n_items,) [1/day]
        Growth of the level at the end of the record, over its mean.
    block_days : (n_items,) [days]
        Time in which the rise loses ``1 - DemandParams.damping``.
    """

    seasonal: Truths
    trending: Truths
    factor: Floats
    recent: Floats
    rise: Floats
    block_days: Floats

    def mean_course(self, history: History) -> Floats:
        """Mean of the season's factors over each item's record; 1 without a season. (n_items,)"""
        found, rows = np.ones(len(self.seasonal)), np.flatnonzero(self.seasonal)
        months = months_of(history.starts, history.period_days)
        upto = np.cumsum(np.vstack([np.zeros(_YEAR), months[:, None] == np.arange(_YEAR)]), axis=0)
        counts = upto[-1] - upto[history.first_period[rows]]
        found[rows] = np.einsum("im,im->i", self.factor[rows], counts) / np.maximum(counts.sum(axis=1), 1)
        return found

    def swing(self, days: Floats) -> Floats:
        """
        Standard deviation, over the year, of what so many days bring by their season, over its mean. (n_items,) [fraction]

        Parameters
        ----------
        days : (n_items,)
        """
        rows = np.flatnonzero(self.seasonal)
        laps, left = np.divmod(np.maximum(np.nan_to_num(days[rows], nan=1.0), 1e-3) * _YEAR / 365.25, _YEAR)
        whole = left.astype(np.int64)[:, None]
        # Running sums twice round the year, so that times may begin in any month and go over New Year.
        sums = np.cumsum(np.tile(self.factor[rows] - 1.0, 2), axis=1)
        sums = np.concatenate([np.zeros((len(rows), 1)), sums], axis=1)
        end = np.arange(_YEAR) + whole
        full, next_ = np.take_along_axis(sums, end, axis=1), np.take_along_axis(sums, end + 1, axis=1)
        brought = full + (left[:, None] - whole) * (next_ - full) - sums[:, :_YEAR]
        found = np.zeros(len(self.seasonal))
        found[rows] = np.sqrt(np.square(brought).mean(axis=1)) / (laps * _YEAR + left)
        return found


def without_seasons(history: History, params: DemandParams = DEFAULT_PARAMS) -> History:
    """The record as it might have been, had no item a season: over its course, whole quantities to whole ones."""
    seasons = seasons_of(history, params)
    rows = np.flatnonzero(seasons.seasonal)
    if not len(rows):
        return history
    series, months = list(history.series), months_of(history.starts, history.period_days)
    for i in rows:
        first, was = history.first_period[i], series[i]
        calm = was / np.maximum(seasons.factor[i, months[first : first + len(was)]], _LEAST_SEASON)
        series[i] = np.rint(calm) if np.array_equal(was, np.rint(was), equal_nan=True) else calm
    return replace(history, series=Ragged.of(series))


def seasons_of(history: History, params: DemandParams = DEFAULT_PARAMS) -> Seasons:
    """
    Items with a season and items with a trend, each by a test that is wrong in ``params.false_alarm`` of steady items.

    Seasonal: over the latest full years (at least two) of months, square roots of demand, less a line through the
    years, are split into years and months of the year; the months must explain more than chance allows beside what
    neither explains (two-way analysis of variance without interaction; Snedecor's F with 11 and
    ``11 (years - 1)`` degrees of freedom). A profile is drawn by ``1 / F``, the James-Stein weight, to that of all
    seasonal items of the plant. Trending: of eight equal parts of the record the mean rise is too large for a walk
    without aim (Student's t of the seven rises).
    """
    factor, strength = _profiles(history)
    years = history.n_periods * history.period_days / 365.25
    full = int(years + 0.02)
    seasonal = strength > (fdtri(_YEAR - 1, (_YEAR - 1) * (full - 1), 1.0 - params.false_alarm) if full >= 2 else np.inf)
    common = factor[seasonal].mean(axis=0) if seasonal.any() else np.ones(_YEAR)
    rows, n = np.flatnonzero(seasonal), len(seasonal)
    own = 1.0 - 1.0 / np.maximum(strength[rows], 1.0)[:, None]
    raw, factor = factor[rows], np.ones((n, _YEAR)) if len(rows) else np.broadcast_to(np.ones(_YEAR), (n, _YEAR))
    if len(rows):
        factor[rows] = own * raw + (1.0 - own) * common
    rise, t = np.empty(n), np.empty(n)

    def told(start: int, stop: int) -> None:
        rise[start:stop], t[start:stop] = _rises(history, start, stop)

    abreast(told, n, _ITEMS)
    wide = stdtrit(_BLOCKS - 2, 1.0 - params.false_alarm / 2.0)
    trending = (np.nan_to_num(np.abs(t)) > wide) & ~seasonal
    slope = np.where(trending, rise, 0.0)  # of the mean, each block
    days = np.maximum(history.series.lengths // _BLOCKS * history.period_days, 1e-9)
    recent = np.where(trending, np.maximum(1.0 + slope * _BLOCKS / 2.0, 0.0), 1.0)
    return Seasons(seasonal, trending, factor, recent, slope / days, days)


def months_of(starts: tuple[date, ...], period_days: float) -> Ints:
    """Month of the year, 0 to 11, of each period, by its middle. (n_periods,)"""
    return _months(starts, period_days) % _YEAR


def _months(starts: tuple[date, ...], period_days: float) -> Ints:
    middle = np.array(starts, dtype="datetime64[D]") + int(period_days // 2)
    return middle.astype("datetime64[M]").astype(np.int64)


def _profiles(history: History) -> tuple[Floats, Floats]:
    """Raw monthly factors, and F; items without two full known years get 1 and 0."""
    n = len(history.items)
    empty = np.broadcast_to(np.ones(_YEAR), (n, _YEAR)), np.zeros(n)
    years = int(history.n_periods * history.period_days / 365.25 + 0.02)
    if years < 2 or not n:
        return empty
    month = _months(history.starts, history.period_days)
    place = month - (month[-1] - years * _YEAR + 1)  # months from the first full year's start
    first_wanted = int(np.argmax(place >= 0))
    offsets = history.series.offsets
    able = np.flatnonzero((history.first_period <= first_wanted) & (np.diff(offsets) > 0))
    if not len(able):
        return empty
    counts = np.bincount(place[first_wanted:], minlength=years * _YEAR)
    starts = offsets[able] + first_wanted - history.first_period[able]
    table = place_sums(history.series.values, starts, np.ascontiguousarray(place[first_wanted:]), years * _YEAR)
    daily = table / np.maximum(counts, 1)
    cube = daily.reshape(len(able), years, _YEAR)
    root, cube = _without_trend(np.sqrt(np.maximum(cube, 0.0))), _without_trend(cube)
    grand = root.mean(axis=(1, 2), keepdims=True)
    by_year, by_month = root.mean(axis=2, keepdims=True), root.mean(axis=1, keepdims=True)
    between = years * np.square(by_month - grand).sum(axis=(1, 2)) / (_YEAR - 1)
    left = np.square(root - by_year - by_month + grand).sum(axis=(1, 2)) / ((_YEAR - 1) * (years - 1))
    mean = cube.mean(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.nan_to_num(np.where(left > 0.0, between / left, np.where(between > 0.0, 1e9, 0.0)))
        raw = np.where(mean[:, None] > 0.0, np.maximum(cube.mean(axis=1), 0.0) / mean[:, None], 1.0)
    factor, found = empty[0].copy(), empty[1]
    good = ~np.isnan(mean) & (mean > 0.0)
    # The full years end with the record, so their first month is the one after its last, seldom January.
    factor[able[good]], found[able[good]] = np.roll(raw[good], int(month[-1]) + 1, axis=1), strength[good]
    return factor, found


def _without_trend(cube: Floats) -> Floats:
    """(n, years, months) less the line through the years' means, which no season bends."""
    years = cube.shape[1]
    year = np.arange(years) - (years - 1) / 2.0
    slope = (cube.mean(axis=2) * year).sum(axis=1) / np.square(year).sum()
    within = (np.arange(_YEAR) - (_YEAR - 1) / 2.0) / _YEAR
    return np.asarray(cube - slope[:, None, None] * (year[:, None] + within[None, :]))


def _rises(history: History, start: int, stop: int) -> tuple[Floats, Floats]:
    """Mean rise between eight equal parts of some items' records, over its mean, and Student's t of the seven."""
    offsets = history.series.offsets[start : stop + 1]
    sums = part_sums(history.series.values, offsets[:-1], offsets[1:], _BLOCKS)
    mean = sums.mean(axis=1, keepdims=True)
    seen = (np.diff(offsets)[:, None] >= _BLOCKS) & (mean > 0.0)
    rises = np.diff(np.where(seen, sums / np.where(mean > 0.0, mean, 1.0), 1.0), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return rises.mean(axis=1), rises.mean(axis=1) / (rises.std(axis=1, ddof=1) / np.sqrt(_BLOCKS - 1.0))

"""Stops: what the stops of its own machines do to one order of a made item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Floats, Ints

LATE_SHARES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5)  # tried for the late part of a distribution
KEPT = np.array([0.9, 0.95, 0.98, 0.99, 0.995])  # points of a distribution that its two parts should keep

BETTER = 0.98  # of the error so far, for a cut to be worth it


@dataclass(frozen=True, slots=True)
class Stops:
    """
    What machine stops do to one order; each array is (n_items,), zero where an item is not made on measured machines.

    Parameters
    ----------
    probability
        Share of late orders: the tail of an order's own completion, cut off where the two parts keep it best. [fraction]
    wait_days, wait_sd_days
        What such an order takes longer than the others; its spread on top of theirs. [days]
    saved_days
        Mean lead time, of all orders, that would be saved if the machines never stopped, in queues too. [days]
    calm_sd_days
        Standard deviation of the lead time then. [days]
    work_days
        Planned time its machines work on one order, set-ups included. [days]
    """

    probability: Floats
    wait_days: Floats
    wait_sd_days: Floats
    saved_days: Floats
    calm_sd_days: Floats
    work_days: Floats

    @classmethod
    def none(cls, n: int) -> Stops:
        """Of items that no measured machine makes."""
        return cls(*np.zeros((6, n)))

    @property
    def mean_days(self) -> Floats:
        """What late orders add to the mean of all. (n_items,) [days]"""
        return self.probability * self.wait_days

    def all_sd_days(self, sd_days: Floats) -> Floats:
        """Standard deviation of all orders, where ``sd_days`` is that of most, late ones left out. (n_items,) [days]"""
        late = self.probability * (np.square(self.wait_sd_days) + (1.0 - self.probability) * np.square(self.wait_days))
        return np.sqrt(np.square(sd_days) + late)

    def share_of_spread(self, sd_days: Floats) -> Floats:
        """
        Standard deviation that the stops add, of the whole. (n_items,) [fraction]

        ``sd_days`` is that of most orders; variances add up: the whole is what there is without stops, and the stops.
        """
        whole = np.square(self.all_sd_days(sd_days))
        return np.sqrt(np.clip(1.0 - np.square(self.calm_sd_days) / np.where(whole > 0.0, whole, 1.0), 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class TwoParts:
    """
    A distribution as two: most of it, and its late part. Each array is (n,).

    Parameters
    ----------
    probability
        Of the late part. [fraction]
    mean, sd
        Of the rest. [time]
    wait, wait_sd
        How much later the late part is, and the spread it has on top. [time]
    """

    probability: Floats
    mean: Floats
    sd: Floats
    wait: Floats
    wait_sd: Floats


def two_parts(possible: Floats, never_late: Bools | None = None) -> TwoParts:
    """
    Cut equally likely values in two, each row where its two parts, taken as normal, keep the upper points best.

    Parameters
    ----------
    possible : (n, m) [time]
        Equally likely values of each row.
    never_late : (n,)
        Rows whose values above 0 are the late part and nothing else is.

    Returns
    -------
    TwoParts
        With exactly the mean of the values, and their variance unless the late part varies less than the other. The points
        are those of `KEPT`; the cut is at one of `LATE_SHARES`, or there is none where the values lie close to a normal.
    """
    n, m = possible.shape
    rows = np.sort(possible, axis=1)
    sums, squares = np.cumsum(rows, axis=1), np.cumsum(np.square(rows - rows[:, :1]), axis=1)
    points = np.quantile(rows, KEPT, axis=1).T
    nothing = np.zeros(n)
    best = TwoParts(nothing.copy(), rows.mean(axis=1), rows.std(axis=1), nothing.copy(), nothing.copy())
    error = _error(best, points)
    for share in LATE_SHARES:
        tried = _cut(rows, sums, squares, np.full(n, m - max(round(share * m), 1)))
        wrong = _error(tried, points)
        better = wrong < BETTER * error
        best, error = _either(better, tried, best), np.where(better, wrong, error)
    if never_late is None:
        return best
    at_once = (rows <= 0.0).sum(axis=1)
    return _either(never_late & (at_once > 0) & (at_once < m), _cut(rows, sums, squares, np.clip(at_once, 1, m - 1)), best)


def _cut(rows: Floats, sums: Floats, squares: Floats, cut: Ints) -> TwoParts:
    """The two parts of sorted rows, so many values in the first of each; ``sums`` and ``squares`` run along them. (n,)"""
    m = rows.shape[1]

    def upto(running: Floats) -> Floats:
        return np.take_along_axis(running, cut[:, None] - 1, axis=1)[:, 0]

    low, high = upto(sums) / cut, (sums[:, -1] - upto(sums)) / (m - cut)
    low_variance = upto(squares) / cut - np.square(low - rows[:, 0])
    high_variance = (squares[:, -1] - upto(squares)) / (m - cut) - np.square(high - rows[:, 0])
    low_sd = np.sqrt(np.maximum(low_variance, 0.0))
    more = np.sqrt(np.maximum(high_variance - np.square(low_sd), 0.0))
    return TwoParts(1.0 - cut / m, low, low_sd, high - low, more)


def _either(first: Bools, one: TwoParts, other: TwoParts) -> TwoParts:
    """Rows of ``one`` where ``first``, else of ``other``."""
    return TwoParts(*(np.where(first, getattr(one, name), getattr(other, name)) for name in TwoParts.__slots__))


def _error(parts: TwoParts, points: Floats) -> Floats:
    """Worst error of the chance beyond a point, relative to it. (n,)"""
    tiny = 1e-9 * np.maximum(np.abs(parts.mean), 1e-12)
    sd, late_sd = parts.sd + tiny, np.hypot(parts.sd, parts.wait_sd) + tiny
    ordinary = ndtr((points - parts.mean[:, None]) / sd[:, None])
    late = ndtr((points - (parts.mean + parts.wait)[:, None]) / late_sd[:, None])
    within = (1.0 - parts.probability[:, None]) * ordinary + parts.probability[:, None] * late
    return np.asarray(np.max(np.abs(within - KEPT) / (1.0 - KEPT), axis=1))

"""Lived: what came of levels that were lived, and how sure the figures are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import replenish

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats

DAYS_PER_YEAR = 365.25
# Figures with a standard error, in the order of `replenish.RATIOS`.
_MEASURES = (
    "cycle_service", "cycles_served", "fill_rate", "mean_stock", "mean_backorders",
    "ready_rate", "occasions", "orders", "expired", "rejected",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lived:
    """
    What came of the levels. Columns (n_items,), sums over all lives.

    Parameters
    ----------
    windows, windows_covered
        Exposed windows (from a review until the order of the next one arrives) and those whose demand the
        lowest position covers: the measure of a stated cycle service.
    cycles, cycles_short
        Stretches between the arrivals that two reviews in a row can bring, and those that saw a stockout.
    units, units_short : [units]
        Asked for, and not served from the shelf at once.
    mean_stock, mean_backorders : [units]
        Means over time; 0 backorders where unmet demand is lost.
    ready_rate
        Share of time with nobody waiting.
    occasions : [1/year]
        Times the shelf began to fail, and arrivals that left somebody waiting: a shelf that is always empty
        fails once for each order.
    orders : [1/year]
    expired, rejected : [units/year]
        Thrown away as too old; refused at receipt.
    days : [days]
        Time lived.
    by_period : (n_items, n_periods, 4)
        Windows, windows covered, units and units short in each period of the levels; units only where there is
        more than one.
    """

    windows: Floats
    windows_covered: Floats
    cycles: Floats
    cycles_short: Floats
    units: Floats
    units_short: Floats
    mean_stock: Floats
    mean_backorders: Floats
    ready_rate: Floats
    occasions: Floats
    orders: Floats
    expired: Floats
    rejected: Floats
    days: Floats
    by_period: Floats = field(repr=False)
    lives: int
    _tallies: Floats = field(repr=False)
    _squares: Floats = field(repr=False)

    @classmethod
    def of(cls, tallies: Floats, squares: Floats, seasons: Floats, slot_days: float, lives: int) -> Lived:
        """Figures from the tallies of `justenough.kernels.replenish.live_items`."""
        lived = tallies[:, replenish.SLOTS]
        days = lived * slot_days
        years = days / DAYS_PER_YEAR
        return cls(
            windows=tallies[:, replenish.WINDOWS],
            windows_covered=tallies[:, replenish.COVERED],
            cycles=tallies[:, replenish.CYCLES],
            cycles_short=tallies[:, replenish.CYCLES_SHORT],
            units=tallies[:, replenish.UNITS],
            units_short=tallies[:, replenish.UNITS_SHORT],
            mean_stock=_share(tallies[:, replenish.STOCK], lived),
            mean_backorders=_share(tallies[:, replenish.BACKORDERS], lived),
            ready_rate=_share(tallies[:, replenish.READY], lived),
            occasions=_share(tallies[:, replenish.OCCASIONS], years),
            orders=_share(tallies[:, replenish.ORDERS], years),
            expired=_share(tallies[:, replenish.EXPIRED], years),
            rejected=_share(tallies[:, replenish.REJECTED], years),
            days=days,
            by_period=seasons,
            lives=lives,
            _tallies=tallies,
            _squares=squares,
        )

    @property
    def cycle_service(self) -> Floats:
        """Share of exposed windows that the lowest position covered; NaN where there were none. (n_items,)"""
        return _share(self.windows_covered, self.windows)

    @property
    def cycles_served(self) -> Floats:
        """Share of cycles without a stockout; NaN where there were none. (n_items,)"""
        return _share(self.cycles - self.cycles_short, self.cycles)

    @property
    def fill_rate(self) -> Floats:
        """Share of units served from the shelf; NaN where none were asked for. (n_items,)"""
        return _share(self.units - self.units_short, self.units)

    def error_of(self, measure: str) -> Floats:
        """
        Standard error of a figure over lives. (n_items,)

        Of a ratio of sums, ``sqrt(sum (a - R b)^2 n / (n - 1)) / sum b`` over ``n`` lives (Cochran 1977,
        eq. 6.10), so about normal from some thirty lives on. Of lives on one given demand it is what lead
        times, starts and review days alone add. NaN for a single life.

        Parameters
        ----------
        measure
            One of ``cycle_service, cycles_served, fill_rate, mean_stock, mean_backorders, ready_rate,
            occasions, orders, expired, rejected``.
        """
        if measure not in _MEASURES:
            raise ValueError(f"measure must be one of {', '.join(_MEASURES)}, got {measure!r}")
        k = _MEASURES.index(measure)
        above, below = (self._tallies[:, column] for column in replenish.RATIOS[k])
        ratio = _share(above, below)
        squares = self._squares[:, k]
        spread = np.maximum(squares[:, 0] - 2.0 * ratio * squares[:, 1] + np.square(ratio) * squares[:, 2], 0.0)
        few = self.lives / (self.lives - 1.0) if self.lives > 1 else np.nan
        error = _share(np.sqrt(spread * few), below)
        per_year = measure in ("occasions", "orders", "expired", "rejected")
        return np.asarray(error * _share(below, self.days) * DAYS_PER_YEAR if per_year else error)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0), dtype=np.float64)

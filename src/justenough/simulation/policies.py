"""Policies: replenishment levels lived through demand, given or drawn, instead of calculated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import replenish
from justenough.simulation.draws import seeds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints, Ragged
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.supplier import Outages

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Supply:
    """
    How long orders take. Columns (n_items,).

    Parameters
    ----------
    mean_days, sd_days : [days]
        Gamma distributed; 0 spread is a constant.
    outage_probability
        Chance that an order meets an outage of its supplier.
    wait_days, wait_sd_days : [days]
        What such an order waits on top, gamma distributed.
    """

    mean_days: Floats
    sd_days: Floats
    outage_probability: Floats
    wait_days: Floats
    wait_sd_days: Floats

    @classmethod
    def of(cls, lead_time: LeadTime, outages: Outages) -> Supply:
        """Supply as estimated."""
        return cls(lead_time.mean_days, lead_time.sd_days, outages.probability, outages.wait_days, outages.wait_sd_days)

    @classmethod
    def constant(cls, lead_days: Floats) -> Supply:
        """Every order takes exactly ``lead_days``. (n_items,) [days]"""
        days = np.asarray(lead_days, dtype=np.float64)
        nothing = np.zeros_like(days)
        return cls(days, nothing, nothing, nothing, nothing)


@dataclass(frozen=True, slots=True)
class Lived:
    """
    What came of the levels. Columns (n_items,), sums over all lives.

    Parameters
    ----------
    windows, windows_covered
        Exposed windows (from a review to lead time + review later, its lead time drawn) and those whose
        demand the lowest position covers: the measure of a stated cycle service.
    cycles, cycles_short
        Stretches between the arrivals that two reviews in a row can bring, and those that saw a stockout.
    units, units_short : [units]
        Asked for, and not served from the shelf at once.
    mean_stock, mean_backorders : [units]
        Means over time; 0 backorders where unmet demand is lost.
    ready_rate
        Share of time with nobody waiting.
    occasions, orders : [1/year]
        Times the shelf failed, and orders placed.
    days : [days]
        Time lived.
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
    days: Floats

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


def live(
    items: Sequence[str],
    levels: Levels,
    demand: Ragged,
    supply: Supply,
    review_days: Floats,
    *,
    period_days: float,
    rate: Floats | None = None,
    lives: int = 1,
    lost_sales: bool = False,
    crossing: bool = True,
    warm_up_days: float = 0.0,
    seed: int = 0,
) -> Lived:
    """
    Live the (R, r, nQ) policy of each item through ``demand``, with lead times drawn.

    Parameters
    ----------
    items : (n_items,)
        Codes; draws depend on the item's code and the seed, never on its place.
    levels
        NaN levels are not lived: their tallies are 0 and their means NaN.
    demand
        Units a period, NaN where unknown. Windows that touch an unknown period are not counted; the
        lives go on as if nothing was asked for.
    supply, review_days
        Rounded to slots of about a day, lead times at random so that their mean stays.
    period_days : [days]
        Length of a demand period. Longer than a day, its demand is laid on days: evenly for an item
        that never has an idle period, else on as many random days as a Poisson stream with that
        share of idle periods has arrivals.
    rate : (n_items,) [units/day]
        Expected demand, of which a mean lead time's worth is on its way at the start; the mean of
        ``demand`` where not given.
    lives
        Repetitions with fresh lead times, starting positions and review days.
    lost_sales
        Demand that finds the shelf empty goes away instead of waiting.
    crossing
        A later order may overtake an earlier one; otherwise it arrives no sooner.
    warm_up_days : [days]
        Lived at the start of each life but not counted.

    Returns
    -------
    Lived
    """
    n = len(items)
    if len(demand) != n:
        raise ValueError(f"demand must have one series for each of the {n} items, got {len(demand)}")
    slots = max(1, round(period_days))
    slot_days = period_days / slots
    rates = _rates(demand, period_days) if rate is None else np.asarray(rate, dtype=np.float64)
    quantity = np.where(levels.order_quantity > 0.0, levels.order_quantity, np.nan)
    policies = np.ascontiguousarray(
        np.stack(
            [
                levels.reorder_point,
                quantity,
                levels.step,
                np.broadcast_to(review_days, n) / slot_days,
                supply.mean_days / slot_days,
                supply.sd_days / slot_days,
                supply.outage_probability,
                supply.wait_days / slot_days,
                supply.wait_sd_days / slot_days,
                rates * slot_days,
            ],
            axis=1,
        ),
        dtype=np.float64,
    )
    tallies = np.zeros((n, replenish.N_TALLY))
    replenish.live_items(
        demand.values,
        demand.offsets,
        slots,
        _parts(demand, slots),
        policies,
        lives,
        int(lost_sales),
        int(crossing),
        round(warm_up_days / slot_days),
        seeds_of(items, seed),
        tallies,
    )
    return _lived(tallies, slot_days)


def _rates(demand: Ragged, period_days: float) -> Floats:
    """Mean demand a day; 0 for an empty series."""
    owner = np.repeat(np.arange(len(demand)), demand.lengths)
    known = ~np.isnan(demand.values)
    units = np.bincount(owner[known], demand.values[known], len(demand))
    count = np.bincount(owner[known], minlength=len(demand))
    return np.asarray(units / np.maximum(count, 1) / period_days, dtype=np.float64)


def _parts(demand: Ragged, slots: int) -> Ints:
    """Lumps a period's demand comes in; 0 means evenly."""
    owner = np.repeat(np.arange(len(demand)), demand.lengths)
    known = ~np.isnan(demand.values)
    count = np.bincount(owner[known], minlength=len(demand))
    idle = np.bincount(owner[known & (demand.values <= 0.0)], minlength=len(demand))
    with np.errstate(divide="ignore", invalid="ignore"):
        arrivals = -np.log(idle / np.maximum(count, 1))
    lumps = np.clip(np.rint(np.where(idle > 0, arrivals, 0.0)), 1, slots)
    return np.where(idle > 0, lumps, 0).astype(np.int64)


def _lived(tallies: Floats, slot_days: float) -> Lived:
    lived = tallies[:, replenish.SLOTS]
    days = lived * slot_days
    years = days / DAYS_PER_YEAR
    return Lived(
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
        days=days,
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0), dtype=np.float64)

"""Expiry: what of a stock is thrown away as too old, what that costs, and the levels that allow for it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels, Reason
from justenough.kernels import brief_lives
from justenough.sizing.curve import curves_of
from justenough.sizing.single import DAYS_PER_YEAR, HOURS_PER_YEAR, OUTCOME_FIELDS, Chosen, Economics, Outcome, in_lots, outcome_at, packed

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure

Columns = TypeVar("Columns", "Exposure", "Economics", "Levels")

_ROUNDS = 12  # of the search for how much expiry adds to demand
_LOTS = (0.25, 0.5, 1.0, 2.0)  # of the order quantity
_BETWEEN = 9  # levels looked at between two points of the curve
_NEARER = 2  # and again between two of those


@dataclass(frozen=True, slots=True)
class Perishable:
    """
    What levels of a stock that spoils earn. Columns (n_items,).

    Parameters
    ----------
    outcome
        As in `justenough.sizing.single.Outcome`, with the expiry cost in its total.
    expired : [units/year]
    expiry_cost : [money/year]
        At the unit cost.
    """

    outcome: Outcome
    expired: Floats
    expiry_cost: Floats


@dataclass(frozen=True, slots=True)
class ChosenPerishable:
    """The cheapest levels of a stock that spoils, why, and what they earn."""

    chosen: Chosen
    earned: Perishable


def perishable_outcome(exposure: Exposure, aged: Exposure, economics: Economics, levels: Levels) -> Perishable:
    """
    What ``levels`` earn where the oldest is sold first and thrown away at the end of its life.

    Parameters
    ----------
    exposure
        Demand over the exposed time.
    aged
        The same with the shelf life added to every lead time:
        ``exposure_over(demand, replace(lead_time, mean_days=lead_time.mean_days + life), outages, review_days)``.

    Notes
    -----
    A unit spoils if, when it is ordered, more lies ahead of it than leaves in its lead time and life. With the
    position y all places from r + step to r + Q, what spoils in a review is then ``E[(y - X)+]`` at lead time + life
    less that a review later (the leftover beside the shortage of the two-term fill rate; for one order
    Chiu 1995). What spoils leaves the shelf too and is ordered again, so X is the demand and what spoils meanwhile: the
    rate of expiry solves ``e = (d + e) f(d + e)``. What spoils is taken as a steady stream, which is an approximation. Against
    simulation, 800 invented items: where 1 to 5 % of demand spoils up to 1.0 point off (root mean square), 5 to 15 % 1.5 points;
    beyond that a tenth to a fifth too little is stated, and half where all demand comes in a few lumps. The fill rate is off by 0.1
    points on the mean of 630 such items, 1.8 root mean square (3.6 if spoilage is forgotten).

    Where the life is no longer than a review each delivery dies before the next comes, see `justenough.kernels.brief_lives`: exact where
    the lead time is no longer than a review either and days are independent and alike; of longer ones the fill rate is within 2.5 points.
    """
    brief = _life(exposure, aged) <= exposure.review_days * (1.0 + 1e-9)
    kinds = [(np.flatnonzero(brief), _briefly), (np.flatnonzero(~brief), _steadily)]
    parts = [
        (rows, earn(_rows(exposure, rows), _rows(aged, rows), _rows(economics, rows), _rows(levels, rows)))
        for rows, earn in kinds
        if len(rows)
    ]
    if len(parts) < 2:
        return parts[0][1] if parts else _steadily(exposure, aged, economics, levels)
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))

    def joined(columns: list[Floats]) -> Floats:
        return np.concatenate(columns)[order]

    outcome = Outcome(**{name: joined([getattr(found.outcome, name) for _, found in parts]) for name in OUTCOME_FIELDS})
    return Perishable(outcome, joined([found.expired for _, found in parts]), joined([found.expiry_cost for _, found in parts]))


def _life(exposure: Exposure, aged: Exposure) -> Floats:
    """Shelf life, by the demand in it; NaN where there is none. (n_items,) [days]"""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((aged.mean[:, 0] - exposure.mean[:, 0]) / exposure.rate, dtype=np.float64)


def _steadily(exposure: Exposure, aged: Exposure, economics: Economics, levels: Levels) -> Perishable:
    """What levels earn where deliveries outlive a review."""
    more = _spoiled_share(aged, economics, levels)
    outcome = outcome_at(_busier(exposure, more), economics, levels)
    expired = more * exposure.rate * DAYS_PER_YEAR
    cost = expired * economics.unit_cost
    # Customers go short by the share that the busier shelf does: what spoils lay there, an empty shelf spoils nothing.
    short = outcome.units_short / (1.0 + more)
    per_unit = economics.stockout_basis == StockoutBasis.PER_UNIT
    charged = np.where(per_unit, outcome.stockout_cost / (1.0 + more), outcome.stockout_cost)
    total = outcome.total_cost - outcome.stockout_cost + charged + cost
    return Perishable(replace(outcome, units_short=short, stockout_cost=charged, total_cost=total), expired, cost)


def _briefly(exposure: Exposure, aged: Exposure, economics: Economics, levels: Levels) -> Perishable:
    """What levels earn where no delivery outlives a review."""
    form, blocks, items, basis = packed(exposure, economics, levels.order_quantity)
    lows = np.array(in_lots(exposure, levels.reorder_point + exposure.step), dtype=np.float64)
    lead, lot = np.array(exposure.lead_days, dtype=np.float64), 1.0 if exposure.lot is None else exposure.lot
    found = np.empty((len(form), brief_lives.N_BRIEF))
    brief_lives.brief_lives(form, blocks, items, lows, lead, _life(exposure, aged), found)
    served, with_stock, held, waiting, first, last, thrown, whole = np.ascontiguousarray(found.T)
    held, waiting, thrown = held * lot, waiting * lot, thrown * lot
    yearly, reviews = exposure.rate * DAYS_PER_YEAR, DAYS_PER_YEAR / exposure.review_days
    expired = thrown * reviews
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.where(yearly > 0.0, expired / yearly, 0.0)
    busier = outcome_at(_busier(exposure, np.nan_to_num(more)), economics, levels)  # ordered is what is asked and what is thrown away
    with np.errstate(divide="ignore", invalid="ignore"):
        orders = np.where(economics.ordering_cost > 0.0, busier.ordering_cost / economics.ordering_cost, reviews)
    short, occasions = (1.0 - served) * yearly, np.maximum(last - first, 0.0) * reviews + orders * first
    year = {
        StockoutBasis.PER_UNIT: short,
        StockoutBasis.PER_UNIT_DAY: DAYS_PER_YEAR * waiting,
        StockoutBasis.PER_OCCASION: occasions,
        StockoutBasis.PER_LINE_HOUR: HOURS_PER_YEAR * (1.0 - with_stock),
    }
    charged = np.zeros(len(form))
    for kind, times in year.items():
        charged = np.where((basis == kind) & ~np.isnan(economics.stockout_cost), economics.stockout_cost * times, charged)
    holding, cost = held * economics.unit_cost * economics.holding_rate, expired * economics.unit_cost
    total = holding + busier.ordering_cost + charged + cost
    outcome = Outcome(whole, served, with_stock, held, waiting, short, occasions, holding, busier.ordering_cost, charged, total)
    return Perishable(outcome, expired, cost)


def cheapest_perishable(exposure: Exposure, aged: Exposure, economics: Economics, order_quantity: Floats) -> ChosenPerishable:
    """
    Order quantity and level of least total cost, expiry included, that keep the floors.

    Parameters
    ----------
    exposure, aged, economics
        As for `perishable_outcome`; the shelf life in ``economics`` is not read.
    order_quantity : (n_items,) [units]
        As from `justenough.sizing.single.order_quantity`; a quarter, half and twice of it are tried too, in whole lots
        and never below the minimum.

    Notes
    -----
    Looks at the points of each quantity's curve, then between the neighbours of the best. Where no level keeps
    a floor, because more stock only spoils, the one that comes closest is chosen with the reason SHELF_LIFE.
    """
    free = replace(economics, shelf_life_days=np.full(len(order_quantity), np.inf))
    best = _Best(exposure, aged, free)
    for share in _LOTS:
        quantity = _whole_lots(exposure, economics, share * order_quantity, order_quantity)
        best.consider(curves_of(exposure, free, quantity).reorder_point, quantity)
    points = curves_of(exposure, free, best.quantity).reorder_point
    spacing = (points[:, -1:] - points[:, :1]) / (points.shape[1] - 1)
    for _ in range(_NEARER):
        between = best.reorder[:, None] + spacing * np.linspace(-1.0, 1.0, 2 * _BETWEEN + 1)
        best.consider(np.where(exposure.step[:, None] > 0.0, np.round(between), between), best.quantity)
        spacing = spacing / _BETWEEN
    levels = Levels(best.reorder, best.quantity, exposure.step, exposure.lot)
    return ChosenPerishable(Chosen(levels, best.reasons()), perishable_outcome(exposure, aged, free, levels))


class _Best:
    """The best level so far of each item: first by the floors it misses, then by what it costs."""

    def __init__(self, exposure: Exposure, aged: Exposure, economics: Economics) -> None:
        n = len(exposure.rate)
        self.exposure, self.aged, self.economics = exposure, aged, economics
        self.reorder, self.quantity = np.full(n, np.nan), np.full(n, np.nan)
        self.missed, self.cost = np.full(n, np.inf), np.full(n, np.inf)
        self.cheapest_of_all = np.full(n, np.inf)

    def consider(self, reorder: Floats, quantity: Floats) -> None:
        """Take the best of these levels (n_items, n_levels) where it misses less of the floors, or as much and costs less."""
        n, levels = reorder.shape
        item = np.repeat(np.arange(n), levels)
        exposure, aged, economics = _rows(self.exposure, item), _rows(self.aged, item), _rows(self.economics, item)
        earned = perishable_outcome(exposure, aged, economics, Levels(reorder.ravel(), quantity[item], exposure.step)).outcome
        missed = np.zeros(len(item))
        for served, floor in ((earned.cycle_service, economics.target_cycle_service), (earned.fill_rate, economics.target_fill_rate)):
            missed = np.maximum(missed, np.where(np.isnan(floor), 0.0, np.round(np.maximum(floor - served, 0.0), 9)))
        # Without a unit cost only the floors speak: the lowest level that keeps them.
        cost = np.where(np.isnan(earned.total_cost), earned.mean_stock, earned.total_cost)
        first = np.lexsort((cost, missed, item))[::levels]
        better = (missed[first] < self.missed) | ((missed[first] == self.missed) & (cost[first] < self.cost))
        for kept, new in ((self.reorder, reorder.ravel()), (self.quantity, quantity[item]), (self.missed, missed), (self.cost, cost)):
            kept[better] = new[first][better]
        self.cheapest_of_all = np.fmin(self.cheapest_of_all, cost.reshape(n, levels).min(axis=1))

    def reasons(self) -> Ints:
        """`Reason` codes. (n_items,)"""
        floor = np.where(np.isnan(self.economics.target_cycle_service), Reason.FILL_RATE_FLOOR, Reason.CYCLE_SERVICE_FLOOR)
        by_floor = np.where(self.cost > self.cheapest_of_all * (1.0 + 1e-9), floor, Reason.COST)
        return np.where(self.missed > 0.0, Reason.SHELF_LIFE, by_floor).astype(np.int64)


def _rows(value: Columns, item: Ints) -> Columns:
    """The rows of ``item`` of a frozen value of columns."""
    columns: dict[str, Any] = {each.name: getattr(value, each.name) for each in fields(value)}
    return replace(value, **{name: column[item] for name, column in columns.items() if column is not None})


def _spoiled_share(aged: Exposure, economics: Economics, levels: Levels) -> Floats:
    """What spoils, as a multiple of the demand: x = (1 + x) f(x), f falling. (n_items,)"""
    still = outcome_at(aged, economics, levels).fill_rate
    # By halving x / (1 + x), the share of what is ordered: at most f(0).
    low, high = np.zeros(len(still)), np.where(still > 1e-9, still, 0.0)
    for _ in range(_ROUNDS):
        middle = 0.5 * (low + high)
        more = outcome_at(_busier(aged, middle / (1.0 - np.minimum(middle, 0.999))), economics, levels).fill_rate
        low, high = np.where(more > middle, middle, low), np.where(more > middle, high, middle)
    share = np.minimum(0.5 * (low + high), 0.999)
    return np.where(np.isnan(still), np.nan, share / (1.0 - share))


def _busier(exposure: Exposure, more: Floats) -> Exposure:
    """The exposure with ``more`` times its demand added as a steady stream; a count still varies as a Poisson count at least."""
    grown = 1.0 + more
    column = grown[:, None]
    mean, late = exposure.mean * column, exposure.outage_mean * column
    counted = (exposure.form == Form.NEGATIVE_BINOMIAL)[:, None]
    variance = np.where(counted & (exposure.variance >= exposure.mean), np.maximum(exposure.variance, mean), exposure.variance)
    late_variance = np.where(
        counted & (exposure.outage_variance >= exposure.outage_mean), np.maximum(exposure.outage_variance, late), exposure.outage_variance
    )
    return replace(exposure, mean=mean, variance=variance, outage_mean=late, outage_variance=late_variance, rate=exposure.rate * grown)


def _whole_lots(exposure: Exposure, economics: Economics, wanted: Floats, usual: Floats) -> Floats:
    """Nearest whole number of lots, at least one and at least the minimum; the usual quantity where there are no lots to count."""
    lot = np.where(economics.lot_multiple > 0.0, economics.lot_multiple, exposure.step)
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.maximum(np.round(wanted / lot), 1.0) * lot
        least = np.where(economics.moq > 0.0, np.ceil(np.nan_to_num(economics.moq) / lot - 1e-9) * lot, 0.0)
    free = np.fmax(wanted, np.fmax(economics.moq, 0.0))
    return np.where(np.isnan(usual), np.nan, np.where(lot > 0.0, np.fmax(counted, least), free))

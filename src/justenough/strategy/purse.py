"""Purse: the levels of all items together, where money, room, orders or attention are limited.

Each item's curve is drawn alone; here they meet. One price for each limit makes every item choose for itself
(`justenough.sizing.budget`): first among the points of the curves, then, at the prices found, among whole units, where
paying for money is a higher holding rate and paying for orders a higher ordering cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.sizing.budget import Options, Spent, chosen_at, within
from justenough.sizing.curve import curves_of
from justenough.sizing.single import DAYS_PER_YEAR, Chosen, Reason, cheapest, outcome_at
from justenough.strategy.spoiling import curves_with_expiry, earned_at
from justenough.strategy.spread import BLOCK_ITEMS, joined, part
from justenough.strategy.trace import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.budget import Limits
    from justenough.sizing.single import Economics, Outcome
    from justenough.strategy.settings import Settings
    from justenough.strategy.spread import Spread
    from justenough.strategy.trace import Known, Traced

    Bools = NDArray[np.bool_]

SMALLER_LOTS = (0.25, 0.5)  # times the order quantity, where money or room is limited
LARGER_LOTS = (1.5, 2.0, 4.0, 8.0, 16.0)  # times it or a review's demand, whichever is more, where orders are
# Shares of the distance between two points of a curve that are tried to either side of a choice, one round after the other.
NEARER = ((-0.75, -0.5, -0.25, 0.25, 0.5, 0.75), (-0.1875, -0.125, -0.0625, 0.0625, 0.125, 0.1875))
STEEPER = (0.97, 1.0, 1.03)  # times the prices at which whole units are tried


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What the items of a plant share limits by, beside what is known of each. Columns (n_items,).

    Parameters
    ----------
    volume : [m3/unit]
        NaN unknown: it then uses none.
    floor : [fraction]
        Least cycle service where the aim is service; NaN for none.
    fixed
        Items whose points are taken as the curve has them: their whole units are dear to weigh again.
    """

    known: Known
    volume: Floats
    floor: Floats
    fixed: Bools


@dataclass(frozen=True, slots=True)
class Together:
    """
    Levels that keep all limits.

    Parameters
    ----------
    traced
        What items came to at the chosen levels.
    moved : (n_items,)
        Whether the limits gave the item other levels than it would choose alone.
    names, most, used, alone_used : (n_limits,)
        Limits, what there is, what the plan uses, and what all items would use alone.
    price : (n_limits,) [aim/unit of the limit]
        What one more unit of the limit would save a year, in money of cost or, where the aim is service, of demand short.
    cost, bound : [money/year]
        What was made least, and what no whole levels within the limits can be below.
    """

    traced: Traced
    moved: Bools
    names: tuple[str, ...]
    most: Floats
    used: Floats
    alone_used: Floats
    price: Floats
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """Most that another choice could save, as a share of the cost. [fraction]"""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-300)


@dataclass(frozen=True, slots=True)
class _Row:
    """A block of items at certain levels or order quantities, as workers get it."""

    known: Known
    levels: Levels


@dataclass(frozen=True, slots=True)
class _Offer:
    """Options of items, beside each other: levels and what they give. (n_items, n_options)"""

    reorder_point: Floats
    order_quantity: Floats
    mean_stock: Floats
    orders_per_day: Floats
    cycle_service: Floats
    fill_rate: Floats
    cost: Floats


def kept_within(shared: Shared, traced: Traced, settings: Settings, spread: Spread) -> Together:
    """
    Levels of all items that keep the limits of ``settings.limits`` at least cost, or with least demand short.

    Parameters
    ----------
    shared
        The items that were traced.
    traced
        Each of them alone.

    Raises
    ------
    BudgetError
        Nothing keeps the limits.
    """
    limits, known, n = settings.limits, shared.known, len(shared.volume)
    names = tuple(limits.binding)
    most = np.array(list(limits.binding.values()))
    alone = _offered(_Row(known, traced.chosen.levels), _many(spread, _earned, _Row(known, traced.chosen.levels)), limits)
    if limits.aim == "cost" and "items_reviewed" not in names:
        options = _options(shared, [alone], limits, names)
        used = options.uses[:, :, 0].sum(axis=1)
        if (used <= most).all():
            cost = float(options.cost.sum())
            return Together(traced, np.zeros(n, dtype=bool), names, most, used, used, np.zeros(len(most)), cost, cost)
    today = _offered(_Row(known, traced.today.levels), _many(spread, _earned, _Row(known, traced.today.levels)), limits)
    smaller = SMALLER_LOTS if {"money", "volume"} & set(names) else ()
    larger = LARGER_LOTS if "orders_per_day" in names else ()
    drawn = [_drawn(shared, traced, factor, limits, spread) for factor in (1.0, *smaller, *larger)]
    first = [today, *drawn] if "items_reviewed" in names else drawn
    spent = within(_options(shared, first, limits, names), most)
    offers, point = first, _taken(first, spent)
    for shares in NEARER:
        tried = [_beside_points(shared, traced, point, share, limits, spread) for share in shares]
        tried += [_whole_units(shared, point, spent.price * steeper, limits, names, spread) for steeper in STEEPER]
        further = [*first[: len(first) - len(drawn)], alone, point, *tried]
        found = within(_options(shared, further, limits, names), most)
        if found.cost > spent.cost:  # the point itself is among them: only a rounder choice can be worse
            break
        spent, offers, point = found, further, _taken(further, found)
    levels = Levels(point.reorder_point[:, 0], point.order_quantity[:, 0], traced.chosen.levels.step)
    own = traced.chosen.levels
    moved = (levels.reorder_point != own.reorder_point) | (levels.order_quantity != own.order_quantity)
    exact = _whole_units(shared, point, spent.price, limits, names, spread)
    paid = chosen_at(_options(shared, [*offers, exact], limits, names), spent.price)
    bound = paid.cost + float(spent.price @ (paid.used - most))
    unlimited = _options(shared, [alone], limits, names).uses[:, :, 0].sum(axis=1)
    return Together(
        _moved_to(known, traced, levels, moved, settings, spread), moved, names, most, spent.used, unlimited, spent.price, spent.cost,
        min(bound, spent.cost),
    )  # fmt: skip


def trace_at(row: _Row, settings: Settings) -> Traced:
    """A block of items at levels that were fixed together, with label, gate and the curve of their order quantity."""
    exposure = _exposure(row.known)
    curves = curves_of(exposure, row.known.economics, row.levels.order_quantity)
    reason = np.full(len(exposure.rate), int(Reason.LIMIT))
    return judged(row.known, settings, exposure, Chosen(row.levels, reason), curves)


def priced(economics: Economics, volume: Floats, price: dict[str, float], *, service: bool, floor: Floats) -> Economics:
    """
    Economics under which an item alone chooses what is best for all.

    Parameters
    ----------
    price
        By limit. [money/year for one more unit of it]
    service
        Whether demand short is what counts, each unit at its own unit cost, and floors are those given.
    """
    rent = price.get("money", 0.0) + price.get("volume", 0.0) * np.nan_to_num(volume) / economics.unit_cost
    order = price.get("orders_per_day", 0.0) / DAYS_PER_YEAR
    if not service:
        return replace(economics, holding_rate=economics.holding_rate + rent, ordering_cost=economics.ordering_cost + order)
    n = len(rent)
    return replace(
        economics,
        holding_rate=np.maximum(rent, 1e-9),
        ordering_cost=np.full(n, order),
        stockout_cost=economics.unit_cost,
        stockout_basis=np.full(n, int(StockoutBasis.PER_UNIT)),
        target_cycle_service=floor,
        target_fill_rate=np.full(n, np.nan),
    )


def _exposure(known: Known) -> Exposure:
    return exposure_over(known.demand, known.lead_time, known.outages, known.review_days)


def _earned(row: _Row) -> Outcome:
    return earned_at(row.known, _exposure(row.known), row.levels).outcome


def _orders(row: _Row) -> Floats:
    """Orders a year at these order quantities."""
    one = replace(row.known.economics, ordering_cost=np.ones(len(row.known.review_days)))
    return outcome_at(_exposure(row.known), one, row.levels).ordering_cost


def _many(spread: Spread, work: object, row: _Row) -> Outcome:
    """The work done block by block, joined."""
    n = len(row.known.review_days)
    blocks = [part(row, np.arange(i, min(i + BLOCK_ITEMS, n))) for i in range(0, n, BLOCK_ITEMS)]
    return joined(spread(work, blocks))  # type: ignore[arg-type,no-any-return]


def _curves_at(row: _Row) -> Outcome:
    exposure, quantity = _exposure(row.known), row.levels.order_quantity
    return curves_with_expiry(row.known, exposure, curves_of(exposure, row.known.economics, quantity), quantity)


def _offered(row: _Row, outcome: Outcome, limits: Limits) -> _Offer:
    """Options made of outcomes, (n_items,) or (n_items, points) of them, at the row's order quantities."""
    columns = {name: _wide(getattr(outcome, name)) for name in ("mean_stock", "cycle_service", "fill_rate", "units_short", "total_cost")}
    shape, price = columns["mean_stock"].shape, row.known.economics.unit_cost[:, None]
    cost = columns["total_cost"] if limits.aim == "cost" else columns["units_short"] * price
    reorder = _wide(getattr(outcome, "reorder_point", row.levels.reorder_point))
    orders = _wide(_orders(row) / DAYS_PER_YEAR) if limits.orders_per_day is not None else np.zeros((shape[0], 1))
    quantity = _wide(row.levels.order_quantity)
    return _Offer(
        reorder, np.broadcast_to(quantity, shape), columns["mean_stock"], np.broadcast_to(orders, shape), columns["cycle_service"],
        columns["fill_rate"], cost,
    )  # fmt: skip


def _wide(column: Floats) -> Floats:
    return column if column.ndim == 2 else column[:, None]


def _drawn(shared: Shared, traced: Traced, factor: float, limits: Limits, spread: Spread) -> _Offer:
    """The points of the curves at ``factor`` times the order quantities."""
    own = traced.chosen.levels
    if factor == 1.0:
        return _offered(_Row(shared.known, own), traced.curves, limits)
    row = _Row(shared.known, replace(own, order_quantity=lots_of(shared.known, own, factor)))
    return _offered(row, _many(spread, _curves_at, row), limits)


def lots_of(known: Known, levels: Levels, factor: float) -> Floats:
    """
    Order quantities ``factor`` times as large, in whole lots and never below the MOQ; what can spoil keeps its own. (n_items,) [units]

    Where the factor is above 1 it is at least so many reviews' demand: lots that each review orders anyway order no less often.
    """
    economics, own = known.economics, levels.order_quantity
    size = factor * (np.fmax(own, known.demand.mean * known.review_days) if factor > 1.0 else own)
    lot = np.where(economics.lot_multiple > 0.0, economics.lot_multiple, levels.step)
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.maximum(np.maximum(np.round(size / lot), 1.0), np.ceil(np.fmax(economics.moq, 0.0) / lot - 1e-9)) * lot
    quantity = np.where(lot > 0.0, counted, np.fmax(size, economics.moq))
    return np.where(np.isfinite(economics.shelf_life_days), own, quantity)


def _beside_points(shared: Shared, traced: Traced, point: _Offer, share: float, limits: Limits, spread: Spread) -> _Offer:
    """Each item ``share`` of the distance between two points of its curve further, in whole units; those that are fixed stay."""
    step, ends = traced.chosen.levels.step, traced.curves.reorder_point
    away = share * (ends[:, -1] - ends[:, 0]) / (ends.shape[1] - 1)
    away = np.where(step > 0.0, np.copysign(np.maximum(np.ceil(np.abs(away)), 1.0), share), away)
    here = point.reorder_point[:, 0]
    moved = np.clip(here + away, np.minimum(ends[:, 0], here), np.maximum(ends[:, -1], here))
    row = _Row(shared.known, Levels(np.where(shared.fixed, here, moved), point.order_quantity[:, 0], step))
    return _offered(row, _many(spread, _earned, row), limits)


def _whole_units(shared: Shared, point: _Offer, price: Floats, limits: Limits, names: Sequence[str], spread: Spread) -> _Offer:
    """The whole units items choose at these prices, at the order quantities of ``point``; those that are fixed stay."""
    known = shared.known
    told = dict(zip(names, price.tolist(), strict=True))
    economics = priced(known.economics, shared.volume, told, service=limits.aim == "service", floor=shared.floor)
    start = Levels(point.reorder_point[:, 0], point.order_quantity[:, 0], known.demand.step)
    chosen: Levels = _many(spread, _cheapest, _Row(replace(known, economics=economics), start))  # type: ignore[assignment]
    lowest = np.where(shared.fixed | np.isnan(chosen.reorder_point), start.reorder_point, chosen.reorder_point)
    row = _Row(known, replace(start, reorder_point=lowest))
    return _offered(row, _many(spread, _earned, row), limits)


def _cheapest(row: _Row) -> Levels:
    return cheapest(_exposure(row.known), row.known.economics, row.levels.order_quantity).levels


def _options(shared: Shared, offers: Sequence[_Offer], limits: Limits, names: Sequence[str]) -> Options:
    """All offers of an item in a row, what breaks a floor at infinite cost; if all do, the one that serves best is left."""
    economics = shared.known.economics
    if limits.aim == "cost":
        cycle, fill = economics.target_cycle_service, economics.target_fill_rate
    else:
        cycle, fill = shared.floor, np.full(len(shared.floor), np.nan)
    kept = [
        ~(offer.cycle_service < cycle[:, None] - 1e-12) & ~(offer.fill_rate < fill[:, None] - 1e-12) & np.isfinite(offer.cost)
        for offer in offers
    ]
    hopeless = np.flatnonzero(~np.any([each.any(axis=1) for each in kept], axis=0))
    for i in hopeless.tolist():
        best = [float(np.nanmax(np.where(np.isfinite(each.cost[i]), each.cycle_service[i] + each.fill_rate[i], -1.0))) for each in offers]
        offer = offers[int(np.argmax(best))]
        kept[int(np.argmax(best))][i] = (offer.cycle_service[i] + offer.fill_rate[i] >= max(best)) & np.isfinite(offer.cost[i])
    ends = np.cumsum([0, *(offer.cost.shape[1] for offer in offers)])
    cost, uses = np.empty((len(cycle), ends[-1])), np.empty((len(names), len(cycle), ends[-1]))
    for offer, allowed, start, stop in zip(offers, kept, ends[:-1], ends[1:], strict=True):
        cost[:, start:stop] = np.where(allowed, offer.cost, np.inf)
        for at, name in enumerate(names):
            changed = float(len(offers) == 1 or start > 0)  # of several offers the first is today's, if items are counted
            used = _use(shared, offer, name, changed)
            uses[at, :, start:stop] = np.where(allowed, used, 0.0)
    return Options(cost, uses, tuple(names))


def _use(shared: Shared, offer: _Offer, name: str, changed: float) -> Floats:
    if name == "items_reviewed":
        return np.full(offer.cost.shape, changed)
    if name == "orders_per_day":
        return offer.orders_per_day
    each = shared.known.economics.unit_cost if name == "money" else np.nan_to_num(shared.volume)
    return np.asarray(offer.mean_stock * each[:, None])


def _beside(offers: Sequence[_Offer], name: str) -> Floats:
    return np.concatenate([getattr(offer, name) for offer in offers], axis=1)


def _taken(offers: Sequence[_Offer], spent: Spent) -> _Offer:
    """What each item took, as offers of one option."""
    row = np.arange(len(spent.option))
    return _Offer(**{name: _beside(offers, name)[row, spent.option][:, None] for name in _Offer.__slots__})


def _moved_to(known: Known, traced: Traced, levels: Levels, moved: Bools, settings: Settings, spread: Spread) -> Traced:
    places = np.flatnonzero(moved)
    if not len(places):
        return traced
    blocks = [part(_Row(known, levels), places[i : i + BLOCK_ITEMS]) for i in range(0, len(places), BLOCK_ITEMS)]
    anew: Traced = joined(spread(partial(trace_at, settings=settings), blocks))
    order = np.arange(len(moved))
    order[places] = len(moved) + np.arange(len(places))
    merged: Traced = part(joined([traced, anew]), order)
    return merged

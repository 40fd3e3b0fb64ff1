"""Purse: the levels of all items together, where money, room, orders or attention are limited.

Each item's curve is drawn alone; here they meet. One price for each limit makes every item choose for itself
(`justenough.sizing.budget`): first among the points of the curves, then, at the prices found, among whole units, where
paying for money is a higher holding rate and paying for orders a higher ordering cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels, Reason
from justenough.sizing.budget import Options, Spent, chosen_at, within
from justenough.sizing.curve import curves_of
from justenough.sizing.single import Chosen
from justenough.strategy.offers import Offer, Row, Shared, beside_points, blockwise, drawn_at, earned_by, exposure_of, offered, whole_units
from justenough.strategy.spread import BLOCK_ITEMS, joined, part
from justenough.strategy.trace import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.sizing.shared_limits import Limits
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
    alone = offered(Row(known, traced.chosen.levels), blockwise(spread, earned_by, Row(known, traced.chosen.levels)), limits)
    if limits.aim == "cost" and "items_reviewed" not in names:
        options = _options(shared, [alone], limits, names)
        used = options.uses[:, :, 0].sum(axis=1)
        if (used <= most).all():
            cost = float(options.cost.sum())
            return Together(traced, np.zeros(n, dtype=bool), names, most, used, used, np.zeros(len(most)), cost, cost)
    today = offered(Row(known, traced.today.levels), blockwise(spread, earned_by, Row(known, traced.today.levels)), limits)
    smaller = SMALLER_LOTS if {"money", "volume"} & set(names) else ()
    larger = LARGER_LOTS if "orders_per_day" in names else ()
    drawn = [drawn_at(shared, traced, factor, limits, spread) for factor in (1.0, *smaller, *larger)]
    first = [today, *drawn] if "items_reviewed" in names else drawn
    spent = within(_options(shared, first, limits, names), most)
    offers, point = first, _taken(first, spent)
    for shares in NEARER:
        tried = [beside_points(shared, traced, point, share, limits, spread) for share in shares]
        tried += [whole_units(shared, point, spent.price * steeper, limits, names, spread) for steeper in STEEPER]
        further = [*first[: len(first) - len(drawn)], alone, point, *tried]
        found = within(_options(shared, further, limits, names), most)
        if found.cost > spent.cost:  # the point itself is among them: only a rounder choice can be worse
            break
        spent, offers, point = found, further, _taken(further, found)
    own = traced.chosen.levels
    levels = Levels(point.reorder_point[:, 0], point.order_quantity[:, 0], own.step, _lots_kept(own, point.reorder_point[:, 0]))
    moved = (levels.reorder_point != own.reorder_point) | (levels.order_quantity != own.order_quantity)
    exact = whole_units(shared, point, spent.price, limits, names, spread)
    paid = chosen_at(_options(shared, [*offers, exact], limits, names), spent.price)
    bound = paid.cost + float(spent.price @ (paid.used - most))
    unlimited = _options(shared, [alone], limits, names).uses[:, :, 0].sum(axis=1)
    return Together(
        _moved_to(known, traced, levels, moved, settings, spread), moved, names, most, spent.used, unlimited, spent.price, spent.cost,
        min(bound, spent.cost),
    )  # fmt: skip


def trace_at(row: Row, settings: Settings) -> Traced:
    """A block of items at levels that were fixed together, with label, gate and the curve of their order quantity."""
    exposure = exposure_of(row.known)
    curves = curves_of(exposure, row.known.economics, row.levels.order_quantity)
    reason = np.full(len(exposure.rate), int(Reason.LIMIT))
    return judged(row.known, settings, exposure, Chosen(row.levels, reason), curves)


def _options(shared: Shared, offers: Sequence[Offer], limits: Limits, names: Sequence[str]) -> Options:
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


def _use(shared: Shared, offer: Offer, name: str, changed: float) -> Floats:
    if name == "items_reviewed":
        return np.full(offer.cost.shape, changed)
    if name == "orders_per_day":
        return offer.orders_per_day
    each = shared.known.economics.unit_cost if name == "money" else np.nan_to_num(shared.volume)
    return np.asarray(offer.mean_stock * each[:, None])


def _beside(offers: Sequence[Offer], name: str) -> Floats:
    return np.concatenate([getattr(offer, name) for offer in offers], axis=1)


def _taken(offers: Sequence[Offer], spent: Spent) -> Offer:
    """What each item took, as offers of one option."""
    row = np.arange(len(spent.option))
    return Offer(**{name: _beside(offers, name)[row, spent.option][:, None] for name in Offer.__slots__})


def _lots_kept(own: Levels, reorder_point: Floats) -> Floats | None:
    """The lots that positions come in; 1 where an item stays at a level of today's that is none below a whole lot."""
    if own.lot is None:
        return None
    return np.where(np.mod(reorder_point + own.step, own.lot) == 0.0, own.lot, 1.0)


def _moved_to(known: Known, traced: Traced, levels: Levels, moved: Bools, settings: Settings, spread: Spread) -> Traced:
    places = np.flatnonzero(moved)
    if not len(places):
        return traced
    blocks = [part(Row(known, levels), places[i : i + BLOCK_ITEMS]) for i in range(0, len(places), BLOCK_ITEMS)]
    anew: Traced = joined(spread(partial(trace_at, settings=settings), blocks))
    order = np.arange(len(moved))
    order[places] = len(moved) + np.arange(len(places))
    merged: Traced = part(joined([traced, anew]), order)
    return merged

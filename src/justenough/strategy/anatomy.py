"""Anatomy: the chosen reserve of each item, split over what it is there for, and what each cause costs a year.

The reserve is a game whose players are the causes (`CAUSES`): its value for some of them is the reserve
the plan's own rule would choose if only these could go wrong. Shapley's value gives each cause the mean
of what it adds over all orders in which the causes could be let in, so that the parts add up to the
reserve and causes that do the same get the same (Shapley 1953, *A Value for n-Person Games*). The cost of
a year is split likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.exposure import Causes, exposure_over
from justenough.kernels.position import DUST
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import cheapest, order_quantity, outcome_at
from justenough.strategy.recommendation import CAUSES
from justenough.strategy.spread import keeps_rows, part
from justenough.strategy.trace import grained

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.trace import Known

CONTINUOUS_DAYS = 1e-3  # a review so short that the stock is as good as watched all the time [days]

_BIT = {cause: 1 << place for place, cause in enumerate(CAUSES)}


@dataclass(frozen=True, slots=True)
class Anatomy:
    """
    What reserves are there for.

    Parameters
    ----------
    parts : (n_items, 7) [units]
        In the order of `justenough.strategy.recommendation.PARTS`; they add up to the item's safety stock
        exactly, in any order. A part is negative where its cause lets the item hold less: a large lot
        does, since most of the time much of it is still on the shelf. The last one is what is left when
        nothing can go wrong: a reserve is a whole number of units less a mean that is not one.
    costs : (n_items, 6) [money/year]
        What each of `CAUSES` adds to the least cost of a year, of stock, orders and stockouts; never negative.
    """

    parts: Floats
    costs: Floats


@dataclass(frozen=True, slots=True)
class Worths:
    """
    What each set of causes asks for if only these can go wrong, by its bits; NaN where one of them is not active.

    Parameters
    ----------
    active : (n_items,)
        `active_causes`.
    reserve : each (n_items,) [units]
    cost : each (n_items,) [money/year]
        The least of stock, stockouts and, with review and lots, the plan's orders: never more than with another cause besides.
    scale : (n_items,) [units]
        What reserves are differences of.
    """

    active: Ints
    reserve: dict[int, Floats]
    cost: dict[int, Floats]
    scale: Floats


@keeps_rows
def anatomy_of(known: Known) -> Anatomy:
    """
    Split the reserves of a block of items that lack nothing.

    Parameters
    ----------
    known
        As for `justenough.strategy.trace.trace`.
    """
    worths = worths_of(known)
    active, whole = worths.active, np.full(len(worths.active), np.nan)
    for some, reserve in worths.reserve.items():
        whole = np.where(active == some, reserve, whole)
    shares = grained(shapley(worths.reserve, active, len(CAUSES)), worths.scale[:, None])
    left = grained(whole, worths.scale) - shares.sum(axis=1)
    dust = np.abs(left) <= 8.0 * DUST * worths.scale  # of the grain, not of whole units: the largest part takes it
    shares[np.arange(len(shares)), np.abs(shares).argmax(axis=1)] += np.where(dust, left, 0.0)
    left = np.where(dust, 0.0, left)
    return Anatomy(np.concatenate([shares, left[:, None]], axis=1), shapley(worths.cost, active, len(CAUSES)))


def worths_of(known: Known) -> Worths:
    """
    Size a block of items that lack nothing with each set of their causes.

    Notes
    -----
    A cause is taken away by taking its variance away; its mean stays, but for outages and machine stops. Without review and
    lot size the item is looked at all the time and ordered unit by unit, and orders cost nothing. A cause that has no variance
    for an item is left out, so that an item with k causes is sized ``2**k`` times. The curve of a set that ends below the plan's
    own level goes on towards it: 99.9 % of what little is left to go wrong may be too little.

    Free disposal: whoever is free of a cause may go on as if it were there, order later by what an outage would have taken, look
    only so often, order as much at a time, act as if what is known beforehand were not. So a set of causes costs no more than
    any larger one, and where its own sizing says otherwise (a fitted distribution of a shorter mean is more skewed, an order
    of one unit is an occasion each time) it is taken to be run as the cheapest of those, with the same reserve.
    """
    active = active_causes(known)
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    levels = cheapest(exposure, known.economics, order_quantity(exposure, known.economics)).levels
    lowest, exposed = levels.lowest_position, mean_exposure(exposure)
    earned = outcome_at(exposure, known.economics, levels)
    reserve: dict[int, Floats] = {}
    cost: dict[int, Floats] = {}
    for some in range(1 << len(CAUSES)):
        at = (active & some) == some
        if not at.any():
            continue
        whole = active == some
        reserve[some] = np.where(whole, lowest - exposed, np.nan)
        cost[some] = np.where(whole, earned.holding_cost + earned.stockout_cost, np.nan)
        fewer = np.flatnonzero(at & ~whole)
        if len(fewer):
            reserve[some][fewer], cost[some][fewer] = _sized_with(part(known, fewer), part(levels, fewer), some)
    for some, bit in product(sorted(reserve, reverse=True), _BIT.values()):  # larger sets are done before those in them
        more = some | bit
        if more != some and more in reserve:
            cheaper = cost[more] < cost[some]
            reserve[some] = np.where(cheaper, reserve[more], reserve[some])
            cost[some] = np.where(cheaper, cost[more], cost[some])
    orders = {some: earned.ordering_cost if some & _BIT["review_lot"] else 0.0 for some in cost}
    return Worths(active, reserve, {some: least + orders[some] for some, least in cost.items()}, np.maximum(lowest, exposed))


def active_causes(known: Known) -> Ints:
    """Which causes can change each item's reserve, bit k for `CAUSES` k. (n_items,)"""
    never = np.zeros(len(known.review_days), dtype=bool)
    can = {
        "demand": known.demand.variance > 0.0,
        "lead_time": known.lead_time.sd_days > 0.0,
        "supplier": known.outages.probability > 0.0,
        "machine": never if known.lead_time.stops is None else known.lead_time.stops.work_days > 0.0,
        "review_lot": ~never,
        "estimate": known.demand.drift > 0.0,
    }
    active = np.zeros(len(never), dtype=np.int64)
    for cause, bit in _BIT.items():
        active |= np.where(can[cause], bit, 0)
    return active


def shapley(worth: Mapping[int, Floats], active: Ints, n_players: int) -> Floats:
    """
    Shapley's value of each player, (n_games, n_players).

    Parameters
    ----------
    worth
        Value of every coalition, by its bits; read where all of its players are active. (n_games,)
    active : (n_games,)
        Bits of the players that take part; the others get nothing.
    n_players
        Bits there are.
    """
    players = np.array([int(bits).bit_count() for bits in range(1 << n_players)])[active]
    # weight[k, s]: chance that in a random order of k players, s given ones and no others come before a given one.
    weight = np.zeros((n_players + 1, n_players))
    for k in range(1, n_players + 1):
        weight[k, :k] = [factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)]
    shares = np.zeros((len(active), n_players))
    for some, value in worth.items():
        for player in range(n_players):
            more = some | 1 << player
            if more == some or more not in worth:
                continue
            plays = (active & more) == more
            added = weight[players, some.bit_count()] * (worth[more] - value)
            shares[plays, player] += added[plays]
    return shares


def in_whole_units(parts: list[float], total: int) -> list[int]:
    """
    Parts as whole numbers that add up to ``total``: each rounded down, what is left to the largest remainders.

    Parameters
    ----------
    parts : [units]
        They add up to less than one unit from ``total``.

    Examples
    --------
    >>> in_whole_units([50.6, 33.7, 20.4, -0.7], 104)
    [51, 34, 20, -1]
    """
    floors = [int(np.floor(one)) for one in parts]
    order = sorted(range(len(parts)), key=lambda place: floors[place] - parts[place])
    for turn in range(total - sum(floors)):
        floors[order[turn % len(order)]] += 1
    return floors


def _sized_with(known: Known, plan: Levels, some: int) -> tuple[Floats, Floats]:
    """Reserve [units] and cost of stock and stockouts [money/year] of items for which only ``some`` causes are there."""
    on = {cause: bool(some & bit) for cause, bit in _BIT.items()}
    causes = Causes(demand=on["demand"], lead_time=on["lead_time"], outage=on["supplier"], machine=on["machine"], estimate=on["estimate"])
    quantity, reach = plan.order_quantity, plan.lowest_position
    review = known.review_days if on["review_lot"] else np.full(len(quantity), CONTINUOUS_DAYS)
    exposure = exposure_over(known.demand, known.lead_time, known.outages, review, causes)
    if not on["review_lot"]:
        reach = plan.order_up_to
        quantity = np.where(exposure.step > 0.0, exposure.step, exposure.rate * CONTINUOUS_DAYS)
    levels = cheapest(exposure, known.economics, quantity, reach=reach).levels
    earned = outcome_at(exposure, known.economics, levels)
    return levels.lowest_position - mean_exposure(exposure), earned.holding_cost + earned.stockout_cost

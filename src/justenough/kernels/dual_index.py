"""Dual index: what two sources of one item leave in stock and order, along given demand.

Time goes in reviews. Before the demand of a review both sources may be ordered from; the slow one's order arrives
``gap`` reviews after an order placed with the fast one at the same time would. The *overshoot* is the position that
counts only what arrives as soon as a fast order would, less the level the fast source orders up to. Its path does not
depend on that level (the separability of Veeraraghavan & Scheller-Wolf 2008), so that the best level is a quantile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

DUAL, SURGE, SLOW, FAST = 0, 1, 2, 3  # policies: both levels; a constant slow order; one source alone
LEVEL, COST, STOCK, SHORT, QUICK, COVERED, LOWEST = range(7)  # columns of what a policy gives
N_GIVEN = 7


@njit(cache=True, nogil=True, error_model="numpy")
def path_of(demand: Floats, down: Bools, gap: int, warm: int, policy: int, target: float, entering: Floats, over: Floats) -> float:
    """
    Fill ``over`` (reviews,) with the overshoot after ordering; returns what the fast source is ordered a review.

    The first ``warm`` reviews are left out of the mean.

    Parameters
    ----------
    down : (reviews,)
        Whether the slow source is stopped; what was ordered then leaves it when it runs again.
    target
        DUAL: how far the slow level lies above the fast one; SURGE: what the slow source is ordered each review.
    entering : (reviews + gap,)
        Scratch.
    """
    for t in range(len(entering)):
        entering[t] = 0.0
    waiting, quick = 0.0, 0.0
    position = target if policy == DUAL else 0.0
    for t in range(len(demand)):
        gone = demand[t - 1] if t > 0 else 0.0
        position += entering[t] - gone
        fast = 0.0
        if policy != SLOW and position < 0.0:
            fast = -position
            position = 0.0
        over[t] = position
        quick += fast if t >= warm else 0.0
        if policy == SURGE:
            waiting += target
        elif policy != FAST:
            waiting += gone - fast
        if policy != FAST and not down[t]:
            if gap == 0:  # it is on its way as soon as a fast order would be
                position += waiting
                over[t] = position
            else:
                entering[t + gap] += waiting
            waiting = 0.0
    return quick / (len(demand) - warm)


@njit(cache=True, nogil=True, error_model="numpy")
def policies_at(
    start: int, stop: int, demand: Floats, down: Bools, reviews: Ints, money: Floats, policy: int, targets: Floats, given: Floats
) -> None:
    """
    Fill rows of ``given`` (n, targets, 7) with the best fast level for each target, what it earns a review, and the lowest overshoot.

    Parameters
    ----------
    demand, down : (n, reviews)
    reviews : (n, 3)
        Lead time of the fast source, what the slow one takes longer (0 or more), and how many reviews at the start do not count.
    money : (n, 3)
        Of one unit: on hand at the end of a review, short at the end of a review, and more for the fast source.
    targets : (n, targets)
    """
    life = demand.shape[1]
    over = np.empty(life)
    for i in range(start, stop):
        fast, gap, warm = reviews[i]
        holding, shortage, premium = money[i]
        count = life - fast - warm
        missing, entering = np.empty(count), np.empty(life + gap + 1)
        for k in range(targets.shape[1]):
            out = given[i, k]
            out[QUICK] = path_of(demand[i], down[i], gap, warm, policy, targets[i, k], entering, over)
            out[LOWEST] = over.min()
            wanted = 0.0
            for t in range(warm, warm + fast):
                wanted += demand[i, t]
            for t in range(count):
                wanted += demand[i, warm + t + fast]
                missing[t] = wanted - over[warm + t]
                wanted -= demand[i, warm + t]
            missing.sort()
            at = min(count - 1, max(0, int(np.ceil(count * shortage / (shortage + holding) - 1e-9)) - 1))
            level = missing[at]
            short, stock, covered = 0.0, 0.0, 0
            for t in range(count):
                short += max(missing[t] - level, 0.0)
                stock += max(level - missing[t], 0.0)
                covered += missing[t] <= level
            out[LEVEL], out[SHORT], out[STOCK], out[COVERED] = level, short / count, stock / count, covered / count
            out[COST] = holding * out[STOCK] + shortage * out[SHORT] + premium * out[QUICK]

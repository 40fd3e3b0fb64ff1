"""Under way: what is on order where customers who find the shelf empty go away, and several orders are out at once.

Where each review orders about what it sold, no more can be under way than the position holds, and what is on order is taken
as the demand of a lead time as far as it does (for single units of Poisson demand, watched all the time, exactly so: Erlang).
Where orders are larger, as that demand scaled down to what is sold. Either way the share sold is the one that sells just that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.loss import covered, moments_above, shape_of
from justenough.kernels.position import PI, QUANTITY, RATE, REVIEW, STEP, review_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PLACES = 32  # positions between reorder point and top that are told apart
HALVINGS = 26
_MOST_TIMES = 64.0  # the demand of a lead time that may have to be thought of for what is sold in one


@njit(cache=True)
def places_after(item: Floats, reorder: float, positions: Floats) -> int:
    """How many positions after a review are told apart, and fill the first so many of ``positions`` with them."""
    step, quantity = item[STEP], item[QUANTITY]
    lots = quantity / step if step > 0.0 else float(PLACES)
    places = int(min(max(1.0, round(lots)), float(PLACES)))
    for k in range(places):
        positions[k] = reorder + (k + 0.5) / places * quantity
        if step > 0.0:
            positions[k] = reorder + step * math.ceil((k + 0.5) / places * lots)
    return places


@njit(cache=True)
def missing(form: int, block: Floats, item: Floats, reorder: float, sold: float, every: int, short: Floats) -> None:
    """
    Fill ``short`` (3,) with the units that are not there, on average, at the start, middle and end of a review.

    Where ``every`` is 2 the middle is left out.

    What is on order is the demand of a lead time scaled down to the share ``sold``; the position after a review lies
    anywhere between the reorder point and a lot above it.
    """
    pi, asked, positions = item[PI], item[RATE] * item[REVIEW], np.empty(PLACES)
    places = places_after(item, reorder, positions)
    short[:] = 0.0
    for part in range(2):
        share = pi if part == 1 else 1.0 - pi
        if share <= 0.0:
            continue
        for h in range(0, 3, every):
            mean = sold * block[3 * part, 0] + 0.5 * h * asked
            ahead, later = block[3 * part + 1, 0], block[3 * part + 1, h]
            own = review_alone(block, 0.5 * h * asked)[0] if h > 0 else 0.0
            # Where the level drifts, what is on order and what comes vary together.
            variance = sold * sold * ahead + own + sold * max(0.0, later - ahead - own)
            idle = block[3 * part + 2, h] / block[3 * part + 2, 0] if block[3 * part + 2, 0] > 0.0 else 0.0
            nothing = block[3 * part + 2, 0] ** sold * idle
            shape, one, two, weight = shape_of(form, mean, variance, nothing)
            for k in range(places):
                short[h] += share / places * moments_above(shape, one, two, weight, positions[k])[1]


@njit(cache=True)
def _held_by_position(form: int, block: Floats, item: Floats, positions: Floats, times: float, held: Floats) -> None:
    """
    Fill ``held`` (3,): units of a review lost, units on order, and the chance that one is on the shelf as a review begins.

    What is on order is ``times`` the demand of a lead time as far as the position after a review holds it.
    """
    pi, asked, step = item[PI], item[RATE] * item[REVIEW], item[STEP]
    held[:] = 0.0
    for part in range(2):
        share = (pi if part == 1 else 1.0 - pi) / len(positions)
        if share <= 0.0:
            continue
        m, v, idle = block[3 * part], block[3 * part + 1], block[3 * part + 2]
        own, nothing = review_alone(block, asked)
        # Where the level drifts, what is on order and what comes vary together.
        more = own + times * max(0.0, v[2] - v[0] - own)
        none = idle[0] ** times
        early, one, two, weight = shape_of(form, times * m[0], times * v[0], none)
        late, third, fourth, more_weight = shape_of(form, times * m[0] + asked, times * v[0] + more, none * nothing)
        for y in positions:
            below = covered(early, one, two, weight, step, y)
            if y < 0.0 or below < 1e-9:
                held[0] += share * asked
                held[1] += share * max(0.0, y)
                continue
            above = moments_above(early, one, two, weight, y)[1]
            short = moments_above(late, third, fourth, more_weight, y)[1] - above - asked * (1.0 - below)
            held[0] += share * min(max(0.0, short / below), asked)
            held[1] += share * min(max(0.0, (times * m[0] - above - y * (1.0 - below)) / below), y)
            held[2] += share * (covered(early, one, two, weight, step, y - step) / below if y >= step else 0.0)


@njit(cache=True)
def ordered_as_sold(form: int, block: Floats, item: Floats, positions: Floats, held: Floats) -> float:
    """Share of demand sold where what is on order is just the sales of a lead time; fills ``held`` as `_held_by_position`."""
    asked, low, high = item[RATE] * item[REVIEW], 0.0, 1.0
    ahead = (1.0 - item[PI]) * block[0, 0] + (item[PI] * block[3, 0] if item[PI] > 0.0 else 0.0)
    _held_by_position(form, block, item, positions, high, held)
    while held[1] < (1.0 - held[0] / asked) * ahead and high < _MOST_TIMES:
        high *= 2.0
        _held_by_position(form, block, item, positions, high, held)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        _held_by_position(form, block, item, positions, middle, held)
        if held[1] < (1.0 - held[0] / asked) * ahead:
            low = middle
        else:
            high = middle
    sold: float = 1.0 - held[0] / asked
    return sold

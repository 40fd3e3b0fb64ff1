"""Under way: what is on order where customers who find the shelf empty go away, and several orders are out at once.

Where each review orders about what it sold, what is on order is what the reviews of a lead time sold. As a state it would need every
one of them; here it is their sum, and the oldest, which arrives next, is taken as it would be given the sum if nothing had been lost.
That makes a Markov chain of one number. It is the whole truth where a review's demand is geometric, or nothing and else geometric
(the law of the pipeline is then a product, cut off where the position ends), and near it elsewhere: lumps that fill the
position leave late and at once. Orders that are larger than what a review sells: their lead time's demand scaled down to what is sold.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.loss import NEGATIVE_BINOMIAL, NORMAL, moments_above, shape_of
from justenough.kernels.position import PI, QUANTITY, RATE, REVIEW, STEP, review_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PLACES = 32  # positions between reorder point and top that are told apart
HALVINGS = 26
_CELLS = 96  # into which what may be on order is divided at most
_DEVIATIONS = 7.0  # of a lead time's demand: no less than so many below its mean is ever on order
_PLACES_LIVED = 4  # positions after a review whose chain is solved
_RARE = 1e-10  # of a sum so rare second differences of a loss say nothing


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
def stationary(chain: Floats) -> Floats:
    """Law a chain settles in, by elimination without subtraction (Grassmann, Taksar & Heyman 1985); ``chain`` is used up."""
    n, first = len(chain), 0
    for k in range(n - 1, 0, -1):
        out = chain[k, :k].sum()
        if out <= 0.0:  # from here on it never goes back
            first = k
            break
        for i in range(k):
            if chain[i, k] > 0.0:
                chain[i, k] /= out
                chain[i, :k] += chain[i, k] * chain[k, :k]
    law = np.zeros(n)
    law[first] = 1.0
    for k in range(first + 1, n):
        for i in range(first, k):
            law[k] += law[i] * chain[i, k]
        if law[k] > 1e150:
            law[: k + 1] /= law[k]
    total: float = law.sum()
    law /= total
    return law


@njit(cache=True)
def _loss(form: int, moments: tuple[float, float, float], step: float, x: float) -> float:
    """``E[(X - x)+]``; of a count straight between whole units."""
    shape, one, two, weight = shape_of(form, moments[0], moments[1], moments[2])
    if step <= 0.0:
        return moments_above(shape, one, two, weight, x)[1]
    whole = math.floor(x + 1e-9)
    loss: float = moments_above(shape, one, two, weight, whole)[1]
    if x - whole > 1e-9:
        loss += (x - whole) * (moments_above(shape, one, two, weight, whole + 1.0)[1] - loss)
    return loss


@njit(cache=True)
def _in_cells(form: int, moments: tuple[float, float, float], step: float, cell: float, chances: Floats) -> None:
    """Fill ``chances`` of 0, 1, ... cells; what lies between two is shared between them so that the mean stays."""
    before, here = moments[0] + cell, _loss(form, moments, step, 0.0)
    for j in range(len(chances)):
        after = _loss(form, moments, step, (j + 1.0) * cell)
        chances[j] = max(0.0, 1.0 - (here - after) / cell if j == 0 else (before - 2.0 * here + after) / cell)
        before, here = here, after


@njit(cache=True)
def _tilted(form: int, moments: tuple[float, float, float], times: float) -> tuple[float, float, float]:
    """
    Moments of the law tilted exponentially to so many times its mean.

    What one part of a sum is, given the sum, is the same under any tilt: with the mean near the sum it keeps its digits.
    """
    mean, variance, idle = moments
    if form == NEGATIVE_BINOMIAL and variance >= mean:
        return times * mean, times * mean + times * times * (variance - mean), idle
    return times * mean, (variance if form == NORMAL else times * times * variance), idle


@njit(cache=True)
def _less(whole: tuple[float, float, float], part: tuple[float, float, float]) -> tuple[float, float, float]:
    """Moments of what a part of a time leaves of its demand."""
    idle = min(1.0, whole[2] / part[2]) if part[2] > 0.0 else 0.0
    return max(0.0, whole[0] - part[0]), max(0.0, whole[1] - part[1]), idle


@njit(cache=True)
def _leaving(coming: Floats, rest: Floats, part: float, total: int, leaving: Floats) -> int:
    """Fill ``leaving`` with the chances that 0, 1, ... cells arrive next, given how many are on order; how many may at most."""
    most, chance = min(total, len(coming) - 1), 0.0
    for x in range(most + 1):
        leaving[x] = coming[x] * rest[total - x] if total - x < len(rest) else 0.0
        chance += leaving[x]
    if chance >= _RARE:
        leaving[: most + 1] /= chance
        return most
    # Only rounding tells what leaves then: its share of the time.
    whole = min(math.floor(total * part), most)
    more = min(1.0, total * part - whole) if whole < most else 0.0
    leaving[: most + 1] = 0.0
    leaving[whole] = 1.0 - more
    if more > 0.0:
        leaving[whole + 1] = more
    return most


@njit(cache=True)
def _next_sums(asked: Floats, coming: Floats, rest: Floats, part: float, low: int, chain: Floats) -> None:
    """
    Fill ``chain``: from what is on order as one order has arrived to what is as the next one has, in cells from ``low`` on.

    ``asked`` are chances of a review's demand; ``coming`` and ``rest`` those of the order that arrives next, ``part`` of all, and of
    the others.
    """
    top = len(chain) - 1
    leaving = np.zeros(len(coming))
    for n in range(top + 1):
        most = _leaving(coming, rest, part, low + n, leaving)
        chain[n, :] = 0.0
        more = 1.0
        for q in range(top - n + 1):
            chance = asked[q] if q < top - n else max(0.0, more)
            more -= asked[q]
            if chance > 0.0:
                for x in range(most + 1):
                    chain[n, max(n - x + q, 0)] += chance * leaving[x]


@njit(cache=True)
def _next_ends(before: Floats, ahead: Floats, chain: Floats) -> None:
    """The same where a lead time, with chances of demand ``ahead``, is but the end of a review, ``before`` the demand of its beginning."""
    top = len(chain) - 1
    sold = np.zeros((top + 1, top + 1))  # in the lead time, by what is left as it begins
    for left in range(top + 1):
        more = 1.0
        for q in range(left):
            sold[left, q] = ahead[q]
            more -= ahead[q]
        sold[left, left] = max(0.0, more)
    for n in range(top + 1):
        chain[n, :] = 0.0
        more = 1.0
        for q in range(top - n + 1):
            chance = before[q] if q < top - n else max(0.0, more)
            more -= before[q]
            for x in range(top - n - q + 1):
                chain[n, x] += chance * sold[top - n - q, x]


@njit(cache=True)
def _held_by_position(
    form: int, ahead: tuple[float, float, float], review: tuple[float, float, float], step: float, position: float, held: Floats
) -> None:
    """
    Fill ``held`` (4,): units of a review lost, units on order and the chance that one is on the shelf as an order arrives, mean stock.

    ``ahead`` and ``review`` are mean, variance and idle share of the demand of a lead time and of one review.
    """
    if position < max(step, 1e-9 * review[0]):
        held[:] = 0.0
        held[0] = review[0]
        return
    several = ahead[0] >= (1.0 - 1e-9) * review[0]
    # Of regular demand no less is ever on order, and cells can be small.
    least = max(0.0, min(position, ahead[0]) - review[0] - _DEVIATIONS * math.sqrt(ahead[1])) if several else 0.0
    cell = max(step, (position - least) / _CELLS)
    low, last = math.floor(least / cell), round(position / cell)
    chain = np.empty((last - low + 1, last - low + 1))
    one, two, three = np.empty(len(chain)), np.empty(min(last, 2 * _CELLS) + 1), np.empty(last + 1)
    if several:
        times = min(1.0, position / ahead[0])
        _in_cells(form, review, step, cell, one)
        _in_cells(form, _tilted(form, review, times), step, cell, two)
        _in_cells(form, _tilted(form, _less(ahead, review), times), step, cell, three)
        _next_sums(one, two, three, review[0] / ahead[0], low, chain)
    else:
        _in_cells(form, _less(review, ahead), step, cell, one)
        _in_cells(form, ahead, step, cell, two)
        _next_ends(one, two, chain)
    law = stationary(chain)
    half = (0.5 * review[0], 0.5 * review[1], math.sqrt(review[2]))
    held[:] = 0.0
    held[2] = 1.0 - law[-1]
    for n in range(len(law)):
        stock = (last - low - n) * cell
        lost = min(review[0], _loss(form, review, step, stock))
        held[0] += law[n] * lost
        held[1] += law[n] * (low + n) * cell
        # Simpson's mean of a cycle's beginning, middle and end.
        held[3] += law[n] * (stock - 0.5 * review[0] + 2.0 / 3.0 * min(half[0], _loss(form, half, step, stock)) + lost / 6.0)


@njit(cache=True)
def ordered_as_sold(form: int, block: Floats, item: Floats, reorder: float, held: Floats) -> float:
    """
    Share of demand sold where each review orders about what it sold.

    ``held`` (4,) is filled as `_held_by_position` does, of all positions after a review and with and without an outage.
    """
    pi, asked, step, quantity = item[PI], item[RATE] * item[REVIEW], item[STEP], item[QUANTITY]
    variance, nothing = review_alone(block, asked)
    review, found = (asked, variance, nothing), np.empty(4)
    lots = quantity / step if step > 0.0 else float(_PLACES_LIVED)
    places = int(min(max(1.0, round(lots)), float(_PLACES_LIVED)))
    held[:] = 0.0
    for part in range(2):
        share = (pi if part == 1 else 1.0 - pi) / places
        if share <= 0.0:
            continue
        ahead = (block[3 * part, 0], block[3 * part + 1, 0], block[3 * part + 2, 0])
        for k in range(places):
            up = math.ceil((k + 0.5) / places * lots) * step if step > 0.0 else (k + 0.5) / places * quantity
            _held_by_position(form, ahead, review, step, reorder + up, found)
            for each in range(4):
                held[each] += share * found[each]
    sold: float = 1.0 - held[0] / asked
    return sold

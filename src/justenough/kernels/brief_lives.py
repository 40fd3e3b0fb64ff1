"""Brief lives: what a level earns whose every delivery is thrown away before the next comes.

A delivery is then all there is on the shelf. It pays whoever waits, is sold while it lives, and what is left of it is thrown away; until
the next arrives the shelf is bare and everybody waits. Of the position when an order was placed, what dies before that order arrives is
missing as well: with ``Z`` for what leaves the position in a lead time, by demand or by being thrown away, the next delivery finds
``y - Z``. Of each earlier delivery that dies in that time, the larger of its stock and its demand leaves. So the law of the stock
at arrivals is that of ``y - Z``, which it determines itself, and is found by going round.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.instants import MANY_PLACES, MANY_WEIGHTS
from justenough.kernels.loss import NEGATIVE_BINOMIAL, moments_above, shape_of
from justenough.kernels.position import PI, QUANTITY, RATE, REVIEW, STEP, review_alone, undecidable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Columns of what is found.
N_BRIEF = 8
SERVED, WITH_STOCK, HELD, WAITING, EMPTY_FIRST, EMPTY_LAST, THROWN, WHOLE_CYCLE = range(8)
_PLACES = 64  # of the stock on the shelf that are told apart, at most
_ROUNDS, _STILL = 60, 1e-6
_SIMPSON = (1 / 6, 4 / 6, 1 / 6)


@njit(cache=True, error_model="numpy")
def _law(form: int, mean: float, variance: float, idle: float, width: float, law: Floats) -> None:
    """Fill ``law`` (n,) with chances at multiples of ``width`` that have the mean of the distribution."""
    if form == NEGATIVE_BINOMIAL and abs(variance - mean) < 1e-6 * mean:  # Poisson but for rounding
        variance = mean
    shape, one, two, weight = shape_of(form, mean, variance, idle)
    before, here = mean + width, moments_above(shape, one, two, weight, 0.0)[1]
    for j in range(len(law)):
        after = moments_above(shape, one, two, weight, (j + 1.0) * width)[1]
        law[j] = max(0.0, 1.0 - (here - after) / width if j == 0 else (before - 2.0 * here + after) / width)
        before, here = here, after


@njit(cache=True, error_model="numpy")
def _asked(form: int, block: Floats, rate: float, days: float, width: float, law: Floats) -> float:
    """Fill ``law`` with that of so many days' demand; its variance."""
    variance, idle = review_alone(block, rate * days)
    _law(form, rate * days, variance, idle, width, law)
    return variance


@njit(cache=True, error_model="numpy")
def _together(law: Floats, other: Floats, total: Floats) -> None:
    """Fill ``total`` with the law of a sum, as far as it reaches."""
    total[:] = 0.0
    for i in range(len(total)):
        if law[i] > 1e-15:
            for j in range(len(total) - i):
                total[i + j] += law[i] * other[j]


@njit(cache=True, error_model="numpy")
def _larger(stock: Floats, before: Floats, during: Floats, leaves: Floats) -> float:
    """
    Fill ``leaves`` with the law of the larger of demand ``during`` and what is left of ``stock`` (n + 1,) after ``before``.

    Returns
    -------
    float
        Mean of what is left of the stock after both. [widths]
    """
    n = len(stock) - 1
    left = np.zeros(n + 1)
    for i in range(1, n + 1):
        for j in range(i):
            left[i - j] += stock[i] * before[j]
    below, asked, was, thrown, tail = 1.0 - left[1:].sum(), 0.0, 0.0, 0.0, left[1:].sum()
    for j in range(len(leaves)):
        asked += during[j]
        now = below * asked
        leaves[j], was = max(0.0, now - was), now
        if j < n:
            thrown += asked * tail  # E[(U - B)+] is the sum of P(B <= j) P(U > j)
            below, tail = below + left[j + 1], tail - left[j + 1]
    return thrown


@njit(cache=True, error_model="numpy")
def _drawn_together(law: Floats, mean: float, by: float, out: Floats) -> None:
    """Fill ``out`` with the law whose distance from the ``mean`` is ``by`` times as large."""
    out[:] = 0.0
    for j in range(len(law)):
        place = max(0.0, mean + (j - mean) * by)
        low = int(place)
        if low < len(out):
            out[low] += law[j] * (1.0 - place + low)
        if low + 1 < len(out):
            out[low + 1] += law[j] * (place - low)


@njit(cache=True, error_model="numpy")
def _spread(law: Floats) -> tuple[float, float]:
    """Mean and variance of what of a law is on the grid."""
    total, mean, square = 0.0, 0.0, 0.0
    for j in range(len(law)):
        total, mean, square = total + law[j], mean + j * law[j], square + j * j * law[j]
    if not total > 0.0:
        return 0.0, 0.0
    return mean / total, max(0.0, square / total - (mean / total) * (mean / total))


@njit(cache=True, error_model="numpy")
def _leaving(stock: Floats, laws: Floats, dying: int, total: Floats) -> tuple[float, float]:
    """
    Fill ``total`` with the law of what leaves in a lead time, given that of the ``stock`` (n + 1,) at arrivals.

    ``laws`` (4, far) are of demand while the shelf is bare, in a life, and before and after the order in the earliest life that ends
    in the lead time.

    Returns
    -------
    tuple
        Mean thrown away meanwhile [widths], and how often some of a delivery is.
    """
    rest, during, before, late = laws[0], laws[1], laws[2], laws[3]
    if dying == 0:
        total[:] = rest
        return 0.0, 0.0
    leaves, spare, none = np.empty(len(total)), np.empty(len(total)), np.zeros(len(total))
    thrown = _larger(stock, before, late, leaves)
    _together(rest, leaves, total)
    if dying > 1:
        none[0] = 1.0
        thrown += (dying - 1) * _larger(stock, none, during, leaves)
        for _ in range(dying - 1):
            _together(total, leaves, spare)
            total[:] = spare
    asked, often = 0.0, 0.0
    for j in range(len(stock) - 1):
        asked += during[j]
        often += stock[j + 1] * asked
    return thrown, often


@njit(cache=True, error_model="numpy")
def _go_round(gone: Floats, places: int, share: float, stock: Floats) -> float:
    """Move the law of the ``stock`` by a ``share`` towards what of a position is left; how far that was."""
    n, change = len(stock) - 1, 0.0
    for j in range(n + 1):
        chance = 0.0
        for top in range(max(j, n + 1 - places), n + 1):
            chance += gone[top - j]
        chance /= places
        change += abs(chance - stock[j])
        stock[j] += share * (chance - stock[j])
    return change


@njit(cache=True, error_model="numpy")
def _at_arrival(
    form: int, block: Floats, item: Floats, lead: float, life: float, width: float, places: int, stock: Floats, gone: Floats
) -> float:
    """
    Fill the law of the stock at arrivals (n + 1,), and that of what leaves the position in a lead time, ``gone`` (2 n + 2,).

    Several earlier deliveries that die in the lead time are taken as independent of one another, though a large one makes the next ones
    small: where it is the rule that some is thrown away, share b, the variance of what leaves in a lead time of x > 1 reviews
    is that of independent ones over ``1 + b (x - 1)``, as of a series each of whose terms lowers the following ones by b.

    Returns
    -------
    float
        Mean of what leaves the position. [widths]
    """
    rate, review, late = item[RATE], item[REVIEW], block[3, 0] - block[0, 0]
    dying = max(0, math.ceil((lead + life) / review - 1e-9) - 1)
    ahead = max(0.0, dying * review - lead) if dying > 0 else 0.0  # of the earliest one's life, before the order
    laws, total, spare = np.empty((4, len(gone))), np.empty(len(gone)), np.empty(len(gone))
    own = _asked(form, block, rate, max(0.0, lead - dying * review) + dying * (review - life), width, laws[0])
    in_life = _asked(form, block, rate, life, width, laws[1])
    _asked(form, block, rate, ahead, width, laws[2])
    at_last = _asked(form, block, rate, life - ahead, width, laws[3])
    own += (dying - 1) * in_life + at_last if dying > 0 else 0.0
    more = max(0.0, block[1, 0] - own) / (width * width)  # lead times that vary, and a level not well known
    stock[:] = 0.0
    stock[0], mean = 1.0, 0.0
    for turn in range(_ROUNDS):
        thrown, often = _leaving(stock, laws, dying, total)
        mean, variance = rate * lead / width + thrown, _spread(total)[1]
        by = (1.0 + more / variance if variance > 0.0 else 1.0) / (1.0 + often * max(0.0, lead / review - 1.0))
        _drawn_together(total, mean, math.sqrt(by), gone)
        if item[PI] > 0.0:
            _law(form, late, max(0.0, block[4, 0] - block[1, 0]), 0.0, width, spare)
            _together(gone, spare, total)
            gone[:] = (1.0 - item[PI]) * gone + item[PI] * total
            mean += item[PI] * late / width
        if _go_round(gone, places, 1.0 if turn == 0 else 0.5, stock) < _STILL or dying == 0:
            break
    return mean


@njit(cache=True, error_model="numpy")
def _left(stock: Floats, asked: Floats) -> tuple[float, float]:
    """Mean of what is left of the stock after so much demand, and the chance that all were served. [widths]"""
    mean, served = 0.0, 0.0
    for i in range(len(stock)):
        for j in range(i + 1):
            mean += stock[i] * asked[j] * (i - j)
            served += stock[i] * asked[j]
    return mean, served


@njit(cache=True, error_model="numpy")
def _one(form: int, block: Floats, item: Floats, low: float, lead: float, life: float, found: Floats) -> None:
    """Fill ``found`` (N_BRIEF,) for one level."""
    rate, review, step, quantity = item[RATE], item[REVIEW], item[STEP], item[QUANTITY]
    top = low + quantity - step
    found[:] = 0.0
    n = 0 if top <= 0.0 else _PLACES if step <= 0.0 else min(_PLACES, int(top / step + 0.5))
    width = top / n if n > 0 else 1.0
    places = max(1, min(n, int((quantity if step <= 0.0 else quantity - step) / width + 1.5)))
    stock, gone, asked = np.empty(n + 1), np.empty(2 * n + 2), np.empty(2 * n + 2)
    mean = _at_arrival(form, block, item, lead, life, width, places, stock, gone)
    net = top / width - 0.5 * (places - 1) - mean  # of stock less who waits, as a delivery arrives
    bare, life_share = review - life, life / review
    left, served = np.empty(len(MANY_PLACES)), np.empty(len(MANY_PLACES))
    for h in range(len(MANY_PLACES)):  # the end of the life last
        share, days = life_share * MANY_WEIGHTS[h], MANY_PLACES[h] * life
        _asked(form, block, rate, days, width, asked)
        left[h], served[h] = _left(stock, asked)
        found[HELD] += share * width * left[h]
        found[WITH_STOCK] += share * served[h]
        found[WAITING] += share * (width * (left[h] - net) + days * rate)
    for j in range(min(len(gone), int(low / width + 1e-9) + 1)):
        for i in range(int(low / width + 1e-9) + 1 - j):
            found[WHOLE_CYCLE] += gone[j] * asked[i]
    found[WAITING] += (1.0 - life_share) * (width * (left[-1] - net) + life * rate + 0.5 * bare * rate)
    for h in range(3):
        _asked(form, block, rate, 0.5 * h * bare, width, asked)
        found[WITH_STOCK] += (1.0 - life_share) * _SIMPSON[h] * served[-1] * asked[0]
    found[WHOLE_CYCLE] *= asked[0]
    found[SERVED] = min(1.0, max(0.0, width * (left[0] - left[-1]) / (rate * review)))
    found[EMPTY_FIRST], found[EMPTY_LAST], found[THROWN] = 1.0 - served[0], 1.0 - served[-1] * asked[0], width * left[-1]


@njit(cache=True, nogil=True, error_model="numpy")
def brief_lives(form: Ints, blocks: Floats, items: Floats, lows: Floats, leads: Floats, lives: Floats, found: Floats) -> None:
    """
    Fill ``found`` (n, N_BRIEF) with what levels earn of items whose life is no longer than a review, NaN where that is unknown.

    Share served, share of time with nobody waiting, mean stock and units waiting over time, chance that somebody waits just after an
    arrival and just before the next, units thrown away a review, and the chance that a cycle from the lowest position sees no stockout.

    Parameters
    ----------
    form, blocks, items
        As for `justenough.kernels.marginal`.
    lows, leads, lives : (n,) [units], [days]
        Lowest position, mean lead time, and life from the arrival.
    """
    for i in range(len(form)):
        if undecidable(blocks[i], items[i], items[i, QUANTITY]) or math.isnan(lows[i] + leads[i] + lives[i]) or items[i, RATE] <= 0.0:
            found[i] = math.nan
        else:
            _one(form[i], blocks[i], items[i], lows[i], leads[i], lives[i], found[i])

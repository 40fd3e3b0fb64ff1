"""Renewal: how long a min-max policy stays at each level between two orders, and what that costs.

With ``p_l`` the chance that a period asks for l units, a cycle that starts at S spends ``m(j)`` periods at ``S - j``:
``m(0) = 1 / (1 - p_0)``, ``m(j) = sum over l = 1..j of p_l m(j - l) / (1 - p_0)`` (Zheng & Federgruen 1991).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.crossings import poisson_least
from justenough.kernels.incomplete import poisson_density
from justenough.kernels.instants import SHAPES
from justenough.kernels.loss import NEGATIVE_BINOMIAL, moments_above, shape_of
from justenough.kernels.position import DAYS_PER_YEAR, N_OUTCOME, QUANTITY, RATE, REVIEW, STEP, earn, review_alone, shapes_over, undecidable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_NEVER = 1e-22  # chances of less than this change no digit


@njit(cache=True)
def _chances(mean: float) -> tuple[Floats, int, float]:
    """Poisson chances worth counting of l = first, first + 1, ... >= 1 units, over that of any unit at all; ``first``; the latter."""
    reach = 11.0 * math.sqrt(mean) + 45.0
    first = max(1, math.floor(mean - reach))
    last = math.ceil(mean + reach)
    some = -math.expm1(-mean)
    chances = np.empty(last - first + 1)
    for units in range(first, last + 1):
        chances[units - first] = poisson_density(float(units), mean) / some
    low, high = 0, len(chances)
    while low < high - 1 and chances[low] < _NEVER:
        low += 1
    while high > low + 1 and chances[high - 1] < _NEVER:
        high -= 1
    return chances[low:high].copy(), first + low, some


@njit(cache=True)
def stays_at(some: float, chances: Floats, first: int, known: Floats, upto: int) -> Floats:
    """
    Periods spent at ``S - j``, j = 0 .. ``upto`` - 1; ``known`` are the first of them.

    ``some`` is the chance that a period asks for anything, ``chances`` over it those of ``first``, ``first + 1``, ... units.
    """
    stays = np.empty(upto)
    stays[: len(known)] = known
    for j in range(len(known), upto):
        stay = 1.0 / some if j == 0 else 0.0
        for units in range(first, min(j, first + len(chances) - 1) + 1):
            stay += chances[units - first] * stays[j - units]
        stays[j] = stay
    return stays


@njit(cache=True)
def _descent(mean: float, holding: float, backorder: float, highest: int, steps: int) -> Floats:
    """``G`` at ``highest``, ``highest - 1``, ... for Poisson demand, ``steps`` of them."""
    costs = np.empty(steps)
    shape, one, two, weight = shape_of(NEGATIVE_BINOMIAL, mean, mean, 0.0)
    for k in range(steps):
        y = float(highest - k)
        costs[k] = holding * (y - mean) + (holding + backorder) * moments_above(shape, one, two, weight, y)[1]
    return costs


@njit(cache=True)
def _cycle_cost(stays: Floats, costs: Floats, highest: int, low: int, high: int) -> float:
    """What a cycle from ``high`` down to ``low + 1`` costs but for the order; ``costs`` begin at ``highest``."""
    total = 0.0
    offset = highest - high
    for j in range(high - low):
        total += stays[j] * costs[offset + j]
    return total


@njit(cache=True)
def _min_max(mean: float, exposed: float, fixed: float, holding: float, backorder: float, start: float) -> tuple[float, float, float]:
    """Least-cost ``s``, ``S`` and cost a period: the algorithm of Zheng & Federgruen (1991)."""
    chances, first, some = _chances(mean)
    both = holding + backorder
    least, least_cost, least_tail, least_density = poisson_least(exposed, holding, backorder, start)
    # Down from the cheapest level until ordering is no dearer than staying.
    stays = stays_at(some, chances, first, np.empty(0), 64)
    s, cost, tail, density = least, least_cost, least_tail, least_density
    cycle, periods = fixed, 0.0
    j = 0
    while True:
        if j == len(stays):
            stays = stays_at(some, chances, first, stays, 2 * j)
        cycle += stays[j] * cost
        periods += stays[j]
        j += 1
        tail = min(1.0, tail + density)
        cost += both * tail - holding
        density = density * s / exposed if s > 0.0 and exposed > 0.0 else 0.0
        s -= 1.0
        if cycle / periods <= cost:
            break
    best = cycle / periods
    # Up as far as a level alone is no dearer than the best policy so far.
    top, cost, tail, density = least, least_cost, least_tail, least_density
    while cost <= best:
        cost += holding - both * tail
        top += 1.0
        density *= exposed / top
        tail = max(0.0, tail - density)
    low, high, highest, bottom = int(s), int(least), int(top), int(s)
    costs = _descent(exposed, holding, backorder, highest, highest - bottom + 1)
    if highest - bottom > len(stays):
        stays = stays_at(some, chances, first, stays, highest - bottom)
    spent = np.zeros(highest - bottom + 1)
    for k in range(highest - bottom):
        spent[k + 1] = spent[k] + stays[k]
    for upper in range(high + 1, highest):
        if costs[highest - upper] > best:
            break
        cycle = fixed + _cycle_cost(stays, costs, highest, low, upper)
        if cycle >= best * spent[upper - low]:
            continue
        high = upper
        while low + 1 < high and cycle <= costs[highest - low - 1] * spent[high - low]:
            low += 1
            cycle -= stays[high - low] * costs[highest - low]
        best = cycle / spent[high - low]
    return float(low), float(high), best


@njit(cache=True, parallel=True)
def min_max_poisson(given: Floats, out: Floats) -> None:
    """
    Cheapest min-max policy for Poisson demand reviewed each period.

    Parameters
    ----------
    given : (n, 6)
        Mean demand of a period, mean demand of the exposed time, fixed cost of an order, holding cost, backorder
        cost, and the standard normal quantile of ``backorder / (holding + backorder)``.
    out : (n, 3)
        ``s``, ``S`` and cost a period.
    """
    for i in prange(len(given)):
        mean, exposed, fixed, holding, backorder, best = given[i, 0], given[i, 1], given[i, 2], given[i, 3], given[i, 4], given[i, 5]
        if math.isnan(mean + exposed + fixed + holding + backorder):
            out[i] = math.nan
            continue
        low, high, cost = _min_max(mean, exposed, fixed, holding, backorder, exposed + best * math.sqrt(exposed))
        out[i, 0], out[i, 1], out[i, 2] = low, high, cost


@njit(cache=True, parallel=True)
def min_max_poisson_cost(given: Floats, low: Floats, high: Floats, out: Floats) -> None:
    """Cost a period, ``out`` (n,), of the policies ``low``, ``high``; rows of ``given`` as for `min_max_poisson`."""
    for i in prange(len(given)):
        mean, exposed, fixed, holding, backorder = given[i, 0], given[i, 1], given[i, 2], given[i, 3], given[i, 4]
        if math.isnan(mean + exposed + fixed + holding + backorder + low[i] + high[i]):
            out[i] = math.nan
            continue
        chances, first, some = _chances(mean)
        span = int(high[i] - low[i])
        stays = stays_at(some, chances, first, np.empty(0), span)
        costs = _descent(exposed, holding, backorder, int(high[i]), span)
        out[i] = (fixed + _cycle_cost(stays, costs, int(high[i]), int(low[i]), int(high[i]))) / stays.sum()


@njit(cache=True)
def asked(form: int, mean: float, variance: float, idle: float, width: float, places: int) -> tuple[Floats, float]:
    """
    Chances of 1, 2, ... places of demand over that of any; the latter.

    Demand between places is laid on the three nearest, on none above the first, so that its first three moments stay (the weights are
    Lagrange's, a few of them below zero): laid on two it would vary more than it does. Of demand counted in places it is its chance itself.
    """
    shape, one, two, weight = shape_of(form, mean, variance, idle)
    chances = np.zeros(places + 2)
    _, loss, second = moments_above(shape, one, two, weight, 0.0)
    tail, start, centre = 1.0, 0.0, 1.0
    for j in range(1, places + 1):  # from ``start`` to half a place beyond j
        end = (j + 0.5) * width
        far = end - start
        after, loss_after, second_after = moments_above(shape, one, two, weight, end)
        whole = tail - after
        first = loss - loss_after - far * after
        square = 2.0 * (second - second_after - far * loss_after) - far * far * after
        # About the middle one of the three places, in places.
        shift = start / width - centre
        first, square = first / width, square / (width * width)
        square += shift * (2.0 * first + shift * whole)
        first += shift * whole
        chances[j - 1] += 0.5 * (square - first)
        chances[j] += whole - square
        chances[j + 1] += 0.5 * (square + first)
        tail, loss, second, start, centre = after, loss_after, second_after, end, j + 1.0
    some = 1.0 - chances[0]
    return chances[1 : places + 1] / max(some, 1e-300), some


@njit(cache=True)
def ends_weighed(stays: Floats, width: float, step: float, span: float) -> None:
    """
    Weigh the last of ``stays`` at places ``width`` apart, so that they add up as the positions they stand for.

    The last place above s, and that at or below it, get their share of the positions between them that are still above s: half a
    place where s is on the grid and demand divisible, none where each place is one step.
    """
    last = len(stays) - 1
    part, single = span / width - (last - 1), step / width
    stays[last - 1] *= 1.0 - 0.5 * (1.0 - part) * (1.0 - part + single)
    stays[last] *= 0.5 * part * (part - single)


@njit(cache=True, parallel=True)
def min_max_outcomes(
    form: Ints, blocks: Floats, items: Floats, basis: Ints, low: Floats, high: Floats, told_apart: int, outcomes: Floats
) -> None:
    """
    What min-max policies earn under exposures of any form, NaN where that is unknown.

    Parameters
    ----------
    form, blocks, items, basis
        As for `justenough.kernels.marginal`; the order quantity is not read.
    low, high : (n,) [units]
        s and S > s.
    told_apart
        Most positions told apart between two orders.
    outcomes : (n, N_OUTCOME)
        Means over the positions that reviews leave; in the column of cycle service the chance that a review's
        cycle sees no stockout.
    """
    for i in prange(len(form)):
        item = items[i].copy()
        span = high[i] - low[i]
        if undecidable(blocks[i], item, span):
            outcomes[i] = math.nan
            continue
        step, demand = item[STEP], item[RATE] * item[REVIEW]
        width = span / told_apart if step <= 0.0 else step * math.ceil(span / step / told_apart - 1e-9)
        places = math.ceil(span / width - 1e-9)
        item[QUANTITY] = step if step > 0.0 else 1e-6 * (span + demand)
        shapes = np.empty(SHAPES)
        shapes_over(form[i], blocks[i], shapes)
        variance, idle = review_alone(blocks[i], demand) if demand > 0.0 else (0.0, 1.0)
        if abs(variance - demand) < 1e-6 * demand:  # Poisson but for the rounding of the difference
            variance = demand
        stays = np.zeros(places + 1)
        stays[0] = 1.0
        orders = 0.0
        if demand > 0.0:
            chances, some = asked(form[i], demand, variance, idle, width, places)
            if some > 1e-12:
                stays = stays_at(some, chances, 1, np.empty(0), places + 1)
                ends_weighed(stays, width, step, span)
                orders = DAYS_PER_YEAR / item[REVIEW] / stays.sum()
        stays /= stays.sum()
        total, one = np.zeros(N_OUTCOME), np.empty(N_OUTCOME)
        for j in range(places + 1):
            if stays[j] != 0.0:
                earn(shapes, item, basis[i], orders, high[i] - j * width, one)
                total += stays[j] * one
        outcomes[i] = total

"""Shelf: what stands on it where customers who find it empty go away.

With one order under way at most the stock seen at reviews is a Markov chain. With several the state would be the whole
pipeline; what is then on order is approximated (`justenough.kernels.under_way`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.loss import moments_above, shape_of
from justenough.kernels.position import DAYS_PER_YEAR, PI, QUANTITY, RATE, REVIEW, STEP, review_alone, undecidable
from justenough.kernels.under_way import HALVINGS, missing, ordered_as_sold, stationary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Columns of what is found.
N_FOUND = 5
FILL, STOCK, LOST, ORDERS, EXACT = range(5)
_MOST_STATES = 400
_CELLS = 128  # of a larger stock
_SIMPSON = (1 / 6, 4 / 6, 1 / 6)


@njit(cache=True)
def _law(form: int, rate: float, variance: float, idle: float, days: float, cell: float, counts: Floats) -> None:
    """
    Fill ``counts`` with the chances of 0, 1, ... cells of so many units in so many days; ``variance`` and ``idle`` are of one day.

    What lies between two cells is shared between them so that the mean stays.
    """
    mean, spread = rate * days, variance * days
    if abs(spread - mean) < 1e-6 * mean:  # Poisson but for rounding
        spread = mean
    shape, one, two, weight = shape_of(form, mean, spread, idle**days)
    before, here = mean + cell, moments_above(shape, one, two, weight, 0.0)[1]
    for j in range(len(counts)):
        after = moments_above(shape, one, two, weight, (j + 1.0) * cell)[1]
        # The second difference of the loss function; at 0 all that is not more.
        counts[j] = max(0.0, 1.0 - (here - after) / cell if j == 0 else (before - 2.0 * here + after) / cell)
        before, here = here, after


@njit(cache=True)
def _left(counts: Floats, start: int, left: Floats) -> float:
    """Fill ``left`` with the law of what is left of ``start`` units, 0 .. ``start``; the mean of it."""
    more, mean = 1.0, 0.0
    for x in range(start):
        left[start - x] = counts[x]
        mean += counts[x] * (start - x)
        more -= counts[x]
    left[0] = max(0.0, more)
    return mean


@njit(cache=True)
def _phase(counts: Floats, middle: Floats, start: int, left: Floats) -> tuple[float, float]:
    """Units left of ``start`` at the end of a phase, on average, with their law in ``left``; mean stock during it."""
    half = _left(middle, start, left)
    end = _left(counts, start, left)
    return end, _SIMPSON[0] * start + _SIMPSON[1] * half + _SIMPSON[2] * end


@njit(cache=True)
def _one_under_way(form: int, block: Floats, item: Floats, low: int, lot: int, cell: float, lead: float, found: Floats) -> None:
    """
    Fill ``found`` from the chain of the stock at reviews; the lead time's demand as the exposure has it.

    ``low`` and ``lot`` are reorder point and order quantity in cells of so many units; of single units the chain is exact.
    """
    rate, review = item[RATE], item[REVIEW]
    top = low + lot + 1
    variance, nothing = review_alone(block, rate * review)
    daily, idle = variance / review, nothing ** (1.0 / review)
    cycle = review * max(1.0, math.ceil(lead / review - 1e-9))
    rest = cycle - lead
    tables = np.zeros((6, top))
    if lead > 0.0:
        _law(form, block[0, 0] / lead, block[1, 0] / lead, block[2, 0] ** (1.0 / lead) if block[2, 0] > 0.0 else 0.0, lead, cell, tables[0])
        _law(form, rate, daily, idle, 0.5 * lead, cell, tables[1])
    if rest > 1e-9:
        _law(form, rate, daily, idle, rest, cell, tables[2])
        _law(form, rate, daily, idle, 0.5 * rest, cell, tables[3])
    _law(form, rate, daily, idle, review, cell, tables[4])
    _law(form, rate, daily, idle, 0.5 * review, cell, tables[5])
    chain, sold, held, time = np.zeros((top, top)), np.zeros(top), np.zeros(top), np.zeros(top)
    row, then = np.zeros(top), np.zeros(top)
    # What a rest of a cycle makes of each stock it starts from.
    ends, stocks, laws = np.zeros(top), np.zeros(top), np.zeros((top, top))
    for k in range(top):
        laws[k, k], ends[k], stocks[k] = 1.0, k, k
        if rest > 1e-9:
            ends[k], stocks[k] = _phase(tables[2], tables[3], k, then)
            laws[k, : k + 1] = then[: k + 1]
    for i in range(top):
        if i > low:
            end, mean = _phase(tables[4], tables[5], i, row)
            chain[i, : i + 1] = row[: i + 1]
            sold[i], held[i], time[i] = i - end, review * mean, review
            continue
        more = ((low - i) // lot + 1) * lot
        row[: i + 1] = 0.0
        row[i] = 1.0
        time[i] = cycle
        if lead > 0.0:
            end, mean = _phase(tables[0], tables[1], i, row)
            sold[i] += i - end
            held[i] += lead * mean
        for j in range(i + 1):
            chance, k = row[j], j + more
            if chance > 0.0:
                chain[i, : k + 1] += chance * laws[k, : k + 1]
                sold[i] += chance * (k - ends[k])
                held[i] += chance * rest * stocks[k]
    law = stationary(chain)
    span = law @ time
    found[FILL] = min(1.0, cell * (law @ sold) / (rate * span))
    found[STOCK] = cell * (law @ held) / span
    found[ORDERS] = law[: low + 1].sum() / span * DAYS_PER_YEAR
    found[EXACT] = 1.0 if cell == 1.0 else 0.0


@njit(cache=True)
def _cell_of(low: float, lot: float) -> tuple[float, int, int]:
    """
    Units of a cell, reorder point and order quantity in cells: whole lots, and of many such cells the one that meets the reorder point.

    Stock between the reorder point and the next cell counts as at both, so that half a cell above it is where orders begin.
    """
    best, least, most = 1, math.inf, max(1, math.floor(_CELLS * lot / (low + lot)))
    for parts in range(max(1, math.floor(0.6 * most)), most + 1):
        cells = low * parts / lot - 0.5
        off = abs(cells - round(cells)) / parts
        if off < least:
            best, least = parts, off
    cell = lot / best
    return cell, max(0, round(low / cell - 0.5)), best


@njit(cache=True)
def _several_under_way(form: int, block: Floats, item: Floats, reorder: float, found: Floats) -> None:
    """Fill ``found`` from the share sold that, scaling what is on order, sells itself."""
    step, quantity, pi = item[STEP], item[QUANTITY], item[PI]
    asked = item[RATE] * item[REVIEW]
    variance, nothing = review_alone(block, asked)
    shape, one, two, weight = shape_of(form, asked, variance, nothing)
    # A review orders with the chance ``E[min(sold, Q)] / Q``.
    taken = max(0.0, asked - moments_above(shape, one, two, weight, quantity)[1]) / quantity
    found[EXACT], short = 0.0, np.empty(4)
    if quantity <= max(step, asked):
        sold = ordered_as_sold(form, block, item, reorder, short)
        found[FILL], found[STOCK] = sold if sold > 1e-7 else 0.0, max(0.0, short[3])
        found[ORDERS] = (short[2] if quantity <= step else sold) * taken * DAYS_PER_YEAR / item[REVIEW]
        return
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        sold = 0.5 * (low + high)
        missing(form, block, item, reorder, sold, 2, short)
        if asked - (short[2] - short[0]) > sold * asked:
            low = sold
        else:
            high = sold
    sold = 0.5 * (low + high)
    missing(form, block, item, reorder, sold, 1, short)
    stock, pipeline = 0.0, sold * ((1.0 - pi) * block[0, 0] + (pi * block[3, 0] if pi > 0.0 else 0.0))
    for h in range(3):
        stock += _SIMPSON[h] * max(0.0, reorder + 0.5 * (quantity + step) - pipeline - 0.5 * h * asked + short[h])
    found[FILL], found[STOCK] = sold if sold > 1e-7 else 0.0, stock
    found[ORDERS] = sold * taken * DAYS_PER_YEAR / item[REVIEW]


@njit(cache=True, parallel=True)
def lost_sales_outcomes(form: Ints, blocks: Floats, items: Floats, reorder: Floats, lead: Floats, found: Floats) -> None:
    """
    What policies earn where customers do not wait, NaN where that is unknown.

    Parameters
    ----------
    form, blocks, items
        As for `justenough.kernels.marginal`.
    reorder, lead : (n,) [units], [days]
        Reorder point and mean lead time.
    found : (n, N_FOUND)
        Fill rate, mean stock on hand, units lost and orders a year, 1 where the chain is exact.
    """
    for i in prange(len(form)):
        item = items[i]
        step, quantity = item[STEP], item[QUANTITY]
        if undecidable(blocks[i], item, quantity) or math.isnan(reorder[i] + lead[i]):
            found[i] = math.nan
            continue
        if item[RATE] <= 0.0:
            # Nobody comes: the shelf stays as full as the last order left it.
            found[i, FILL], found[i, STOCK], found[i, ORDERS], found[i, EXACT] = 1.0, max(0.0, reorder[i] + quantity), 0.0, 1.0
        else:
            alone = lead[i] <= item[REVIEW] + 1e-9 or quantity > reorder[i]
            small = step == 1.0 and (reorder[i] + quantity) < _MOST_STATES
            told_apart = small or _CELLS * quantity >= reorder[i] + quantity
            if alone and reorder[i] >= 0.0 and item[PI] <= 0.0 and told_apart:
                cell, low, lot = 1.0, math.floor(reorder[i] + 1e-9), round(quantity)
                if not small:
                    cell, low, lot = _cell_of(reorder[i] + 0.5 * step, quantity)
                _one_under_way(form[i], blocks[i], item, low, lot, cell, lead[i], found[i])
            else:
                _several_under_way(form[i], blocks[i], item, reorder[i], found[i])
        found[i, LOST] = (1.0 - found[i, FILL]) * item[RATE] * DAYS_PER_YEAR

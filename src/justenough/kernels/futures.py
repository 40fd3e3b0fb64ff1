"""Futures: the demand of one life, slot by slot: given periods laid on slots, or drawn by form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.variates import FOR_DEMAND, gamma, negative_binomial, normal, poisson, stream, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Seeds = NDArray[np.uint64]

# The codes of `justenough.domain.item.Form`; a test holds them equal.
NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA, WINDOWS, ZERO_LOGNORMAL = 0, 1, 2, 3, 4, 5
# Rows of the table of one slot's demand: mean, variance, and (zero-gamma, zero-lognormal) mean count of lumps.
MEAN, VARIANCE, COUNT = 0, 1, 2


@njit(cache=True)
def lay(
    state: Seeds, periods: Floats, first: int, slots: int, parts: int, step: float, level: float, demand: Floats, unknown: Floats
) -> None:
    """
    Lay each period's demand on its slots: evenly where ``parts`` is 0, else in that many lumps at random.

    Begins with period ``first`` and goes round; quantities are multiplied by ``level``, and those counted in a ``step`` above 0
    then rounded to it at random so that their mean stays.
    """
    for p in range(len(periods)):
        at = p * slots
        asked = periods[(first + p) % len(periods)]
        if math.isnan(asked):
            unknown[at : at + slots] = 1.0
            continue
        if level != 1.0:
            asked *= level
            if step > 0.0:
                asked = step * math.floor(asked / step + uniform(state))
        if slots == 1:
            demand[at] = asked
            continue
        laid = 0.0
        pieces = slots if parts == 0 else parts
        for k in range(pieces):
            upto = asked * (k + 1) / pieces
            upto = step * math.floor(upto / step + 0.5) if step > 0.0 else upto
            upto = asked if k == pieces - 1 else upto
            place = k if parts == 0 else int(uniform(state) * slots)
            demand[at + place] += upto - laid
            laid = upto


@njit(cache=True)
def level_of(state: Seeds, form: int, drift: float) -> float:
    """The life's own level as a multiple of the expected: mean 1, sd ``drift``; normal, lognormal or gamma as the form is."""
    if drift <= 0.0:
        return 1.0
    if form == ZERO_LOGNORMAL:
        square = math.log1p(drift * drift)
        return math.exp(math.sqrt(square) * normal(state) - 0.5 * square)
    return 1.0 + drift * normal(state) if form == NORMAL else gamma(state, 1.0, drift)


@njit(cache=True)
def draw(state: Seeds, form: int, table: Floats, level: float, period_slots: int, demand: Floats) -> None:
    """
    Draw each slot's demand independently around ``level`` times the table's mean.

    ``table`` (3, n_periods) holds mean, variance and count of one slot in each period of ``period_slots``
    and is gone through again and again. Given the level the variance is ``level`` times the table's (a
    normal's stays): a level changes how often something is wanted, not how much at a time. A zero-gamma is a
    Poisson number of gamma lumps, and so is a zero-lognormal: what sets it apart is the life's level.
    """
    for t in range(len(demand)):
        p = (t // period_slots) % table.shape[1]
        mean, variance = level * table[MEAN, p], table[VARIANCE, p]
        if form == NORMAL:
            demand[t] = mean + math.sqrt(variance) * normal(state)
        elif mean <= 0.0:
            demand[t] = 0.0
        elif variance <= 0.0:
            demand[t] = mean
        elif form == GAMMA:
            demand[t] = gamma(state, mean, math.sqrt(level * variance))
        elif form == NEGATIVE_BINOMIAL:
            demand[t] = negative_binomial(state, mean, level * variance)
        else:
            count = table[COUNT, p]
            lumps = poisson(state, level * count)
            if lumps > 0.0:
                size = table[MEAN, p] / count
                spread = max(0.0, variance / count - size * size)
                demand[t] = gamma(state, lumps * size, math.sqrt(lumps * spread))
            else:
                demand[t] = 0.0


@njit(cache=True, parallel=True)
def draw_items(form: Ints, tables: Floats, drift: Floats, seeds: Seeds, demand: Floats) -> None:
    """Fill ``demand`` (n, n_slots) with the first life of each item; parameters as for `draw`, one row an item."""
    for i in prange(len(form)):
        state = np.empty(1, np.uint64)
        stream(state, seeds[i], 0, FOR_DEMAND, 0)
        draw(state, form[i], tables[i], level_of(state, form[i], drift[i]), demand.shape[1], demand[i])

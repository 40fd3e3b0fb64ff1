"""Spanning: the cheapest min-max policy of an item, by looking at every pair of levels on a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.instants import SHAPES
from justenough.kernels.position import (
    COST,
    DAYS_PER_YEAR,
    FILL,
    HOLDING,
    N_OUTCOME,
    ORDER_COST,
    PI,
    QUANTITY,
    RATE,
    RATE_OF_HOLDING,
    REVIEW,
    SHELF_LIFE,
    SHORT_COST,
    STEP,
    STOCKOUT,
    TARGET_CYCLE,
    TARGET_FILL,
    cycle_service,
    earn,
    review_alone,
    shapes_over,
    undecidable,
)
from justenough.kernels.reaching import ends_of
from justenough.kernels.renewal import asked, stays_at
from justenough.kernels.searching import BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PLACES = 512  # levels of the grid at most
# Rows of what a place earns: money a year, money per order, share of units; and the cycle service of a reorder point there.
_KEPT, _EMPTY, _FILL, _SERVED = 0, 1, 2, 3


@njit(cache=True, error_model="numpy")
def _grid(shapes: Floats, item: Floats, least: float) -> tuple[float, float, int]:
    """
    Highest level, width and number of places of the grid: up to two lots above the far end of the curve.

    And from two lots below the mean exposure where waiting has a price, so that orders may be waited for; else from the mean.
    """
    step, demand = item[STEP], item[RATE] * item[REVIEW]
    ends = ends_of(shapes, item, np.empty((2, 1)), np.zeros(2, np.int64), 0)
    carrying = item[COST] * item[RATE_OF_HOLDING]
    lot = math.sqrt(2.0 * item[ORDER_COST] * item[RATE] * DAYS_PER_YEAR / carrying) if carrying > 0.0 else 0.0
    lot = max(lot, least, step) if lot == lot else max(least, step)  # noqa: PLR0124 - NaN is not itself
    top, bottom = ends[1] + 2.0 * lot + demand, ends[0] - (step if math.isnan(item[SHORT_COST]) else 2.0 * lot)
    if not math.isinf(item[SHELF_LIFE]) and not math.isnan(item[SHELF_LIFE]):
        # What lies on the shelf just after an arrival must be used before it is too old.
        top = max(min(top, item[RATE] * item[SHELF_LIFE] + shapes[0, 4]), bottom + max(least, step))
    width = (top - bottom) / (PLACES - 1)
    if step > 0.0:
        top, bottom = math.floor(top / step + 1e-9) * step, math.floor(bottom / step + 1e-9) * step
        width = step * max(1.0, math.ceil((top - bottom) / step / (PLACES - 1) - 1e-9))
    width = max(width, 1e-9)
    return top, width, math.floor((top - bottom) / width + 1e-9) + 1


@njit(cache=True, error_model="numpy")
def _earned(shapes: Floats, item: Floats, basis: int, top: float, width: float, places: int, each: Floats) -> None:
    """
    Fill ``each`` (4, places + 1) with what a review's position at each place earns.

    ``_SERVED`` is that from the lowest position that a reorder point at the place leaves: a step above it.
    """
    none, one = np.empty(N_OUTCOME), np.empty(N_OUTCOME)
    for k in range(places + 1):  # s may be the last of them
        earn(shapes, item, basis, 0.0, top - k * width, none)
        each[_EMPTY, k] = 0.0
        if basis == 3:  # an occasion is charged for each order that finds the shelf empty
            earn(shapes, item, basis, 1.0, top - k * width, one)
            each[_EMPTY, k] = one[STOCKOUT] - none[STOCKOUT]
        each[_KEPT, k] = none[HOLDING] + none[STOCKOUT]
        each[_FILL, k] = none[FILL]
        each[_SERVED, k] = cycle_service(shapes, item[PI], item[STEP], top - k * width + item[STEP])


@njit(cache=True, error_model="numpy")
def _best(
    stays: Floats, last: float, each: Floats, places: int, fewest: int, item: Floats, by_cycle: float, by_fill: float
) -> tuple[int, int]:
    """
    Place of S, and places from there to s, of the least cost a year among the pairs that keep two floors; -1 where none does.

    The place at s itself counts ``last`` of its stay, see `justenough.kernels.renewal.ends_weighed`.
    """
    least, at, span = math.inf, -1, 0
    reviews = DAYS_PER_YEAR / item[REVIEW]
    order_cost = max(0.0, item[ORDER_COST])
    for high in range(places):
        kept, empty, fill, spent = 0.0, 0.0, 0.0, 0.0
        for j in range(places - high):
            stay = stays[j]
            spent += stay
            kept += stay * each[_KEPT, high + j]
            empty += stay * each[_EMPTY, high + j]
            fill += stay * each[_FILL, high + j]
            part, low = last * stays[j + 1], high + j + 1
            whole = (spent + part) * (1.0 - 1e-12)
            if j + 1 < fewest or each[_SERVED, low] < by_cycle or fill + part * each[_FILL, low] < by_fill * whole:
                continue
            found_empty = (empty + part * each[_EMPTY, low]) / (spent + part)
            cost = (kept + part * each[_KEPT, low] + reviews * (order_cost + found_empty)) / (spent + part)
            if cost < least:
                least, at, span = cost, high, j + 1
    return at, span


@njit(cache=True, nogil=True, error_model="numpy")
def cheapest_pairs(start: int, stop: int, form: Ints, blocks: Floats, items: Floats, basis: Ints, least: Floats, found: Floats) -> None:
    """
    Fill rows ``start`` to ``stop`` of ``found`` (n, 3) with s, S and why they were chosen; NaN where the exposure is unknown.

    Parameters
    ----------
    form, blocks, items, basis
        As for `justenough.kernels.marginal`; the order quantity is not read.
    least : (n,) [units]
        Smallest S - s.
    """
    each = np.empty((4, PLACES + 1))
    shapes = np.empty(SHAPES)
    for i in range(start, stop):
        item = items[i].copy()
        step, demand = item[STEP], item[RATE] * item[REVIEW]
        item[QUANTITY] = step if step > 0.0 else max(1e-6 * demand, 1e-12)
        if undecidable(blocks[i], item, 1.0):
            found[i] = math.nan
            continue
        shapes_over(form[i], blocks[i], shapes)
        top, width, places = _grid(shapes, item, least[i])
        variance, idle = review_alone(blocks[i], demand) if demand > 0.0 else (0.0, 1.0)
        if abs(variance - demand) < 1e-6 * demand:  # Poisson but for the rounding of the difference
            variance = demand
        stays = np.zeros(places + 1)
        stays[0] = 1.0
        if demand > 0.0:
            chances, some = asked(form[i], demand, variance, idle, width, places)
            if some > 1e-12:
                stays = stays_at(some, chances, 1, np.empty(0), places + 1)
        last = 0.5 * (1.0 - step / width)
        _earned(shapes, item, basis[i], top, width, places, each)
        fewest = max(1, math.ceil(least[i] / width - 1e-9))
        by_cycle = max(0.0, item[TARGET_CYCLE])
        by_fill = max(0.0, item[TARGET_FILL])
        at, span = _best(stays, last, each, places, fewest, item, by_cycle, by_fill)
        free = _best(stays, last, each, places, fewest, item, 0.0, 0.0) if by_cycle + by_fill > 0.0 else (at, span)
        reason = BY_COST
        if at < 0:  # as much as may lie there serves less than the floors ask for
            at, span, reason = 0, fewest, BY_SHELF_LIFE
        elif free != (at, span):
            # With two floors it is the fill rate's only if that of cycle service alone would not do.
            served = by_fill <= 0.0 or (by_cycle > 0.0 and _best(stays, last, each, places, fewest, item, by_cycle, 0.0) == (at, span))
            reason = BY_CYCLE_SERVICE if served else BY_FILL_RATE
        found[i, 0], found[i, 1], found[i, 2] = top - (at + span) * width, top - at * width, reason

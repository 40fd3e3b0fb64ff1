"""Marginal: the search for an item's level, from the JIT end of its curve to the JIC end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.position import (
    CYCLE,
    FILL,
    N_OUTCOME,
    PI,
    QUANTITY,
    RATE,
    SHELF_LIFE,
    STEP,
    TARGET_CYCLE,
    TARGET_FILL,
    TOTAL,
    earn,
    mean_demand,
    orders_per_year,
    served_by,
    shapes_over,
    undecidable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Why a level was chosen, as `justenough.sizing.single.Reason`.
BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE = 0, 1, 2, 3
_FAR = 0.999  # the JIC end covers this share of exposures, outages included
_WITHIN = 1e-4  # no level of the curve costs less than the chosen by more than this share; see `_search_rest`
_MESHES = 4096  # a divisible level's whole curve is searched in so many parts; the best valley found before it, finer


@njit(cache=True)
def _first_covering(shapes: Floats, item: Floats, share: float, measure: int, start: float) -> float:
    """Least position from ``start`` up that reaches ``share``, of cycle service or of fill rate."""
    step = item[STEP]
    if served_by(shapes, item, measure, start) >= share:
        return start
    width = max(step, 1e-6, shapes[2, 4])
    low: float = start
    high: float = start + (math.ceil(width / step) * step if step > 0.0 else width)
    for _ in range(60):
        if served_by(shapes, item, measure, high) >= share:
            break
        low, high = high, high + 2.0 * (high - low)
    while high - low > (1.5 * step if step > 0.0 else 1e-9 * max(high, 1e-3)):
        middle = 0.5 * (low + high)
        if step > 0.0:
            middle = low + math.floor((middle - low) / step + 1e-9) * step
        if served_by(shapes, item, measure, middle) >= share:
            high = middle
        else:
            low = middle
    return high


@njit(cache=True)
def _ends(shapes: Floats, item: Floats) -> tuple[float, float, float, float]:
    """JIT end, JIC end, and the least positions that the two floors allow (the JIT end where there is none)."""
    step = item[STEP]
    lean = max(0.0, mean_demand(shapes, item[PI], 2))
    if step > 0.0:
        lean = math.floor(lean / step + 1e-9) * step
    far = _first_covering(shapes, item, _FAR, CYCLE, lean)
    by_cycle, by_fill = lean, lean
    if not math.isnan(item[TARGET_CYCLE]):
        by_cycle = _first_covering(shapes, item, item[TARGET_CYCLE], CYCLE, lean)
    if not math.isnan(item[TARGET_FILL]):
        by_fill = _first_covering(shapes, item, item[TARGET_FILL], FILL, lean)
    return lean, max(far, by_cycle, by_fill), by_cycle, by_fill


@njit(cache=True)
def _search_rest(
    shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, parts: Floats, found: tuple[float, float, float, float]
) -> float:
    """
    Position of least cost on the whole curve, by branch and bound from one ``found``: floor, mesh, its cost, itself.

    A stretch from a to b can hold nothing below ``rising(a) + falling(b)`` (see `earn`). One that might
    hold something better than the best by more than `_WITHIN` is halved, until nothing lies between.
    """
    floor, mesh, least, place = found
    out = np.empty(N_OUTCOME)
    stack = np.empty((len(lows) + 64, 4))  # halving adds one row a depth, and no double is halved 64 times
    rows = 0
    start = floor
    rising, _ = earn(shapes, item, basis, orders, start, out)
    for k in range(len(lows)):
        if lows[k] <= start:
            continue
        if lows[k] - start > 1.5 * mesh:
            stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3] = start, lows[k], rising, parts[k, 1]
            rows += 1
        start, rising = lows[k], parts[k, 0]
    while rows > 0:
        rows -= 1
        a, b, rising, falling = stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3]
        if not rising + falling < least * (1.0 - _WITHIN):
            continue
        middle = a + math.floor(0.5 * (b - a) / mesh + 1e-9) * mesh
        rising_middle, falling_middle = earn(shapes, item, basis, orders, middle, out)
        if out[TOTAL] < least * (1.0 - 1e-12) or (middle < place and out[TOTAL] <= least):
            least, place = out[TOTAL], middle
        if b - middle > 1.5 * mesh:
            stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3] = middle, b, rising_middle, falling
            rows += 1
        if middle - a > 1.5 * mesh:
            stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3] = a, middle, rising, falling_middle
            rows += 1
    return place


@njit(cache=True)
def _cheapest(
    shapes: Floats,
    item: Floats,
    basis: int,
    orders: float,
    lows: Floats,
    curve: Floats,
    parts: Floats,
    ends: tuple[float, float, float, float],
) -> tuple[float, int]:
    """Position of least total cost on the curve at or above the floors, and why it is the one."""
    lean, far, by_cycle, by_fill = ends
    step = item[STEP]
    out = np.empty(N_OUTCOME)
    points = len(lows)
    floor = max(by_cycle, by_fill)
    best = points - 1
    for k in range(points - 2, -1, -1):
        if lows[k] >= floor and curve[k, TOTAL] <= curve[best, TOTAL]:
            best = k
    left, right = max(floor, lows[max(best - 1, 0)]), lows[min(best + 1, points - 1)]
    # Golden section inside the bracket, on whole steps where there are any.
    grain = step if step > 0.0 else 1e-6 * max(far - lean, 1e-9)
    while right - left > 4.0 * grain:
        width = right - left
        a, b = left + 0.381966 * width, left + 0.618034 * width
        if step > 0.0:
            a, b = math.floor(a / step + 1e-9) * step, math.ceil(b / step - 1e-9) * step
        earn(shapes, item, basis, orders, a, out)
        at_a = out[TOTAL]
        earn(shapes, item, basis, orders, b, out)
        if at_a <= out[TOTAL]:
            right = b
        else:
            left = a
    # Best point of the curve until beaten: not every cost is convex, and the bracket may hold a worse valley.
    least, place = curve[best, TOTAL], lows[best]
    for k in range(6):
        y = left + k * grain
        if y > right + 0.5 * grain:
            break
        earn(shapes, item, basis, orders, y, out)
        if out[TOTAL] < least * (1.0 - 1e-12) or (y < place and out[TOTAL] <= least):
            least, place = out[TOTAL], y
    if basis != 2:  # waiting time is convex in the level, nothing else is
        mesh = step if step > 0.0 else max(far - lean, 1e-9) / _MESHES
        place = _search_rest(shapes, item, basis, orders, lows, parts, (floor, mesh, least, place))
    if math.isnan(curve[best, TOTAL]):
        place = floor
    reason = BY_COST
    if floor > lean and place <= floor + 4.0 * (grain if step <= 0.0 else 0.0):
        place = floor
        earn(shapes, item, basis, orders, floor - grain, out)
        if not out[TOTAL] > least:
            reason = BY_CYCLE_SERVICE if by_cycle >= by_fill else BY_FILL_RATE
    if not math.isinf(item[SHELF_LIFE]) and not math.isnan(item[SHELF_LIFE]):
        # What lies on the shelf just after an arrival must be used before it is too old.
        oldest = item[RATE] * item[SHELF_LIFE] + shapes[0, 4] - (item[QUANTITY] - step)
        if step > 0.0:
            oldest = math.floor(oldest / step + 1e-9) * step
        if oldest < place:
            place, reason = max(oldest, min(lean, place)), BY_SHELF_LIFE
    return place, reason


@njit(cache=True, parallel=True)
def outcomes_at(form: Ints, blocks: Floats, items: Floats, basis: Ints, lows: Floats, outcomes: Floats) -> None:
    """Fill ``outcomes`` (n, 11) with what each item earns whose lowest position is ``lows`` [units]."""
    for i in prange(len(form)):
        if undecidable(blocks[i], items[i], items[i, QUANTITY]) or math.isnan(lows[i]):
            outcomes[i] = math.nan
            continue
        shapes = np.empty((6, 5))
        shapes_over(form[i], blocks[i], shapes)
        orders = orders_per_year(form[i], blocks[i], items[i])
        earn(shapes, items[i], basis[i], orders, lows[i], outcomes[i])


@njit(cache=True, parallel=True)
def traced(form: Ints, blocks: Floats, items: Floats, basis: Ints, lows: Floats, curves: Floats, chosen: Floats, reasons: Ints) -> None:
    """
    Trace each item's curve and choose its point, in one pass.

    Fills ``lows`` (n, points) and ``curves`` (n, points, 11); ``chosen`` (n,) lowest positions and ``reasons`` (n,).
    """
    points = lows.shape[1]
    for i in prange(len(form)):
        item = items[i]
        if undecidable(blocks[i], item, item[QUANTITY]):
            lows[i], curves[i], chosen[i], reasons[i] = math.nan, math.nan, math.nan, BY_COST
            continue
        shapes = np.empty((6, 5))
        shapes_over(form[i], blocks[i], shapes)
        orders = orders_per_year(form[i], blocks[i], item)
        ends = _ends(shapes, item)
        lean, far = ends[0], ends[1]
        parts = np.empty((points, 2))
        for k in range(points):
            y = lean + (far - lean) * k / (points - 1)
            if item[STEP] > 0.0:
                few = far - lean < (points - 1.5) * item[STEP]
                y = min(far, lean + k * item[STEP]) if few else math.floor(y / item[STEP] + 0.5) * item[STEP]
            lows[i, k] = y
            if k > 0 and y == lows[i, k - 1]:
                curves[i, k], parts[k] = curves[i, k - 1], parts[k - 1]
            else:
                parts[k, 0], parts[k, 1] = earn(shapes, item, basis[i], orders, y, curves[i, k])
        chosen[i], reasons[i] = _cheapest(shapes, item, basis[i], orders, lows[i], curves[i], parts, ends)

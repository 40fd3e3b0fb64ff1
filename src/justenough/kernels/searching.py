"""Searching: the cheapest position on an item's curve, from what is known at its points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.along import FALLING, OUT, RISING
from justenough.kernels.bells import ROW
from justenough.kernels.position import N_OUTCOME, QUANTITY, RATE, SHELF_LIFE, STEP, TOTAL, earn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Why a level was chosen, as `justenough.domain.policy.Reason`.
BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE, BY_CURVE_END = 0, 1, 2, 3, 5
_WITHIN = 1e-4  # no level of the curve costs less than the chosen by more than this share
_MESHES = 4096  # parts a divisible stretch is searched in
_SAMPLES = 8  # places between two points of the curve that are looked at before the best is refined
_TOTALS = OUT + TOTAL * ROW


@njit(cache=True, error_model="numpy")
def _search_exactly(
    shapes: Floats, item: Floats, basis: int, orders: float, mesh: float, stretch: tuple[float, float], found: tuple[float, float]
) -> tuple[float, float]:
    """
    Least cost on a stretch, and its position, by branch and bound from the best ``found``.

    A stretch from a to b can hold nothing below ``rising(a) + falling(b)`` (see `earn`). One that might
    hold something better than the best by more than `_WITHIN` is halved, until nothing lies between.
    """
    least, place = found
    out = np.empty(N_OUTCOME)
    stack = np.empty((64, 4))  # halving adds one row a depth, and no double is halved 64 times
    left, right = stretch
    stack[0, 0], stack[0, 1] = left, right
    stack[0, 2] = earn(shapes, item, basis, orders, left, out)[0]
    stack[0, 3] = earn(shapes, item, basis, orders, right, out)[1]
    rows = 1
    while rows > 0:
        rows -= 1
        a, b, rising, falling = stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3]
        parts = math.floor((b - a) / mesh + 1e-9)
        if parts < 2 or not rising + falling < least * (1.0 - _WITHIN):
            continue
        middle = a + (parts // 2) * mesh
        rising_middle, falling_middle = earn(shapes, item, basis, orders, middle, out)
        if out[TOTAL] < least * (1.0 - 1e-12) or (middle < place and out[TOTAL] <= least):
            least, place = out[TOTAL], middle
        stack[rows, 0], stack[rows, 1], stack[rows, 2], stack[rows, 3] = middle, b, rising_middle, falling
        stack[rows + 1, 0], stack[rows + 1, 1], stack[rows + 1, 2], stack[rows + 1, 3] = a, middle, rising, falling_middle
        rows += 2
    return least, place


@njit(cache=True, error_model="numpy")
def _through_points(lows: Floats, book: Floats, first: int, newton: Floats) -> None:
    """Newton's divided differences of the total cost at eight neighbouring positions of the curve, for `_between`."""
    for i in range(8):
        newton[i] = book[_TOTALS + first + i]
    for order in range(1, 8):
        for i in range(7, order - 1, -1):
            newton[i] = (newton[i] - newton[i - 1]) / (lows[first + i] - lows[first + i - order])


@njit(cache=True, error_model="numpy")
def _between(lows: Floats, newton: Floats, first: int, y: float) -> float:
    """Total cost at ``y``, by the polynomial through eight neighbouring positions of the curve."""
    total: float = newton[7]
    for i in range(6, -1, -1):
        total = total * (y - lows[first + i]) + newton[i]
    return total


@njit(cache=True, error_model="numpy")
def _search_smoothly(
    lows: Floats, book: Floats, first: int, step: float, stretch: tuple[float, float], found: tuple[float, float], newton: Floats
) -> tuple[float, float]:
    """Least cost on a stretch, and its position, where the costs at eight positions around it tell the rest; ``newton`` is scratch."""
    least, place = found
    _through_points(lows, book, first, newton)
    left, right = stretch
    mesh = max((right - left) / _SAMPLES, step)
    if step > 0.0:
        mesh = math.ceil(mesh / step - 1e-9) * step
    best, at_best = math.inf, left
    parts = math.ceil((right - left) / mesh - 1e-9)
    for k in range(parts + 1):
        y = min(left + k * mesh, right)
        total = _between(lows, newton, first, y)
        if total < best:
            best, at_best = total, y
    if best > least * 1.05:
        return least, place
    grain = step if step > 0.0 else (right - left) / _MESHES
    left, right = max(left, at_best - mesh), min(right, at_best + mesh)
    while right - left > 2.5 * grain:
        third = (right - left) / 3.0
        if step > 0.0:
            third = max(step, math.floor(third / step + 1e-9) * step)
        if _between(lows, newton, first, left + third) <= _between(lows, newton, first, right - third):
            right -= third
        else:
            left += third
    for k in range(4):
        y = left + k * grain
        if y <= right + 1e-9 * grain:
            total = _between(lows, newton, first, y)
            if total < least * (1.0 - 1e-12) or (y < place and total <= least):
                least, place = total, y
    return least, place


@njit(cache=True, error_model="numpy")
def _search(
    shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, book: Floats, coarse: Ints, floor: float
) -> tuple[float, float]:
    """Position of least total cost on the curve from ``floor`` up, and that cost."""
    n, step = len(lows), item[STEP]
    last = n - 1
    while last > 0 and lows[last - 1] == lows[last]:
        last -= 1
    best = last
    for k in range(last - 1, -1, -1):
        if lows[k] >= floor and book[_TOTALS + k] <= book[_TOTALS + best]:
            best = k
    found = book[_TOTALS + best], lows[best]
    if math.isnan(found[0]):
        return floor, found[0]
    mesh = step if step > 0.0 else max(lows[last] - lows[0], 1e-9) / _MESHES
    out, newton = np.empty(N_OUTCOME), np.empty(8)
    if floor > lows[0] and floor < lows[best]:
        earn(shapes, item, basis, orders, floor, out)
        if out[TOTAL] <= found[0]:
            found = out[TOTAL], floor
    for k in range(last):
        at, left, right = _TOTALS + k, max(lows[k], floor), lows[k + 1]
        if right - left < 1.5 * mesh or not book[RISING + k] + book[FALLING + k + 1] < found[0] * (1.0 - _WITHIN):
            continue
        if basis == 2 and not best - 1 <= k <= best:
            continue  # waiting time is convex in the level, nothing else is
        first = min(max(k - 3, 0), last - 7)
        smooth = first >= 0
        for j in range(max(first, 0), min(first + 7, last)):
            smooth = smooth and coarse[j] == 0
        if smooth:
            # So well known a cost dips only where it does not already fall or rise through both ends.
            falls = k > 0 and lows[k - 1] >= floor and book[at - 1] < book[at]
            if falls or (k + 2 <= last and book[at + 2] < book[at + 1]):
                continue
            found = _search_smoothly(lows, book, first, step, (left, right), found, newton)
        else:
            found = _search_exactly(shapes, item, basis, orders, mesh, (left, right), found)
    return found[1], found[0]


@njit(cache=True, error_model="numpy")
def cheapest_along(
    shapes: Floats,
    item: Floats,
    basis: int,
    orders: float,
    lows: Floats,
    book: Floats,
    coarse: Ints,
    ends: tuple[float, float, float, float],
) -> tuple[float, int]:
    """Position of least total cost on the curve at or above the floors, and why it is the one."""
    lean, far, by_cycle, by_fill = ends
    step = item[STEP]
    floor = max(by_cycle, by_fill)
    place, least = _search(shapes, item, basis, orders, lows, book, coarse, floor)
    grain = step if step > 0.0 else 1e-6 * max(far - lean, 1e-9)
    reason, out = BY_COST, np.empty(N_OUTCOME)
    if floor > lean and place <= floor + 4.0 * (grain if step <= 0.0 else 0.0):
        place = floor
        earn(shapes, item, basis, orders, floor - grain, out)
        if not out[TOTAL] > least:
            reason = BY_CYCLE_SERVICE if by_cycle >= by_fill else BY_FILL_RATE
    if reason == BY_COST and place >= far - 4.0 * (grain if step <= 0.0 else 0.0):
        earn(shapes, item, basis, orders, far, out)
        at_end = out[TOTAL]
        earn(shapes, item, basis, orders, far + grain, out)
        if out[TOTAL] < at_end * (1.0 - 1e-12):
            place, reason = far, BY_CURVE_END
    if not math.isinf(item[SHELF_LIFE]) and not math.isnan(item[SHELF_LIFE]):
        # What lies on the shelf just after an arrival must be used before it is too old.
        oldest = item[RATE] * item[SHELF_LIFE] + shapes[0, 4] - (item[QUANTITY] - step)
        if step > 0.0:
            oldest = math.floor(oldest / step + 1e-9) * step
        if oldest < place:
            place, reason = max(oldest, min(lean, place)), BY_SHELF_LIFE
    return place, reason

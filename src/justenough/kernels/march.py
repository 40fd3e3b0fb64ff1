"""March: tails and losses at a row of rising levels, each from the one to its right.

One tail of a large count costs as much as dozens of densities, and densities vectorise. So
the tail is computed once, at the last level, and carried to the left over the integral of the density: a
quintic through value, slope and curvature at both ends of a step, integrated exactly. Its error is at most
``width^7 f^(6) / 100,800``; steps are halved until that is under a hundred-millionth of the step's own probability.
Only positive amounts are added, so nothing cancels. Where no step is short enough the tail is computed anew.
Normal, lognormal and gamma distributions need none of this (`justenough.kernels.bells`, `justenough.kernels.gammas`).

A count is marched as a continuous function, see `justenough.kernels.densities`; Euler and Maclaurin's formula turns
integrals into sums at the levels themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.bells import LOSS, ROW, SECOND, TAIL, bells, log_bells
from justenough.kernels.densities import (
    AT,
    BELL,
    BEND,
    CONSTANT,
    COUNT,
    DENSITY,
    FIRST,
    GAMMA,
    LOGNORMAL,
    NODES,
    PLACE,
    SLOPE,
    TWICE,
    ZEROTH,
    densities,
    is_nothing,
)
from justenough.kernels.gammas import gammas, measure
from justenough.kernels.loss import moments_above
from justenough.kernels.spacing import FINEST, steps_between

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_EVEN = 3  # up to so many steps are laid evenly between all levels


@njit(cache=True, error_model="numpy")
def _last_that_counts(shape: int, one: float, two: float, x: Floats) -> int:
    """Index of the last level with anything above it; -1 where there is none."""
    low, high = -1, len(x)
    if not is_nothing(shape, one, two, x[high - 1]):
        return high - 1
    while high - low > 1:
        middle = (low + high) // 2
        if is_nothing(shape, one, two, x[middle]):
            high = middle
        else:
            low = middle
    return low


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _integrals(n: int, work: Floats) -> None:
    """Moments 0 to 2 of each step between ``n`` places about its left end, by the quintic through both ends."""
    for k in range(n - 1):
        w = work[PLACE + k + 1] - work[PLACE + k]
        a, b, c = work[DENSITY + k], work[SLOPE + k] * w, work[BEND + k] * w * w
        d, e, g = work[DENSITY + k + 1], work[SLOPE + k + 1] * w, work[BEND + k + 1] * w * w
        work[ZEROTH + k] = w * ((a + d) * (1 / 2) + (b - e) * (1 / 10) + (c + g) * (1 / 120))
        work[FIRST + k] = w * w * (a * (1 / 7) + d * (5 / 14) + b * (4 / 105) - e * (13 / 210) + c * (1 / 280) + g * (1 / 210))
        work[TWICE + k] = w * w * w * (a * (5 / 168) + d * (23 / 168) + b * (1 / 112) - e * (1 / 48) + c * (1 / 1120) + g * (1 / 672))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _to_sums(shape: int, r: float, n: int, work: Floats) -> None:
    """
    What the sums over whole units above each of ``n`` places have more than the integrals (Euler and Maclaurin).

    Of tail, loss and second loss, in the rows of density, slope and curvature, which are spent.
    """
    whole = 1.0 if shape == COUNT else 0.0
    for k in range(n):
        f, slope, bend = work[DENSITY + k], work[SLOPE + k], work[BEND + k]
        y, z = 1.0 / (work[PLACE + k] + 1.0), whole / (work[PLACE + k] + r)
        per = 1.0 / f if f > 0.0 else 0.0
        third = slope * (3.0 * bend - 2.0 * slope * slope * per) * per + f * (y * y + y * y * y - z * z - z * z * z)
        work[DENSITY + k] = -0.5 * f - slope / 12.0 + third / 720.0
        work[SLOPE + k] = bend / 240.0 - f / 12.0
        work[BEND + k] = slope / 240.0


@njit(cache=True, error_model="numpy")
def march(shape: int, one: float, two: float, weight: float, x: Floats, unit: float, above: Floats, work: Floats, bits: Ints) -> None:
    """
    Fill rows of ``above`` with tail, loss and second loss of a distribution from `shape_of` at levels ``x`` (n,).

    Parameters
    ----------
    x
        Rising, unless `in_any_order`.
    unit
        Of a gamma, what levels are measured by, best near its mean; 0 where the gamma before was asked about the very same levels.
    above : (3 ROW,)
        Three rows, `ROW` apart.
    work, bits : (SCRATCH,)
        Scratch, and the same memory seen as integers; a gamma leaves its levels measured there.
    """
    n = len(x)
    if shape == BELL:
        bells(one, two, x, above)
        return
    if shape == GAMMA:
        if unit > 0.0:
            measure(x, unit, work)
        gammas(one, two, weight, x, above, work)
        return
    if shape == LOGNORMAL:
        log_bells(one, two, weight, x, above)
        for k in range(n):
            if x[k] < 0.0:
                above[TAIL + k], above[LOSS + k], above[SECOND + k] = moments_above(shape, one, two, weight, x[k])
        return
    last = _last_that_counts(shape, one, two, x)
    for k in range(last + 1, n):
        above[TAIL + k], above[LOSS + k], above[SECOND + k] = 0.0, 0.0, 0.0
    if last < 0:
        return
    if last + 1 < n and shape != CONSTANT:
        last += 1  # climb from the first level with nothing above it
    widest = 0.0
    for k in range(last):
        widest = max(widest, x[k + 1] - x[k])
    steps = 1
    if last > 0:
        steps = max(
            steps_between(shape, one, two, x[0], x[0] + widest), steps_between(shape, one, two, max(x[last] - widest, x[0]), x[last])
        )
    if steps <= _EVEN and shape != CONSTANT:
        _climb_evenly(shape, one, two, weight, x, above, last, steps, work)
        return
    used = _lay_steps(shape, one, two, x, last, work, bits)
    _climb(shape, one, two, weight, x, above, last, used, work, bits)


@njit(cache=True, error_model="numpy")
def in_any_order(shape: int) -> bool:
    """Whether `march` computes each level by itself."""
    return shape in (BELL, GAMMA, LOGNORMAL)


@njit(cache=True, error_model="numpy")
def _climb_evenly(shape: int, one: float, two: float, weight: float, x: Floats, above: Floats, last: int, steps: int, work: Floats) -> None:
    """Carry tail, loss and second loss from level ``last`` to the left, over as many steps between any two levels."""
    if steps == 1:
        for k in range(last + 1):
            work[PLACE + k] = x[k]
    else:
        for k in range(last):
            for m in range(steps):
                work[PLACE + k * steps + m] = x[k] + (x[k + 1] - x[k]) * m / steps
        work[PLACE + last * steps] = x[last]
    end = last * steps
    densities(shape, one, two, end + 1, work)
    _integrals(end + 1, work)
    tail, loss, second = 0.0, 0.0, 0.0
    if last == len(x) - 1:
        tail, loss, second = moments_above(shape, one, two, weight, x[last])
    above[TAIL + last], above[LOSS + last], above[SECOND + last] = tail, loss, second
    if shape >= COUNT:
        _to_sums(shape, one, end + 1, work)
        tail, loss, second = tail - work[DENSITY + end], loss - work[SLOPE + end], second - work[BEND + end]
    for j in range(end - 1, -1, -1):
        width = work[PLACE + j + 1] - work[PLACE + j]
        second += work[TWICE + j] + width * (loss + 0.5 * width * tail)
        loss += work[FIRST + j] + width * tail
        tail += work[ZEROTH + j]
        work[ZEROTH + j], work[FIRST + j], work[TWICE + j] = tail, loss, second
    for k in range(last):
        j = k * steps
        above[TAIL + k], above[LOSS + k], above[SECOND + k] = work[ZEROTH + j], work[FIRST + j], work[TWICE + j]
        if shape >= COUNT:
            above[TAIL + k] += work[DENSITY + j]
            above[LOSS + k] += work[SLOPE + j]
            above[SECOND + k] += work[BEND + j]


@njit(cache=True, error_model="numpy")
def _lay_steps(shape: int, one: float, two: float, x: Floats, last: int, work: Floats, bits: Ints) -> int:
    """
    Lay each level, and the steps between it and the next, as places; returns how many.

    The place of level k is ``bits[AT + k]``, or its complement where no step leads on.
    """
    used = 0
    for k in range(last + 1):
        work[PLACE + used] = x[k]
        bits[AT + k] = used
        used += 1
        if k == last:
            break
        steps = steps_between(shape, one, two, x[k], x[k + 1]) if x[k + 1] > x[k] else 1
        if steps > FINEST or used + steps + (last - k) >= NODES:
            bits[AT + k] = ~(used - 1)
            continue
        for m in range(1, steps):
            work[PLACE + used] = x[k] + (x[k + 1] - x[k]) * m / steps
            used += 1
    if work[PLACE] <= 0.0:
        work[PLACE] = x[last] if x[last] > 0.0 else 1.0  # no step leads on: any place where the density is tame
    return used


@njit(cache=True, error_model="numpy")
def _climb(
    shape: int, one: float, two: float, weight: float, x: Floats, above: Floats, last: int, used: int, work: Floats, bits: Ints
) -> None:
    """Carry tail, loss and second loss from level ``last`` to the left, over the places laid by `march`."""
    counted = shape >= COUNT
    if shape != CONSTANT:
        densities(shape, one, two, used, work)
        _integrals(used, work)
    if counted:
        _to_sums(shape, one, used, work)
    tail, loss, second = 0.0, 0.0, 0.0
    right = used
    for k in range(last, -1, -1):
        at = bits[AT + k]
        if k < last and x[k] == x[k + 1]:
            for row in range(k, k + 3 * ROW, ROW):
                above[row] = above[row + 1]
            right = at if at >= 0 else ~at
            continue
        if at < 0 or k == last:
            at = ~at if at < 0 else at
            tail, loss, second = moments_above(shape, one, two, weight, x[k])
            above[TAIL + k], above[LOSS + k], above[SECOND + k] = tail, loss, second
            if counted:
                tail, loss, second = tail - work[DENSITY + at], loss - work[SLOPE + at], second - work[BEND + at]
            right = at
            continue
        for j in range(right - 1, at - 1, -1):
            width = work[PLACE + j + 1] - work[PLACE + j]
            second += work[TWICE + j] + width * (loss + 0.5 * width * tail)
            loss += work[FIRST + j] + width * tail
            tail += work[ZEROTH + j]
        right = at
        above[TAIL + k], above[LOSS + k], above[SECOND + k] = tail, loss, second
        if counted:
            above[TAIL + k] += work[DENSITY + at]
            above[LOSS + k] += work[SLOPE + at]
            above[SECOND + k] += work[BEND + at]

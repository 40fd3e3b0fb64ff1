"""March: tails and losses at a row of rising levels, each from the one to its right.

One tail of a gamma or negative binomial costs as much as dozens of densities, and densities vectorise. So
the tail is computed once, at the last level, and carried to the left over the integral of the density: a
quintic through value, slope and curvature at both ends of a step, integrated exactly. Its error is at most
``width^7 f^(6) / 100,800``; steps are halved until that is under a hundred-millionth of the step's own probability.
Only positive amounts are added, so nothing cancels. Normal and lognormal distributions need none of this
(`justenough.kernels.bells`). Where no step is short enough (next to the pole of a
gamma of small shape) the tail is computed anew.

A count is marched as a continuous function, see `justenough.kernels.densities`; Euler and Maclaurin's formula turns
integrals into sums at the levels themselves.
"""

from __future__ import annotations

import math
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
    LEAST_COUNT,
    LOGNORMAL,
    NODES,
    PLACE,
    SLOPE,
    TWICE,
    ZEROTH,
    densities,
    is_nothing,
)
from justenough.kernels.loss import moments_above

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_STEP = 0.3  # (step / scale)^6 / 100,800 is then under a hundred-millionth
_DEEP = 5.0  # standard deviations of the logarithm below which a lognormal has nothing
_EVEN = 3  # up to so many steps are laid evenly between all levels
_FINEST = 12  # more steps than this between two levels and the tail is computed anew
COARSE = 5  # from so many steps on, two levels are too far apart to interpolate between them
LITTLE = 1e-7  # where less lies above, it may be interpolated over any distance


@njit(cache=True, error_model="numpy")
def _hardly_bends(shape: int, one: float, two: float, left: float, right: float) -> float:
    """
    Sixth root of how fast the density's sixth derivative can be between two places, relative to itself: 1 over a length.

    Farther out than 2.2 standard deviations above the mean so little lies above that it needs no shorter steps.
    """
    if shape == BELL:
        enough = one + 2.2 * two
    elif shape == LOGNORMAL:
        enough = math.exp(one + 2.5 * two)
        left, right = max(left, math.exp(one - _DEEP * two)), max(right, math.exp(one - _DEEP * two))
    elif shape == GAMMA:
        enough = two * (one + 2.2 * math.sqrt(one))
    elif shape == COUNT:
        enough = (one * (1.0 - two) + 2.2 * math.sqrt(one * (1.0 - two))) / two
    else:
        enough = one + 2.2 * math.sqrt(one)
    left, right = min(left, enough), min(right, enough)
    pole = 5.5 / (left * left)
    if shape == BELL:
        bend, pole = 1.0 / (two * two), 0.0
        u, v = (left - one) * bend, (right - one) * bend
    elif shape == LOGNORMAL:
        bend = 1.0 / (two * two)
        u, v = (1.0 + (math.log(left) - one) * bend) / left, (1.0 + (math.log(right) - one) * bend) / right
        bend /= left * left
    elif shape == GAMMA:
        u, v = (one - 1.0) / left - 1.0 / two, (one - 1.0) / right - 1.0 / two
        bend = abs(one - 1.0) / (left * left)
    elif shape == COUNT:
        q = 1.0 - two
        u, v = (one + left) / (left + 1.0) * q, (one + right) / (right + 1.0) * q
        # ln u to the first order from the side that overstates it.
        u, v = (u - 1.0 if u > 1.0 else 1.0 - 1.0 / u), (v - 1.0 if v > 1.0 else 1.0 - 1.0 / v)
        bend = abs(1.0 / (left + 1.0) - 1.0 / (left + one))
    else:
        u, v = one / (left + 1.0), one / (right + 1.0)
        u, v = (u - 1.0 if u > 1.0 else 1.0 - 1.0 / u), (v - 1.0 if v > 1.0 else 1.0 - 1.0 / v)
        bend = 1.0 / left
    return math.sqrt(max(u * u, v * v) + 2.5 * bend + pole)


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


@njit(cache=True, error_model="numpy")
def _integrals(n: int, work: Floats) -> None:
    """Moments 0 to 2 of each step between ``n`` places about its left end, by the quintic through both ends."""
    for k in range(n - 1):
        w = work[PLACE + k + 1] - work[PLACE + k]
        a, b, c = work[DENSITY + k], work[SLOPE + k] * w, work[BEND + k] * w * w
        d, e, g = work[DENSITY + k + 1], work[SLOPE + k + 1] * w, work[BEND + k + 1] * w * w
        work[ZEROTH + k] = w * ((a + d) * (1 / 2) + (b - e) * (1 / 10) + (c + g) * (1 / 120))
        work[FIRST + k] = w * w * (a * (1 / 7) + d * (5 / 14) + b * (4 / 105) - e * (13 / 210) + c * (1 / 280) + g * (1 / 210))
        work[TWICE + k] = w * w * w * (a * (5 / 168) + d * (23 / 168) + b * (1 / 112) - e * (1 / 48) + c * (1 / 1120) + g * (1 / 672))


@njit(cache=True, error_model="numpy")
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
def steps_between(shape: int, one: float, two: float, left: float, right: float) -> int:
    """Steps to take from ``left`` to ``right``; more than `_FINEST` where no number will do."""
    if shape == CONSTANT or (shape >= COUNT and left < LEAST_COUNT) or (shape == GAMMA and not left > 1e-9 * one * two):
        return _FINEST + 1
    return int(min((right - left) / _STEP * _hardly_bends(shape, one, two, left, right), 1e6)) + 1


@njit(cache=True, error_model="numpy")
def march(shape: int, one: float, two: float, weight: float, x: Floats, above: Floats, coarse: Ints, work: Floats, bits: Ints) -> None:
    """
    Fill rows of ``above`` with tail, loss and second loss of a distribution from `shape_of` at rising levels ``x`` (n,).

    Parameters
    ----------
    above : (3 ROW,)
        Three rows, `ROW` apart.
    coarse : (n,)
        Set to 1 at levels between which and the next the functions may not be interpolated; else left alone.
    work, bits : (SCRATCH,)
        Scratch, and the same memory seen as integers.
    """
    n = len(x)
    if shape == BELL:
        bells(one, two, x, above, work, bits)
        for k in range(n - 1):
            # The quick look asks for no more than `steps_between` would.
            far = (x[k + 1] - x[k]) * (max((one - x[k]) / two, 2.2) + 1.6) > _STEP * (COARSE - 1) * two
            if far and above[TAIL + k] > LITTLE and steps_between(shape, one, two, x[k], x[k + 1]) >= COARSE:
                coarse[k] = 1
        return
    if shape == LOGNORMAL:
        log_bells(one, two, weight, x, above, work, bits)
        for k in range(n):
            if x[k] < 0.0:
                above[TAIL + k], above[LOSS + k], above[SECOND + k] = moments_above(shape, one, two, weight, x[k])
            if k + 1 < n and above[TAIL + k] > LITTLE and steps_between(shape, one, two, x[k], x[k + 1]) >= COARSE:
                coarse[k] = 1
        return
    last = _last_that_counts(shape, one, two, x)
    for k in range(last + 1, n):
        above[TAIL + k], above[LOSS + k], above[SECOND + k] = 0.0, 0.0, 0.0
    if last < 0:
        return
    if last + 1 < n and shape != CONSTANT:
        last += 1  # climb from the first level with nothing above it
    if last + 1 < n and shape == CONSTANT:
        coarse[last] = 1
    widest = 0.0
    for k in range(last):
        widest = max(widest, x[k + 1] - x[k])
    steps = 1
    if last > 0:
        steps = max(
            steps_between(shape, one, two, x[0], x[0] + widest), steps_between(shape, one, two, max(x[last] - widest, x[0]), x[last])
        )
    if steps <= _EVEN and shape != CONSTANT:
        _climb_evenly(shape, one, two, weight, x, above, last, steps, work, bits)
        return
    used = _lay_steps(shape, one, two, x, last, coarse, work, bits)
    _climb(shape, one, two, weight, x, above, last, used, work, bits)
    for k in range(last + 1):
        coarse[k] = 1 if coarse[k] == 1 or (coarse[k] > 1 and above[TAIL + k] > LITTLE) else 0


@njit(cache=True, error_model="numpy")
def _climb_evenly(
    shape: int, one: float, two: float, weight: float, x: Floats, above: Floats, last: int, steps: int, work: Floats, bits: Ints
) -> None:
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
    densities(shape, one, two, weight, end + 1, work, bits)
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
def _lay_steps(shape: int, one: float, two: float, x: Floats, last: int, coarse: Ints, work: Floats, bits: Ints) -> int:
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
        if steps >= COARSE:
            coarse[k] |= 2  # if anything lies above it
        if steps > _FINEST or used + steps + (last - k) >= NODES:
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
        densities(shape, one, two, weight, used, work, bits)
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

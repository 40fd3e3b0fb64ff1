"""Weibull: the likelihood of censored lives and everything that is read off its contour, machine by machine.

Lives are scaled by the longest of their machine, ``x = ln(t / longest) <= 0``, so that no power overflows. All that
the likelihood asks of the lives at shape ``b`` is ``ln S(b)``, ``S(b) = sum exp(b x)``; its values at a few evenly
spaced shapes come from one pass over the lives (each a product of the one before), and what lies between from the
polynomial through them. The bounds of any figure are then found without looking at the lives again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.likelihood import (
    EARLY,
    INFORMATION,
    LOG_LIKELIHOOD,
    LOWER,
    MEAN,
    ROUND,
    SCALE,
    SHAPE,
    SHARPER,
    STEP,
    UPPER,
    excess,
    summit,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_NODES = 12
_NARROW = 0.5  # of the bound's distance in log shape; wider ranges ask the lives themselves


@njit(cache=True, fastmath=True, inline="always")
def _power(z: float) -> float:
    """
    ``exp(z)`` for z <= 0 to 1e-13 of 1, as ``exp(z / 512)`` squared nine times.

    Without a branch or a call, so that a loop over lives takes several at a time.
    """
    y = max(z, -300.0) * (1.0 / 512.0)
    y = 1.0 + y * (1.0 + y / 2 * (1.0 + y / 3 * (1.0 + y / 4 * (1.0 + y / 5 * (1.0 + y / 6 * (1.0 + y / 7 * (1.0 + y / 8)))))))
    y *= y
    y *= y
    y *= y
    y *= y
    y *= y
    y *= y
    y *= y
    y *= y
    return y * y


@njit(cache=True, fastmath=True)
def sums(x: Floats, b: float) -> tuple[float, float, float]:
    """``S``, ``S' / S`` and ``S'' / S`` at shape b."""
    s, first, second = 0.0, 0.0, 0.0
    for i in range(len(x)):
        at = x[i]
        power = _power(b * at)
        s += power
        power *= at
        first += power
        second += power * at
    return s, first / s, second / s


@njit(cache=True)
def _best_shape(x: Floats, mean_failed: float, start: float) -> float:
    """Root of the slope of the profile likelihood, ``1/b + mean of x over failures - S'/S``, which falls in b."""
    b, low, high = start, 0.0, math.inf
    for _ in range(200):
        _, first, second = sums(x, b)
        slope = 1.0 / b + mean_failed - first
        if slope > 0.0:
            low = b
        else:
            high = b
        step = slope / (1.0 / (b * b) + second - first * first)
        trial = b + step
        if not low < trial < high or trial > 4.0 * b:
            trial = 0.5 * (low + high) if high < math.inf else 4.0 * b
        if abs(trial - b) <= 1e-6 * b:
            return trial  # Newton doubles the digits: what is left is below 1e-11
        b = trial
    return b


@njit(cache=True, fastmath=True)
def _tabulate(x: Floats, low: float, step: float, table: Floats) -> None:
    """``ln S`` at the shapes ``low + k step``."""
    power, factor = np.empty(len(x)), np.empty(len(x))
    for i in range(len(x)):
        power[i], factor[i] = _power(low * x[i]), _power(step * x[i])
    for k in range(len(table)):
        total = 0.0
        for i in range(len(x)):
            total += power[i]
            power[i] *= factor[i]
        table[k] = math.log(total)


@njit(cache=True)
def _log_sum(b: float, x: Floats, low: float, step: float, table: Floats) -> float:
    """``ln S(b)``: through the tabulated points (Newton's differences held in ``table``), or from the lives if there are none."""
    if step == 0.0:
        return math.log(sums(x, b)[0])
    u = (b - low) / step
    total: float = table[-1]
    for k in range(len(table) - 2, -1, -1):
        total = total * (u - k) / (k + 1.0) + table[k]
    return total


@njit(cache=True)
def _differences(table: Floats) -> None:
    """Forward differences at the first point, in place."""
    for order in range(1, len(table)):
        for k in range(len(table) - 1, order - 1, -1):
            table[k] -= table[k - 1]


@njit(cache=True)
def _profile(b: float, r: float, mean_failed: float, log_sum: float) -> float:
    """Profile log likelihood of the scaled lives, without what does not move."""
    return r * (math.log(b) - log_sum + b * mean_failed)


@njit(cache=True)
def _end(x: Floats, r: float, mean_failed: float, b: float, goal: float, table: Floats, grid: tuple[float, float], far: float) -> float:
    """Shape between ``b`` and ``far`` at which the profile has fallen to ``goal``; NaN where it has not at ``far``."""
    low, step = grid
    near, out = b, far
    if _profile(far, r, mean_failed, _log_sum(far, x, low, step, table)) > goal:
        return math.nan
    y_near = _profile(near, r, mean_failed, _log_sum(near, x, low, step, table)) - goal
    y_out = _profile(out, r, mean_failed, _log_sum(out, x, low, step, table)) - goal
    side = 0
    for _ in range(200):  # false position, Illinois
        trial = (near * y_out - out * y_near) / (y_out - y_near)
        y = _profile(trial, r, mean_failed, _log_sum(trial, x, low, step, table)) - goal
        if y > 0.0:
            near, y_near = trial, y
            if side == 1:
                y_out *= 0.5
            side = 1
        else:
            out, y_out = trial, y
            if side == -1:
                y_near *= 0.5
            side = -1
        if abs(out - near) <= 1e-12 * b or abs(y) <= 1e-11:
            return trial
    return trial


@njit(cache=True)
def _figure(which: int, b: float, log_scale: float, log_early: float) -> float:
    """Logarithm of the scale, of the mean or of the early life."""
    if which == 0:
        return log_scale
    if which == 1:
        return log_scale + math.lgamma(1.0 + 1.0 / b)
    return log_scale + log_early / b


@njit(cache=True)
def _at_angle(
    angle: float, which: int, ends: tuple[float, float], told: tuple[float, float, float, float], x: Floats,
    grid: tuple[float, float], table: Floats,
) -> float:  # fmt: skip
    """A figure at a point of the contour: shapes run between its ends, and each has a scale above and one below."""
    r, mean_failed, goal, log_early = told
    b = 0.5 * (ends[0] + ends[1]) + 0.5 * (ends[1] - ends[0]) * math.cos(angle)
    log_sum = _log_sum(b, x, grid[0], grid[1], table)
    depth = max(_profile(b, r, mean_failed, log_sum) - goal, 0.0) / r
    v = excess(depth, math.sin(angle) < 0.0)
    return _figure(which, b, (log_sum - math.log(r) - math.log(v)) / b, log_early)


@njit(cache=True)
def _farthest(
    sign: float, which: int, ends: tuple[float, float], told: tuple[float, float, float, float], x: Floats,
    grid: tuple[float, float], table: Floats,
) -> float:  # fmt: skip
    """Largest value of ``sign`` times a figure on the contour, times ``sign``."""
    best, at = -math.inf, 0
    for k in range(ROUND):
        value = sign * _at_angle(STEP * k, which, ends, told, x, grid, table)
        if value > best:
            best, at = value, k
    angle, step = STEP * at, STEP
    for _ in range(SHARPER):
        before = sign * _at_angle(angle - step, which, ends, told, x, grid, table)
        here = sign * _at_angle(angle, which, ends, told, x, grid, table)
        after = sign * _at_angle(angle + step, which, ends, told, x, grid, table)
        best = max(best, before, here, after)
        angle += step * summit(before, here, after)
        step *= 0.2
    return sign * max(best, sign * _at_angle(angle, which, ends, told, x, grid, table))


@njit(cache=True)
def scaled(times: Floats, failed: Bools) -> tuple[Floats, float, float, float]:
    """``ln(t / longest)`` of the lives above 0, the longest, the number of failures and the mean of the first over them."""
    longest, r, total, kept = 0.0, 0.0, 0.0, 0
    for i in range(len(times)):
        longest = max(longest, times[i])
    x = np.empty(len(times))
    for i in range(len(times)):
        if times[i] > 0.0:
            x[kept] = math.log(times[i] / longest)
            if failed[i]:
                r += 1.0
                total += x[kept]
            kept += 1
    return x[:kept], longest, r, total / max(r, 1.0)


@njit(cache=True)
def _fit(times: Floats, failed: Bools, drop: float, early: float, out: Floats) -> None:
    x, longest, r, mean_failed = scaled(times, failed)
    if r == 0.0 or mean_failed > -1e-12:  # no failure, or all of them at the longest life: the likelihood has no top
        return
    b = _best_shape(x, mean_failed, 2.0 / -mean_failed)
    s, first, second = sums(x, b)
    best = _profile(b, r, mean_failed, math.log(s))
    log_scale, log_longest = (math.log(s) - math.log(r)) / b, math.log(longest)
    log_early = math.log(-math.log1p(-early))
    out[SHAPE], out[SCALE] = b, math.exp(log_scale + log_longest)
    out[LOG_LIKELIHOOD] = best + r * (math.log(r) - 1.0 - mean_failed - log_longest)
    out[MEAN] = math.exp(_figure(1, b, log_scale, log_early) + log_longest)
    out[EARLY] = math.exp(_figure(2, b, log_scale, log_early) + log_longest)
    out[INFORMATION], out[INFORMATION + 1] = r, -r * (first - log_scale)
    out[INFORMATION + 2] = r * (1.0 / (b * b) + second - 2.0 * first * log_scale + log_scale * log_scale)
    # How far the bounds of the shape lie, from the curvature in ln b; a little further is tabulated.
    reach = math.sqrt(2.0 * drop / r / (1.0 + b * b * (second - first * first)))
    low, high, goal = b * math.exp(-1.25 * reach), b * math.exp(1.25 * reach), best - drop
    table, ends = np.empty(_NODES), (math.nan, math.nan)
    grid = (low, 0.0)
    if reach < _NARROW:
        grid = (low, (high - low) / (_NODES - 1))
        _tabulate(x, low, grid[1], table)
        _differences(table)
        ends = (_end(x, r, mean_failed, b, goal, table, grid, low), _end(x, r, mean_failed, b, goal, table, grid, high))
    if not (ends[0] > 0.0 and ends[1] > 0.0):
        grid = (low, 0.0)
        while _profile(low, r, mean_failed, math.log(sums(x, low)[0])) > goal:
            low *= 0.5
        while _profile(high, r, mean_failed, math.log(sums(x, high)[0])) > goal:
            high *= 2.0
        ends = (_end(x, r, mean_failed, b, goal, table, grid, low), _end(x, r, mean_failed, b, goal, table, grid, high))
    out[LOWER], out[UPPER] = ends
    for which in range(3):
        now = (r, mean_failed, goal, log_early)
        out[LOWER + 1 + which] = math.exp(_farthest(-1.0, which, ends, now, x, grid, table) + log_longest)
        out[UPPER + 1 + which] = math.exp(_farthest(1.0, which, ends, now, x, grid, table) + log_longest)


@njit(cache=True, parallel=True)
def fitted(times: Floats, failed: Bools, offsets: Ints, drop: float, early: float, out: Floats) -> None:
    """
    Maximum likelihood of each machine, and the least and largest figures where the likelihood falls by ``drop``.

    Parameters
    ----------
    times : (n,)
        Lives, >= 0; those of 0 are passed over. Machine i has ``offsets[i]:offsets[i + 1]``.
    failed : (n,)
        Whether a life ended by failure; else it lasted longer.
    drop
        Half the chi-square quantile of one degree of freedom.
    early
        Share of lives that are over by the early life, as 0.1 for B10.
    out : (n_machines, COLUMNS)
        NaN where the likelihood has no top: no failure, or every failure at the longest life.
    """
    for i in prange(len(offsets) - 1):
        out[i, :] = math.nan
        if offsets[i + 1] > offsets[i]:
            _fit(times[offsets[i] : offsets[i + 1]], failed[offsets[i] : offsets[i + 1]], drop, early, out[i])

"""Lognormal: the likelihood of censored lives and everything that is read off its contour, machine by machine.

In ``s = 1 / sigma`` and ``a = mu / sigma`` the log likelihood is concave (Burridge 1981), so that Newton's steps
climb to its only top and every ray from there leaves a contour once. Finished lives enter through three sums; only
censored ones are looked at one by one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.likelihood import EARLY, INFORMATION, LOG_LIKELIHOOD, LOWER, MEAN, ROUND, SCALE, SHAPE, SHARPER, STEP, UPPER, summit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_HALF_LOG_TAU = 0.9189385332046727
_ROOT_HALF = 0.7071067811865476
_FAR = 5.0  # from here the tail comes from its continued fraction


@njit(cache=True)
def log_tail(z: float) -> tuple[float, float]:
    """Logarithm of the normal tail beyond z, and the hazard there."""
    density = -0.5 * z * z - _HALF_LOG_TAU
    if z < _FAR:
        tail = 0.5 * math.erfc(z * _ROOT_HALF)
        return math.log(tail), math.exp(density) / tail
    hazard = z
    for k in range(60, 0, -1):  # Laplace's fraction z + 1/(z + 2/(z + ...))
        hazard = z + k / hazard
    return density - math.log(hazard), hazard


@njit(cache=True)
def _likelihood(a: float, s: float, told: tuple[float, float, float], waits: Floats, slope: Floats) -> float:
    """Log likelihood of centred log lives; ``slope`` takes its two slopes and three curvatures, signs turned."""
    r, total, square = told
    value = r * (math.log(s) - _HALF_LOG_TAU) - 0.5 * (s * s * square - 2.0 * a * s * total + r * a * a)
    slope[0], slope[1] = s * total - r * a, r / s - s * square + a * total
    slope[2], slope[3], slope[4] = r, -total, r / (s * s) + square
    for y in waits:
        z = s * y - a
        log, hazard = log_tail(z)
        value += log
        bend = hazard * (hazard - z)
        slope[0] += hazard
        slope[1] -= hazard * y
        slope[2] += bend
        slope[3] -= bend * y
        slope[4] += bend * y * y
    return value


@njit(cache=True)
def _top(told: tuple[float, float, float], waits: Floats, a: float, s: float, slope: Floats) -> tuple[float, float, float]:
    """Where the likelihood is largest: a, s and its value; ``slope`` is that of the top."""
    value = _likelihood(a, s, told, waits, slope)
    for _ in range(200):
        det = slope[2] * slope[4] - slope[3] * slope[3]
        da = (slope[4] * slope[0] - slope[3] * slope[1]) / det
        ds = (slope[2] * slope[1] - slope[3] * slope[0]) / det
        gain, share = da * slope[0] + ds * slope[1], 1.0
        if gain <= 1e-20 * max(1.0, abs(value)):
            break
        while s + share * ds <= 0.1 * s:
            share *= 0.5
        new = _likelihood(a + share * da, s + share * ds, told, waits, slope)
        while new < value - 1e-12 * abs(value) and share > 1e-10:
            share *= 0.5
            new = _likelihood(a + share * da, s + share * ds, told, waits, slope)
        a, s, value = a + share * da, s + share * ds, new
        if gain <= 1e-14:
            break
    return a, s, value


@njit(cache=True)
def _radius(
    angle: float, top: tuple[float, float, float, float, float], goal: float, told: tuple[float, float, float], waits: Floats, slope: Floats
) -> tuple[float, float]:
    """The point, a and s, at which a ray from the top leaves the contour."""
    a, s, one, two, three = top
    # The ray in directions in which the likelihood falls alike: the columns of the inverse of its Cholesky factor.
    v = math.sin(angle) / three
    da, ds = (math.cos(angle) - two * v) / one, v
    far, low, high = 2.0, 0.0, math.inf  # where a bound of 95 % is, were the likelihood normal
    for _ in range(100):
        if s + far * ds <= 0.0:
            high = far
            far = 0.5 * (low + high)
            continue
        fall = _likelihood(a + far * da, s + far * ds, told, waits, slope) - goal
        if fall > 0.0:
            low = far
        else:
            high = far
        down = da * slope[0] + ds * slope[1]
        trial = far - fall / down if down < 0.0 else 2.0 * far
        if not low < trial < high:
            trial = 0.5 * (low + high) if high < math.inf else 2.0 * far
        if abs(trial - far) <= 1e-10 * far:
            far = trial
            break
        far = trial
    return a + far * da, s + far * ds


@njit(cache=True)
def _figure(which: int, a: float, s: float, deviate: float) -> float:
    """Logarithm of sigma, of the median, of the mean or of the early life."""
    if which == 0:
        return -math.log(s)
    if which == 1:
        return a / s
    if which == 2:
        return a / s + 0.5 / (s * s)
    return (a + deviate) / s


@njit(cache=True)
def _fit(times: Floats, failed: Bools, drop: float, deviate: float, out: Floats) -> None:
    longest, r, waiting, sum_failed, sum_all, square_all = 0.0, 0.0, 0, 0.0, 0.0, 0.0
    for i in range(len(times)):
        if times[i] <= 0.0:
            continue
        y = math.log(times[i])
        longest = max(longest, times[i])
        sum_all += y
        square_all += y * y
        if failed[i]:
            r += 1.0
            sum_failed += y
        else:
            waiting += 1
    if r == 0.0 or sum_failed > r * math.log(longest) - 1e-12 * r:
        return
    centre, n = sum_failed / r, r + waiting
    waits, square, at = np.empty(waiting), 0.0, 0
    for i in range(len(times)):
        if times[i] <= 0.0:
            continue
        y = math.log(times[i]) - centre
        if failed[i]:
            square += y * y
        else:
            waits[at] = y
            at += 1
    told, slope = (r, 0.0, square), np.empty(5)
    sd = max(math.sqrt(max(square_all / n - (sum_all / n) ** 2, 0.0)), 1e-6)
    a, s, value = _top(told, waits, (sum_all / n - centre) / sd, 1.0 / sd, slope)
    _likelihood(a, s, told, waits, slope)
    mu = a / s
    out[SHAPE], out[SCALE], out[LOG_LIKELIHOOD] = 1.0 / s, math.exp(centre + mu), value - r * centre
    out[MEAN], out[EARLY] = math.exp(centre + mu + 0.5 / (s * s)), math.exp(centre + mu + deviate / s)
    # Of (a, s) with log lives centred at ln scale: a' = a - s mu there.
    out[INFORMATION], out[INFORMATION + 1] = slope[2], slope[3] + mu * slope[2]
    out[INFORMATION + 2] = slope[4] + 2.0 * mu * slope[3] + mu * mu * slope[2]
    one = math.sqrt(slope[2])
    two = slope[3] / one
    top, goal = (a, s, one, two, math.sqrt(max(slope[4] - two * two, 1e-300))), value - drop
    ring, around, near = np.empty((ROUND, 2)), np.empty((3, 2)), np.empty(3)
    for k in range(ROUND):
        ring[k] = _radius(STEP * k, top, goal, told, waits, slope)
    for which in range(4):
        for side in range(2):
            sign = 2.0 * side - 1.0
            best, at = -math.inf, 0
            for k in range(ROUND):
                reached = sign * _figure(which, ring[k, 0], ring[k, 1], deviate)
                if reached > best:
                    best, at = reached, k
            angle, step = STEP * at, STEP
            for _ in range(SHARPER):
                for k in range(3):
                    around[k] = _radius(angle + (k - 1) * step, top, goal, told, waits, slope)
                    near[k] = sign * _figure(which, around[k, 0], around[k, 1], deviate)
                best = max(best, near.max())
                angle += step * summit(near[0], near[1], near[2])
                step *= 0.2
            last = _radius(angle, top, goal, told, waits, slope)
            best = max(best, sign * _figure(which, last[0], last[1], deviate))
            out[(UPPER if side else LOWER) + which] = math.exp(sign * best + (centre if which > 0 else 0.0))


@njit(cache=True, parallel=True)
def fitted(times: Floats, failed: Bools, offsets: Ints, drop: float, deviate: float, out: Floats) -> None:
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
    deviate
        Normal deviate of the share of lives that are over by the early life, -1.2816 for B10.
    out : (n_machines, COLUMNS)
        Shape is sigma and scale the median. NaN where the likelihood has no top: no failure, or every failure
        at the longest life.
    """
    for i in prange(len(offsets) - 1):
        out[i, :] = math.nan
        if offsets[i + 1] > offsets[i]:
            _fit(times[offsets[i] : offsets[i + 1]], failed[offsets[i] : offsets[i + 1]], drop, deviate, out[i])

"""Posterior: parameters of laws of lives drawn from what few or many lives leave open.

Flat in the logarithm of the scale; normal in the logarithm of sigma, which is 1 / shape of a Weibull law. Draws come
by inversion from a grid around the top of the posterior, so that nothing has to be tuned and no chain can stick.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels import variates
from justenough.kernels.lognormal import log_tail
from justenough.kernels.weibull import scaled, sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Seeds = NDArray[np.uint64]

FOR_WEIBULL, FOR_LOGNORMAL = 11, 12  # what a stream is for
_WIDTHS = 65  # points over ln sigma
_PLACES = 49  # points over the scale at each of them
_DEEP = 18.0  # fall of the log posterior at which it is taken to be over
_HALF_LOG_TAU = 0.9189385332046727


@njit(cache=True)
def _invert(heights: Floats, first: float, step: float, u: float) -> tuple[float, float]:
    """The place at which a share u of the area under straight lines through ``heights`` lies, and its place in steps."""
    total = 0.0
    for k in range(len(heights) - 1):
        total += 0.5 * (heights[k] + heights[k + 1])
    left = u * total
    for k in range(len(heights) - 1):
        a, b = heights[k], heights[k + 1]
        area = 0.5 * (a + b)
        if left <= area or k == len(heights) - 2:
            # The straight line from a to b holds a share x of the step where a x + (b - a) x^2 / 2 = left.
            x = 2.0 * left / (a + math.sqrt(max(a * a + 2.0 * (b - a) * left, 0.0))) if left > 0.0 else 0.0
            x = min(max(x, 0.0), 1.0)
            return first + step * (k + x), k + x
        left -= area
    return first, 0.0


@njit(cache=True)
def _weibull_height(lam: float, x: Floats, r: float, mean_failed: float, prior: tuple[float, float]) -> float:
    """Log posterior of ln sigma with the scale integrated out: ``b^(r-1) exp(r b mean) S^-r`` times the prior."""
    b = math.exp(-lam)
    s, _, _ = sums(x, b)
    away = (lam - prior[0]) / prior[1]
    return (1.0 - r) * lam + r * (b * mean_failed - math.log(s)) - 0.5 * away * away


@njit(cache=True)
def _sides(x: Floats, r: float, mean_failed: float, prior: tuple[float, float]) -> tuple[float, float, float]:
    """Where the height of ln sigma has its top, and where it is `_DEEP` below on either side."""
    top, best = prior[0], -math.inf
    for k in range(-40, 41):
        lam = prior[0] + 0.2 * prior[1] * k
        height = _weibull_height(lam, x, r, mean_failed, prior)
        if height > best:
            top, best = lam, height
    step = 0.1 * prior[1]
    while step > 1e-6 * prior[1]:  # climb; the height has one top
        for lam in (top - step, top + step):
            height = _weibull_height(lam, x, r, mean_failed, prior)
            if height > best:
                top, best = lam, height
        step *= 0.5
    ends = np.empty(2)
    for side in range(2):
        sign, near, far = 2.0 * side - 1.0, 0.0, 1e-3 * prior[1]
        while _weibull_height(top + sign * far, x, r, mean_failed, prior) > best - _DEEP:
            near, far = far, 2.0 * far
        for _ in range(6):
            middle = 0.5 * (near + far)
            if _weibull_height(top + sign * middle, x, r, mean_failed, prior) > best - _DEEP:
                near = middle
            else:
                far = middle
        ends[side] = top + sign * far
    return ends[0], ends[1], best


@njit(cache=True)
def _draw_weibull(times: Floats, failed: Bools, prior: tuple[float, float], state: Seeds, out: Floats) -> None:
    x, longest, r, mean_failed = scaled(times, failed)
    if r == 0.0:
        return
    low, high, best = _sides(x, r, mean_failed, prior)
    heights, step = np.empty(_WIDTHS), (high - low) / (_WIDTHS - 1)
    for k in range(_WIDTHS):
        heights[k] = math.exp(_weibull_height(low + k * step, x, r, mean_failed, prior) - best)
    log_sums = np.empty(_WIDTHS)
    for k in range(_WIDTHS):
        log_sums[k] = math.log(sums(x, math.exp(-low - k * step))[0])
    for draw in range(len(out)):
        lam, at = _invert(heights, low, step, variates.uniform(state))
        k = min(int(at), _WIDTHS - 2)
        log_sum = log_sums[k] + (at - k) * (log_sums[k + 1] - log_sums[k])
        # Given the shape b, scale^-b is gamma with r failures over S.
        out[draw, 0] = math.exp(lam) * (log_sum - math.log(variates.gamma(state, r, math.sqrt(r)))) + math.log(longest)
        out[draw, 1] = lam


@njit(cache=True, parallel=True)
def weibull_draws(times: Floats, failed: Bools, offsets: Ints, prior_mean: float, prior_sd: float, seeds: Seeds, out: Floats) -> None:
    """
    Fill ``out`` (n_machines, n_draws, 2) with draws of ln scale and of ln sigma = -ln shape; NaN without failures.

    Parameters
    ----------
    times, failed, offsets
        As `justenough.kernels.weibull.fitted`.
    prior_mean, prior_sd
        Of ln sigma.
    seeds : (n_machines,)
        Word of each machine.
    """
    for i in prange(len(offsets) - 1):
        out[i] = math.nan
        state = np.empty(1, np.uint64)
        variates.stream(state, seeds[i], 0, FOR_WEIBULL, 0)
        mine = slice(offsets[i], offsets[i + 1])
        _draw_weibull(times[mine], failed[mine], (prior_mean, prior_sd), state, out[i])


@njit(cache=True)
def _places(
    lam: float, told: tuple[float, float, float], waits: Floats, prior: tuple[float, float], heights: Floats
) -> tuple[float, float, float]:
    """Heights over mu at one ln sigma: where they begin, their step, and the largest of them (``heights`` are over it)."""
    r, mean, square = told
    sigma = math.exp(lam)
    away = (lam - prior[0]) / prior[1]
    fixed = -r * lam - 0.5 * square / (sigma * sigma) - 0.5 * away * away
    mu = mean
    for _ in range(50):  # the height is concave in mu
        slope, bend = -r * (mu - mean) / (sigma * sigma), r / (sigma * sigma)
        for y in waits:
            z = (y - mu) / sigma
            hazard = log_tail(z)[1]
            slope += hazard / sigma
            bend += hazard * (hazard - z) / (sigma * sigma)
        mu += slope / bend
        if abs(slope / bend) < 1e-6 * sigma:
            break
    spread = sigma / math.sqrt(r)  # censored lives only make it narrower on the left
    first, step, best = mu - 6.0 * spread, 12.0 * spread / (_PLACES - 1), -math.inf
    for k in range(_PLACES):
        at = first + k * step
        value = fixed - 0.5 * r * ((at - mean) / sigma) ** 2
        for y in waits:
            value += log_tail((y - at) / sigma)[0]
        heights[k] = value
        best = max(best, value)
    for k in range(_PLACES):
        heights[k] = math.exp(heights[k] - best)
    return first, step, best + math.log(step)


@njit(cache=True)
def _draw_lognormal(times: Floats, failed: Bools, prior: tuple[float, float], state: Seeds, out: Floats) -> None:
    r, total, square, waiting = 0.0, 0.0, 0.0, 0
    for i in range(len(times)):
        if times[i] > 0.0 and failed[i]:
            r += 1.0
            total += math.log(times[i])
        elif times[i] > 0.0:
            waiting += 1
    if r == 0.0:
        return
    mean, waits, at = total / r, np.empty(waiting), 0
    for i in range(len(times)):
        if times[i] > 0.0 and failed[i]:
            square += (math.log(times[i]) - mean) ** 2
        elif times[i] > 0.0:
            waits[at] = math.log(times[i])
            at += 1
    told = (r, mean, square)
    # A coarse look tells where ln sigma lies, a fine one around it is drawn from.
    low, high = prior[0] - 5.0 * prior[1], prior[0] + 5.0 * prior[1]
    marginal, first, step = np.empty(_WIDTHS), np.empty(_WIDTHS), np.empty(_WIDTHS)
    heights = np.empty((_WIDTHS, _PLACES))
    for look in range(2):
        width = (high - low) / (_WIDTHS - 1)
        for k in range(_WIDTHS):
            first[k], step[k], best = _places(low + k * width, told, waits, prior, heights[k])
            marginal[k] = best + math.log(heights[k].sum())
        marginal -= marginal.max()
        if look == 0:
            begin, end = 0, _WIDTHS - 1
            while begin < _WIDTHS - 2 and marginal[begin + 1] < -_DEEP:
                begin += 1
            while end > 1 and marginal[end - 1] < -_DEEP:
                end -= 1
            low, high = low + max(begin - 1, 0) * width, low + min(end + 1, _WIDTHS - 1) * width
    marginal = np.exp(marginal)
    for draw in range(len(out)):
        lam, where = _invert(marginal, low, width, variates.uniform(state))
        k = min(int(where + 0.5), _WIDTHS - 1)
        mu, _ = _invert(heights[k], first[k], step[k], variates.uniform(state))
        # The grid's sigma is near the drawn one; the distance from the middle grows with it.
        middle = first[k] + 0.5 * step[k] * (_PLACES - 1)
        out[draw, 0] = middle + (mu - middle) * math.exp(lam - low - k * width)
        out[draw, 1] = lam


@njit(cache=True, parallel=True)
def lognormal_draws(times: Floats, failed: Bools, offsets: Ints, prior_mean: float, prior_sd: float, seeds: Seeds, out: Floats) -> None:
    """
    Fill ``out`` (n_machines, n_draws, 2) with draws of mu and of ln sigma; NaN without failures.

    Parameters
    ----------
    times, failed, offsets
        As `justenough.kernels.lognormal.fitted`.
    prior_mean, prior_sd
        Of ln sigma.
    seeds : (n_machines,)
        Word of each machine.
    """
    for i in prange(len(offsets) - 1):
        out[i] = math.nan
        state = np.empty(1, np.uint64)
        variates.stream(state, seeds[i], 0, FOR_LOGNORMAL, 0)
        mine = slice(offsets[i], offsets[i + 1])
        _draw_lognormal(times[mine], failed[mine], (prior_mean, prior_sd), state, out[i])

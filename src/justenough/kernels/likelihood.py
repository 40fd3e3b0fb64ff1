"""Likelihood: what the fits of lives have in common, and the exponential one, which needs no search."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Columns of every fit. The information is of (a, s), where a life's standing is ``s (ln t - ln scale) - a``, at a = 0.
SHAPE, SCALE, LOG_LIKELIHOOD, MEAN, EARLY = range(5)
INFORMATION = 5  # of a and a, a and s, s and s
LOWER, UPPER = 8, 12  # four each: of shape, scale, mean and early life
COLUMNS = 16

ROUND, SHARPER = 24, 4  # points looked at around a contour, and how often the best of them is looked at five times closer
STEP = 2.0 * math.pi / ROUND


@njit(cache=True)
def excess(depth: float, above: bool) -> float:  # noqa: FBT001 - numba takes no keyword-only arguments
    """Root of ``v - ln v - 1 = depth`` above or below 1; depth >= 0."""
    if depth <= 0.0:
        return 1.0
    w = math.sqrt(2.0 * depth)
    below = math.exp(-1.0 - depth) if depth > 2.0 else math.exp(-w - w * w / 6.0)
    v = 1.0 + w + w * w / 3.0 if above else below
    for _ in range(50):
        step = (v - math.log(v) - 1.0 - depth) / (1.0 - 1.0 / v) if v != 1.0 else 0.0
        v = max(v - step, 0.1 * v)
        if abs(step) <= 1e-13 * v:
            break
    return v


@njit(cache=True)
def summit(before: float, here: float, after: float) -> float:
    """Where the parabola through three evenly spaced values is largest, in steps from the middle one; within one step."""
    bend = before - 2.0 * here + after
    return max(-1.0, min(1.0, 0.5 * (before - after) / bend)) if bend < 0.0 else 0.0


@njit(cache=True)
def exponential(failures: Floats, total: Floats, drop: float, early: float, out: Floats) -> None:
    """
    Exponential fits from counts alone.

    Parameters
    ----------
    failures, total : (n_machines,)
        Failures, and all time lived, finished lives and others (Epstein & Sobel 1953).
    drop, early
        As for `justenough.kernels.weibull.fitted`.
    out : (n_machines, COLUMNS)
        The shape is 1 without bounds. Without a failure only the lower bounds are numbers, the upper infinite.
    """
    log_early = -math.log1p(-early)
    for i in range(len(failures)):
        out[i, :] = math.nan
        r, t = failures[i], total[i]
        if t <= 0.0:
            continue
        mean, least, most = math.nan, t / drop, math.inf  # none failed: ln L = -t / mean falls by `drop` at t / drop
        if r > 0.0:
            mean = t / r
            least, most = mean / excess(drop / r, True), mean / excess(drop / r, False)
            out[i, LOG_LIKELIHOOD] = -r * (math.log(mean) + 1.0)
            out[i, INFORMATION] = r
        out[i, SHAPE], out[i, SCALE], out[i, MEAN], out[i, EARLY] = 1.0, mean, mean, mean * log_early
        out[i, LOWER + 1], out[i, LOWER + 2], out[i, LOWER + 3] = least, least, least * log_early
        out[i, UPPER + 1], out[i, UPPER + 2], out[i, UPPER + 3] = most, most, most * log_early

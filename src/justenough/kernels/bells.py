"""Bells: tails and losses of the normal and lognormal distributions at a row of levels, all at once.

The upper tail is the density times Mills' ratio, which is smooth enough for one polynomial.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.elementary import decay, logarithm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROW = 96  # levels at most, and the distance between rows of what is known at each
TAIL, LOSS, SECOND = 0, ROW, 2 * ROW  # rows of what is known above a level
_PER_ROOT = 1.0 / math.sqrt(2.0 * math.pi)
_LEAST = 1e-300
_FOUR = 4.0  # where (z - 4) / (z + 4), the polynomial's argument, is 0


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def bells(mean: float, deviation: float, x: Floats, above: Floats) -> None:
    """
    Fill ``above`` (3 ROW,), rows `ROW` apart, with tail, loss and second loss at levels ``x`` (n,).

    Good to 1e-11 of 1, of the deviation and of its square.
    """
    per, half = 1.0 / deviation, 0.5 * deviation * deviation
    for k in range(len(x)):
        z = (x[k] - mean) * per
        bell = bell_at(-0.5 * z * z)
        tail = tail_at(z, bell)
        loss = bell - z * tail
        above[TAIL + k] = tail
        above[LOSS + k] = max(0.0, deviation * loss)
        above[SECOND + k] = max(0.0, half * (tail - z * loss))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def log_bells(middle: float, spread: float, weight: float, x: Floats, above: Floats) -> None:
    """
    As `bells`, of ``exp`` of a normal of that mean and deviation, with the weight of not being zero; ``x`` from 0 up.

    Good to 1e-10 of the weight, of the mean and of the mean square.
    """
    per = 1.0 / spread
    for k in range(len(x)):
        z = (logarithm(max(x[k], _LEAST)) - middle) * per
        for part in range(3):
            below = z - part * spread
            above[part * ROW + k] = tail_at(below, bell_at(-0.5 * below * below))
    mean = math.exp(middle + 0.5 * spread * spread)
    square = mean * mean * math.exp(spread * spread)
    for k in range(len(x)):
        tail, first, second = weight * above[TAIL + k], weight * mean * above[LOSS + k], weight * square * above[SECOND + k]
        above[TAIL + k] = tail
        above[LOSS + k] = max(0.0, first - x[k] * tail)
        above[SECOND + k] = max(0.0, 0.5 * (second - 2.0 * x[k] * first + x[k] * x[k] * tail))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def bell_at(power: float) -> float:
    """Standard normal density whose power is ``-z^2 / 2``."""
    return decay(power) * _PER_ROOT


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def tail_at(z: float, bell: float) -> float:
    """P(Z > z) of a standard normal, from its density there."""
    by = 1.0 / (abs(z) + _FOUR)
    t = (abs(z) - _FOUR) * by
    # (z + 4) times Mills' ratio: a fit of degree 12, 1.4e-12 relative to 8 deviations, beyond which nothing lies.
    p = 2.2675640562597718e-05
    p = p * t + 9.628750710013187e-05
    p = p * t - 1.0156572225952238e-05
    p = p * t - 0.0005842860109183394
    p = p * t + 0.00033420173457053196
    p = p * t + 0.0040887552448858775
    p = p * t - 0.008722182095109457
    p = p * t - 0.01890052552651591
    p = p * t + 0.15139175241516625
    p = p * t - 0.46754096009548085
    p = p * t + 0.9704095550990178
    p = p * t - 1.5237709108565438
    p = p * t + 1.8932190633078738
    tail = bell * by * p
    return tail if z >= 0.0 else 1.0 - tail

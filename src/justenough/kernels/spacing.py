"""Spacing: how far apart two levels may be for what lies above them to be known between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.bells import TAIL
from justenough.kernels.densities import BELL, CONSTANT, COUNT, GAMMA, LEAST_COUNT, LOGNORMAL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_STEP = 0.3  # (step / scale)^6 / 100,800 is then under a hundred-millionth
_DEEP = 5.0  # standard deviations of the logarithm below which a lognormal has nothing
FINEST = 12  # no more steps than this between two levels
_COARSE = 5  # from so many steps on, two levels are too far apart to interpolate between them
_LITTLE = 1e-7  # where less lies above, it may be interpolated over any distance


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
def steps_between(shape: int, one: float, two: float, left: float, right: float) -> int:
    """Steps to take from ``left`` to ``right``; more than `FINEST` where no number will do."""
    if shape == CONSTANT or (shape >= COUNT and left < LEAST_COUNT) or (shape == GAMMA and not left > 1e-9 * one * two):
        return FINEST + 1
    return int(min((right - left) / _STEP * _hardly_bends(shape, one, two, left, right), 1e6)) + 1


@njit(cache=True, error_model="numpy")
def mark_wide(shape: int, one: float, two: float, step: float, x: Floats, above: Floats, coarse: Ints) -> None:
    """
    Set ``coarse`` (n,) to 1 at rising levels between which and the next the functions may not be interpolated; else leave it alone.

    Levels with no whole step between them are close enough. ``above`` is as `march` filled it.
    """
    last, widest = len(x) - 1, 0.0
    for k in range(last):
        widest = max(widest, x[k + 1] - x[k])
    if not widest > 1.5 * step:
        return
    ends = steps_between(shape, one, two, x[0], x[0] + widest), steps_between(shape, one, two, max(x[last] - widest, x[0]), x[last])
    if max(ends) < _COARSE:
        return
    for k in range(last):
        wide = x[k + 1] - x[k] > 1.5 * step and above[TAIL + k] > _LITTLE
        if wide and steps_between(shape, one, two, x[k], x[k + 1]) >= _COARSE:
            coarse[k] = 1

"""Densities: a row of them at once, with slope and curvature.

A count is taken as the continuous function through its probabilities.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.elementary import exponential, logarithm
from justenough.kernels.incomplete import deviance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONSTANT, BELL, GAMMA, LOGNORMAL, COUNT, POISSON = 0, 1, 2, 3, 4, 5  # shape codes of `justenough.kernels.loss`; a test holds them equal
NODES = 320  # levels and the steps between them, at most
# Scratch is one flat array of rows of NODES: with constant distances between rows the compiler sees that they do not overlap.
PLACE, DENSITY, SLOPE, BEND, POWER, ZEROTH, FIRST, TWICE, AT = (row * NODES for row in range(9))
LOG = 9 * NODES  # for `justenough.kernels.gammas`, with two rows that are shorter
GAP, UNIT = LOG + NODES // 3, LOG + 2 * (NODES // 3)
SCRATCH = 10 * NODES
LEAST_COUNT = 16.0  # from here the series below is good to 1e-12
_NOTHING = 30.0  # tails below exp(-30) are none


@njit(cache=True, error_model="numpy")
def is_nothing(shape: int, one: float, two: float, x: float) -> bool:
    """Whether so little lies above ``x`` that it does not count (Chernoff's bound), of counts and constants."""
    if shape == CONSTANT:
        return x >= one
    if shape == POISSON:
        return x > one and deviance(x, one) > _NOTHING
    total = x + one
    return x > one * (1.0 - two) / two and deviance(one, total * two) + deviance(x, total * (1.0 - two)) > _NOTHING


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def densities(shape: int, one: float, two: float, n: int, work: Floats) -> None:
    """From the first ``n`` places, density, slope and curvature of counts; the row of power is spent."""
    height = _through_poisson(one, n, work) if shape == POISSON else _through_negative_binomial(one, two, n, work)
    for k in range(n):
        f, u = exponential(work[POWER + k]) * height, work[SLOPE + k]
        work[DENSITY + k] = f
        work[SLOPE + k] = f * u
        work[BEND + k] = f * (work[BEND + k] + u * u)


@njit(cache=True, error_model="numpy")
def _log_height(a: float) -> float:
    """``ln`` of the density of a gamma of scale 1 at its mean ``a``."""
    if a < LEAST_COUNT:
        return (a - 1.0) * math.log(a) - a - math.lgamma(a)
    return -0.5 * math.log(2.0 * math.pi * a) - _stirling(a)


@njit(cache=True, error_model="numpy")
def _stirling(z: float) -> float:
    """``ln Gamma(z)`` less ``(z - 1/2) ln z - z + ln(2 pi) / 2``, for z >= 16."""
    y = 1.0 / (z * z)
    return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y / 1680.0))) / z


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _through_poisson(mean: float, n: int, work: Floats) -> float:
    """Logarithm, its slope and its bend of ``mean^x e^-mean / Gamma(x + 1)`` over the height returned, places from 16 up."""
    # ln((x + 1) / mean): logarithms near 0 lose nothing, while x ln x of a large x would.
    of_mean = 1.0 / mean
    for k in range(n):
        x = work[PLACE + k]
        log = logarithm((x + 1.0) * of_mean)
        y = 1.0 / (x + 1.0)
        w = y * y
        stirling = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) * y
        work[POWER + k] = (x - mean) + 1.0 - (x + 0.5) * log - stirling
        work[SLOPE + k] = -log + 0.5 * y + w * (1.0 / 12.0 - w / 120.0)
        work[BEND + k] = -y - 0.5 * w - w * y / 6.0
    return 1.0 / math.sqrt(2.0 * math.pi * mean)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _through_negative_binomial(r: float, p: float, n: int, work: Floats) -> float:
    """As `_through_poisson`, of ``Gamma(x + r) / (Gamma(r) Gamma(x + 1)) p^r q^x``."""
    mean = r * (1.0 - p) / p
    _through_poisson(mean, n, work)
    of_whole = 1.0 / (mean + r)
    for k in range(n):
        x = work[PLACE + k]
        z = x + r
        log = logarithm(z * of_whole)
        y = 1.0 / z
        w = y * y
        stirling = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) * y
        work[POWER + k] += (z - 0.5) * log + stirling - (x - mean)
        work[SLOPE + k] += log - 0.5 * y - w * (1.0 / 12.0 - w / 120.0)
        work[BEND + k] += y + 0.5 * w + w * y / 6.0
    return r * math.exp(_log_height(r)) / math.sqrt(mean * (mean + r))

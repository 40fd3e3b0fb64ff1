"""Densities: a row of them at once, with slope and curvature, and the exponentials and logarithms they are made of.

Written so that the compiler does eight at a time: it does so for none of the functions of `math`. A count is taken as
the continuous function through its probabilities.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.incomplete import deviance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CONSTANT, BELL, GAMMA, LOGNORMAL, COUNT, POISSON = 0, 1, 2, 3, 4, 5  # shape codes of `justenough.kernels.loss`; a test holds them equal
NODES = 320  # levels and the steps between them, at most
# Scratch is one flat array of rows of NODES: with constant distances between rows the compiler sees that they do not overlap.
PLACE, DENSITY, SLOPE, BEND, POWER, LOG, ZEROTH, FIRST, TWICE, AT = (row * NODES for row in range(10))
SCRATCH = 10 * NODES
LEAST_COUNT = 16.0  # from here the series below is good to 1e-12
_NOTHING = 30.0  # tails below exp(-30) are none
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def exponentials(work: Floats, bits: Ints, of: int, to: int, n: int) -> None:
    """``work[to:]`` becomes ``exp(work[of:])`` of ``n``, which are spent, to 2e-16 relative; ``bits`` is ``work`` seen as integers."""
    for k in range(n):
        v = min(max(work[of + k], -700.0), 700.0)
        whole = math.floor(v * 1.4426950408889634 + 0.5)
        r = (v - whole * _LN2_HIGH) - whole * _LN2_LOW
        e = 1.0 / 479001600.0
        e = e * r + 1.0 / 39916800.0
        e = e * r + 1.0 / 3628800.0
        e = e * r + 1.0 / 362880.0
        e = e * r + 1.0 / 40320.0
        e = e * r + 1.0 / 5040.0
        e = e * r + 1.0 / 720.0
        e = e * r + 1.0 / 120.0
        e = e * r + 1.0 / 24.0
        e = e * r + 1.0 / 6.0
        e = e * r + 0.5
        e = e * r + 1.0
        work[of + k] = e * r + 1.0
        bits[to + k] = (int(whole) + 1023) << 52
    for k in range(n):
        work[to + k] *= work[of + k]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def logarithms(work: Floats, bits: Ints, of: int, to: int, n: int) -> None:
    """``work[to:]`` becomes ``ln(work[of:])`` of ``n``, which are spent; all must be positive and of full precision."""
    for k in range(n):
        # The exponent is counted from sqrt(1/2), so that the rest lies between sqrt(1/2) and sqrt(2).
        moved = (bits[of + k] - 0x3FE6A09E667F3BCD) >> 52
        bits[of + k] -= moved << 52
        work[to + k] = float(moved)
    for k in range(n):
        m = work[of + k]
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        p = 1.0 / 21.0
        p = p * z + 1.0 / 19.0
        p = p * z + 1.0 / 17.0
        p = p * z + 1.0 / 15.0
        p = p * z + 1.0 / 13.0
        p = p * z + 1.0 / 11.0
        p = p * z + 1.0 / 9.0
        p = p * z + 1.0 / 7.0
        p = p * z + 1.0 / 5.0
        p = p * z + 1.0 / 3.0
        e = work[to + k]
        work[to + k] = e * _LN2_HIGH + (e * _LN2_LOW + 2.0 * (s + s * z * p))


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
def densities(shape: int, one: float, two: float, n: int, work: Floats, bits: Ints) -> None:
    """From the first ``n`` places, density, slope and curvature of counts; the rows of power and logarithm are spent."""
    height = _through_poisson(one, n, work, bits) if shape == POISSON else _through_negative_binomial(one, two, n, work, bits)
    exponentials(work, bits, POWER, DENSITY, n)
    for k in range(n):
        f, u = work[DENSITY + k] * height, work[SLOPE + k]
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
def _through_poisson(mean: float, n: int, work: Floats, bits: Ints) -> float:
    """Logarithm, its slope and its bend of ``mean^x e^-mean / Gamma(x + 1)`` over the height returned, places from 16 up."""
    # ln((x + 1) / mean): logarithms near 0 lose nothing, while x ln x of a large x would.
    of_mean = 1.0 / mean
    for k in range(n):
        work[DENSITY + k] = (work[PLACE + k] + 1.0) * of_mean
    logarithms(work, bits, DENSITY, LOG, n)
    for k in range(n):
        x, log = work[PLACE + k], work[LOG + k]
        y = 1.0 / (x + 1.0)
        w = y * y
        stirling = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) * y
        work[POWER + k] = (x - mean) + 1.0 - (x + 0.5) * log - stirling
        work[SLOPE + k] = -log + 0.5 * y + w * (1.0 / 12.0 - w / 120.0)
        work[BEND + k] = -y - 0.5 * w - w * y / 6.0
    return 1.0 / math.sqrt(2.0 * math.pi * mean)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _through_negative_binomial(r: float, p: float, n: int, work: Floats, bits: Ints) -> float:
    """As `_through_poisson`, of ``Gamma(x + r) / (Gamma(r) Gamma(x + 1)) p^r q^x``."""
    mean = r * (1.0 - p) / p
    _through_poisson(mean, n, work, bits)
    of_whole = 1.0 / (mean + r)
    for k in range(n):
        work[DENSITY + k] = (work[PLACE + k] + r) * of_whole
    logarithms(work, bits, DENSITY, LOG, n)
    for k in range(n):
        x, log = work[PLACE + k], work[LOG + k]
        z = x + r
        y = 1.0 / z
        w = y * y
        stirling = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) * y
        work[POWER + k] += (z - 0.5) * log + stirling - (x - mean)
        work[SLOPE + k] += log - 0.5 * y - w * (1.0 / 12.0 - w / 120.0)
        work[BEND + k] += y + 0.5 * w + w * y / 6.0
    return r * math.exp(_log_height(r)) / math.sqrt(mean * (mean + r))

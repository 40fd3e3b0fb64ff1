"""Elementary: exponentials and logarithms of one number each, which the compiler does eight at a time.

It does so for none of the functions of `math`. Here is nothing but sums, products and shifts of bits, so that a loop which
calls these can be turned into vectors as a whole.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_LN2 = 0.6931471805599453
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def exponential(v: float) -> float:
    """``exp(v)`` to 2e-16 relative, for v from -700 to 700; beyond, that of the nearer end."""
    v = min(max(v, -700.0), 700.0)
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
    e = e * r + 1.0
    power: float = np.int64((int(whole) + 1023) << 52).view(np.float64)
    return e * power


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _parts(x: float) -> tuple[float, float, float, float]:
    """
    Of ``x = m 2^e`` with m between sqrt(1/2) and sqrt(2): m, e, ``s = (m - 1) / (m + 1)`` and the rest of ``ln m / s``.

    ``ln m = 2 s + 2 s rest``; x must be positive and of full precision.
    """
    bits = np.float64(x).view(np.int64)
    e = (bits - _ROOT_HALF) >> 52
    m: float = np.int64(bits - (e << 52)).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    w = s * s
    p = 1.0 / 21.0
    p = p * w + 1.0 / 19.0
    p = p * w + 1.0 / 17.0
    p = p * w + 1.0 / 15.0
    p = p * w + 1.0 / 13.0
    p = p * w + 1.0 / 11.0
    p = p * w + 1.0 / 9.0
    p = p * w + 1.0 / 7.0
    p = p * w + 1.0 / 5.0
    p = p * w + 1.0 / 3.0
    return m, float(e), s, w * p


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def logarithm(x: float) -> float:
    """``ln(x)`` to 2e-16 relative, for x > 0 of full precision."""
    _, e, s, rest = _parts(x)
    return e * _LN2_HIGH + (e * _LN2_LOW + 2.0 * (s + s * rest))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def over_logarithm(x: float) -> float:
    """``x - 1 - ln(x)``, which near 1 would lose its digits in the difference; for x > 0 of full precision."""
    m, e, s, rest = _parts(x)
    # m - 1 - 2 s = s^2 (m + 1)
    return s * (s * (m + 1.0) - 2.0 * rest) + (x - m) - e * _LN2

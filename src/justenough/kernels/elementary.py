"""Elementary: exponentials and logarithms of one number each, which the compiler does eight at a time.

It does so for none of the functions of `math`. Here is nothing but sums, products and shifts of bits, so that a loop which
calls these can be turned into vectors as a whole.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_LN2 = 0.6931471805599453
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_SHIFT = 1.5 * 2.0**52
_ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def exponential(v: float) -> float:
    """``exp(v)`` to 5e-16 relative, for v from -700 to 700; beyond, that of the nearer end."""
    v = min(max(v, -700.0), 700.0)
    # So large a number leaves no digits below 1, and the integer in its lowest bits.
    shifted = v * 1.4426950408889634 + _SHIFT
    whole = shifted - _SHIFT
    r = (v - whole * _LN2_HIGH) - whole * _LN2_LOW
    # Chebyshev's series of exp over +- ln(2) / 2, cut after degree 10: Taylor's would need two terms more.
    e = 2.7632640679660465e-07
    e = e * r + 2.76401822520165e-06
    e = e * r + 2.4801485479204996e-05
    e = e * r + 0.0001984117026650714
    e = e * r + 0.0013888888952318056
    e = e * r + 0.008333333385671325
    e = e * r + 0.04166666666648808
    e = e * r + 0.16666666666554392
    e = e * r + 0.5000000000000019
    e = e * r + 1.0000000000000067
    e = e * r + 1.0
    power: float = np.int64((np.float64(shifted).view(np.int64) + 1023) << 52).view(np.float64)
    return e * power


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def decay(v: float) -> float:
    """``exp(v)`` to 1e-13 relative, for v from -700 to hardly more than 0, in fewer steps; below, that of -700."""
    v = max(v, -700.0)
    shifted = v * 1.4426950408889634 + _SHIFT
    r = v - (shifted - _SHIFT) * _LN2
    # As above, cut after degree 9.
    e = 2.7637192122522203e-06
    e = e * r + 2.4884585842314457e-05
    e = e * r + 0.00019841180233644623
    e = e * r + 0.001388880140071047
    e = e * r + 0.00833333337539648
    e = e * r + 0.04166666704357555
    e = e * r + 0.16666666666588142
    e = e * r + 0.4999999999943033
    e = e * r + 1.0000000000000053
    e = e * r + 1.000000000000014
    power: float = np.int64((np.float64(shifted).view(np.int64) + 1023) << 52).view(np.float64)
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
    # Half the coefficients of Sun's fdlibm, good to 2e-18.
    p = 0.07399099302558293
    p = p * w + 0.07656918849604687
    p = p * w + 0.09091786080809025
    p = p * w + 0.11111099216074892
    p = p * w + 0.14285714371831196
    p = p * w + 0.1999999999970471
    p = p * w + 0.33333333333333676
    return m, float(e), s, w * p


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def logarithm(x: float) -> float:
    """``ln(x)`` to 4e-16 relative, for x > 0 of full precision."""
    _, e, s, rest = _parts(x)
    return e * _LN2_HIGH + (e * _LN2_LOW + 2.0 * (s + s * rest))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def over_logarithm(x: float) -> float:
    """``x - 1 - ln(x)``, which near 1 would lose its digits in the difference; for x > 0 of full precision."""
    m, e, s, rest = _parts(x)
    # m - 1 - 2 s = s^2 (m + 1)
    return s * (s * (m + 1.0) - 2.0 * rest) + (x - m) - e * _LN2

"""Loss: how much of a random demand a stock does not cover.

For demand X and stock x: ``cdf`` P(X <= x), ``loss`` E[(X - x)+] (Zipkin's G1) and ``second_loss``
E[((X - x)+)^2] / 2 (Zipkin's G2, *Foundations of Inventory Management*, appendix C.3).

Demand counted in whole steps is a lattice variable. The negative binomial is one. A continuous form
stands for its rounded self: ``cdf`` at x is taken at x + step/2, while ``loss`` at a lattice point
needs no correction (the sum over the lattice is the integral by the midpoint rule).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.incomplete import (
    negative_binomial_density,
    negative_binomial_tail,
    poisson_density,
    upper_gamma,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# The codes of `justenough.domain.item.Form`; a test holds them equal.
NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA, ZERO_LOGNORMAL = 0, 1, 2, 3, 5
# Shapes a distribution takes once its parameters are known.
_CONSTANT, _BELL, _GAMMA, _LOGNORMAL, _COUNT, _POISSON = 0, 1, 2, 3, 4, 5
_TINY = 2.3e-308  # the least double of full precision


@njit(cache=True, error_model="numpy")
def shape_of(form: int, mean: float, variance: float, idle: float) -> tuple[int, float, float, float]:
    """Shape code, its two parameters and the weight of its non-zero part, for `moments_above`."""
    if variance <= 1e-10 * mean * mean or mean <= 1e-12:
        return _CONSTANT, max(mean, 0.0), 0.0, 1.0
    if form == NORMAL:
        return _BELL, mean, math.sqrt(variance), 1.0
    if form == NEGATIVE_BINOMIAL and variance >= mean:
        if variance - mean <= 1e-9 * mean:
            return _POISSON, mean, 0.0, 1.0
        return _COUNT, mean * mean / (variance - mean), mean / variance, 1.0
    weight = 1.0
    if form in (ZERO_GAMMA, ZERO_LOGNORMAL):
        # More idle than this and even a constant lump would vary more than the variance given.
        most = variance / (variance + mean * mean)
        weight = 1.0 - min(max(idle, 0.0), 0.999 * most)
        second = (variance + mean * mean) / weight
        mean /= weight
        variance = second - mean * mean
    if form == ZERO_LOGNORMAL:
        square = math.log1p(variance / (mean * mean))
        return _LOGNORMAL, math.log(mean) - 0.5 * square, math.sqrt(square), weight
    return _GAMMA, mean * mean / variance, variance / mean, weight


@njit(cache=True, error_model="numpy")
def moments_above(shape: int, one: float, two: float, weight: float, x: float) -> tuple[float, float, float]:
    """``P(X > x)``, ``E[(X - x)+]``, ``E[((X - x)+)^2] / 2`` of a distribution from `shape_of`, without lattice."""
    if shape == _CONSTANT:
        over = max(0.0, one - x)
        return (1.0 if x < one * (1.0 - 1e-12) else 0.0), over, 0.5 * over * over
    if shape == _BELL:
        z = (x - one) / two
        tail = _normal_tail(z)
        bell = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        return tail, max(0.0, two * (bell - z * tail)), max(0.0, 0.5 * two * two * ((1.0 + z * z) * tail - z * bell))
    if (
        x < 0.0 or (shape == _GAMMA and x <= max(two, 1.0) * _TINY) or (shape == _LOGNORMAL and x <= _TINY)
    ):  # below it the ratio has lost its digits
        mean, square = _two_moments(shape, one, two, weight)
        return (1.0 if x < 0.0 else weight), mean - x, 0.5 * (square - 2.0 * x * mean + x * x)
    if shape == _GAMMA:
        a, z = one, x / two
        density = poisson_density(a, z)
        tail = upper_gamma(a, z, density)
        first = (a - z) * tail + a * density
        second = 0.5 * (((a - z) * (a - z) + a) * tail + a * density * (a + 1.0 - z))
        return weight * tail, max(0.0, weight * two * first), max(0.0, weight * two * two * second)
    if shape == _LOGNORMAL:
        # E[X^k; X > x] is E[X^k] times the normal tail k sigma farther down (Aitchison & Brown 1957, ch. 2).
        z = (math.log(x) - one) / two
        mean, square = _two_moments(shape, one, two, weight)
        tail, first = weight * _normal_tail(z), mean * _normal_tail(z - two)
        second = 0.5 * (square * _normal_tail(z - 2.0 * two) - 2.0 * x * first + x * x * tail)
        return tail, max(0.0, first - x * tail), max(0.0, second)
    n = float(math.floor(x))
    if shape == _POISSON:
        # P(X > n) = P(n + 1, mean), the lower incomplete gamma; the sums over k > n telescope by k f(k) = mean f(k - 1).
        density = math.exp(-one) if n == 0.0 else poisson_density(n, one)
        tail = 1.0 - upper_gamma(n + 1.0, one, density * one / (n + 1.0))
        units = one * (tail + density)
        squares = one * (units + n * density + tail + density)
    else:
        r, p = one, two
        density = negative_binomial_density(n, r, p)
        tail = negative_binomial_tail(n, r, p, density)
        odds = (1.0 - p) / p
        # From (k + 1) f(k + 1) = (r + k) q f(k), summed over k >= n.
        units = odds * (r * tail + (r + n) * density)
        squares = odds * ((r + 1.0) * units + r * tail + (n + 1.0) * (n + r) * density)
    return tail, max(0.0, units - x * tail), max(0.0, 0.5 * (squares - 2.0 * x * units + x * x * tail))


@njit(cache=True, error_model="numpy")
def mean_up_to(shape: int, one: float, two: float, most: float) -> float:
    """``E[min(X, most)]`` of a count from `shape_of`, by adding up ``P(X > k)`` of whole k; NaN where that takes long or loses digits."""
    q = 0.0 if shape == _POISSON else 1.0 - two
    start = -one if shape == _POISSON else one * math.log(two)
    if shape < _COUNT or most > 128.0 or most != math.floor(most) or start < -600.0 or 0.0 < q < 1e-4:
        return math.nan
    more = one if shape == _POISSON else (one - 1.0) * q
    mass, tail, total = math.exp(start), 1.0, 0.0
    for k in range(int(most)):
        tail -= mass
        total += tail
        mass *= q + more / (k + 1.0)
    return total


@njit(cache=True, error_model="numpy")
def _normal_tail(z: float) -> float:
    """P(Z > z) of a standard normal."""
    return 0.5 * math.erfc(z * math.sqrt(0.5))


@njit(cache=True, error_model="numpy")
def _two_moments(shape: int, one: float, two: float, weight: float) -> tuple[float, float]:
    """``E[X]`` and ``E[X^2]``."""
    if shape == _LOGNORMAL:
        mean = math.exp(one + 0.5 * two * two)
        return weight * mean, weight * mean * mean * math.exp(two * two)
    if shape == _GAMMA:
        return weight * one * two, weight * one * (one + 1.0) * two * two
    if shape == _POISSON:
        return one, one + one * one
    mean = one * (1.0 - two) / two
    return mean, mean / two + mean * mean


@njit(cache=True, error_model="numpy")
def covered(shape: int, one: float, two: float, weight: float, step: float, x: float) -> float:
    """``P(X <= x)`` of a distribution from `shape_of`, counted in steps."""
    if step > 0.0:
        x = math.floor(x / step + 1e-9) * step
        if shape < _COUNT:
            x += 0.5 * step
    if shape >= _COUNT:
        x = float(math.floor(x + 1e-9))
    return 1.0 - moments_above(shape, one, two, weight, x)[0]


@njit(cache=True, error_model="numpy")
def is_lattice(shape: int) -> bool:
    """Whether the distribution itself lives on whole numbers."""
    return shape >= _COUNT


@njit(cache=True, error_model="numpy")
def _measures(form: Ints, given: Floats, out: Floats) -> None:
    """Fill ``out`` (n, 3) with cdf, loss and second loss; ``given`` (n, 5) is mean, variance, idle, step, x."""
    for i in range(len(form)):
        mean, variance, idle, step, x = given[i, 0], given[i, 1], given[i, 2], given[i, 3], given[i, 4]
        if math.isnan(mean + variance + x):
            out[i] = math.nan
            continue
        shape, one, two, weight = shape_of(form[i], mean, variance, idle)
        out[i, 0] = covered(shape, one, two, weight, step, x)
        _, out[i, 1], out[i, 2] = moments_above(shape, one, two, weight, x)


def cdf(form: ArrayLike, mean: ArrayLike, variance: ArrayLike, idle: ArrayLike, step: ArrayLike, x: ArrayLike) -> Floats:
    """
    Chance that the stock covers the demand, ``P(X <= x)``.

    Parameters
    ----------
    form
        Codes of `justenough.domain.item.Form`, but not WINDOWS.
    mean, variance
        Of X. [units], [units^2]. Variance 0 is a constant. A negative binomial cannot vary less
        than its mean; asked to, a gamma stands in.
    idle
        P(X = 0), read by ZERO_GAMMA and ZERO_LOGNORMAL only; lowered where the variance does not allow it.
    step
        1 where X is counted in whole units, 0 where it is divisible. [units]
    x
        Stock. [units]. All arguments broadcast.
    """
    return _measure(0, form, mean, variance, idle, step, x)


def loss(form: ArrayLike, mean: ArrayLike, variance: ArrayLike, idle: ArrayLike, step: ArrayLike, x: ArrayLike) -> Floats:
    """
    Units short, ``E[(X - x)+]`` in units.

    Parameters as for `cdf`; ``step`` changes nothing (see the module).
    """
    return _measure(1, form, mean, variance, idle, step, x)


def second_loss(form: ArrayLike, mean: ArrayLike, variance: ArrayLike, idle: ArrayLike, step: ArrayLike, x: ArrayLike) -> Floats:
    """
    Half the mean square of the units short, ``E[((X - x)+)^2] / 2``; its slope is minus the `loss`.

    Parameters as for `cdf`; ``step`` changes nothing (see the module).
    """
    return _measure(2, form, mean, variance, idle, step, x)


def _measure(column: int, form: ArrayLike, *given: ArrayLike) -> Floats:
    codes, *numbers = np.broadcast_arrays(np.asarray(form, dtype=np.int64), *(np.asarray(each, dtype=np.float64) for each in given))
    if not np.isin(codes, (NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA, ZERO_LOGNORMAL)).all():
        raise ValueError(
            f"form must be NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA or ZERO_LOGNORMAL (0 to 3, 5), got {np.unique(codes).tolist()}"
        )
    out = np.empty((codes.size, 3))
    # A copy: what is broadcast from one value may look writeable, and numba warns of it.
    _measures(codes.flatten(), np.stack([each.ravel() for each in numbers], axis=1), out)
    return out[:, column].reshape(codes.shape)

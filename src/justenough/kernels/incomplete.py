"""Incomplete: the regularised incomplete gamma and beta functions, with the densities they are built on."""

from __future__ import annotations

import math

from numba import njit

_EPS = 1e-15

# Temme (1979), as tabulated by DiDonato & Morris (1986), Appendix F: Taylor coefficients of c0, c1, c2 in eta.
_C0 = (
    -1 / 3,
    1 / 12,
    -1.4814814814814815e-02,
    1.1574074074074074e-03,
    3.527336860670194e-04,
    -1.7875514403292181e-04,
    3.9192631785224378e-05,
    -2.1854485106799922e-06,
    -1.85406221071516e-06,
    8.296711340953086e-07,
)
_C1 = (
    -1.8518518518518519e-03,
    -3.4722222222222222e-03,
    2.6455026455026455e-03,
    -9.9022633744855967e-04,
    2.0576131687242798e-04,
    -4.0187757201646091e-07,
    -1.8098550334489978e-05,
    7.6491609160811101e-06,
)
_C2 = (
    4.1335978835978836e-03,
    -2.6813271604938272e-03,
    7.7160493827160494e-04,
    2.0093878600823045e-06,
    -1.0736653226365161e-04,
    5.2923448829120125e-05,
)
TEMME = (_C0, _C1, _C2)
LARGE_SHAPE = 100.0  # from here Temme's expansion is good to 1e-11 and needs no loop


@njit(cache=True, error_model="numpy")
def stirling_rest(x: float) -> float:
    """``ln Gamma(x + 1)`` less Stirling's ``x ln x - x + ln(2 pi x) / 2``, for x > 0."""
    if x < 10.0:
        return math.lgamma(x + 1.0) - (x * math.log(x) - x + 0.5 * math.log(2.0 * math.pi * x))
    y = 1.0 / (x * x)
    return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x


@njit(cache=True, error_model="numpy")
def deviance(x: float, mean: float) -> float:
    """``x ln(x / mean) + mean - x`` without losing digits where x is near the mean (Loader 2000)."""
    gap = x - mean
    if abs(gap) < 0.1 * (x + mean):
        v = gap / (x + mean)
        total = gap * v
        term = 2.0 * x * v
        for j in range(1, 200):
            term *= v * v
            more = total + term / (2 * j + 1)
            if more == total:
                break
            total = more
        return total
    if x <= 0.0:
        return mean
    return x * math.log(x / mean) + mean - x


@njit(cache=True, error_model="numpy")
def poisson_density(a: float, z: float) -> float:
    """``z**a exp(-z) / Gamma(a + 1)`` for a, z > 0."""
    return math.exp(-deviance(a, z) - stirling_rest(a)) / math.sqrt(2.0 * math.pi * a)


@njit(cache=True, error_model="numpy")
def _polynomial(c: tuple[float, ...], x: float) -> float:
    total = 0.0
    for k in range(len(c) - 1, -1, -1):
        total = total * x + c[k]
    return total


@njit(cache=True, error_model="numpy")
def one_side(a: float, z: float, side: float) -> float:
    """``Q(a, z)`` for ``side`` 1, ``1 - Q(a, z)`` for -1, each with its own digits; for a from `LARGE_SHAPE`, z > 0."""
    away = deviance(a, z)  # a eta^2 / 2 with the roles of a and z as in z = a lambda
    # eta^2 / 2 = lambda - 1 - ln lambda, which is deviance(a, z) / a
    eta = math.sqrt(2.0 * away / a)
    if z < a:
        eta = -eta
    rest = _polynomial(_C0, eta) + (_polynomial(_C1, eta) + _polynomial(_C2, eta) / a) / a
    tail = 0.5 * math.erfc(side * eta * math.sqrt(0.5 * a)) + side * math.exp(-away) / math.sqrt(2.0 * math.pi * a) * rest
    return min(1.0, max(0.0, tail))


@njit(cache=True, error_model="numpy")
def upper_gamma(a: float, z: float, density: float) -> float:
    """Upper regularised incomplete gamma ``Q(a, z)``; ``density`` is `poisson_density` of a and z."""
    if z <= 0.0:
        return 1.0
    if a >= LARGE_SHAPE:
        return one_side(a, z, 1.0)
    if z < a + 1.0:
        term, total, k = 1.0, 1.0, a
        while term > total * _EPS:
            k += 1.0
            term *= z / k
            total += term
        return max(0.0, 1.0 - density * total)
    if density <= 0.0:
        return 0.0
    return density * a * _legendre(a, z)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _legendre(a: float, z: float) -> float:
    """
    ``Gamma(a, z) z^-a e^z`` for z > a + 1, by Legendre's continued fraction.

    Numerators and denominators of its convergents are carried forward, four at a time, as no step then waits for a division.
    """
    b = z + 1.0 - a
    p, before, q, below, last = 1.0, 0.0, b, 1.0, 1.0 / b
    i = 0.0
    while i < 500.0:
        for _ in range(4):
            i += 1.0
            b += 2.0
            an = i * (a - i)
            p, before = b * p + an * before, p
            q, below = b * q + an * below, q
        per = 1.0 / q
        now = p * per
        if abs(now - last) <= _EPS * 4.0 * now:
            return now
        last = now
        p, before, q, below = now, before * per, 1.0, below * per
    return last


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def beta_fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of the incomplete beta function (Press et al. 2007, section 6.4), carried forward as that of the gamma."""
    # What follows 1 in the denominator: coefficients d1, d2, ...
    p, before, q, below = 1.0, 1.0, 1.0 - (a + b) * x / (a + 1.0), 1.0
    last, m = 1.0 / q, 0.0
    while m < 20_000.0:
        for _ in range(4):
            m += 1.0
            twice = a + 2.0 * m
            even = m * (b - m) * x / ((twice - 1.0) * twice)
            odd = -(a + m) * (a + b + m) * x / (twice * (twice + 1.0))
            p, before = p + even * before, p
            q, below = q + even * below, q
            p, before = p + odd * before, p
            q, below = q + odd * below, q
        per = 1.0 / q
        now = p * per
        if abs(now - last) <= _EPS * 4.0 * abs(now):
            return now
        last = now
        p, before, q, below = now, before * per, 1.0, below * per
    return last


@njit(cache=True, error_model="numpy")
def negative_binomial_density(n: float, r: float, p: float) -> float:
    """``P(X = n)`` failures before the r-th success, any r > 0, by Loader's saddle point (2000)."""
    q = 1.0 - p
    if n == 0.0:
        return math.exp(r * math.log(p))
    total = n + r
    log_density = stirling_rest(total) - stirling_rest(n) - stirling_rest(r) - deviance(r, total * p) - deviance(n, total * q)
    return r / total * math.exp(log_density) * math.sqrt(total / (2.0 * math.pi * r * n))


@njit(cache=True, error_model="numpy")
def negative_binomial_tail(n: float, r: float, p: float, density: float) -> float:
    """``P(X > n)``; ``density`` is `negative_binomial_density` at n >= 0."""
    q = 1.0 - p
    if q < (n + 2.0) / (n + r + 3.0):
        return density * q * (n + r) / (n + 1.0) * beta_fraction(n + 1.0, r, q)
    return max(0.0, 1.0 - density * q * (n + r) / r * beta_fraction(r, n + 1.0, p))

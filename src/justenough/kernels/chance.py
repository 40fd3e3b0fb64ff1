"""Chance: random numbers inside kernels, the same on one thread and on many.

SplitMix64 (Steele, Lea & Flood 2014): one word of state a stream, kept by the caller.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]

# What a law's two numbers, a and b, mean.
CONSTANT, EXPONENTIAL, WEIBULL, LOGNORMAL, GAMMA, GEOMETRIC = range(6)  # a | mean | scale, shape | mu, sigma | scale, shape | chance

_STRIDE = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_UNIT = 1.0 / 9007199254740992.0


@njit(cache=True, inline="always")
def uniform(state: Words, stream: int) -> float:
    """A number above 0 and below 1; the stream moves on."""
    word = state[stream] + _STRIDE
    state[stream] = word
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    word ^= word >> np.uint64(31)
    return (float(word >> np.uint64(11)) + 0.5) * _UNIT


@njit(cache=True)
def drawn(law: int, a: float, b: float, state: Words, stream: int) -> float:
    """One draw of a law above; a geometric draw is 1, 2, ..."""
    if law == CONSTANT:
        return a
    if law == EXPONENTIAL:
        return -a * math.log(uniform(state, stream))
    if law == WEIBULL:
        return a * math.pow(-math.log(uniform(state, stream)), 1.0 / b)
    if law == LOGNORMAL:
        return math.exp(a + b * _normal(state, stream))
    if law == GEOMETRIC:
        if a >= 1.0:
            return 1.0
        return math.ceil(math.log(uniform(state, stream)) / math.log1p(-a)) if a > 0.0 else math.inf
    return a * _gamma(b, state, stream)


@njit(cache=True)
def _normal(state: Words, stream: int) -> float:
    radius = math.sqrt(-2.0 * math.log(uniform(state, stream)))
    return radius * math.cos(2.0 * math.pi * uniform(state, stream))


@njit(cache=True)
def _gamma(shape: float, state: Words, stream: int) -> float:
    """Marsaglia & Tsang 2000; shapes below 1 by their power of a uniform."""
    lift = 1.0
    if shape < 1.0:
        lift = math.pow(uniform(state, stream), 1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = _normal(state, stream)
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(uniform(state, stream)) < 0.5 * x * x + d - d * v + d * math.log(v):
                return lift * d * v

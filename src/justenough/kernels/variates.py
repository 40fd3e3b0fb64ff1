"""Variates: random numbers by mean and spread, in streams that belong to an item, a life and a purpose.

Streams are made of words, not of time: the same item, life and purpose always draw the same numbers,
whatever was drawn elsewhere. Two policies lived with one seed therefore meet the same demand and, slot
for slot, the same lead times (common random numbers).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels import chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Seeds = NDArray[np.uint64]

# What a stream is for.
FOR_DEMAND, FOR_LEADS, FOR_START, FOR_OUTAGES, FOR_REJECTS = 1, 2, 3, 4, 5

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_FEW = 10.0  # below this mean a Poisson count is found by search from zero


@njit(cache=True)
def mixed(word: np.uint64) -> np.uint64:
    """A word well stirred (the finaliser of SplitMix64; Steele, Lea & Flood 2014)."""
    word = (word ^ (word >> _S30)) * _MIX_A
    word = (word ^ (word >> _S27)) * _MIX_B
    return word ^ (word >> _S31)


@njit(cache=True)
def stream(state: Seeds, seed: np.uint64, life: int, purpose: int, moment: int) -> None:
    """Set ``state`` (1,) to the start of the stream of this life, purpose and moment."""
    word = mixed(seed + _GOLDEN * np.uint64(life + 1))
    word = mixed(word + _GOLDEN * np.uint64(purpose))
    state[0] = mixed(word + _GOLDEN * np.uint64(moment + 1))


@njit(cache=True)
def uniform(state: Seeds) -> float:
    """In (0, 1); ``state`` (1,) moves on."""
    return chance.uniform(state, 0)


@njit(cache=True)
def normal(state: Seeds) -> float:
    """Standard normal (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(uniform(state))) * math.cos(2.0 * math.pi * uniform(state))


@njit(cache=True)
def gamma(state: Seeds, mean: float, sd: float) -> float:
    """Gamma variate by mean and standard deviation; constant without spread."""
    if mean <= 0.0:
        return 0.0
    if sd <= 1e-9 * mean:
        return mean
    return chance.drawn(chance.GAMMA, sd * sd / mean, mean * mean / (sd * sd), state, 0)


@njit(cache=True)
def poisson(state: Seeds, mean: float) -> float:
    """Poisson count: by search from zero where few, by Hormann's transformed rejection (1993, PTRS) where many."""
    if mean <= 0.0:
        return 0.0
    if mean < _FEW:
        left = uniform(state)
        mass = math.exp(-mean)
        count = 0.0
        while left > mass and count < 200.0:
            left -= mass
            count += 1.0
            mass *= mean / count
        return count
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    squeeze = 1.1239 + 1.1328 / (b - 3.4)
    while True:
        u = uniform(state) - 0.5
        v = uniform(state)
        near = 0.5 - abs(u)
        k = math.floor((2.0 * a / near + b) * u + mean + 0.43)
        if near >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2.0):
            return k
        if k < 0.0 or (near < 0.013 and v > near):
            continue
        if math.log(v * squeeze / (a / (near * near) + b)) <= k * math.log(mean) - mean - math.lgamma(k + 1.0):
            return k


@njit(cache=True)
def negative_binomial(state: Seeds, mean: float, variance: float) -> float:
    """Count by mean and variance: a Poisson count of gamma intensity; Poisson where it varies no more than that."""
    over = variance - mean
    if over <= 1e-9 * mean:
        return poisson(state, mean)
    if mean > 0.5 * _FEW:
        return poisson(state, gamma(state, mean, math.sqrt(over)))
    shape, q = mean * mean / over, over / variance
    left = uniform(state)
    mass = math.exp(shape * math.log1p(-q))
    count = 0.0
    while left > mass > 1e-300 and count < 1e7:
        left -= mass
        mass *= q * (shape + count) / (count + 1.0)
        count += 1.0
        if count > shape + mean and mass < 1e-17:
            break
    return count


@njit(cache=True)
def beta(state: Seeds, mean: float, sd: float) -> float:
    """Share in [0, 1] by mean and standard deviation; all or nothing where the spread allows no beta."""
    if sd <= 1e-9 or mean <= 0.0 or mean >= 1.0:
        return min(1.0, max(0.0, mean))
    total = mean * (1.0 - mean) / (sd * sd) - 1.0
    if total <= 1e-3:
        return 1.0 if uniform(state) < mean else 0.0
    one, two = mean * total, (1.0 - mean) * total
    x = gamma(state, one, math.sqrt(one))
    y = gamma(state, two, math.sqrt(two))
    return x / (x + y) if x + y > 0.0 else (1.0 if uniform(state) < mean else 0.0)

"""Newsvendors: the least level that covers a demand with a given chance, and the units short of it, item by item."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.incomplete import one_side, poisson_density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LONG = 1e8  # means from here on are left to the incomplete gamma: adding up takes some roots of the mean


@njit(cache=True, error_model="numpy")
def _poisson_above(n: float, mean: float, density: float) -> float:
    """``P(X > n)`` from the ``density`` at n, by adding up the shorter side, so that small chances keep their digits."""
    if mean > _LONG:
        return one_side(n + 1.0, mean, -1.0)
    mass, k = density, n
    if n < mean:
        covered = density
        while k > 0.0 and mass > 1e-17 * covered:
            mass *= k / mean
            k -= 1.0
            covered += mass
        return 1.0 - covered
    tail: float = 0.0
    while mass > 1e-17 * tail:
        k += 1.0
        mass *= mean / k
        tail += mass
    return tail


@njit(cache=True, parallel=True, error_model="numpy")
def poisson_newsvendors(given: Floats, out: Floats) -> None:
    """
    Least whole stock S with ``P(X > S) <= missed`` and the units short of it, X Poisson.

    Parameters
    ----------
    given : (n, 3)
        Mean demand, the chance ``missed``, and the standard normal quantile of one less that chance.
    out : (n, 2)
        S and ``E[(X - S)+]``.
    """
    for i in prange(len(given)):
        mean, missed, z = given[i, 0], given[i, 1], given[i, 2]
        if math.isnan(mean + missed + z):
            out[i] = math.nan
            continue
        level: float = max(0.0, math.ceil(mean + z * math.sqrt(mean) + (z * z - 1.0) / 6.0 - 0.5))  # Cornish & Fisher (1938)
        if mean <= 0.0:
            out[i] = 0.0
            continue
        density = poisson_density(level, mean) if level > 0.0 else math.exp(-mean)
        tail = _poisson_above(level, mean, density)
        while tail > missed:
            level += 1.0
            density *= mean / level
            tail = _poisson_above(level, mean, density)
        while level > 0.0 and tail + density <= missed:
            tail += density
            density *= level / mean
            level -= 1.0
        # E[X; X > S] = mean P(X > S - 1)
        out[i, 0], out[i, 1] = level, max(0.0, (mean - level) * tail + mean * density)


@njit(cache=True, parallel=True, error_model="numpy")
def discrete_newsvendors(covered: Floats, values: Floats, chances: Floats, out: Floats) -> None:
    """
    Least of an item's values that covers its demand with a given chance, and the mean units over and short of it.

    Parameters
    ----------
    covered : (n,)
        The chance, as a share of the sum of an item's chances; NaN where it is not known.
    values, chances : (n, n_values)
        In any order.
    out : (n, 3)
        The value, ``E[(S - X)+]`` and ``E[(X - S)+]``; NaN where nothing is reached.
    """
    for i in prange(len(values)):
        total = 0.0
        for j in range(values.shape[1]):
            total += chances[i, j]
        order = np.argsort(values[i])
        reached, level, wanted = 0.0, math.nan, covered[i] * total
        for j in order:
            reached += chances[i, j]
            if reached >= wanted:
                level = values[i, j]
                break
        over, short = 0.0, 0.0
        for j in range(values.shape[1]):
            over += max(level - values[i, j], 0.0) * chances[i, j]
            short += max(values[i, j] - level, 0.0) * chances[i, j]
        if math.isnan(level):
            over, short = math.nan, math.nan
        out[i, 0], out[i, 1], out[i, 2] = level, over, short

"""Crossings: the lot whose two ends cost the same, and as much as the policy does on average.

``G(y)``, what a stock of y less the lead time's demand costs a unit of time, is convex. The best lot spreads the
position over ``(r, r + Q]`` where ``G(r) = G(r + Q) =`` the mean cost, set-ups included (Zheng 1992;
Federgruen & Zheng 1992 for counted demand).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit, prange

from justenough.kernels.incomplete import poisson_density
from justenough.kernels.loss import NEGATIVE_BINOMIAL, moments_above, shape_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_NARROW = 1e-3  # standard deviations: up to here a parabola is as good as the curve (to 1e-8 of the lot)
_SHORT = 0.5  # standard deviations: up to here the area is a sum of differences, not a difference of sums
_CERTAIN = 1e16  # set-up cost per this much noise: demand is as good as known
# Gauss and Legendre's five points on (0, 1).
_POINTS = (0.04691007703066802, 0.23076534494715845, 0.5, 0.7692346550528415, 0.953089922969332)
_WEIGHTS = (0.11846344252809454, 0.23931433524968324, 0.28444444444444444, 0.23931433524968324, 0.11846344252809454)


@njit(cache=True)
def _bell(z: float) -> tuple[float, float, float]:
    """``P(Z > z)``, ``E[(Z - z)+]``, ``E[((Z - z)+)^2] / 2`` of a standard normal Z."""
    tail = 0.5 * math.erfc(z * math.sqrt(0.5))
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return tail, max(0.0, density - z * tail), max(0.0, 0.5 * ((1.0 + z * z) * tail - z * density))


@njit(cache=True)
def _slid(alpha: float, level: float, z: float) -> float:
    """The crossing of ``alpha z + L(z)`` with ``level``, from outside: a convex curve is met, never passed."""
    for _ in range(200):
        tail, loss, _ = _bell(z)
        slope = alpha - tail
        over = alpha * z + loss - level
        if over <= 0.0 or slope == 0.0:
            break
        moved = over / slope
        z -= moved
        if abs(moved) <= 1e-15 * (1.0 + abs(z)):
            break
    return z


@njit(cache=True)
def _area_under(alpha: float, level: float, low: float, high: float) -> float:
    """Area between ``level`` and ``alpha z + L(z)`` over ``(low, high)``."""
    wide = high - low
    if wide > _SHORT:
        return level * wide - (0.5 * alpha * (high * high - low * low) + _bell(low)[2] - _bell(high)[2])
    area = 0.0
    for k in range(5):
        z = low + wide * _POINTS[k]
        area += _WEIGHTS[k] * (level - alpha * z - _bell(z)[1])
    return wide * area


@njit(cache=True)
def _standard_lot(alpha: float, best: float, setup: float) -> tuple[float, float, float]:
    """
    Low end, width and cost of the best lot on the curve ``alpha z + L(z)``, ``alpha <= 1/2``, whose least is at ``best``.

    The area between cost and curve must be ``setup``. As a function of the cost it is convex and increasing, its
    slope the width of the lot, so that Newton's steps from above come down without passing the root.
    """
    least = math.exp(-0.5 * best * best) / math.sqrt(2.0 * math.pi)
    wide = (12.0 * setup / least) ** (1.0 / 3.0)
    if wide < _NARROW:
        return best * (1.0 + wide * wide / 24.0) - 0.5 * wide, wide, least * (1.0 + wide * wide / 8.0)
    # The curve's slope lies between alpha - 1 and alpha, so the deterministic lot on top of its least costs no less.
    level = least + math.sqrt(2.0 * setup * alpha * (1.0 - alpha))
    low, high = -level / (1.0 - alpha), level / alpha
    for _ in range(200):
        low, high = _slid(alpha, level, low), _slid(alpha, level, high)
        down = (_area_under(alpha, level, low, high) - setup) / (high - low)
        if down <= 1e-15 * level:
            break
        level -= down
    return low, high - low, level


@njit(cache=True, parallel=True)
def normal_lots(given: Floats, out: Floats) -> None:
    """
    Best reorder point, lot and cost for normal demand.

    Parameters
    ----------
    given : (n, 6)
        Mean and standard deviation of the lead time's demand, set-up cost of a unit of time spent on lots of one
        unit (fixed cost x demand rate), holding cost, backorder cost, and the standard normal quantile of
        ``backorder / (holding + backorder)``.
    out : (n, 3)
        Reorder point, lot, cost a unit of time.
    """
    for i in prange(len(given)):
        mean, sd, setup, holding, backorder, best = given[i, 0], given[i, 1], given[i, 2], given[i, 3], given[i, 4], given[i, 5]
        if math.isnan(mean + sd + setup + holding + backorder):
            out[i] = math.nan
            continue
        both = holding + backorder
        noise = both * sd * sd
        if noise <= setup / _CERTAIN:
            lot = math.sqrt(2.0 * setup * both / holding / backorder)
            out[i, 0], out[i, 1], out[i, 2] = mean - lot * holding / both, lot, lot * holding * backorder / both
        elif holding <= backorder:
            low, wide, cost = _standard_lot(holding / both, best, setup / noise)
            out[i, 0], out[i, 1], out[i, 2] = mean + sd * low, sd * wide, sd * both * cost
        else:  # the mirror image, where no digits are lost
            low, wide, cost = _standard_lot(backorder / both, -best, setup / noise)
            out[i, 0], out[i, 1], out[i, 2] = mean - sd * (low + wide), sd * wide, sd * both * cost


@njit(cache=True, parallel=True)
def normal_points(given: Floats, lots: Floats, out: Floats) -> None:
    """
    Best reorder point of a given lot, where both ends of it cost the same; rows of ``given`` as for `normal_lots`.

    ``out`` (n,). With ``L`` the loss function, ``L(r) - L(r + Q) = Q holding / (holding + backorder)``.
    """
    for i in prange(len(given)):
        mean, sd, holding, backorder, best = given[i, 0], given[i, 1], given[i, 3], given[i, 4], given[i, 5]
        if math.isnan(mean + sd + holding + backorder + lots[i]):
            out[i] = math.nan
            continue
        alpha = holding / (holding + backorder)
        if sd * 1e12 <= lots[i]:
            out[i] = mean - lots[i] * alpha
            continue
        wide = lots[i] / sd
        if wide < _NARROW:
            out[i] = mean + sd * (best * (1.0 + wide * wide / 24.0) - 0.5 * wide)
            continue
        # The ends lie on either side of the least.
        low, high = best - wide, best
        z = best - wide * alpha
        for _ in range(200):
            first, second = _bell(z), _bell(z + wide)
            gap = first[1] - second[1] - wide * alpha
            if gap > 0.0:
                low = z
            else:
                high = z
            slope = second[0] - first[0]
            z_next = z - gap / slope if slope < 0.0 else math.nan
            if not low <= z_next <= high:
                z_next = 0.5 * (low + high)
            moved = z_next - z
            z = z_next
            if abs(moved) <= 1e-15 * (1.0 + abs(z)):
                break
        out[i] = mean + sd * z


@njit(cache=True)
def poisson_least(mean: float, holding: float, backorder: float, start: float) -> tuple[float, float, float, float]:
    """
    The whole stock of least ``G`` for Poisson demand: stock, ``G``, ``P(X > stock)`` and ``P(X = stock)``.

    ``start`` is a guess of the stock. Of several that cost the same the lowest.
    """
    shape, one, two, weight = shape_of(NEGATIVE_BINOMIAL, mean, mean, 0.0)
    both = holding + backorder
    y = max(0.0, math.floor(start))
    while both * moments_above(shape, one, two, weight, y)[0] > holding:
        y += 1.0
    while y > 0.0 and both * moments_above(shape, one, two, weight, y - 1.0)[0] <= holding:
        y -= 1.0
    tail, loss, _ = moments_above(shape, one, two, weight, y)
    density = math.exp(-mean) if y == 0.0 else 0.0
    if y > 0.0 and mean > 1e-12:
        density = poisson_density(y, mean)
    return y, holding * (y - mean) + both * loss, tail, density


@njit(cache=True, parallel=True)
def poisson_lots(given: Floats, out: Floats) -> None:
    """
    Best whole reorder point, lot and cost for Poisson demand: the lot grows at its cheaper end while that end costs less than the mean.

    Columns as for `normal_lots`; the standard deviation is not read.
    """
    for i in prange(len(given)):
        mean, setup, holding, backorder, best = given[i, 0], given[i, 2], given[i, 3], given[i, 4], given[i, 5]
        if math.isnan(mean + setup + holding + backorder):
            out[i] = math.nan
            continue
        both = holding + backorder
        top, high_cost, high_tail, high_density = poisson_least(mean, holding, backorder, mean + best * math.sqrt(mean))
        bottom, low_cost, low_tail, low_density = top, high_cost, high_tail, high_density
        total, lot = setup + high_cost, 1.0
        above = high_cost + holding - both * high_tail
        below = low_cost - holding + both * min(1.0, low_tail + low_density)
        while min(above, below) * lot < total:
            lot += 1.0
            if above <= below:
                total += above
                high_cost = above
                top += 1.0
                high_density *= mean / top
                high_tail = max(0.0, high_tail - high_density)
                above = high_cost + holding - both * high_tail
            else:
                total += below
                low_cost = below
                low_tail = min(1.0, low_tail + low_density)
                low_density = low_density * bottom / mean if bottom > 0.0 else 0.0
                bottom -= 1.0
                below = low_cost - holding + both * min(1.0, low_tail + low_density)
        out[i, 0], out[i, 1], out[i, 2] = bottom - 1.0, lot, total / lot


@njit(cache=True, parallel=True)
def poisson_stocks(given: Floats, out: Floats) -> None:
    """Best whole stock and its cost, ``out`` (n, 2), for Poisson demand; columns as for `normal_lots`."""
    for i in prange(len(given)):
        mean, holding, backorder, best = given[i, 0], given[i, 3], given[i, 4], given[i, 5]
        if math.isnan(mean + holding + backorder):
            out[i] = math.nan
            continue
        out[i, 0], out[i, 1], _, _ = poisson_least(mean, holding, backorder, mean + best * math.sqrt(mean))

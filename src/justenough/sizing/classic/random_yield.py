"""Random yield: order quantities and levels where another quantity arrives than was ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.eoq import Lots
from justenough.sizing.classic.limits import fraction, not_negative, positive, real, refuse
from justenough.sizing.classic.newsvendor import BaseStock

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def eoq_additive_yield(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, demand_rate: ArrayLike, yield_mean: ArrayLike, yield_sd: ArrayLike
) -> Lots:
    """
    Order quantity where each order arrives larger or smaller by a random number of units.

    Parameters
    ----------
    fixed_cost : [money/order]
        At least 0.
    holding_cost : [money/unit/time]
        Above 0.
    demand_rate : [units/time]
        At least 0.
    yield_mean, yield_sd : [units]
        Of the quantity received less the quantity ordered; the mean is negative where deliveries fall short.

    Notes
    -----
    ``Q + m = sqrt(2 K d / h + s^2)`` is what arrives on average, and the cost is ``h`` times it. A quantity that would be
    negative is 0 (Snyder & Shen, 2nd ed., eqs. 9.22 and 9.23, Problem 9.4).
    """
    fixed_cost, demand_rate, yield_sd = not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate, yield_sd=yield_sd)
    (holding_cost,) = positive(holding_cost=holding_cost)
    (yield_mean,) = real(yield_mean=yield_mean)
    scale = 2.0 * fixed_cost * demand_rate / holding_cost + yield_sd**2
    arriving = np.maximum(np.sqrt(scale), yield_mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(arriving == 0.0, 0.0, 0.5 * holding_cost * (scale / arriving + arriving))
    return Lots(arriving - yield_mean, cost[()])


def eoq_multiplicative_yield(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, demand_rate: ArrayLike, yield_mean: ArrayLike, yield_sd: ArrayLike
) -> Lots:
    """
    Order quantity where a random fraction of each order is good.

    Parameters
    ----------
    fixed_cost : [money/order]
        At least 0.
    holding_cost : [money/unit/time]
        Above 0.
    demand_rate : [units/time]
        At least 0.
    yield_mean, yield_sd
        Of the fraction: mean in (0, 1], standard deviation at most ``sqrt(mean (1 - mean))``, that of all or nothing.

    Notes
    -----
    ``Q = sqrt(2 K d / (h (m^2 + s^2)))`` (Snyder & Shen, 2nd ed., eqs. 9.24 and 9.25, Problem 9.4).
    """
    fixed_cost, demand_rate, yield_sd = not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate, yield_sd=yield_sd)
    (holding_cost,) = positive(holding_cost=holding_cost)
    (yield_mean,) = fraction(yield_mean=yield_mean)
    refuse(yield_mean == 0.0, "yield_mean must be above 0, got 0: nothing good would ever arrive")
    refuse(
        yield_sd**2 > yield_mean * (1.0 - yield_mean) * (1.0 + 1e-9),
        "yield_sd is larger than that of any fraction in [0, 1] with this yield_mean; expected at most sqrt(m (1 - m))",
    )
    square = yield_mean**2 + yield_sd**2
    quantity = np.sqrt(2.0 * fixed_cost * demand_rate / (holding_cost * square))
    return Lots(quantity, holding_cost * square * quantity / yield_mean)


def newsvendor_additive_yield_uniform(
    holding_cost: ArrayLike, backorder_cost: ArrayLike, demand: ArrayLike, yield_low: ArrayLike, yield_high: ArrayLike
) -> BaseStock:
    """
    Base stock for a known demand where the order arrives larger or smaller by a uniform number of units.

    Parameters
    ----------
    holding_cost, backorder_cost : [money/unit]
        Of a unit over and of a unit short at the end of the period, above 0.
    demand : [units]
        At least 0.
    yield_low, yield_high : [units]
        Ends of the quantity received less the quantity ordered, low at most high.

    Notes
    -----
    The newsvendor with the yield in demand's place: ``S = d - (low + (high - low) h / (h + p))``, never below 0
    (Snyder & Shen, 2nd ed., eqs. 9.27 and 9.28, Example 9.6).
    """
    holding_cost, backorder_cost = positive(holding_cost=holding_cost, backorder_cost=backorder_cost)
    (demand,) = not_negative(demand=demand)
    yield_low, yield_high = real(yield_low=yield_low, yield_high=yield_high)
    width = yield_high - yield_low
    refuse(width < 0.0, "yield_low must be at most yield_high")
    level = np.maximum(demand - yield_low - width * holding_cost / (holding_cost + backorder_cost), 0.0)
    # The surplus S + Y - d is uniform on [low, high] shifted; its positive and negative parts are triangles.
    low, high = level + yield_low - demand, level + yield_high - demand
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where(width > 0.0, (np.maximum(high, 0.0) ** 2 - np.maximum(low, 0.0) ** 2) / (2.0 * width), np.maximum(low, 0.0))
    short = over - 0.5 * (low + high)
    return BaseStock(level, holding_cost * over + backorder_cost * np.maximum(short, 0.0))

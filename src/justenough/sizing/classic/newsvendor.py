"""Newsvendor: how much to have for one season, or one exposed time, of random demand.

What is left over costs ``overage_cost`` a unit, what is missing ``underage_cost``; the best level covers demand
with the chance ``underage / (underage + overage)``, the critical ratio (Arrow, Harris & Marschak 1951).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from justenough.kernels import newsvendors
from justenough.sizing.classic.limits import fraction, not_negative, positive, real, refuse
from justenough.sizing.classic.loss_functions import critical_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats

_SAME = 1e-12  # a chance this close below the critical ratio reaches it: sums of probabilities round


@dataclass(frozen=True, slots=True)
class BaseStock:
    """
    The level to order up to, and what it costs. Columns as the inputs broadcast.

    Parameters
    ----------
    base_stock : [units]
    cost : [money/period]
        Of units over and units short, on average.
    """

    base_stock: Floats
    cost: Floats


@dataclass(frozen=True, slots=True)
class Season:
    """
    What to buy for a season, and what it earns. Columns as the inputs broadcast.

    Parameters
    ----------
    order_quantity : [units]
    profit : [money]
        On average.
    """

    order_quantity: Floats
    profit: Floats


def newsvendor_normal(overage_cost: ArrayLike, underage_cost: ArrayLike, demand_mean: ArrayLike, demand_sd: ArrayLike) -> BaseStock:
    """
    Cheapest level for normal demand, and its cost.

    Parameters
    ----------
    overage_cost, underage_cost : [money/unit]
        h and p, above 0.
    demand_mean, demand_sd : [units]
        Standard deviation at least 0. A normal demand may be negative: small where the mean is over three deviations.

    Notes
    -----
    ``S = m + s z``, ``z`` the normal quantile of ``p / (p + h)``, cost ``(h + p) s phi(z)`` (Snyder & Shen,
    *Fundamentals of Supply Chain Theory*, 2nd ed., eqs. 4.30 and 4.37, Example 4.3, Problem 4.1).

    Examples
    --------
    >>> print(newsvendor_normal(0.18, 0.70, 50, 8).base_stock.round(1))
    56.6
    """
    overage_cost, underage_cost = positive(overage_cost=overage_cost, underage_cost=underage_cost)
    (demand_mean,) = real(demand_mean=demand_mean)
    (demand_sd,) = not_negative(demand_sd=demand_sd)
    z = critical_quantile(overage_cost, underage_cost)
    bell = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    level, cost = np.broadcast_arrays(demand_mean + demand_sd * z, (overage_cost + underage_cost) * demand_sd * bell)
    return BaseStock(level[()], cost[()])


def newsvendor_normal_cost(
    base_stock: ArrayLike, overage_cost: ArrayLike, underage_cost: ArrayLike, demand_mean: ArrayLike, demand_sd: ArrayLike
) -> Floats:
    """
    Cost of any level under normal demand, ``h E[(S - D)+] + p E[(D - S)+]`` [money].

    Parameters
    ----------
    base_stock : [units]
        Any sign.
    overage_cost, underage_cost : [money/unit]
        At least 0.
    demand_mean, demand_sd : [units]
        As of `newsvendor_normal`.

    Notes
    -----
    Snyder & Shen, 2nd ed., eq. 4.24.
    """
    overage_cost, underage_cost = not_negative(overage_cost=overage_cost, underage_cost=underage_cost)
    base_stock, demand_mean = real(base_stock=base_stock, demand_mean=demand_mean)
    (demand_sd,) = not_negative(demand_sd=demand_sd)
    away = base_stock - demand_mean
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(demand_sd > 0.0, away / demand_sd, 0.0)
    # E[(S - D)+] of the known demand where sd is 0, else sd (phi(z) + z Phi(z)).
    over = np.where(
        demand_sd == 0.0, np.maximum(away, 0.0), demand_sd * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) + away * special.ndtr(z)
    )
    over = np.maximum(over, 0.0)
    return overage_cost * over + underage_cost * np.maximum(over - away, 0.0)


def newsvendor_normal_profit(
    revenue: ArrayLike,
    purchase_cost: ArrayLike,
    salvage: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    *,
    holding_cost: ArrayLike = 0.0,
    stockout_cost: ArrayLike = 0.0,
) -> Season:
    """
    Most profitable purchase for one season of normal demand.

    Parameters
    ----------
    revenue, purchase_cost : [money/unit]
        Revenue above the purchase cost, which is above 0.
    salvage : [money/unit]
        What a unit left over still brings, below purchase plus holding cost; negative where it must be disposed of.
    demand_mean, demand_sd : [units]
        As of `newsvendor_normal`.
    holding_cost, stockout_cost : [money/unit]
        Of a unit left over and, beyond the lost margin, of a unit not served; at least 0.

    Notes
    -----
    A newsvendor with ``p = revenue - purchase + stockout`` and ``h = purchase - salvage + holding``; profit is the margin
    on mean demand less its cost (Snyder & Shen, 2nd ed., Example 4.2 and Problem 4.3).
    """
    revenue, purchase_cost = positive(revenue=revenue, purchase_cost=purchase_cost)
    (salvage,) = real(salvage=salvage)
    holding_cost, stockout_cost = not_negative(holding_cost=holding_cost, stockout_cost=stockout_cost)
    underage, overage = revenue - purchase_cost + stockout_cost, purchase_cost - salvage + holding_cost
    refuse(underage <= 0.0, "revenue must be above purchase_cost: nothing is earned by selling")
    refuse(overage <= 0.0, "salvage must be below purchase_cost + holding_cost: every unit left over earns, no finite stock is enough")
    best = newsvendor_normal(overage, underage, demand_mean, demand_sd)
    return Season(best.base_stock, (revenue - purchase_cost) * np.asarray(demand_mean, dtype=np.float64) - best.cost)


def newsvendor_lognormal(overage_cost: ArrayLike, underage_cost: ArrayLike, log_mean: ArrayLike, log_sd: ArrayLike) -> BaseStock:
    """
    Cheapest level for a demand whose logarithm is normal, and its cost.

    Parameters
    ----------
    overage_cost, underage_cost : [money/unit]
        Above 0.
    log_mean, log_sd
        Mean and standard deviation of ln D, the latter at least 0.

    Notes
    -----
    ``S = exp(mu + sigma z)``, cost ``E[D] ((h + p) Phi(sigma - z) - h)`` (Snyder & Shen, 2nd ed., Problem 4.8).
    """
    overage_cost, underage_cost = positive(overage_cost=overage_cost, underage_cost=underage_cost)
    (log_mean,) = real(log_mean=log_mean)
    (log_sd,) = not_negative(log_sd=log_sd)
    z = critical_quantile(overage_cost, underage_cost)
    mean = np.exp(log_mean + 0.5 * log_sd**2)
    # At the best level both parts in S cancel: (h + p) P(D > S) = h.
    cost = mean * ((overage_cost + underage_cost) * special.ndtr(log_sd - z) - overage_cost)
    return BaseStock(np.exp(log_mean + log_sd * z), np.maximum(cost, 0.0))


def newsvendor_poisson(overage_cost: ArrayLike, underage_cost: ArrayLike, demand_mean: ArrayLike) -> BaseStock:
    """
    Cheapest whole level for Poisson demand, and its cost.

    Parameters
    ----------
    overage_cost, underage_cost : [money/unit]
        Above 0.
    demand_mean : [units]
        At least 0.

    Notes
    -----
    Least S with ``P(D <= S) >= p / (p + h)`` (Snyder & Shen, 2nd ed., eq. 4.6 for the cost, Example 4.7's data).
    """
    overage_cost, underage_cost = positive(overage_cost=overage_cost, underage_cost=underage_cost)
    (demand_mean,) = not_negative(demand_mean=demand_mean)
    missed = overage_cost / (overage_cost + underage_cost) * (1.0 + _SAME)
    given = np.broadcast_arrays(demand_mean, missed, critical_quantile(overage_cost, underage_cost))
    shape, answers = given[0].shape, np.empty((given[0].size, 2))
    newsvendors.poisson_newsvendors(np.stack([each.ravel() for each in given], axis=1), answers)
    level, short = (answers[:, k].reshape(shape) for k in range(2))
    over = np.maximum(level - demand_mean + short, 0.0)
    return BaseStock(level[()], (overage_cost * over + underage_cost * short)[()])


def newsvendor_discrete(overage_cost: ArrayLike, underage_cost: ArrayLike, values: ArrayLike, probabilities: ArrayLike) -> BaseStock:
    """
    Cheapest level for a demand that takes a few values, and its cost.

    Parameters
    ----------
    overage_cost, underage_cost : (...) [money/unit]
        Above 0.
    values : (..., n_values) [units]
        Demand, in any order and of any sign.
    probabilities : (..., n_values)
        Chance of each, adding up to 1; 0 fills the rows of items with fewer values.

    Notes
    -----
    Least value with ``P(D <= S) >= p / (p + h)`` (Snyder & Shen, 2nd ed., Problem 4.7).
    """
    overage_cost, underage_cost = positive(overage_cost=overage_cost, underage_cost=underage_cost)
    (values,) = real(values=values)
    (probabilities,) = fraction(probabilities=probabilities)
    if values.ndim == 0 or probabilities.ndim == 0 or values.shape[-1] != probabilities.shape[-1]:
        raise ValueError(f"values and probabilities must have one entry a value, got shapes {values.shape} and {probabilities.shape}")
    refuse(abs(probabilities.sum(axis=-1) - 1.0) > 1e-6, "probabilities must add up to 1")
    values, probabilities, ratio = np.broadcast_arrays(
        values, probabilities, (underage_cost / (overage_cost + underage_cost))[..., None] - _SAME
    )
    n_values, shape = values.shape[-1], values.shape[:-1]
    answers = np.empty((math.prod(shape), 3))
    rows = [each.reshape(-1, n_values).astype(np.float64, order="C") for each in (values, probabilities)]
    newsvendors.discrete_newsvendors(ratio[..., 0].flatten(), rows[0], rows[1], answers)
    level, over, short = (answers[:, k].reshape(shape) for k in range(3))
    return BaseStock(level[()], (overage_cost * over + underage_cost * short)[()])


def periodic_base_stock_normal(
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    review_periods: ArrayLike = 1.0,
) -> BaseStock:
    """
    Order-up-to level of periodic review with backorders and normal demand.

    Parameters
    ----------
    holding_cost, backorder_cost : [money/unit/period]
        On what is there, or waited for, at the end of the exposed time; above 0.
    demand_mean, demand_sd : [units/period]
        Of one period, independent from period to period.
    lead_time, review_periods : [periods]
        Lead time at least 0, review above 0. By the package's convention (`justenough.domain.policy`) the demand to cover
        is that of ``lead_time + review_periods``.

    Notes
    -----
    The newsvendor of the exposed time; ``cost`` is a period's, just before the next order arrives (Snyder & Shen, 2nd ed.,
    Example 4.4, where lead time 4 and review 1 make 5).
    """
    (lead_time,) = not_negative(lead_time=lead_time)
    holding_cost, backorder_cost = positive(holding_cost=holding_cost, backorder_cost=backorder_cost)
    (review_periods,) = positive(review_periods=review_periods)
    (demand_mean,) = real(demand_mean=demand_mean)
    (demand_sd,) = not_negative(demand_sd=demand_sd)
    exposed = lead_time + review_periods
    return newsvendor_normal(holding_cost, backorder_cost, demand_mean * exposed, demand_sd * np.sqrt(exposed))

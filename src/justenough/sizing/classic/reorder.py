"""Reorder: when to order and how much, watched continuously, while customers wait for what is missing: (r, Q).

An order of Q is placed as soon as the position (on hand + on order - backorders) has fallen to r, and arrives a
lead time later; the review being continuous, exposed time and lead time are one. Normal demand has independent
increments and may be negative; Poisson demand comes one unit at a time. Costs are long-run means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import crossings
from justenough.sizing.classic.limits import not_negative, positive, real, whole
from justenough.sizing.classic.loss_functions import critical_quantile, poisson_loss, standard_normal_loss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats

_NARROW = 1e-3  # standard deviations: Simpson's rule over so short a lot is exact to 1e-14


@dataclass(frozen=True, slots=True)
class ReorderLots:
    """
    When to order, how much, and what that costs. Columns as the inputs broadcast.

    Parameters
    ----------
    reorder_point : [units]
        r; below 0 where it pays to let customers wait first.
    order_quantity : [units]
        Q; 0 where orders of divisible demand are free: each unit is ordered as it is asked for.
    cost : [money/time]
        Ordering, holding and waiting.
    """

    reorder_point: Floats
    order_quantity: Floats
    cost: Floats


def r_q_normal(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> ReorderLots:
    """
    The (r, Q) of least cost for normal demand where waiting is paid by unit and time; exact.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost, backorder_cost : [money/unit/time]
        h and p, above 0.
    demand_mean : [units/time]
        lambda, above 0.
    demand_sd : [units/sqrt(time)]
        Of one unit of time, at least 0; of the lead time L it is ``demand_sd * sqrt(L)``.
    lead_time : [time]
        At least 0.

    Notes
    -----
    Minimises Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed., eq. (5.7), jointly convex in r and Q,
    by the condition ``G(r) = G(r + Q) = cost`` (Zheng 1992), to about 1e-8 of r and Q and better of the cost.

    Examples
    --------
    Problem 5.1 of Snyder & Shen: an order every 76 days, placed when two customers wait.

    >>> answer = r_q_normal(50, 3.1, 45, 800, 40, 4 / 365)
    >>> print(answer.reorder_point.round(2), answer.order_quantity.round(2), answer.cost.round(2))
    -1.99 166.95 484.21
    """
    shape, rows = rows_of(fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time)
    answers = np.empty((len(rows), 3))
    crossings.normal_lots(rows, answers)
    return ReorderLots(*(answers[:, k].reshape(shape)[()] for k in range(3)))


def r_q_normal_cost(
    reorder_point: ArrayLike,
    order_quantity: ArrayLike,
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> Floats:
    """
    Long-run cost of any (r, Q) under normal demand, [money/time].

    Parameters
    ----------
    reorder_point, order_quantity : [units]
        r of any sign, Q at least 0. At Q = 0 each unit is ordered as it is asked for.
    fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time
        As for `r_q_normal`.

    Notes
    -----
    ``(K lambda + h Q (r + Q / 2 - lambda L) + (h + p) (n2(r) - n2(r + Q))) / Q`` with n2 the second-order loss of the
    lead time's demand (Snyder & Shen, eq. 5.7, Example 5.1).
    """
    (reorder_point,) = real(reorder_point=reorder_point)
    (order_quantity,) = not_negative(order_quantity=order_quantity)
    fixed_cost, demand_sd, lead_time = not_negative(fixed_cost=fixed_cost, demand_sd=demand_sd, lead_time=lead_time)
    holding_cost, backorder_cost, demand_mean = positive(holding_cost=holding_cost, backorder_cost=backorder_cost, demand_mean=demand_mean)
    gap = reorder_point - demand_mean * lead_time
    short = _mean_loss(gap, order_quantity, demand_sd * np.sqrt(lead_time))
    with np.errstate(divide="ignore", invalid="ignore"):
        setups = np.where(fixed_cost == 0.0, 0.0, fixed_cost * demand_mean / order_quantity)
    return setups + holding_cost * (gap + 0.5 * order_quantity) + (holding_cost + backorder_cost) * short


def r_q_poisson(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, backorder_cost: ArrayLike, demand_rate: ArrayLike, lead_time: ArrayLike
) -> ReorderLots:
    """
    The (r, Q) of least cost for Poisson demand, whole units; exact.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost, backorder_cost : [money/unit/time]
        h and p, above 0.
    demand_rate : [units/time]
        lambda, above 0.
    lead_time : [time]
        At least 0; random lead times of orders that do not cross need the demand of the lead time instead.

    Returns
    -------
    ReorderLots
        Of several lots that cost the same the smallest.

    Notes
    -----
    Federgruen & Zheng (1992): the lot grows by the cheaper of its two neighbours while that lowers the mean cost.
    Work grows with Q. Snyder & Shen, Problem 5.2.

    Examples
    --------
    >>> answer = r_q_poisson(4, 4, 28, 12, 0.5)
    >>> print(answer.reorder_point, answer.order_quantity, answer.cost.round(3))
    6.0 7.0 28.241
    """
    (demand_rate,) = positive(demand_rate=demand_rate)
    shape, rows = rows_of(fixed_cost, holding_cost, backorder_cost, demand_rate, np.sqrt(demand_rate), lead_time)
    answers = np.empty((len(rows), 3))
    crossings.poisson_lots(rows, answers)
    return ReorderLots(*(answers[:, k].reshape(shape)[()] for k in range(3)))


def r_q_poisson_cost(
    reorder_point: ArrayLike,
    order_quantity: ArrayLike,
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_rate: ArrayLike,
    lead_time: ArrayLike,
) -> Floats:
    """
    Long-run cost of any whole (r, Q) under Poisson demand, [money/time].

    Parameters
    ----------
    reorder_point, order_quantity : [units]
        Whole; Q at least 1.
    fixed_cost, holding_cost, backorder_cost, demand_rate, lead_time
        As for `r_q_poisson`.

    Notes
    -----
    ``(K lambda + sum of G(y), y = r + 1 .. r + Q) / Q`` (Snyder & Shen, eq. 5.48).
    """
    point, lot = whole(reorder_point=reorder_point, order_quantity=order_quantity)
    (lot,) = positive(order_quantity=lot)
    fixed_cost, lead_time = not_negative(fixed_cost=fixed_cost, lead_time=lead_time)
    holding_cost, backorder_cost, demand_rate = positive(holding_cost=holding_cost, backorder_cost=backorder_cost, demand_rate=demand_rate)
    mean = demand_rate * lead_time
    short = poisson_loss(point, mean).second_order_short - poisson_loss(point + lot, mean).second_order_short
    level = point + 0.5 * (lot + 1.0) - mean
    return holding_cost * level + (fixed_cost * demand_rate + (holding_cost + backorder_cost) * short) / lot


def rows_of(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> tuple[tuple[int, ...], Floats]:
    """Shape of the broadcast inputs, and the rows `justenough.kernels.crossings` reads: (n, 6)."""
    fixed_cost, demand_sd, lead_time = not_negative(fixed_cost=fixed_cost, demand_sd=demand_sd, lead_time=lead_time)
    holding_cost, backorder_cost, demand_mean = positive(holding_cost=holding_cost, backorder_cost=backorder_cost, demand_mean=demand_mean)
    best = critical_quantile(holding_cost, backorder_cost)
    columns = (demand_mean * lead_time, demand_sd * np.sqrt(lead_time), fixed_cost * demand_mean, holding_cost, backorder_cost, best)
    broadcast = np.broadcast_arrays(*columns)
    return broadcast[0].shape, np.stack([column.ravel() for column in broadcast], axis=1)


def _mean_loss(gap: Floats, lot: Floats, sd: Floats) -> Floats:
    """Mean of the normal loss over positions ``gap .. gap + lot`` above the mean demand. [units]"""
    certain = sd <= 1e-300
    scale = np.where(certain, 1.0, sd)
    low, wide = gap / scale, lot / scale
    first, middle, last = (standard_normal_loss(low + part * wide) for part in (0.0, 0.5, 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        area = (first.second_order_short - last.second_order_short) / wide
        known = np.where(lot > 0.0, (np.maximum(-gap, 0.0) ** 2 - np.maximum(-gap - lot, 0.0) ** 2) / (2.0 * lot), np.maximum(-gap, 0.0))
    simpson = (first.expected_short + 4.0 * middle.expected_short + last.expected_short) / 6.0
    return np.where(certain, known, scale * np.where(wide < _NARROW, simpson, area))[()]

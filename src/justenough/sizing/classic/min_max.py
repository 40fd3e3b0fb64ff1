"""Min-max: order up to S whenever a review finds the position at or below s, while customers wait: (s, S).

Reviewed each period: at its start the position is seen and an order placed, which arrives ``lead_time`` periods
later; then the period's demand comes. What stands at the end of a period is charged. Demand is exposed for
lead time + 1 period, the convention of `justenough.domain.policy` with a review of one period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import renewal
from justenough.sizing.classic.limits import not_negative, positive, refuse, whole
from justenough.sizing.classic.reorder import rows_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class MinMax:
    """
    When to order, up to where, and what that costs. Columns as the inputs broadcast.

    Parameters
    ----------
    reorder_point : [units]
        s: order at or below.
    order_up_to : [units]
        S.
    cost : [money/period]
        Ordering, holding and waiting, in the long run.
    """

    reorder_point: Floats
    order_up_to: Floats
    cost: Floats


@dataclass(frozen=True, slots=True)
class MinMaxLevels:
    """
    When to order and up to where, of a heuristic that states no cost. Columns as the inputs broadcast.

    Parameters
    ----------
    reorder_point, order_up_to : [units]
        s and S, not rounded.
    """

    reorder_point: Floats
    order_up_to: Floats


def s_s_poisson(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, backorder_cost: ArrayLike, demand_mean: ArrayLike, lead_time: ArrayLike = 0.0
) -> MinMax:
    """
    The (s, S) of least cost for Poisson demand; exact, and no policy of another form costs less.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost, backorder_cost : [money/unit/period]
        h and p of what is on hand and what waits at the end of a period, above 0.
    demand_mean : [units/period]
        Above 0. Work grows with its square root and with the square of S - s.
    lead_time : [periods]
        At least 0.

    Returns
    -------
    MinMax
        Where several policies cost the same, one of them.

    Notes
    -----
    Zheng & Federgruen (1991); Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed., Problem 4.31.

    Examples
    --------
    The rows of mean 15 and 24 of Zheng & Federgruen's table.

    >>> answer = s_s_poisson(64, 1, 9, [15, 24])
    >>> print(answer.reorder_point, answer.order_up_to, answer.cost.round(2))
    [10. 18.] [49. 54.] [42.7  53.52]
    """
    shape, rows = _reviewed(fixed_cost, holding_cost, backorder_cost, demand_mean, lead_time)
    answers = np.empty((len(rows), 3))
    renewal.min_max_poisson(rows, answers)
    return MinMax(*(answers[:, k].reshape(shape)[()] for k in range(3)))


def s_s_poisson_cost(
    reorder_point: ArrayLike,
    order_up_to: ArrayLike,
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    lead_time: ArrayLike = 0.0,
) -> Floats:
    """
    Long-run cost of any (s, S) under Poisson demand, [money/period].

    Parameters
    ----------
    reorder_point, order_up_to : [units]
        Whole, ``s < S``.
    fixed_cost, holding_cost, backorder_cost, demand_mean, lead_time
        As for `s_s_poisson`.

    Notes
    -----
    ``(K + sum of m(j) G(S - j)) / sum of m(j)``, j = 0 .. S - s - 1 (Snyder & Shen, eqs. 4.71 to 4.75, Example 4.7).
    """
    low, high = whole(reorder_point=reorder_point, order_up_to=order_up_to)
    refuse(np.asarray(low >= high), "order_up_to must be above reorder_point")
    shape, rows = _reviewed(fixed_cost, holding_cost, backorder_cost, demand_mean, lead_time)
    both = np.broadcast_shapes(shape, low.shape, high.shape)
    spread = np.broadcast_to(rows.reshape((*shape, 6)), (*both, 6)).reshape(-1, 6)
    answers = np.empty(len(spread))
    renewal.min_max_poisson_cost(np.array(spread), np.broadcast_to(low, both).flatten(), np.broadcast_to(high, both).flatten(), answers)
    return answers.reshape(both)[()]


def s_s_power_approximation(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike = 0.0,
) -> MinMaxLevels:
    """
    The (s, S) of the revised power approximation: formulas fitted to many exact solutions.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, above 0.
    holding_cost, backorder_cost : [money/unit/period]
        h and p, above 0.
    demand_mean, demand_sd : [units/period]
        Of one period; mean above 0, sd at least 0.
    lead_time : [periods]
        At least 0.

    Notes
    -----
    With mean ``m`` and ``sd_L`` of lead time + 1 period: ``Q = 1.30 mu^0.494 (K/h)^0.506 (1 + sd_L^2 / mu^2)^0.116``,
    ``z = sqrt(Q h / (sd_L p))``, ``s = 0.973 m + sd_L (0.183 / z + 1.063 - 2.192 z)``, ``S = s + Q`` (Ehrhardt & Mosier
    1984; Snyder & Shen, eqs. 4.77 to 4.80, Example 4.8). Made for Q of at least 1.5 periods' demand; their lower S for
    smaller Q is left out, as in that example. Levels are not rounded.
    """
    fixed_cost, holding_cost, backorder_cost, demand_mean = positive(
        fixed_cost=fixed_cost, holding_cost=holding_cost, backorder_cost=backorder_cost, demand_mean=demand_mean
    )
    demand_sd, lead_time = not_negative(demand_sd=demand_sd, lead_time=lead_time)
    exposed_sd = demand_sd * np.sqrt(lead_time + 1.0)
    lot = 1.30 * demand_mean**0.494 * (fixed_cost / holding_cost) ** 0.506 * (1.0 + (exposed_sd / demand_mean) ** 2) ** 0.116
    lot = lot + np.zeros_like(backorder_cost)
    ratio = lot * holding_cost / backorder_cost
    # sd / z and sd z, which have limits where sd is 0.
    over, times = exposed_sd * np.sqrt(exposed_sd / ratio), np.sqrt(exposed_sd * ratio)
    point = 0.973 * demand_mean * (lead_time + 1.0) + 0.183 * over + 1.063 * exposed_sd - 2.192 * times
    return MinMaxLevels(point, point + lot)


def _reviewed(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, backorder_cost: ArrayLike, demand_mean: ArrayLike, lead_time: ArrayLike
) -> tuple[tuple[int, ...], Floats]:
    """Shape of the broadcast inputs and the rows `justenough.kernels.renewal` reads: (n, 6)."""
    (lead_time,) = not_negative(lead_time=lead_time)
    (demand_mean,) = positive(demand_mean=demand_mean)
    shape, rows = rows_of(fixed_cost, holding_cost, backorder_cost, demand_mean, 0.0, lead_time + 1.0)
    period = np.broadcast_to(demand_mean, shape).ravel()
    fixed = np.broadcast_to(np.asarray(fixed_cost, dtype=np.float64), shape).ravel()
    return shape, np.stack([period, rows[:, 0], fixed, *rows[:, 3:].T], axis=1)

"""Reorder heuristics: the (r, Q) of textbooks for normal demand, where the exact one was thought too hard.

Conventions are those of `justenough.sizing.classic.reorder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from justenough.kernels import crossings
from justenough.sizing.classic.eoq import eoq, eoq_with_backorders
from justenough.sizing.classic.limits import not_negative, positive, refuse
from justenough.sizing.classic.loss_functions import standard_normal_loss
from justenough.sizing.classic.reorder import ReorderLots, r_q_normal_cost, rows_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats

_MOST_STEPS = 20_000


def r_q_eoqb(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> ReorderLots:
    """
    The EOQB heuristic: the lot as if demand were known, the best reorder point of that lot. Parameters as for `r_q_normal`.

    Returns
    -------
    ReorderLots
        ``cost`` is what the pair really costs (`r_q_normal_cost`): at most an eighth above the least (Zheng 1992).

    Notes
    -----
    ``Q = sqrt(2 K lambda (h + p) / (h p))`` and r where ``G(r) = G(r + Q)`` (Snyder & Shen, eqs. 3.27
    and 5.9, Example 5.1).
    """
    shape, rows = rows_of(fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time)
    lot = eoq_with_backorders(fixed_cost, holding_cost, backorder_cost, demand_mean).order_quantity
    lots = np.broadcast_to(lot, shape)
    points = np.empty(len(rows))
    crossings.normal_points(rows, lots.flatten(), points)
    point = points.reshape(shape)[()]
    cost = r_q_normal_cost(point, lots, fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time)
    return ReorderLots(point, np.array(lots)[()], cost)


def r_q_eoq_with_safety_stock(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> ReorderLots:
    """
    The EOQ + SS heuristic: Harris' lot, and a reorder point as of a newsvendor. Parameters as for `r_q_normal`.

    Returns
    -------
    ReorderLots
        ``cost`` is what the pair really costs (`r_q_normal_cost`).

    Notes
    -----
    ``r = lambda L + z sd sqrt(L)``, ``z`` the quantile of ``p / (h + p)`` (Snyder & Shen, eqs. 3.4
    and 5.21, Example 5.1).
    """
    shape, rows = rows_of(fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time)
    lot = eoq(fixed_cost, holding_cost, demand_mean).order_quantity
    point = (rows[:, 0] + rows[:, 5] * rows[:, 1]).reshape(shape)[()]
    cost = r_q_normal_cost(point, lot, fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time)
    return ReorderLots(point, np.array(np.broadcast_to(lot, shape))[()], cost)


def r_q_expected_inventory_level(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost_per_unit: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
) -> ReorderLots:
    """
    The expected-inventory-level heuristic for normal demand where each unit that must wait costs once, however long.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost : [money/unit/time]
        h, above 0.
    backorder_cost_per_unit : [money/unit]
        p, above 0 and so large that waiting does not pay always: ``p lambda > h Q``.
    demand_mean, demand_sd, lead_time
        As for `justenough.sizing.classic.reorder.r_q_normal`.

    Returns
    -------
    ReorderLots
        ``cost`` is the heuristic's own: backorders are taken as few beside the stock, and those that two cycles
        share are counted in both.

    Raises
    ------
    ValueError
        Where no reorder point is good enough: stockouts cost less than the stock that prevents them.

    Notes
    -----
    ``Q = sqrt(2 lambda (K + p n(r)) / h)`` and ``P(D > r) = h Q / (p lambda)``, repeated until they agree, from the
    EOQ upwards (Hadley & Whitin 1963, ch. 4; Snyder & Shen, eqs. 5.16 to 5.18, Example 5.2).
    """
    fixed_cost, demand_sd, lead_time = not_negative(fixed_cost=fixed_cost, demand_sd=demand_sd, lead_time=lead_time)
    holding_cost, price, demand_mean = positive(
        holding_cost=holding_cost, backorder_cost_per_unit=backorder_cost_per_unit, demand_mean=demand_mean
    )
    columns = np.broadcast_arrays(fixed_cost, holding_cost, price, demand_mean, demand_sd * np.sqrt(lead_time), demand_mean * lead_time)
    shape = columns[0].shape
    setup, holding, price, rate, sd, mean = (column.flatten() for column in columns)
    lot = _agreed_lot(setup, holding, price, rate, sd)
    z = -special.ndtri(holding * lot / (price * rate))
    short = sd * standard_normal_loss(z).expected_short
    point = mean + sd * z
    cost = holding * (point - mean + 0.5 * lot) + rate * (setup + price * short) / lot
    return ReorderLots(*(column.reshape(shape)[()] for column in (point, lot, cost)))


def _agreed_lot(setup: Floats, holding: Floats, price: Floats, rate: Floats, sd: Floats) -> Floats:
    """The least lot that its own reorder point asks for (expected-inventory-level heuristic). (n,)"""
    lot = np.maximum(np.sqrt(2.0 * setup * rate / holding), np.minimum(1e-6 * sd, 1e-3 * price * rate / holding))
    moving = np.flatnonzero(~np.isnan(setup + holding + price + rate + sd))
    for _ in range(_MOST_STEPS):
        tail = holding[moving] * lot[moving] / (price[moving] * rate[moving])
        useless = np.zeros(len(lot), dtype=np.bool_)
        useless[moving[tail >= 1.0]] = True
        refuse(useless, "backorder_cost_per_unit must exceed holding_cost * order_quantity / demand_mean: no stock is worth its cost")
        short = sd[moving] * standard_normal_loss(-special.ndtri(tail)).expected_short
        asked = np.sqrt(2.0 * rate[moving] * (setup[moving] + price[moving] * short) / holding[moving])
        still = asked > lot[moving] * (1.0 + 1e-14)
        lot[moving] = np.maximum(asked, lot[moving])
        moving = moving[still]
        if not len(moving):
            break
    return lot

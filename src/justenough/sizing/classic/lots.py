"""Lots: when to order and how much where the demand of each coming period is known but not level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.lot_sizing import cheapest_lots
from justenough.sizing.classic.limits import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class LotPlan:
    """
    Orders period by period.

    Parameters
    ----------
    order_quantities : (..., n_periods) [units]
        Ordered at the start of each period, before its demand.
    cost : (...) [money]
        Ordering, holding and, where given, purchases over all periods.
    """

    order_quantities: Floats
    cost: Floats


def wagner_whitin(fixed_cost: ArrayLike, holding_cost: ArrayLike, demand: ArrayLike, *, purchase_cost: ArrayLike = 0.0) -> LotPlan:
    """
    Cheapest plan of orders that serves every period's demand from stock.

    Parameters
    ----------
    fixed_cost : (...) or (..., n_periods) [money/order]
    holding_cost : (...) or (..., n_periods) [money/unit/period]
        Paid on what is left at the end of each period.
    demand : (..., n_periods) [units]
        All items over the same number of periods; zeros fill up shorter ones.
    purchase_cost : (...) or (..., n_periods) [money/unit]
        Needed where prices change; all of these at least 0.

    Notes
    -----
    Stock starts and ends at 0, orders arrive at once, nothing waits. Exact, by Wagner & Whitin's dynamic programme (1958;
    Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed., eq. 3.39, Example 3.9). Of plans that cost the same
    the one whose first order lasts the shorter is given.

    Examples
    --------
    >>> wagner_whitin(500, 2, [90, 120, 80, 70]).order_quantities.tolist()
    [210.0, 0.0, 150.0, 0.0]
    """
    (demand,) = not_negative(demand=demand)
    if demand.ndim == 0 or demand.shape[-1] == 0:
        raise ValueError(f"demand must hold at least one period on its last axis, got shape {demand.shape}")
    costs = not_negative(fixed_cost=fixed_cost, holding_cost=holding_cost, purchase_cost=purchase_cost)
    names = ("fixed_cost", "holding_cost", "purchase_cost")
    columns = [_by_period(name, cost, demand) for name, cost in zip(names, costs, strict=True)]
    shape = np.broadcast_shapes(demand.shape, *(column.shape for column in columns))
    # All writable, so that the kernel is compiled once and not for each mixture of views.
    flat = [np.require(np.broadcast_to(column, shape), requirements=["C", "W"]).reshape(-1, shape[-1]) for column in (*columns, demand)]
    fixed, holding, unit, needed = flat
    quantities = np.empty_like(needed)
    cost = np.empty(len(needed))
    cheapest_lots(fixed, holding, unit, needed, quantities, cost)
    unknown = np.isnan(fixed + holding + unit + needed).any(axis=-1)
    cost[unknown] = np.nan
    quantities[unknown] = np.nan
    return LotPlan(quantities.reshape(shape), cost.reshape(shape[:-1])[()])


def _by_period(name: str, cost: Floats, demand: Floats) -> Floats:
    """A cost with periods on its last axis: either it has them, or it is one number an item."""
    if cost.ndim == demand.ndim:
        return cost
    if cost.ndim == demand.ndim - 1:
        return cost[..., None]
    if cost.ndim == 0:
        return cost
    raise ValueError(f"{name} must be a number, one an item or one an item and period; got shape {cost.shape} for demand {demand.shape}")

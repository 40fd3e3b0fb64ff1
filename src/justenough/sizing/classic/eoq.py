"""EOQ: the order quantity that balances orders against stock where demand is steady and known.

Demand runs at a constant rate, orders arrive whole after a known lead time, stock may be any real number.
Costs are per unit of the time that the demand rate is counted in, in the long run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.limits import not_negative, numbers, positive, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Lots:
    """
    What to order at a time, and what that costs. Columns as the inputs broadcast.

    Parameters
    ----------
    order_quantity : [units]
    cost : [money/time]
        Ordering and holding; what else is in it the function says.
    """

    order_quantity: Floats
    cost: Floats


@dataclass(frozen=True, slots=True)
class BackorderedLots:
    """
    What to order at a time where customers may be kept waiting. Columns as the inputs broadcast.

    Parameters
    ----------
    order_quantity : [units]
    backordered_fraction
        Share of demand that waits; orders are placed to arrive when ``backordered_fraction * order_quantity`` wait.
    cost : [money/time]
        Ordering, holding and waiting.
    """

    order_quantity: Floats
    backordered_fraction: Floats
    cost: Floats


def eoq(fixed_cost: ArrayLike, holding_cost: ArrayLike, demand_rate: ArrayLike) -> Lots:
    """
    Economic order quantity, ``sqrt(2 K lambda / h)``, and its cost of ordering and holding.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost : [money/unit/time]
        h, above 0.
    demand_rate : [units/time]
        lambda, at least 0.

    Notes
    -----
    Harris (1913); Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed., eqs. 3.4 and 3.5, Example 3.1.

    Examples
    --------
    >>> print(eoq(8, 0.225, 1300).order_quantity.round(1))
    304.0
    """
    fixed_cost, demand_rate = not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    (holding_cost,) = positive(holding_cost=holding_cost)
    return Lots(np.sqrt(2.0 * fixed_cost * demand_rate / holding_cost), np.sqrt(2.0 * fixed_cost * demand_rate * holding_cost))


def eoq_cost(order_quantity: ArrayLike, fixed_cost: ArrayLike, holding_cost: ArrayLike, demand_rate: ArrayLike) -> Floats:
    """
    Ordering and holding cost of any order quantity, ``K lambda / Q + h Q / 2`` [money/time].

    Parameters
    ----------
    order_quantity : [units]
        Q, above 0.
    fixed_cost : [money/order]
    holding_cost : [money/unit/time]
    demand_rate : [units/time]
        These three at least 0.

    Notes
    -----
    Snyder & Shen, 2nd ed., eq. 3.3.
    """
    (order_quantity,) = positive(order_quantity=order_quantity)
    fixed_cost, holding_cost, demand_rate = not_negative(fixed_cost=fixed_cost, holding_cost=holding_cost, demand_rate=demand_rate)
    return fixed_cost * demand_rate / order_quantity + 0.5 * holding_cost * order_quantity


def eoq_with_backorders(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, backorder_cost: ArrayLike, demand_rate: ArrayLike
) -> BackorderedLots:
    """
    Economic order quantity where customers may wait at a price (EOQB).

    Parameters
    ----------
    fixed_cost : [money/order]
        K, at least 0.
    holding_cost, backorder_cost : [money/unit/time]
        h and p, above 0.
    demand_rate : [units/time]
        lambda, at least 0.

    Notes
    -----
    ``x = h / (h + p)`` waits and ``Q = sqrt(2 K lambda (h + p) / (h p))``; all demand is served in the end
    (Snyder & Shen, 2nd ed., eqs. 3.27 to 3.29, Example 3.8).
    """
    fixed_cost, demand_rate = not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    holding_cost, backorder_cost = positive(holding_cost=holding_cost, backorder_cost=backorder_cost)
    both = holding_cost + backorder_cost
    harmonic = holding_cost * backorder_cost / both
    plain = eoq(fixed_cost, harmonic, demand_rate)
    waiting = np.broadcast_to(holding_cost / both, np.shape(plain.cost))
    return BackorderedLots(plain.order_quantity, waiting[()], plain.cost)


def economic_production_quantity(
    fixed_cost: ArrayLike, holding_cost: ArrayLike, demand_rate: ArrayLike, production_rate: ArrayLike
) -> Lots:
    """
    Economic lot of an item made at a finite rate while it is used (EPQ).

    Parameters
    ----------
    fixed_cost : [money/set-up]
        K, at least 0.
    holding_cost : [money/unit/time]
        h, above 0.
    demand_rate, production_rate : [units/time]
        Demand at least 0 and below production: otherwise the machine never stops and no lot ends.

    Notes
    -----
    The EOQ with holding cost ``h (1 - lambda / mu)``, the share of time in which stock builds up
    (Snyder & Shen, 2nd ed., eqs. 3.31 and 3.32, Problem 3.22).
    """
    (demand_rate,) = not_negative(demand_rate=demand_rate)
    holding_cost, production_rate = positive(holding_cost=holding_cost, production_rate=production_rate)
    idle = 1.0 - demand_rate / production_rate
    refuse(idle <= 0.0, "demand_rate must be below production_rate: the machine cannot keep up")
    return eoq(fixed_cost, holding_cost * idle, demand_rate)


def eoq_all_units_discount(
    fixed_cost: ArrayLike, holding_rate: ArrayLike, demand_rate: ArrayLike, breakpoints: ArrayLike, unit_costs: ArrayLike
) -> Lots:
    """
    Order quantity where a larger order lowers the price of all its units.

    Parameters
    ----------
    fixed_cost : (...) [money/order]
        At least 0.
    holding_rate : (...) [1/time]
        Yearly cost of money tied up, and the like, above 0.
    demand_rate : (...) [units/time]
        At least 0.
    breakpoints : (..., n_bands) [units]
        Least order of each price, rising from 0; infinite where an item has fewer prices than others.
    unit_costs : (..., n_bands) [money/unit]
        Price from that breakpoint on, above 0, never rising.

    Returns
    -------
    Lots
        Cost includes the purchases.

    Notes
    -----
    In each band the cheapest order is its EOQ or its breakpoint (Snyder & Shen, 2nd ed., eqs. 3.18 and 3.19, Problem 3.12).
    """
    fixed_cost, holding_rate, demand_rate, breakpoints, unit_costs = _bands(fixed_cost, holding_rate, demand_rate, breakpoints, unit_costs)
    holding_cost = holding_rate * unit_costs
    quantity = np.maximum(breakpoints, np.sqrt(2.0 * fixed_cost * demand_rate / holding_cost))
    return _cheapest_band(quantity, breakpoints, unit_costs * demand_rate, fixed_cost * demand_rate, holding_cost)


def eoq_incremental_discount(
    fixed_cost: ArrayLike, holding_rate: ArrayLike, demand_rate: ArrayLike, breakpoints: ArrayLike, unit_costs: ArrayLike
) -> Lots:
    """
    Order quantity where a lower price holds only for the units beyond a breakpoint.

    Parameters
    ----------
    fixed_cost, holding_rate, demand_rate, breakpoints, unit_costs
        As of `eoq_all_units_discount`.

    Returns
    -------
    Lots
        Cost includes the purchases; stock is held at the average price paid.

    Notes
    -----
    What the dearer first units cost more works like a part of the fixed cost; the best order lies inside a band, never
    on a breakpoint (Snyder & Shen, 2nd ed., eqs. 3.20 to 3.22).
    """
    fixed_cost, holding_rate, demand_rate, breakpoints, unit_costs = _bands(fixed_cost, holding_rate, demand_rate, breakpoints, unit_costs)
    present = ~np.isinf(breakpoints)
    width = np.where(present[..., 1:], np.diff(np.where(present, breakpoints, 0.0), axis=-1), 0.0)
    paid = np.concatenate([np.zeros_like(unit_costs[..., :1]), np.cumsum(width * unit_costs[..., :-1], axis=-1)], axis=-1)
    surplus = np.where(present, paid - unit_costs * np.where(present, breakpoints, 0.0), 0.0)
    holding_cost = holding_rate * unit_costs
    quantity = np.sqrt(2.0 * (fixed_cost + surplus) * demand_rate / holding_cost)
    following = np.concatenate([breakpoints[..., 1:], np.full_like(breakpoints[..., :1], np.inf)], axis=-1)
    inside = ~((quantity < breakpoints) | (quantity >= following))
    return _cheapest_band(
        np.where(inside, quantity, np.inf),
        np.where(inside, breakpoints, np.inf),
        unit_costs * demand_rate + 0.5 * holding_rate * surplus,
        (fixed_cost + surplus) * demand_rate,
        holding_cost,
    )


def _bands(
    fixed_cost: ArrayLike, holding_rate: ArrayLike, demand_rate: ArrayLike, breakpoints: ArrayLike, unit_costs: ArrayLike
) -> list[Floats]:
    """Inputs of a discount as arrays of one shape with the bands last."""
    fixed_cost, demand_rate = not_negative(fixed_cost=fixed_cost, demand_rate=demand_rate)
    (holding_rate,) = positive(holding_rate=holding_rate)
    (unit_costs,) = positive(unit_costs=unit_costs)
    steps = numbers("breakpoints", breakpoints, "a rising list of numbers from 0 on")
    if steps.ndim == 0 or unit_costs.ndim == 0 or not steps.shape[-1] == unit_costs.shape[-1] > 0:
        raise ValueError(f"breakpoints and unit_costs must have one entry a price, got shapes {steps.shape} and {unit_costs.shape}")
    refuse((steps[..., 0] < 0.0) | (steps[..., 0] > 0.0), "breakpoints must start at 0: every small order needs a price")
    falling = (steps[..., 1:] <= steps[..., :-1]) & ~np.isinf(steps[..., 1:])
    refuse(falling.any(axis=-1), "breakpoints must rise")
    refuse((np.diff(unit_costs, axis=-1) > 0.0).any(axis=-1), "unit_costs must not rise with the order: that is no discount")
    return list(np.broadcast_arrays(fixed_cost[..., None], holding_rate[..., None], demand_rate[..., None], steps, unit_costs))


def _cheapest_band(quantity: Floats, breakpoints: Floats, purchases: Floats, ordering: Floats, holding_cost: Floats) -> Lots:
    """The cheapest of the best orders of each band; infinite breakpoints are bands that do not exist."""
    there = ~np.isinf(breakpoints)
    with np.errstate(divide="ignore", invalid="ignore"):
        orders = np.where(quantity > 0.0, ordering / quantity, 0.0)
        cost = np.where(there, purchases + orders + 0.5 * holding_cost * quantity, np.inf)
    best = np.argmin(cost, axis=-1)[..., None]
    return Lots(np.take_along_axis(quantity, best, -1)[..., 0][()], np.take_along_axis(cost, best, -1)[..., 0][()])

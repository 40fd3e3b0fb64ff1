"""Disruptions: order quantities and levels where the supplier stops for a while at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import elementwise

from justenough.sizing.classic.eoq import Lots
from justenough.sizing.classic.limits import fraction, not_negative, positive, refuse
from justenough.sizing.classic.newsvendor import BaseStock

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats

_WIDEST = 60  # doublings of the first guess within which a root must lie


def eoq_with_disruptions(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    lost_sale_cost: ArrayLike,
    demand_rate: ArrayLike,
    disruption_rate: ArrayLike,
    recovery_rate: ArrayLike,
) -> Lots:
    """
    Order quantity where the supplier stops at random and what is asked for meanwhile is lost (EOQD), exact.

    Parameters
    ----------
    fixed_cost : [money/order]
        K, above 0.
    holding_cost : [money/unit/time]
        h, above 0.
    lost_sale_cost : [money/unit]
        p, of each unit asked for while the shelf is empty, at least 0.
    demand_rate : [units/time]
        d, above 0.
    disruption_rate : [1/time]
        Disruptions a time while the supplier works, at least 0.
    recovery_rate : [1/time]
        One over the mean length of a disruption, above 0.

    Returns
    -------
    Lots
        Cost is of orders, stock and lost sales.

    Notes
    -----
    Up and down times are exponential, orders are placed when the shelf is empty and arrive at once when the supplier works.
    With ``psi`` the chance that it does not, ``g(Q) = (K + h Q^2 / 2d + p d psi / mu) / (Q / d + psi / mu)``, which has one
    valley (Berk & Arreola-Risa 1994; Snyder & Shen, 2nd ed., eq. 9.5, Problem 9.8).
    """
    given = _disrupted(fixed_cost, holding_cost, lost_sale_cost, demand_rate, disruption_rate, recovery_rate)
    high = _steady_cycle(*given)
    for _ in range(_WIDEST):
        falling = _slope(high, *given) < 0.0
        if not falling.any():
            break
        high = np.where(falling, 2.0 * high, high)
    cycle = elementwise.find_root(
        _slope, (np.zeros_like(high), high), args=given, tolerances={"xatol": 0.0, "xrtol": 1e-14, "fatol": 0.0, "frtol": 0.0}
    ).x
    return Lots((cycle * given[3])[()], _cycle_cost(cycle, *given)[()])


def eoq_with_disruptions_approx(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    lost_sale_cost: ArrayLike,
    demand_rate: ArrayLike,
    disruption_rate: ArrayLike,
    recovery_rate: ArrayLike,
) -> Lots:
    """
    Order quantity of `eoq_with_disruptions` in closed form, and the cost the approximation believes in.

    Notes
    -----
    The chance to meet a disruption is taken as its long-run share whatever the order quantity, which is close when
    orders last longer than disruptions; then ``cost = h Q`` (Snyder 2014; Snyder & Shen, 2nd ed., Problem 9.8).
    Arguments are those of the exact model.
    """
    given = _disrupted(fixed_cost, holding_cost, lost_sale_cost, demand_rate, disruption_rate, recovery_rate)
    quantity = _steady_cycle(*given) * given[3]
    return Lots(quantity[()], (given[1] * quantity)[()])


def newsvendor_with_disruptions(
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand: ArrayLike,
    disruption_probability: ArrayLike,
    recovery_probability: ArrayLike,
) -> BaseStock:
    """
    Base stock where demand is known and the supplier stops at random; what is asked for meanwhile waits.

    Parameters
    ----------
    holding_cost, backorder_cost : [money/unit/period]
        Above 0.
    demand : [units/period]
        Above 0, the same every period.
    disruption_probability
        Chance that a working supplier does not work in the next period, [0, 1].
    recovery_probability
        Chance that a stopped supplier works in the next period, (0, 1].

    Notes
    -----
    Enough for the least number of periods ``n + 1`` for which a stop of at most ``n`` periods has the chance
    ``p / (p + h)`` (Tomlin 2006; Snyder & Shen, 2nd ed., eq. 9.18, Example 9.3). Cost is a period.
    """
    holding_cost, backorder_cost, demand = positive(holding_cost=holding_cost, backorder_cost=backorder_cost, demand=demand)
    stopped, lasting = _stops(disruption_probability, recovery_probability)
    missed = holding_cost / (holding_cost + backorder_cost)
    with np.errstate(divide="ignore", invalid="ignore"):
        periods = np.ceil(np.log(missed / stopped) / np.log(lasting) - 1e-9)
    periods = np.where(stopped > missed, np.maximum(periods, 1.0), 0.0)
    level = (periods + 1.0) * demand
    level = np.where(np.isnan(missed + stopped + lasting), np.nan, level)
    return BaseStock(
        level[()],
        newsvendor_with_disruptions_cost(level, holding_cost, backorder_cost, demand, disruption_probability, recovery_probability),
    )


def newsvendor_with_disruptions_cost(
    base_stock: ArrayLike,
    holding_cost: ArrayLike,
    backorder_cost: ArrayLike,
    demand: ArrayLike,
    disruption_probability: ArrayLike,
    recovery_probability: ArrayLike,
) -> Floats:
    """
    Cost of any base stock of `newsvendor_with_disruptions` [money/period].

    Parameters
    ----------
    base_stock : [units]
        At least 0; it need not be whole periods of demand.
    holding_cost, backorder_cost, demand, disruption_probability, recovery_probability
        As there.

    Notes
    -----
    In the n-th period without supply ``(n + 1) d`` is missing from the base stock; the chance of n is geometric.
    """
    (base_stock,) = not_negative(base_stock=base_stock)
    holding_cost, backorder_cost, demand = positive(holding_cost=holding_cost, backorder_cost=backorder_cost, demand=demand)
    stopped, lasting = _stops(disruption_probability, recovery_probability)
    cover = base_stock / demand
    periods = np.floor(cover + 1e-12)
    # Sum of P(stop <= k) for k below periods - 1, then the part of the last period.
    rest = stopped * lasting ** np.maximum(periods - 1.0, 0.0)
    over = np.where(periods >= 1.0, periods - 1.0 - (stopped - rest) / (1.0 - lasting) + (cover - periods) * (1.0 - rest), 0.0)
    short = 1.0 + stopped / (1.0 - lasting) - cover + over
    return demand * (holding_cost * over + backorder_cost * short)


def _disrupted(
    fixed_cost: ArrayLike,
    holding_cost: ArrayLike,
    lost_sale_cost: ArrayLike,
    demand_rate: ArrayLike,
    disruption_rate: ArrayLike,
    recovery_rate: ArrayLike,
) -> tuple[Floats, ...]:
    """Inputs of the EOQ with disruptions as arrays of one shape, in the order given."""
    fixed_cost, holding_cost, demand_rate = positive(fixed_cost=fixed_cost, holding_cost=holding_cost, demand_rate=demand_rate)
    (recovery_rate,) = positive(recovery_rate=recovery_rate)
    lost_sale_cost, disruption_rate = not_negative(lost_sale_cost=lost_sale_cost, disruption_rate=disruption_rate)
    return tuple(np.broadcast_arrays(fixed_cost, holding_cost, lost_sale_cost, demand_rate, disruption_rate, recovery_rate))


def _steady_cycle(fixed: Floats, holding: Floats, lost: Floats, demand: Floats, disruption: Floats, recovery: Floats) -> Floats:
    """Time between orders if every order had the long-run chance to meet a disruption."""
    wait = disruption / ((disruption + recovery) * recovery)
    return np.asarray(np.sqrt(wait**2 + 2.0 * (fixed / demand + lost * wait) / holding) - wait)


def _expected_wait(cycle: Floats, disruption: Floats, recovery: Floats) -> tuple[Floats, Floats]:
    """Mean time an order placed after ``cycle`` waits for the supplier to recover, and its slope."""
    both = disruption + recovery
    return -disruption * np.expm1(-both * cycle) / (both * recovery), disruption * np.exp(-both * cycle) / recovery


def _cycle_cost(
    cycle: Floats, fixed: Floats, holding: Floats, lost: Floats, demand: Floats, disruption: Floats, recovery: Floats
) -> Floats:
    """Cost a time of ordering every ``cycle`` while the supplier works."""
    wait, _ = _expected_wait(cycle, disruption, recovery)
    return (fixed + 0.5 * holding * demand * cycle**2 + lost * demand * wait) / (cycle + wait)


def _slope(cycle: Floats, fixed: Floats, holding: Floats, lost: Floats, demand: Floats, disruption: Floats, recovery: Floats) -> Floats:
    """Slope of `_cycle_cost` times the square of its denominator."""
    wait, more = _expected_wait(cycle, disruption, recovery)
    spent = fixed + 0.5 * holding * demand * cycle**2 + lost * demand * wait
    return (holding * demand * cycle + lost * demand * more) * (cycle + wait) - spent * (1.0 + more)


def _stops(disruption_probability: ArrayLike, recovery_probability: ArrayLike) -> tuple[Floats, Floats]:
    """Long-run chance that the supplier is stopped, and that a stop lasts another period."""
    disruption, recovery = fraction(disruption_probability=disruption_probability, recovery_probability=recovery_probability)
    refuse(recovery == 0.0, "recovery_probability must be above 0, got 0: a stop would never end")
    return disruption / (disruption + recovery), 1.0 - recovery

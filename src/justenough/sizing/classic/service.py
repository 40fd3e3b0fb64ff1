"""Service: what a reorder point promises under normal demand, and the safety stock that a promise takes.

Demand of the lead time is normal; the position is watched continuously. Cycle service is the chance that a cycle
ends without a stockout; the fill rate is the share of units served from the shelf.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from justenough.kernels import crossings
from justenough.sizing.classic.limits import not_negative, open_fraction, positive, real
from justenough.sizing.classic.loss_functions import standard_normal_loss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats

_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class LeadTimeReserve:
    """
    Safety stock against demand and lead time both. Columns as the inputs broadcast.

    Parameters
    ----------
    lead_time_demand_sd, safety_stock : [units]
    """

    lead_time_demand_sd: Floats
    safety_stock: Floats


@dataclass(frozen=True, slots=True)
class CycleService:
    """
    What a reorder point promises. Columns as the inputs broadcast.

    Parameters
    ----------
    cycle_service_level
        Chance that a cycle sees no stockout.
    expected_short : [units/cycle]
        Units short at the end of a cycle.
    fill_rate
        ``1 - expected_short / order_quantity``: what was short already at the start of a cycle is counted again, so
        it is too low, even below 0, where lots are small (`fill_rate_normal` is exact).
    """

    cycle_service_level: Floats
    expected_short: Floats
    fill_rate: Floats


def safety_stock_normal_random_lead_time(
    demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time_mean: ArrayLike, lead_time_sd: ArrayLike, cycle_service_level: ArrayLike
) -> LeadTimeReserve:
    """
    Safety stock that keeps a cycle service while lead times vary too.

    Parameters
    ----------
    demand_mean, demand_sd : [units/time]
        Of one unit of time, independent of the others; at least 0.
    lead_time_mean, lead_time_sd : [time]
        At least 0, independent of demand.
    cycle_service_level
        In (0, 1).

    Notes
    -----
    ``sd = sqrt(L s_D^2 + mu_D^2 s_L^2)``, safety stock ``z sd``: the normal with the right two moments, which the mixture
    itself is not (Hadley & Whitin 1963, ch. 3; Chopra & Meindl, *Supply Chain Management*, on safety inventory).

    Examples
    --------
    >>> print(safety_stock_normal_random_lead_time(2500, 500, 7, [0, 5], 0.9).safety_stock.round(0))
    [ 1695. 16109.]
    """
    demand_mean, demand_sd, lead_time_mean, lead_time_sd = not_negative(
        demand_mean=demand_mean, demand_sd=demand_sd, lead_time_mean=lead_time_mean, lead_time_sd=lead_time_sd
    )
    (level,) = open_fraction(cycle_service_level=cycle_service_level)
    sd = np.sqrt(lead_time_mean * demand_sd**2 + (demand_mean * lead_time_sd) ** 2)
    return LeadTimeReserve(sd + np.zeros_like(level), special.ndtri(level) * sd)


def cycle_service_and_fill_rate_normal(
    demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time: ArrayLike, order_quantity: ArrayLike, reorder_point: ArrayLike
) -> CycleService:
    """
    Cycle service, units short a cycle and the one-term fill rate of an (r, Q).

    Parameters
    ----------
    demand_mean, demand_sd : [units/time]
        Of one unit of time, at least 0.
    lead_time : [time]
        At least 0.
    order_quantity : [units]
        Above 0.
    reorder_point : [units]

    Notes
    -----
    Chopra & Meindl, on safety inventory; Silver, Pyke & Thomas, ch. 6.
    """
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    (order_quantity,) = positive(order_quantity=order_quantity)
    (reorder_point,) = real(reorder_point=reorder_point)
    z, scale = _standardised(reorder_point - mean, sd)
    short = scale * standard_normal_loss(z).expected_short
    short = np.where(sd == 0.0, np.maximum(mean - reorder_point, 0.0), short)[()]
    served = np.where(sd == 0.0, np.heaviside(reorder_point - mean, 1.0), special.ndtr(z))[()]
    fill = 1.0 - short / order_quantity
    return CycleService(served + np.zeros_like(fill), short + np.zeros_like(fill), fill)


def safety_stock_for_fill_rate_normal(
    demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time: ArrayLike, order_quantity: ArrayLike, fill_rate: ArrayLike
) -> Floats:
    """
    Safety stock that gives a one-term fill rate, [units]; below 0 where lots alone give more.

    Parameters
    ----------
    demand_mean, demand_sd : [units/time]
        Of one unit of time, at least 0. The safety stock does not depend on the mean.
    lead_time : [time]
        At least 0.
    order_quantity : [units]
        Above 0.
    fill_rate
        In (0, 1).

    Notes
    -----
    ``sd L(z) = (1 - fill rate) Q``, solved for ``sd z`` by Newton's steps on ``ln L``, which is concave (Chopra &
    Meindl, on safety inventory). Safe, but more than needed where lots are small; `reorder_point_for_fill_rate_normal` is exact.
    """
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    (order_quantity,) = positive(order_quantity=order_quantity)
    (fill_rate,) = open_fraction(fill_rate=fill_rate)
    short = (1.0 - fill_rate) * order_quantity
    certain = sd <= 1e-12 * short
    target = short / np.where(certain, 1.0, sd)
    return np.where(certain, -short, sd * _inverse_loss(target))[()] + 0.0 * mean  # as many answers as items, unknown where it is


def fill_rate_normal(
    demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time: ArrayLike, order_quantity: ArrayLike, reorder_point: ArrayLike
) -> Floats:
    """
    The fill rate of an (r, Q), each unit short counted once. Parameters as for `cycle_service_and_fill_rate_normal`.

    Notes
    -----
    ``1 - (n(r) - n(r + Q)) / Q``, n the loss of the lead time's demand: the position is uniform over ``(r, r + Q)``
    (Hadley & Whitin 1963, ch. 4; Silver, Pyke & Thomas, ch. 6).

    Examples
    --------
    A small lot: the one-term formula gives 0.68.

    >>> print(fill_rate_normal(2500, 500, 2, 600, 5200).round(4))
    0.7538
    """
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    (order_quantity,) = positive(order_quantity=order_quantity)
    (reorder_point,) = real(reorder_point=reorder_point)
    gap = reorder_point - mean
    (low, scale), (high, _) = _standardised(gap, sd), _standardised(gap + order_quantity, sd)
    short = scale * (standard_normal_loss(low).expected_short - standard_normal_loss(high).expected_short)
    known = np.maximum(-gap, 0.0) - np.maximum(-gap - order_quantity, 0.0)
    return 1.0 - np.where(sd == 0.0, known, short)[()] / order_quantity


def reorder_point_for_fill_rate_normal(
    demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time: ArrayLike, order_quantity: ArrayLike, fill_rate: ArrayLike
) -> Floats:
    """
    Reorder point that gives a fill rate, each unit short counted once, [units].

    Parameters as for `safety_stock_for_fill_rate_normal`; the inverse of `fill_rate_normal`.
    """
    mean, sd = _over_lead_time(demand_mean, demand_sd, lead_time)
    (order_quantity,) = positive(order_quantity=order_quantity)
    (fill_rate,) = open_fraction(fill_rate=fill_rate)
    # n(r) - n(r + Q) = Q h / (h + p) is the best reorder point of a lot, with p / (h + p) for the fill rate.
    columns = (mean, sd, 0.0, 1.0 - fill_rate, fill_rate, special.ndtri(fill_rate), order_quantity)
    broadcast = np.broadcast_arrays(*columns)
    points = np.empty(broadcast[0].size)
    crossings.normal_points(np.stack([column.ravel() for column in broadcast[:-1]], axis=1), broadcast[-1].flatten(), points)
    return points.reshape(broadcast[0].shape)[()]


def _over_lead_time(demand_mean: ArrayLike, demand_sd: ArrayLike, lead_time: ArrayLike) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the lead time's demand. [units]"""
    demand_mean, demand_sd, lead_time = not_negative(demand_mean=demand_mean, demand_sd=demand_sd, lead_time=lead_time)
    return demand_mean * lead_time, demand_sd * np.sqrt(lead_time)


def _standardised(gap: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """``gap`` in standard deviations, and these; 1 where there are none."""
    scale = np.where(sd == 0.0, 1.0, sd)[()]
    return gap / scale, scale


def _inverse_loss(target: Floats) -> Floats:
    """Where the standard normal loss is ``target`` > 0."""
    logarithm = np.log(target)
    z = np.where(target < 0.4, np.sqrt(np.maximum(-2.0 * logarithm, 0.0)), -target)
    for _ in range(_MOST_STEPS):
        loss = np.maximum(standard_normal_loss(z).expected_short, 1e-300)
        moved = (np.log(loss) - logarithm) * loss / special.ndtr(-z)
        z = z + moved
        if not (np.abs(moved) > 1e-13 * (1.0 + np.abs(z))).any():
            break
    return z

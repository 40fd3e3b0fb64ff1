"""Base stock: each unit that leaves is ordered again at once, so that stock and orders always add up to S.

One-for-one policies: what is left of a reorder policy where an order costs nothing or a unit costs much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import crossings, erlang
from justenough.sizing.classic.limits import not_negative, open_fraction, positive, whole
from justenough.sizing.classic.newsvendor import BaseStock
from justenough.sizing.classic.reorder import rows_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class LostSales:
    """
    What a base stock earns where customers do not wait. Columns as the inputs broadcast.

    Parameters
    ----------
    fill_rate
        Share of demand served.
    mean_on_hand : [units]
    """

    fill_rate: Floats
    mean_on_hand: Floats


def base_stock_poisson(holding_cost: ArrayLike, backorder_cost: ArrayLike, demand_rate: ArrayLike, mean_lead_time: ArrayLike) -> BaseStock:
    """
    The base stock of least cost for Poisson demand, watched continuously; customers wait.

    Parameters
    ----------
    holding_cost, backorder_cost : [money/unit/time]
        h and p, above 0.
    demand_rate : [units/time]
        Above 0.
    mean_lead_time : [time]
        At least 0. Lead times may be random if each is independent of the others (Palm's theorem).

    Returns
    -------
    BaseStock
        The smallest S with ``P(D <= S) >= p / (h + p)``, D the demand of a lead time.

    Notes
    -----
    Zipkin, *Foundations of Inventory Management*, ch. 6; what waits is `poisson_expected_backorders`.

    Examples
    --------
    >>> print(base_stock_poisson(1, 9, 2.0, [1.0, 4.0]).base_stock)
    [ 4. 12.]
    """
    (demand_rate,), (mean_lead_time,) = positive(demand_rate=demand_rate), not_negative(mean_lead_time=mean_lead_time)
    shape, rows = rows_of(0.0, holding_cost, backorder_cost, demand_rate, 0.0, mean_lead_time)
    answers = np.empty((len(rows), 2))
    crossings.poisson_stocks(rows, answers)
    return BaseStock(answers[:, 0].reshape(shape)[()], answers[:, 1].reshape(shape)[()])


def base_stock_lost_sales_poisson(base_stock: ArrayLike, pipeline_mean: ArrayLike) -> LostSales:
    """
    What a base stock earns under Poisson demand of which none waits; exact for any lead-time distribution.

    Parameters
    ----------
    base_stock : [units]
        S, whole, at least 0.
    pipeline_mean : [units]
        Demand rate times mean lead time, at least 0.

    Notes
    -----
    Units on order are busy lines: the share lost is Erlang's B, whatever the lead times' distribution if they are
    independent (Karush 1957); ``mean_on_hand = S - a (1 - B)``.

    Examples
    --------
    >>> print(base_stock_lost_sales_poisson(10, 5.0).fill_rate.round(4))
    0.9816
    """
    (base_stock,) = not_negative(base_stock=base_stock)
    (base_stock,) = whole(base_stock=base_stock)
    (load,) = not_negative(pipeline_mean=pipeline_mean)
    stocks, loads = np.broadcast_arrays(base_stock, load)
    lost = np.empty(stocks.size)
    erlang.blocked(stocks.flatten(), loads.flatten(), lost)
    served = 1.0 - lost.reshape(stocks.shape)[()]
    return LostSales(served, stocks - loads * served)


def cheapest_base_stock_lost_sales_poisson(
    holding_cost: ArrayLike, lost_sale_cost: ArrayLike, demand_rate: ArrayLike, mean_lead_time: ArrayLike
) -> BaseStock:
    """
    The base stock of least cost for Poisson demand of which none waits; exact.

    Parameters
    ----------
    holding_cost : [money/unit/time]
        Above 0.
    lost_sale_cost : [money/unit]
        At least 0.
    demand_rate : [units/time]
        Above 0.
    mean_lead_time : [time]
        At least 0.

    Notes
    -----
    ``h (S - a (1 - B(S))) + p lambda B(S)`` is convex in S (Karush 1957; Smith 1977 for the choice of S). With instant
    supply, or where losing a sale is cheaper than keeping a unit for it, S is 0; then all demand is lost.
    """
    holding_cost, demand_rate = positive(holding_cost=holding_cost, demand_rate=demand_rate)
    lost_sale_cost, mean_lead_time = not_negative(lost_sale_cost=lost_sale_cost, mean_lead_time=mean_lead_time)
    columns = np.broadcast_arrays(demand_rate * mean_lead_time, holding_cost, lost_sale_cost * demand_rate)
    answers = np.empty((columns[0].size, 2))
    load, holding, lost = (column.flatten() for column in columns)
    erlang.cheapest_lines(load, holding, lost, answers)
    shape = columns[0].shape
    return BaseStock(answers[:, 0].reshape(shape)[()], answers[:, 1].reshape(shape)[()])


def make_to_stock_mm1(utilisation: ArrayLike, holding_cost: ArrayLike, backorder_cost: ArrayLike) -> BaseStock:
    """
    The stock that a machine works up to and then rests, exponential work and Poisson demand; customers wait.

    Parameters
    ----------
    utilisation
        rho, demand rate over service rate, in (0, 1).
    holding_cost, backorder_cost : [money/unit/time]
        h and p of finished units and waiting customers, above 0.

    Notes
    -----
    Units to be made are geometric: ``S = floor(ln(h / (h + p)) / ln rho)`` and ``cost = h (S - rho / (1 - rho)) + (h + p)
    rho^(S + 1) / (1 - rho)`` (Buzacott & Shanthikumar, *Stochastic Models of Manufacturing Systems*, ch. 4; Zipkin,
    ch. 7). Where S and S - 1 cost the same it is S.

    Examples
    --------
    >>> print(make_to_stock_mm1(0.8, 1, 9).base_stock)
    10.0
    """
    (utilisation,) = open_fraction(utilisation=utilisation)
    holding_cost, backorder_cost = positive(holding_cost=holding_cost, backorder_cost=backorder_cost)
    both = holding_cost + backorder_cost
    base_stock = np.floor(np.log(holding_cost / both) / np.log(utilisation) * (1.0 + 1e-14))
    idle = 1.0 - utilisation
    cost = holding_cost * (base_stock - utilisation / idle) + both * utilisation ** (base_stock + 1.0) / idle
    return BaseStock(base_stock, cost)

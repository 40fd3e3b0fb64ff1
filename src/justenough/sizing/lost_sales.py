"""Lost sales: what levels earn where customers who find the shelf empty go elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import shelf
from justenough.sizing.single import in_lots, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.single import Economics


@dataclass(frozen=True, slots=True)
class LostSalesOutcome:
    """
    What a policy earns where nobody waits, in the long run. Columns (n_items,).

    Parameters
    ----------
    fill_rate
        Share of units served.
    mean_stock : [units]
        On hand, over time.
    units_lost : [units/year]
    orders : [1/year]
    exact
        Whether the figures are those of a Markov chain, given the exposure; else of the approximation.
    """

    fill_rate: Floats
    mean_stock: Floats
    units_lost: Floats
    orders: Floats
    exact: NDArray[np.bool_]


def lost_sales_outcome(exposure: Exposure, economics: Economics, levels: Levels) -> LostSalesOutcome:
    """
    What ``levels`` earn where unmet demand is lost. Rows as ``exposure``; NaN where exposure or levels are unknown.

    Parameters
    ----------
    exposure, economics
        Rows are items.
    levels
        (r, nQ) at reviews; with an order quantity of one step the order-up-to policy (R, S). Position is on hand + on
        order.

    Notes
    -----
    With one order under way at most (lead time within a review, or an order quantity above the reorder point) and no outages: the
    chain of the stock at reviews. Of whole units below 400 it is exact for constant lead times; of varying ones only their
    demand's law is used, not when they end. Larger or divisible stocks are told apart in up to 128 cells, within .3 points of the
    fill rate; lots smaller than a cell, and whatever else has several orders under way, by their sum. Of orders up to what a review
    sells that is a chain too, of which the oldest order is what it would be if nothing had been lost: the whole truth where
    a review's demand is geometric, and Erlang's formula for single units of Poisson demand watched all the time. On 200 invented
    items filled up each review, a dozen orders under way, variance 1 to 12 times the mean, fill rates were off by .1 point where more
    than 95 % is served, .5 below (root mean squares, much of it the simulation's), mean stock by 2 % and orders by 1 %; of lots
    below what a review sells by .2 and .9 points. Of larger orders the demand of a lead time is scaled down to what is sold: off by
    2 points at most where more than 95 % is served, by 6 elsewhere. Bijvank & Vis (2011) review the field, where exact methods need the
    whole pipeline as a state.
    """
    form, blocks, items, _ = packed(exposure, economics, levels.order_quantity)
    step, lead = exposure.step, np.array(exposure.lead_days, dtype=np.float64)
    reorder = np.array(in_lots(exposure, levels.reorder_point + step) - step, dtype=np.float64)
    found = np.empty((len(form), shelf.N_FOUND))
    shelf.lost_sales_outcomes(form, blocks, items, reorder, lead, found)
    fill, stock, lost, orders, exact = np.ascontiguousarray(found.T)
    lot = 1.0 if exposure.lot is None else exposure.lot
    return LostSalesOutcome(fill, stock * lot, lost * lot, orders, exact == 1.0)

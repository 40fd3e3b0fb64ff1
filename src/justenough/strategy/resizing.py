"""Resizing: what the plan's own rule gives a block of items, as few columns as a comparison needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.exposure import exposure_over
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import cheapest, order_quantity
from justenough.strategy.rejects import with_rejects
from justenough.strategy.spoiling import earned_at
from justenough.strategy.spread import joined, part
from justenough.strategy.trace import grained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats
    from justenough.strategy.moves import Move
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Resized:
    """
    What the plan's rule gives a block of items; every column is (n_items,).

    Parameters
    ----------
    levels
        Reorder point and order quantity.
    reserve : [units]
        Safety stock.
    units, value : [units], [money]
        Mean stock.
    cycle_service, fill_rate : [fraction]
        As stated.
    holding_cost, stockout_cost, cost : [money/year]
        ``cost`` is all of it.
    """

    levels: Levels
    reserve: Floats
    units: Floats
    value: Floats
    cycle_service: Floats
    fill_rate: Floats
    holding_cost: Floats
    stockout_cost: Floats
    cost: Floats


def resized(known: Known) -> Resized:
    """
    Size a block of items that lack nothing by the plan's rule, order quantity included.

    Parameters
    ----------
    known
        As sizing reads it, `with_rejects` done.
    """
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    levels = cheapest(exposure, known.economics, order_quantity(exposure, known.economics)).levels
    outcome = earned_at(known, exposure, levels).outcome
    lowest, exposed = levels.lowest_position, mean_exposure(exposure)
    return Resized(
        levels,
        grained(lowest - exposed, np.fmax(lowest, exposed)),
        outcome.mean_stock,
        outcome.mean_stock * known.economics.unit_cost,
        outcome.cycle_service,
        outcome.fill_rate,
        outcome.holding_cost,
        outcome.stockout_cost,
        outcome.total_cost,
    )


def goes_on(after: Floats, before: Floats, *, relieved: Bools | bool) -> Bools:
    """Whether an item goes on as before: of a ``relieved`` one nothing got worse, so nobody has to pay more [money/year] for it."""
    return (after > before) & relieved


def unless_dearer(after: Resized, before: Resized, move: Move) -> Resized:
    """The items after a move; those that it relieves and that would be sized dearer go on as before."""
    n = len(after.cost)
    chosen: Resized = part(joined([after, before]), np.where(goes_on(after.cost, before.cost, relieved=move.relieves), n, 0) + np.arange(n))
    return chosen


def replanned(estimated: Known) -> Resized:
    """`resized` of what was estimated: rejects are read again, since what is refused depends on what is on its way."""
    return resized(with_rejects(estimated))

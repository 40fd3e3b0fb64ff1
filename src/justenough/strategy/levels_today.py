"""Levels today: how the levels in force today order, and what they give for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import LeadTimeBasis
from justenough.domain.policy import Levels
from justenough.sizing.order_up_to import min_max_outcome
from justenough.sizing.single import OUTCOME_FIELDS, Outcome
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure
    from justenough.estimation.lead_time import LeadTime
    from justenough.strategy.trace import Known


_PLACES = 24  # positions told apart between two orders: fill rates to .6 points, a tenth of a millisecond an item


UNSAID = "today's service: cannot say, no lead time of its own (the plan takes that of its supplier's other items)"


def unsaid(lead_time: LeadTime) -> NDArray[np.bool_]:
    """
    Whether nobody can say what today's levels give: nobody ever said or saw how long this item takes. (n_items,)

    A plan may be made on what its supplier's other items take. But today's levels were set by somebody who knew how long this one does.
    """
    return np.asarray((lead_time.basis == int(LeadTimeBasis.SUPPLIER)) & np.isnan(lead_time.planned_days))


def acting_as(levels: Levels, most: Floats) -> Levels:
    """
    Levels that order when these do and say their lowest position: the same, but for what is wanted in lots.

    Whoever orders at 100 what is wanted by fifties never holds 101: positions are whole lots, and the lowest is 150.

    Parameters
    ----------
    most : (n_items,) [units]
        Maximum that is ordered up to, whole lots above every position; NaN: positions are whole lots.
    """
    if levels.lot is None:
        return levels
    lot, reorder = np.maximum(levels.lot, 1.0), levels.reorder_point
    lots, upto = lot > 1.0, most > reorder
    below = np.where(upto, most - np.ceil((most - reorder) / lot - 1e-9) * lot, np.floor(reorder / lot + 1e-9) * lot)
    quantity = np.where(lots & upto, most - below, levels.order_quantity)
    return Levels(np.where(lots, below + lot - levels.step, reorder), quantity, levels.step, lot)


def filled_outcome(known: Known, exposure: Exposure, levels: Levels, outcome: Outcome) -> Outcome:
    """
    The outcome of ``levels``, by the law of what is filled up to its maximum where it is; a cycle's service stays the lowest's. NaN where
    nobody can say.

    What falls far below the reorder point is filled up all the way, so that more is held and less runs short than where whole order
    quantities lift it just above (`justenough.sizing.order_up_to.min_max_outcome`). What spoils keeps the outcome it has.
    """
    nobody = unsaid(known.lead_time)
    if nobody.any():
        outcome = Outcome(*(np.where(nobody, np.nan, getattr(outcome, name)) for name in OUTCOME_FIELDS))
    filled_up = (known.today_max > levels.reorder_point) & ~np.isfinite(known.economics.shelf_life_days)
    places = np.flatnonzero(filled_up & ~nobody)
    if not len(places):
        return outcome
    low, high = levels.reorder_point[places], known.today_max[places]
    filled = min_max_outcome(part(exposure, places), part(known.economics, places), low, high, places=_PLACES)
    columns = {name: np.array(getattr(outcome, name)) for name in OUTCOME_FIELDS if name != "cycle_service"}
    for name, column in columns.items():
        column[places] = getattr(filled, name)
    return replace(outcome, **columns)

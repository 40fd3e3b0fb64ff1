"""Policy: how an item is replenished, as numbers a planner can type into an ERP.

One policy serves every item: look at the stock every ``review_days``; if the inventory position
(on hand + on order - backorders) is at or below the reorder point, order the fewest whole order
quantities that lift it above. With an order quantity of one unit this is the order-up-to policy;
with a short review it is the textbook (r, Q).

The package's lead-time convention, stated once: a review happens at time 0 and orders at once;
that order is on the shelf ``lead time`` days later, before the demand of that moment; the next
review is ``review_days`` after this one. Demand that must be covered before a further order can
help is therefore the demand of ``lead time + review_days`` days, the *exposed time*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import unique
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats


@unique
class Reason(Coded):
    """Why a level was chosen."""

    COST = 0
    CYCLE_SERVICE_FLOOR = 1
    FILL_RATE_FLOOR = 2
    SHELF_LIFE = 3
    LIMIT = 4
    CURVE_END = 5

    @property
    def label(self) -> str:
        """The word shown to people."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Levels:
    """
    Replenishment levels of many items.

    Parameters
    ----------
    reorder_point : (n_items,) [units]
        Order when the position is at or below this.
    order_quantity : (n_items,) [units]
        The smallest order; every order is a whole number of these.
    step : (n_items,) [units]
        Smallest quantity an item is counted in: 1 for whole units, 0 where it is divisible.
    lot : (n_items,) [units]
        Where demand and orders come in lots, positions are whole lots too; 1 elsewhere. None: 1 of all items.

    Notes
    -----
    Just after a review the position lies in ``reorder_point + step ... reorder_point +
    order_quantity``, every place equally likely (Hadley & Whitin 1963, ch. 5); in lots, each whole lot. The reorder point is then
    the last unit below a whole lot, which orders at the same moment as any lower one down to the next lot, and still keeps the
    lowest position where a return, a count or a demand of another size has put the position between lots.
    """

    reorder_point: Floats
    order_quantity: Floats
    step: Floats
    lot: Floats | None = None

    @property
    def order_up_to(self) -> Floats:
        """Highest position a review may leave. (n_items,) [units]"""
        highest = self.reorder_point + self.order_quantity
        return highest if self.lot is None else highest - np.maximum(self.lot - 1.0, 0.0)

    @property
    def unit(self) -> Floats:
        """Least distance of two positions; 0 where the item is divisible. (n_items,) [units]"""
        return self.step if self.lot is None else np.where(self.lot > 1.0, self.lot, self.step)

    @property
    def lowest_position(self) -> Floats:
        """Lowest position a review may leave. (n_items,) [units]"""
        return self.reorder_point + self.step

"""Dual sourcing: an item ordered from two sources, lived review by review with its shelf and both pipelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TwoOrders:
    """
    How both sources are ordered from. Columns (n_items,).

    Parameters
    ----------
    fast_level : [units]
        Order up to this from the fast source, counting what arrives no later than its order would; NaN: never order from it.
    slow_level : [units]
        Then order up to this from the slow source, everything on order counted; NaN where it gets a constant order.
    base : [units/review]
        Constant order with the slow source; NaN where it is ordered by a level.
    """

    fast_level: Floats
    slow_level: Floats
    base: Floats


@dataclass(frozen=True, slots=True)
class TwoLived:
    """Means over the reviews counted: at their end [units], ordered [units/review], share that ends with nobody waiting. (n_items,)"""

    mean_stock: Floats
    mean_short: Floats
    fast_units: Floats
    slow_units: Floats
    covered: Floats


def lived_two(
    demand: Floats, orders: TwoOrders, slow_reviews: Ints, fast_reviews: Ints, *, down: Bools | None = None, warm_up: int = 200
) -> TwoLived:
    """
    Live ``orders`` through ``demand`` (n_items, n_reviews).

    Orders of a review are placed before its demand; one that takes no review is there for it. While the slow source is
    ``down`` what it was ordered waits with it and leaves on the first review it runs again, taking its usual time from then.
    Life begins with nothing on the shelf or on the way.
    """
    n, life = demand.shape
    stopped = np.zeros(demand.shape, dtype=bool) if down is None else down
    row, longest = np.arange(n), int(slow_reviews.max(initial=0))
    due = np.zeros((n, life + longest + 1))  # what arrives before the demand of each review
    net, held = np.zeros(n), np.zeros(n)
    outstanding = np.zeros(n)
    sums = np.zeros((5, n))
    reaches = np.arange(int(fast_reviews.max(initial=0)) + 1)
    for t in range(life):
        net += due[:, t]
        outstanding -= due[:, t]
        soon = np.where((reaches > 0) & (reaches <= fast_reviews[:, None]), due[:, t + reaches], 0.0).sum(axis=1)
        fast = np.where(np.isnan(orders.fast_level), 0.0, np.maximum(orders.fast_level - net - soon, 0.0))
        by_level = np.where(np.isnan(orders.slow_level), 0.0, np.maximum(orders.slow_level - net - outstanding - held - fast, 0.0))
        slow = np.where(np.isnan(orders.base), by_level, orders.base)
        held += slow
        sent = np.where(stopped[:, t], 0.0, held)
        held -= sent
        outstanding += fast + sent
        due[row, t + fast_reviews] += fast
        due[row, t + slow_reviews] += sent
        now = np.where(fast_reviews == 0, fast, 0.0) + np.where(slow_reviews == 0, sent, 0.0)
        net += now
        outstanding -= now
        net -= demand[:, t]
        if t >= warm_up:
            sums += np.stack([np.maximum(net, 0.0), np.maximum(-net, 0.0), fast, slow, net >= 0.0])
    return TwoLived(*(sums / (life - warm_up)))

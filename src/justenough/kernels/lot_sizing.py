"""Lot sizing: when to order what over a known future, each item alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_CHEAPER = 1.0 - 1e-12  # of plans whose costs differ by less, the one that orders for the shorter time is kept


@njit(cache=True, parallel=True)
def cheapest_lots(fixed: Floats, holding: Floats, unit: Floats, demand: Floats, quantity: Floats, cost: Floats) -> None:
    """
    Fill ``quantity`` (n_items, n_periods) and ``cost`` (n_items,) with Wagner and Whitin's plan; inputs (n_items, n_periods).

    Backwards: the cheapest way to live from period t on orders at t for t ... s, then is at s + 1 with an empty shelf.
    ``holding`` is paid on what is left at a period's end.
    """
    n_items, n_periods = demand.shape
    for i in prange(n_items):
        least = np.zeros(n_periods + 1)
        until = np.zeros(n_periods, dtype=np.int64)
        for t in range(n_periods - 1, -1, -1):
            # Without demand a period may pass without an order.
            least[t] = least[t + 1] if demand[i, t] == 0.0 else math.inf
            until[t] = t
            spent, carried = fixed[i, t], unit[i, t]
            for s in range(t, n_periods):
                spent += demand[i, s] * carried
                if spent >= least[t]:
                    break  # what follows costs at least nothing
                if spent + least[s + 1] < least[t] * _CHEAPER:
                    least[t] = spent + least[s + 1]
                    until[t] = s + 1
                carried += holding[i, s]
        cost[i] = least[0]
        quantity[i] = 0.0
        t = 0
        while t < n_periods:
            after = max(until[t], t + 1)
            for s in range(t, until[t]):
                quantity[i, t] += demand[i, s]
            t = after

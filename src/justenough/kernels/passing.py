"""Passing: batches of demand handed on from stage to stage, each when stock and suppliers allow it.

The demand of moment n is one batch. A stage orders it at once, so batch m is in stock at ``ready[m]``; batches of a
stage do not overtake each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@njit(cache=True)
def in_order(ready: Floats) -> None:
    """Let no batch be ready before an earlier one, in place."""
    for m in range(1, len(ready)):
        ready[m] = max(ready[m], ready[m - 1])


@njit(cache=True)
def served(demand: Floats, step: float, ready: Floats, base: float, promise: float, warm_up: int, left_at: Floats, tally: Floats) -> None:
    """
    Serve the batches of one stage from its stock.

    Parameters
    ----------
    demand, ready : (n,)
        Units of each batch and when they are back in stock; batch m is asked for at ``m * step``.
    base
        Base stock, all on hand before the first batch.
    promise
        Time after which a batch is due.
    left_at : (n,)
        When each batch has left, whole: when it is due or, if later, when stock covers it.
    tally : (4,)
        Added to after ``warm_up`` batches: batches left when due, units there when due, units, stock left over when due.
    """
    needed, back, oldest = 0.0, 0.0, 0  # asked for so far; back in stock by what is due now; first batch not back
    covered, last = 0.0, 0  # back in stock by the batches up to `last`
    for n in range(len(demand)):
        due = n * step + promise
        needed += demand[n]
        while oldest < len(demand) and ready[oldest] <= due + 1e-9:
            back += demand[oldest]
            oldest += 1
        free = base + back - needed
        slack = 1e-9 * (base + demand[n])
        leaves = due
        while base + covered + slack < needed and last < len(demand):
            covered += demand[last]
            last += 1
        if last > 0:
            leaves = max(leaves, ready[last - 1])
        left_at[n] = leaves
        if n >= warm_up:
            tally[0] += 1.0 if free + slack >= 0.0 else 0.0
            tally[1] += min(max(free + demand[n], 0.0), demand[n])
            tally[2] += demand[n]
            tally[3] += max(free, 0.0)

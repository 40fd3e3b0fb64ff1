"""Ordering: how much a review orders, and where a policy stands when its life begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.deliveries import LEAD
from justenough.kernels.variates import uniform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Seeds = NDArray[np.uint64]

# Columns of one item's policy; times in slots, RATE what is wanted a slot. LOT 0 orders any quantity, LIFE 0 keeps. STEP is what demand
# and positions are counted in: 0 divisible, 1 units, or a lot; the lowest position is one unit above the reorder point all the same.
N_POLICY = 6
LOT, LEAST, STEP, REVIEW, RATE, LIFE = range(6)
# Rows of the levels of one item: reorder point, and order-up-to (NaN: whole lots just above the reorder point).
REORDER, ORDER_UP_TO = 0, 1


@njit(cache=True)
def size_of(policy: Floats, reorder: float, up_to: float, position: float) -> float:
    """Order of a review whose position is at or below the reorder point: in lots, and no less than the least order."""
    lot = policy[LOT]
    gap = (reorder - position if math.isnan(up_to) else up_to - position) if lot > 0.0 or not math.isnan(up_to) else 0.0
    if lot <= 0.0:
        least: float = policy[LEAST]
        return max(gap, least)
    lots = math.floor(gap / lot + 1e-9) + 1.0 if math.isnan(up_to) else math.ceil(gap / lot - 1e-9)
    size: float = lot * max(1.0, lots, math.ceil(policy[LEAST] / lot - 1e-9))
    return size


@njit(cache=True)
def start_of(state: Seeds, policy: Floats, supply: Floats, levels: Floats, lost: int, arriving: Floats) -> tuple[float, float]:
    """Position and net stock as if the policy had run before: a mean lead time's demand is on its way, evenly."""
    n, step, reorder = len(arriving), policy[STEP], levels[REORDER, 0]
    highest = levels[ORDER_UP_TO, 0]
    unit = min(step, 1.0)
    span = max(policy[LOT], policy[LEAST]) if math.isnan(highest) else highest - reorder - unit + step
    span = max(span, step)
    # Any place in reorder + step ... reorder + span is equally likely just after a review.
    position = reorder + span * uniform(state)
    if step > 0.0:
        position = reorder + unit + step * math.floor(span / step * (position - reorder) / span)
    coming = policy[RATE] * supply[LEAD]
    if step > 0.0:
        coming = step * math.floor(coming / step + uniform(state))
    if lost:
        coming = min(coming, max(position, 0.0))
    ahead = max(1, math.ceil(supply[LEAD]))
    laid = 0.0
    for s in range(min(ahead, n)):
        upto = coming * (s + 1) / ahead
        upto = step * math.floor(upto / step + 0.5) if step > 0.0 else upto
        arriving[s] += upto - laid
        laid = upto
    if ahead <= n:
        arriving[ahead - 1] += coming - laid
    return position, position - coming

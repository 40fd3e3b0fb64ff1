"""Order up to: what a min-max policy, (s, S), earns under an item's own exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import renewal
from justenough.sizing.single import OUTCOME_FIELDS, Economics, Outcome, packed

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure


def min_max_outcome(exposure: Exposure, economics: Economics, reorder_point: Floats, order_up_to: Floats) -> Outcome:
    """
    What it earns to order up to S whenever a review finds the position at or below s; customers wait.

    Parameters
    ----------
    exposure, economics
        Rows are items.
    reorder_point, order_up_to : (n_items,) [units]
        s < S. With ``s = S - step`` this is the order-up-to policy (R, S).

    Returns
    -------
    Outcome
        NaN where exposure or levels are unknown. ``cycle_service`` is the chance that a review's cycle sees no stockout,
        whatever the position it starts from (in `justenough.sizing.single.outcome_at`: from the lowest).

    Notes
    -----
    The law of the position after a review is that of the renewal process of review demands (Zheng & Federgruen 1991),
    not the uniform one of whole order quantities: orders lift to S, however far demand fell below s. Exact for
    S - s of at most 256 steps; beyond, and for divisible items, on 256 places with the mean of demand kept.
    """
    low, high = np.broadcast_arrays(np.asarray(reorder_point, dtype=np.float64), np.asarray(order_up_to, dtype=np.float64))
    if (low >= high).any():
        item = int(np.argmax(low >= high))
        raise ValueError(f"order_up_to must be above reorder_point, got {high[item]:g} and {low[item]:g} (item {item})")
    form, blocks, items, basis = packed(exposure, economics, high - low)
    outcomes = np.empty((len(form), len(OUTCOME_FIELDS)))
    renewal.min_max_outcomes(form, blocks, items, basis, np.array(low), np.array(high), outcomes)
    return Outcome(*np.ascontiguousarray(outcomes.T))

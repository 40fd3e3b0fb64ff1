"""Order up to: the cheapest min-max policy, (s, S), under an item's own exposure, and what any earns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import renewal, spanning
from justenough.kernels.abreast import abreast
from justenough.sizing.single import OUTCOME_FIELDS, Economics, Outcome, in_lots, in_units, packed

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure


@dataclass(frozen=True, slots=True)
class MinMaxChosen:
    """
    Levels of a min-max policy. Columns (n_items,).

    Parameters
    ----------
    reorder_point, order_up_to : [units]
        s and S; NaN where the exposure is unknown.
    reason
        Code of `justenough.domain.policy.Reason`.
    """

    reorder_point: Floats
    order_up_to: Floats
    reason: Ints


def cheapest_min_max(exposure: Exposure, economics: Economics) -> MinMaxChosen:
    """
    The (s, S) of least cost a year that keeps the floors on service; customers wait.

    Parameters
    ----------
    exposure, economics
        Rows are items. A target of cycle service is kept from the lowest position that s leaves, as in
        `justenough.sizing.single.cheapest`. ``S - s`` is no smaller than the MOQ, so that no order is; lots do not bind.

    Notes
    -----
    Every pair of levels is looked at, so nothing is asked of the shape of the costs; where they are convex this is the policy
    of Zheng & Federgruen (1991), and no policy of another form costs less. Levels lie between two lots below the mean exposure
    and two above the JIC end, so that orders may be waited for (`justenough.sizing.single.cheapest` never does); without a
    stockout cost not below the mean. All whole steps where these are 512 at most, else as many places. About a millisecond
    of one core an item.
    """
    form, blocks, items, basis = packed(exposure, economics, exposure.rate)
    least, found = in_lots(exposure, np.fmax(economics.moq, 0.0)).astype(np.float64), np.empty((len(form), 3))
    abreast(lambda start, stop: spanning.cheapest_pairs(start, stop, form, blocks, items, basis, least, found), len(form), 16)
    low, high, reason = np.ascontiguousarray(found.T)
    if exposure.lot is not None:  # the last unit below a whole lot, as `Levels` has it
        low, high = (low + exposure.step) * exposure.lot - exposure.step, high * exposure.lot
    return MinMaxChosen(low, high, np.nan_to_num(reason).astype(np.int64))


def min_max_outcome(exposure: Exposure, economics: Economics, reorder_point: Floats, order_up_to: Floats, *, places: int = 256) -> Outcome:
    """
    What it earns to order up to S whenever a review finds the position at or below s; customers wait.

    Parameters
    ----------
    exposure, economics
        Rows are items.
    reorder_point, order_up_to : (n_items,) [units]
        s < S. With ``s = S - step`` this is the order-up-to policy (R, S).
    places
        Most positions told apart between two orders.

    Returns
    -------
    Outcome
        NaN where exposure or levels are unknown. ``cycle_service`` is the chance that a review's cycle sees no stockout,
        whatever the position it starts from (in `justenough.sizing.single.outcome_at`: from the lowest).

    Notes
    -----
    The law of the position after a review is that of the renewal process of review demands (Zheng & Federgruen 1991),
    not the uniform one of whole order quantities: orders lift to S, however far demand fell below s. Exact for
    S - s of at most ``places`` steps; beyond, and for divisible items, on so many places with mean and variance of demand kept
    (256 beside Erlang demand's known renewal density: to 1 in 10,000). Demand below nothing, which a normal form allows, counts as none.
    """
    low, high = np.broadcast_arrays(np.asarray(reorder_point, dtype=np.float64), np.asarray(order_up_to, dtype=np.float64))
    if (low >= high).any():
        item = int(np.argmax(low >= high))
        raise ValueError(f"order_up_to must be above reorder_point, got {high[item]:g} and {low[item]:g} (item {item})")
    form, blocks, items, basis = packed(exposure, economics, high - low)
    outcomes = np.empty((len(form), len(OUTCOME_FIELDS)))
    low, high = np.array(in_lots(exposure, lowest_like(exposure, low, high))), np.array(in_lots(exposure, high))
    renewal.min_max_outcomes(form, blocks, items, basis, low, high, places, outcomes)
    return Outcome(*in_units(exposure, np.ascontiguousarray(outcomes.T)))


def lowest_like(exposure: Exposure, low: Floats, high: Floats) -> Floats:
    """The lowest reorder point that orders when ``low`` does: whole lots below ``high`` where demand comes in lots. (n_items,) [units]"""
    if exposure.lot is None:
        return low
    return np.where(exposure.lot > 1.0, high - np.ceil((high - low) / exposure.lot - 1e-9) * exposure.lot, low)

"""Undershoot: how far below the reorder point the position is when an order is placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import loss, position

if TYPE_CHECKING:
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure


@dataclass(frozen=True, slots=True)
class Undershoot:
    """
    What a review finds. Columns (n_items,).

    Parameters
    ----------
    order_chance : [fraction]
        Of a review to place an order.
    mean : [units]
        Reorder point less position, mean over the reviews that order; 0 if the position meets it exactly.
    mean_order : [units]
        Mean order placed, several order quantities at once included.
    """

    order_chance: Floats
    mean: Floats
    mean_order: Floats


def undershoot_of(exposure: Exposure, levels: Levels) -> Undershoot:
    """
    Undershoot of the (R, r, nQ) policy under the item's own demand of a review.

    Notes
    -----
    The position after a review is uniform, so a review finds it u below r with the chance ``(P(D > u) - P(D > u + Q)) / Q``:
    the excess of a renewal process (Karlin 1958), cut off by the order quantity. Its mean over the reviews that order is
    ``(G2(0) - G2(Q)) / (G1(0) - G1(Q))``, less half a step for demand counted in steps, with the first and second
    loss of D. Exact for counted demand and for divisible items. For (s, S) with S - s large beside a review's demand it is that
    of Q without end; what (s, S) earns with its undershoot is `justenough.sizing.order_up_to.min_max_outcome`.
    """
    demand = exposure.rate * exposure.review_days
    blocks = np.stack([exposure.mean, exposure.variance, exposure.idle], axis=1).astype(np.float64)
    found = np.empty((len(demand), 2))
    position.reviews_alone(np.ascontiguousarray(blocks), np.ascontiguousarray(demand, dtype=np.float64), found)
    of_review = exposure.form, demand, found[:, 0], found[:, 1], exposure.step
    quantity = np.where(levels.order_quantity > 0.0, levels.order_quantity, np.nan)
    taken = demand - loss.loss(*of_review, quantity)
    squared = loss.second_loss(*of_review, np.zeros_like(demand)) - loss.second_loss(*of_review, quantity)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.clip(taken / quantity, 0.0, 1.0)
        mean = np.where(taken > 0.0, np.maximum(squared / taken - 0.5 * exposure.step, 0.0), np.nan)
        order = np.where(chance > 0.0, demand / chance, np.nan)
    return Undershoot(chance, mean, order)

"""By hand: the levels somebody sets for an item, whatever a plan says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Levels:
    """
    Levels somebody sets by hand; NaN for a safety stock that is not said.

    Parameters
    ----------
    reorder_point, order_up_to, safety_stock : [units]
    """

    reorder_point: float
    order_up_to: float
    safety_stock: float = float("nan")

    def __post_init__(self) -> None:
        if not self.order_up_to >= self.reorder_point:
            raise ValueError(f"order_up_to must be at least the reorder point, got {self.order_up_to} below {self.reorder_point}.")
        if self.safety_stock > max(self.reorder_point, 0.0):
            raise ValueError(f"safety_stock must be at most the reorder point, got {self.safety_stock:g} above {self.reorder_point:g}.")

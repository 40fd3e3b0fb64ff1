from __future__ import annotations

import numpy as np

from justenough.domain.policy import Levels


def test_the_position_lies_between_one_step_above_the_reorder_point_and_one_order_above():
    """Hadley & Whitin (1963), ch. 5: after a review the position is r + 1 ... r + Q, uniformly."""
    levels = Levels(np.array([10.0, 2.5]), np.array([5.0, 4.0]), np.array([1.0, 0.0]))
    assert levels.lowest_position.tolist() == [11.0, 2.5]
    assert levels.order_up_to.tolist() == [15.0, 6.5]


def test_an_order_quantity_of_one_unit_is_the_order_up_to_policy():
    levels = Levels(np.array([10.0]), np.array([1.0]), np.array([1.0]))
    assert levels.lowest_position == levels.order_up_to

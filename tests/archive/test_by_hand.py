"""Levels set by hand: which belong together."""

import pytest

from justenough.archive.by_hand import Levels


def test_a_maximum_below_the_reorder_point_is_refused():
    with pytest.raises(ValueError, match="order_up_to must be at least the reorder point, got 4.0 below 5.0"):
        Levels(5.0, 4.0)
    with pytest.raises(ValueError, match="order_up_to must be at least"):
        Levels(float("nan"), 4.0)


def test_a_reserve_above_the_reorder_point_is_refused():
    with pytest.raises(ValueError, match="safety_stock must be at most the reorder point, got 6 above 5"):
        Levels(5.0, 9.0, 6.0)
    assert Levels(5.0, 9.0, 5.0).safety_stock == 5.0
    assert Levels(-1.0, 0.0, 0.0).safety_stock == 0.0  # made or bought to order: none is held

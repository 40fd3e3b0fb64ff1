"""Resizing: the same levels, stock and cost as a plan traces."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.strategy.rejects import with_rejects
from justenough.strategy.resizing import replanned, resized
from justenough.strategy.settings import Settings
from justenough.strategy.trace import trace


def test_what_is_sized_again_is_what_a_plan_traces(refused_items):
    known = refused_items(60)
    found, plan = replanned(known), trace(with_rejects(known), Settings()).chosen
    np.testing.assert_array_equal(found.levels.reorder_point, plan.levels.reorder_point)
    np.testing.assert_array_equal(found.levels.order_quantity, plan.levels.order_quantity)
    np.testing.assert_array_equal(found.reserve, plan.safety_stock)
    np.testing.assert_array_equal(found.units, plan.outcome.mean_stock)
    np.testing.assert_array_equal(found.cost, plan.outcome.total_cost)
    assert found.value == pytest.approx(plan.outcome.mean_stock * known.economics.unit_cost)


def test_rejects_are_read_again(refused_items):
    """Between 3 and 30 % of these are refused: unread, their levels are too low."""
    known = refused_items(60)
    assert (replanned(known).levels.reorder_point >= resized(known).levels.reorder_point).all()
    assert (replanned(known).levels.reorder_point > resized(known).levels.reorder_point).mean() > 0.9

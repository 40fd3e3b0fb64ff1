"""Tracing: neighbours on the curve and the levels of today."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from justenough.domain.policy import Levels
from justenough.strategy.trace import neighbours, today_levels


def test_neighbours_are_the_next_points_that_differ():
    curves = SimpleNamespace(
        reorder_point=np.array([[0.0, 1.0, 2.0, 2.0], [0.0, 1.0, 2.0, 2.0], [0.0, 1.0, 2.0, 2.0], [0.0, 1.0, 4.0, 4.0]])
    )
    leaner, safer = neighbours(curves, Levels(np.array([0.0, 1.0, 2.0, 3.0]), np.ones(4), np.ones(4)))
    assert leaner.tolist() == [-1, 0, 1, 1]
    assert safer.tolist() == [1, 2, -1, 2]


@pytest.mark.parametrize(
    ("safety", "reorder", "maximum", "levels"),
    [
        (np.nan, 5.0, 12.0, (5.0, 7.0)),  # as stated
        (np.nan, 5.0, np.nan, (5.0, 9.0)),  # our order quantity
        (np.nan, 5.0, 5.0, (4.0, 1.0)),  # fill up whenever there is room
        (2.0, np.nan, np.nan, (21.0, 9.0)),  # 2 + 20 exposed - 1
        (2.0, 5.0, 12.0, (5.0, 7.0)),  # a reorder point speaks louder
        (np.nan, np.nan, 12.0, (np.nan, np.nan)),
    ],
)
def test_levels_of_today(safety, reorder, maximum, levels):
    known = SimpleNamespace(today_safety_stock=np.array([safety]), today_reorder_point=np.array([reorder]), today_max=np.array([maximum]))
    means = np.array([[10.0, 15.0, 20.0]])
    exposure = SimpleNamespace(step=np.ones(1), outage_probability=np.zeros(1), mean=means, outage_mean=means)
    found = today_levels(known, exposure, np.array([9.0]))
    if np.isnan(levels[0]):
        assert np.isnan(found.reorder_point[0])
    else:
        assert (found.reorder_point[0], found.order_quantity[0]) == levels

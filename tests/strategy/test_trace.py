"""Tracing: neighbours on the curve and the levels of today."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from justenough.domain.policy import Levels
from justenough.strategy.trace import grained, neighbours, today_levels


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


def test_grained_amounts_add_up_exactly_in_any_order():
    rng = np.random.default_rng(4)
    scale = 10.0 ** rng.uniform(-6, 9, 400)
    amounts = grained(scale[:, None] * rng.uniform(-9, 9, (400, 7)), scale[:, None])
    exact = [sum((Fraction(one) for one in row), Fraction()) for row in amounts]
    for order in (slice(None), slice(None, None, -1), rng.permutation(7)):
        total = np.zeros(400)
        for column in amounts[:, order].T:
            total = total + column
        assert [Fraction(one) for one in total] == exact


def test_graining_is_not_seen():
    assert grained(np.array([1 / 3, -1 / 3, 0.0, np.nan]), np.full(4, 1000.0)) == pytest.approx(
        [1 / 3, -1 / 3, 0.0, np.nan], rel=1e-9, nan_ok=True
    )

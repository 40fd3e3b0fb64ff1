"""Dual sourcing lived: by hand over a few reviews, and units that go in come out."""

import numpy as np
import pytest

from justenough.simulation.dual_sourcing import TwoOrders, lived_two


def test_four_reviews_by_hand():
    """
    Slow takes 2 reviews, fast none. Review 0: fast 3, slow 2 more; demand 4 leaves 1 waiting. Review 1: fast 4 lifts it to 3, slow
    0 (3 + 2 on the way are 5); demand 0 leaves 3. Review 2: 2 arrive, 5 are there; demand 3 leaves 2.
    Review 3: fast 1, slow 2; demand 1 leaves 2.
    """
    orders = TwoOrders(np.array([3.0]), np.array([5.0]), np.array([np.nan]))
    lived = lived_two(np.array([[4.0, 0.0, 3.0, 1.0]]), orders, np.array([2]), np.array([0]), warm_up=0)
    assert lived.mean_stock == pytest.approx((0 + 3 + 2 + 2) / 4)
    assert lived.mean_short == pytest.approx(1 / 4)
    assert lived.fast_units == pytest.approx((3 + 4 + 0 + 1) / 4)
    assert lived.slow_units == pytest.approx((2 + 0 + 0 + 2) / 4)
    assert lived.covered == pytest.approx(3 / 4)


def test_the_fast_source_counts_what_the_slow_one_brings_as_soon():
    """
    Slow takes 2 reviews, fast 1. Review 0: fast 3, slow 2; 4 wait. Review 1: 3 arrive, 1 waits; the slow 2 come as soon as a fast
    order would, so fast 2 and slow 2. Review 2: 4 arrive, 3 go; none is ordered. Review 3: 2 arrive; fast 1, slow 2; 1 is left.
    """
    orders = TwoOrders(np.array([3.0]), np.array([5.0]), np.array([np.nan]))
    lived = lived_two(np.array([[4.0, 0.0, 3.0, 1.0]]), orders, np.array([2]), np.array([1]), warm_up=0)
    assert lived.mean_stock == pytest.approx(1 / 4)
    assert lived.mean_short == pytest.approx((4 + 1) / 4)
    assert lived.fast_units == pytest.approx((3 + 2 + 0 + 1) / 4)
    assert lived.slow_units == pytest.approx((2 + 2 + 0 + 2) / 4)
    assert lived.covered == pytest.approx(2 / 4)


def test_what_waits_with_a_stopped_source_comes_when_it_runs_again():
    orders = TwoOrders(np.array([np.nan]), np.array([np.nan]), np.array([2.0]))
    down = np.array([[False, True, True, False, False, False]])
    lived = lived_two(np.full((1, 6), 2.0), orders, np.array([1]), np.array([0]), down=down, warm_up=0)
    # net after each review: -2, -2 (2 came), -4, -6, -2 (6 came), -2 (2 came)
    assert lived.mean_short == pytest.approx((2 + 2 + 4 + 6 + 2 + 2) / 6)
    assert lived.slow_units == pytest.approx(2.0)


def test_in_the_long_run_all_that_is_wanted_is_ordered():
    demand = np.random.default_rng(0).poisson(3.0, (3, 5000)).astype(float)
    orders = TwoOrders(np.full(3, 4.0), np.array([8.0, 14.0, np.nan]), np.array([np.nan, np.nan, 2.0]))
    lived = lived_two(demand, orders, np.array([1, 4, 6]), np.array([0, 1, 2]))
    assert lived.fast_units + lived.slow_units == pytest.approx(demand[:, 200:].mean(axis=1), rel=0.01)

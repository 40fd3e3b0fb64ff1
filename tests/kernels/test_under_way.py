"""What is on order beside Erlang's formula, plain sums over laws, and what cannot be."""

import math

import numpy as np
import pytest
from scipy import stats

from justenough.kernels import under_way
from justenough.kernels.loss import NEGATIVE_BINOMIAL
from justenough.kernels.position import N_ITEM, QUANTITY, RATE, REVIEW, STEP


def poisson(rate, lead, review, quantity=1.0):
    days = np.array([lead, lead + review / 2, lead + review])
    item = np.full(N_ITEM, math.nan)
    item[[0, STEP, RATE, REVIEW, QUANTITY]] = 0.0, 1.0, rate, review, quantity
    block = np.array([rate * days, rate * days, 0.0 * days])
    return np.concatenate([block, block]), item


def erlang(stock, load):
    """Share lost, by the recursion in the number of units."""
    lost = 1.0
    for units in range(1, stock + 1):
        lost = load * lost / (units + load * lost)
    return lost


@pytest.mark.parametrize(("stock", "load"), [(1, 0.3), (4, 5.0), (10, 5.0), (60, 60.0)])
def test_single_units_watched_all_the_time_are_erlangs(stock, load):
    block, item = poisson(1.0, load, 1e-5)
    held = np.empty(3)
    sold = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, np.array([float(stock)]), held)
    assert sold == pytest.approx(1.0 - erlang(stock, load), abs=2e-5)
    assert held[1] == pytest.approx(load * sold, abs=1e-3)
    assert held[2] == pytest.approx(sold, abs=2e-5)  # who comes finds the shelf as it is all the time


def test_what_a_position_holds_is_added_up_unit_by_unit():
    """Three a day, lead time 4, review 2, position 13: the law of 12 a lead time up to 13, and then a review of 6."""
    block, item = poisson(3.0, 4.0, 2.0)
    held, units, asked = np.empty(3), np.arange(14), np.arange(60)
    law = stats.poisson.pmf(units, 12.0) / stats.poisson.cdf(13, 12.0)
    lost = [stats.poisson.pmf(asked, 6.0) @ np.maximum(asked - (13 - on_order), 0) for on_order in units]
    under_way._held_by_position(NEGATIVE_BINOMIAL, block, item, np.array([13.0]), 1.0, held)
    assert held == pytest.approx([law @ lost, law @ units, law[:13].sum()], rel=1e-9)


def test_positions_lie_between_the_reorder_point_and_a_lot_above():
    positions = np.empty(under_way.PLACES)
    _, item = poisson(3.0, 4.0, 2.0, quantity=4.0)
    assert under_way.places_after(item, 10.0, positions) == 4
    assert positions[:4].tolist() == [11.0, 12.0, 13.0, 14.0]
    item[QUANTITY] = 900.0
    assert under_way.places_after(item, 10.0, positions) == under_way.PLACES
    assert positions.mean() == pytest.approx(10.0 + 0.5 * 901.0, abs=1.0)


def test_a_position_below_nothing_sells_nothing():
    block, item = poisson(3.0, 4.0, 2.0)
    held = np.empty(3)
    assert under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, np.array([-2.0]), held) == pytest.approx(0.0, abs=1e-6)
    assert held[2] == 0.0

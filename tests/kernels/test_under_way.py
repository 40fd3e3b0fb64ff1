"""What is on order beside Erlang's formula, whole pipelines solved as chains, plain sums over laws, and what cannot be."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from justenough.kernels import under_way
from justenough.kernels.loss import NEGATIVE_BINOMIAL
from justenough.kernels.position import N_ITEM, QUANTITY, RATE, REVIEW, STEP


def counted(rate, lead, review, ratio=1.0, quantity=1.0):
    days = np.array([lead, lead + review / 2, lead + review])
    item = np.full(N_ITEM, math.nan)
    item[[0, STEP, RATE, REVIEW, QUANTITY]] = 0.0, 1.0, rate, review, quantity
    block = np.array([rate * days, ratio * rate * days, 0.0 * days])
    return np.concatenate([block, block]), item


def erlang(stock, load):
    """Share lost, by the recursion in the number of units."""
    lost = 1.0
    for units in range(1, stock + 1):
        lost = load * lost / (units + load * lost)
    return lost


def counts(mean, ratio):
    return stats.nbinom(mean / (ratio - 1.0), 1.0 / ratio) if ratio > 1.0 else stats.poisson(mean)


def pipeline(stock, law, orders):
    """Share sold, units on order and chance of a unit on the shelf: every order of the pipeline is a part of the state."""
    states = [each for each in itertools.product(range(stock + 1), repeat=orders) if sum(each) <= stock]
    row = {state: k for k, state in enumerate(states)}
    chain, sold = np.zeros((len(states), len(states))), np.zeros(len(states))
    for state, k in row.items():
        left = stock - sum(state)
        for units in range(left + 1):
            chance = law.pmf(units) if units < left else law.sf(left - 1)
            chain[k, row[(units, *state[:-1])]] += chance
            sold[k] += chance * units
    found = np.full(len(states), 1.0 / len(states))
    for _ in range(4000):
        found = found @ chain
    on_order = np.array([sum(state) for state in states])
    return found @ sold / law.mean(), found @ on_order, found[on_order < stock].sum()


@pytest.mark.parametrize(("stock", "load"), [(1, 0.3), (4, 5.0), (10, 5.0), (60, 60.0)])
def test_single_units_watched_all_the_time_are_erlangs(stock, load):
    block, item = counted(1.0, load, 1e-5)
    held = np.empty(4)
    sold = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, stock - 1.0, held)
    assert sold == pytest.approx(1.0 - erlang(stock, load), abs=2e-5)
    assert held[1] == pytest.approx(load * sold, abs=1e-3)
    assert held[2] == pytest.approx(sold, abs=2e-5)  # who comes finds the shelf as it is all the time


@pytest.mark.parametrize(("stock", "mean", "orders"), [(7, 1.0, 3), (12, 2.5, 2), (5, 0.6, 4), (9, 4.0, 3)])
def test_geometric_reviews_are_whole_pipelines_to_the_digit(stock, mean, orders):
    block, item = counted(mean, float(orders), 1.0, ratio=1.0 + mean)
    held = np.empty(4)
    sold = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, stock - 1.0, held)
    assert [sold, held[1], held[2]] == pytest.approx(pipeline(stock, counts(mean, 1.0 + mean), orders), abs=1e-9)


@pytest.mark.parametrize("ratio", [1.0, 3.0, 8.0])
@pytest.mark.parametrize(("stock", "mean", "orders"), [(8, 1.0, 3), (16, 3.0, 2), (7, 0.5, 4), (9, 1.5, 3)])
def test_any_other_reviews_are_near_whole_pipelines(stock, mean, orders, ratio):
    """A law cut off where the position ends was up to 3 points off here."""
    block, item = counted(mean, float(orders), 1.0, ratio=ratio)
    held = np.empty(4)
    sold = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, stock - 1.0, held)
    whole = pipeline(stock, counts(mean, ratio), orders)
    assert sold == pytest.approx(whole[0], abs=0.004)
    assert held[1] == pytest.approx(whole[1], abs=0.012 * mean * orders)
    assert held[1] == pytest.approx(sold * mean * orders, rel=1e-6)  # Little's law


def test_a_lead_time_within_a_review_is_added_up_unit_by_unit():
    """Five a day, a lead time of 2 and a review of 5 days, 30 units: what the lead time sold is the state."""
    rate, lead, review, stock = 5.0, 2.0, 5.0, 30
    block, item = counted(rate, lead, review, ratio=3.0)
    chain = np.zeros((stock + 1, stock + 1))
    for state in range(stock + 1):
        for before in range(stock - state + 1):
            left = stock - state - before
            law = counts(rate * (review - lead), 3.0)
            first = law.pmf(before) if left else law.sf(before - 1)
            last = counts(rate * lead, 3.0)
            chain[state, : left + 1] += first * np.append(last.pmf(np.arange(left)), last.sf(left - 1))
    law, held, asked = np.linalg.matrix_power(chain, 200)[0], np.empty(4), np.arange(400)
    lost = [counts(rate * review, 3.0).pmf(asked) @ np.maximum(asked - stock + state, 0) for state in range(stock + 1)]
    under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, stock - 1.0, held)
    assert held[:3] == pytest.approx([law @ lost, law @ np.arange(stock + 1), 1.0 - law[stock]], rel=1e-8)


def test_cells_of_many_units_tell_what_units_do():
    """A position of 95 units by units, and one of ten times as many and as large lumps by cells."""
    held = np.empty(4)
    for lead in (9.0, 4.0):
        fine = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, *counted(8.0, lead, 1.0, ratio=9.0), 94.0, held)
        coarse = under_way.ordered_as_sold(NEGATIVE_BINOMIAL, *counted(80.0, lead, 1.0, ratio=90.0), 949.0, held)
        assert coarse == pytest.approx(fine, abs=2e-3)


def test_regular_demand_that_never_leaves_much_on_order_is_solved():
    """A sum below what any lead time sells is never seen again: the chain has states that it leaves for good."""
    held = np.empty(4)
    block, item = counted(200.0, 10.0, 1.0)
    sold = [under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, low, held) for low in (1500.0, 2100.0, 2400.0)]
    assert sold == pytest.approx([1501 / 2200, 2101 / 2200, 1.0], abs=0.01)


def test_the_law_a_chain_settles_in():
    """Two states it leaves for good and three it stays in, by powers."""
    chain = np.array([[0.2, 0.3, 0.5, 0, 0], [0.1, 0.4, 0, 0.5, 0], [0, 0, 0.5, 0.25, 0.25], [0, 0, 0.3, 0.3, 0.4], [0, 0, 0.2, 0.8, 0]])
    assert under_way.stationary(chain.copy()) == pytest.approx(np.linalg.matrix_power(chain, 500)[0], abs=1e-12)


def test_positions_lie_between_the_reorder_point_and_a_lot_above():
    positions = np.empty(under_way.PLACES)
    _, item = counted(3.0, 4.0, 2.0, quantity=4.0)
    assert under_way.places_after(item, 10.0, positions) == 4
    assert positions[:4].tolist() == [11.0, 12.0, 13.0, 14.0]
    item[QUANTITY] = 900.0
    assert under_way.places_after(item, 10.0, positions) == under_way.PLACES
    assert positions.mean() == pytest.approx(10.0 + 0.5 * 901.0, abs=1.0)


def test_a_position_below_nothing_sells_nothing():
    block, item = counted(3.0, 4.0, 2.0)
    held = np.empty(4)
    assert under_way.ordered_as_sold(NEGATIVE_BINOMIAL, block, item, -3.0, held) == pytest.approx(0.0, abs=1e-6)
    assert held[2] == 0.0

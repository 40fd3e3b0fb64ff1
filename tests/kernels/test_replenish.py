"""The life of a policy beside a plain one written as a list of orders."""

import numpy as np
import pytest

from justenough.kernels import replenish
from justenough.kernels.replenish import live_items


def plain_life(demand, reorder, quantity, review, lead, lost):
    """On hand, short and ordered slot by slot; starts with all stock at its highest place on the shelf."""
    on_hand, waiting, orders, short, stock = reorder + quantity, 0.0, [], [], []
    for t, asked in enumerate(demand):
        received = sum(q for due, q in orders if due == t)
        orders = [(due, q) for due, q in orders if due != t]
        served = min(waiting, on_hand + received)
        on_hand, waiting = on_hand + received - served, waiting - served
        position = on_hand - waiting + sum(q for _, q in orders)
        if t % review == 0 and position <= reorder:
            size = quantity
            while position + size <= reorder:
                size += quantity
            if lead == 0:
                served = min(waiting, size)
                on_hand, waiting = on_hand + size - served, waiting - served
            else:
                orders.append((t + lead, size))
        begin = on_hand
        sold = min(asked, on_hand)
        short.append(asked - sold)
        on_hand -= sold
        waiting += 0.0 if lost else asked - sold
        stock.append((begin + on_hand) / 2)
    return sum(short), np.mean(stock)


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize(("quantity", "lead"), [(1, 0), (1, 5), (9, 3), (30, 11)])
def test_a_long_life_is_the_plain_ones(lost, quantity, lead):
    """Review each slot, so the phase does not matter; only the start differs, and is lived away."""
    random = np.random.default_rng(quantity + lead)
    demand = random.poisson(1.3, 6000).astype(float)
    reorder = 2.0 + lead
    policy = np.array([[reorder, quantity, 1.0, 1.0, lead, 0.0, 0.0, 0.0, 0.0, 1.3]])
    tally = np.zeros((1, replenish.N_TALLY))
    live_items(demand, np.array([0, 6000]), 1, np.zeros(1, np.int64), policy, 1, lost, 1, 0, np.array([7], np.uint64), tally)
    short, stock = plain_life(demand, reorder, quantity, 1, lead, lost)
    assert tally[0, replenish.UNITS] == demand.sum()
    assert tally[0, replenish.UNITS_SHORT] == pytest.approx(short, rel=0.03, abs=3 * quantity + 20)
    assert tally[0, replenish.STOCK] / 6000 == pytest.approx(stock, rel=0.03)


def test_one_cycle_by_hand():
    """S=5 reviewed each 4 slots, lead 2, demand 2 a slot: windows of 6 slots want 12 and none is covered."""
    policy = np.array([[4.0, 1.0, 1.0, 4.0, 2.0, 0.0, 0.0, 0.0, 0.0, 2.0]])
    tally = np.zeros((1, replenish.N_TALLY))
    live_items(np.full(400, 2.0), np.array([0, 400]), 1, np.zeros(1, np.int64), policy, 1, 0, 1, 20, np.array([1], np.uint64), tally)
    # At a review net stock is 5 - 8 on order -> just after arrival 1 = 5 - 2 * 2, then 8 asked, 1 served.
    assert tally[0, replenish.COVERED] == 0
    assert tally[0, replenish.CYCLES_SHORT] == tally[0, replenish.CYCLES] > 90
    assert tally[0, replenish.UNITS_SHORT] / tally[0, replenish.UNITS] == pytest.approx(7 / 8, abs=0.01)


def test_unknown_levels_and_empty_series_are_not_lived():
    policies = np.full((2, replenish.N_POLICY), 1.0)
    policies[0, replenish.REORDER] = np.nan
    tally = np.ones((2, replenish.N_TALLY))
    live_items(np.ones(9), np.array([0, 9, 9]), 1, np.zeros(2, np.int64), policies, 1, 0, 1, 0, np.zeros(2, np.uint64), tally)
    assert (tally == 0).all()


def test_unknown_periods_belong_to_no_window():
    demand = np.zeros(30)
    demand[10] = np.nan
    policy = np.array([[0.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]])
    tally = np.zeros((1, replenish.N_TALLY))
    live_items(demand, np.array([0, 30]), 1, np.zeros(1, np.int64), policy, 1, 0, 1, 0, np.zeros(1, np.uint64), tally)
    assert tally[0, replenish.WINDOWS] == 28 - 3

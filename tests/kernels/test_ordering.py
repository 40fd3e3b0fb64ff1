"""How much is ordered, counted lot by lot, and where lives begin."""

import numpy as np
import pytest

from justenough.kernels.deliveries import LEAD, N_SUPPLY
from justenough.kernels.ordering import LEAST, LOT, N_POLICY, RATE, STEP, size_of, start_of


def policy_of(lot, least=0.0, step=1.0, rate=0.0):
    row = np.zeros(N_POLICY)
    row[[LOT, LEAST, STEP, RATE]] = lot, least, step, rate
    return row


@pytest.mark.parametrize("position", [5.0, 4.0, -7.0])
@pytest.mark.parametrize(("lot", "least"), [(1.0, 0.0), (4.0, 0.0), (4.0, 10.0), (25.0, 3.0)])
def test_fewest_lots_above_the_reorder_point_and_no_less_than_the_least(position, lot, least):
    size = lot
    while position + size <= 5.0 or size < least:
        size += lot
    assert size_of(policy_of(lot, least), 5.0, np.nan, position) == size


def test_up_to_a_level_in_lots_or_without():
    assert size_of(policy_of(0.0), 5.0, 20.0, 2.5) == 17.5
    assert size_of(policy_of(0.0, 30.0), 5.0, 20.0, 2.5) == 30.0
    assert size_of(policy_of(6.0), 5.0, 20.0, 3.0) == 18.0


def test_divisible_positions_go_above_the_reorder_point_not_to_it():
    assert size_of(policy_of(2.5, step=0.0), 5.0, np.nan, 5.0) == 2.5
    assert size_of(policy_of(2.5, step=0.0), 5.0, np.nan, 2.5) == 5.0


def test_lives_begin_anywhere_between_with_a_lead_times_demand_on_its_way():
    """Positions 8 ... 17, each a tenth; 2.5 a slot over 4 slots is on its way, one slot after the other."""
    source, supply = np.array([1], np.uint64), np.zeros(N_SUPPLY)
    supply[LEAD] = 4.0
    levels = np.array([[7.0], [np.nan]])
    positions = []
    for _ in range(4000):
        arriving = np.zeros(9)
        position, net = start_of(source, policy_of(10.0, rate=2.5), supply, levels, 0, arriving)
        assert position - net == arriving.sum() == 10.0
        assert (arriving[4:] == 0).all()
        positions.append(position)
    places, counts = np.unique(positions, return_counts=True)
    np.testing.assert_array_equal(places, np.arange(8, 18))
    assert ((counts - 400) ** 2 / 400).sum() < 27.9  # chi-square on nine degrees, 0.1 %


def test_nothing_more_is_on_its_way_than_the_position_where_sales_are_lost():
    supply = np.zeros(N_SUPPLY)
    supply[LEAD] = 40.0
    position, net = start_of(np.array([1], np.uint64), policy_of(1.0, rate=2.0), supply, np.array([[7.0], [np.nan]]), 1, np.zeros(90))
    assert (position, net) == (8.0, 0.0)

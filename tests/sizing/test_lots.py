"""Lot sizing through its public function: shapes, costs by item or by period, and what is refused.

The numbers stand beside every possible plan in tests/kernels/test_lot_sizing.py and beside print in tests/published.
"""

import numpy as np
import pytest

from justenough.sizing.classic import eoq_cost, wagner_whitin

DEMAND = [90.0, 120.0, 80.0, 70.0]


def test_one_item_many_items_and_costs_by_period_say_the_same():
    one = wagner_whitin(500, 2, DEMAND)
    assert one.order_quantities.tolist() == [210.0, 0.0, 150.0, 0.0]
    assert isinstance(one.cost, float)
    many = wagner_whitin([500, 120], [2, 0.8], [DEMAND, [150, 100, 80, 200]])
    assert many.order_quantities.tolist() == [[210, 0, 150, 0], [150, 180, 0, 200]]
    assert many.cost.tolist() == [1380.0, 424.0]
    by_period = wagner_whitin([500] * 4, [2] * 4, DEMAND)
    assert by_period.cost == one.cost
    stacked = wagner_whitin(np.full((2, 3), 500.0), 2, np.broadcast_to(DEMAND, (2, 3, 4)))
    assert stacked.cost.shape == (2, 3)
    assert (stacked.cost == one.cost).all()


def test_a_price_rise_is_bought_ahead():
    flat = wagner_whitin(10, 1, [5, 5, 5], purchase_cost=2.0)
    assert flat.cost == wagner_whitin(10, 1, [5, 5, 5]).cost + 2.0 * 15
    rising = wagner_whitin(10, 1, [5, 5, 5], purchase_cost=[2.0, 9.0, 9.0])
    assert rising.order_quantities.tolist() == [15.0, 0.0, 0.0]


def test_level_demand_costs_what_the_eoq_costs():
    """K = 100, h = 1 at a period's end, 8 a period: lots of 40 at the least of the EOQ's cost less the half period's holding."""
    plan = wagner_whitin(100.0, 1.0, np.full(60, 8.0))
    assert set(plan.order_quantities.tolist()) == {0.0, 40.0}
    assert plan.cost / 60 == pytest.approx(eoq_cost(40.0, 100.0, 1.0, 8.0) - 0.5 * 8.0)


def test_unknown_demand_gives_no_plan():
    plan = wagner_whitin(500, 2, [DEMAND, [90, np.nan, 80, 70]])
    assert plan.cost[0] == 1380.0
    assert np.isnan(plan.cost[1])
    assert np.isnan(plan.order_quantities[1]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wagner_whitin(500, 2, [90, -1]), "demand must be a finite number of at least 0, got -1"),
        (lambda: wagner_whitin(-500, 2, DEMAND), "fixed_cost must be"),
        (lambda: wagner_whitin(500, 2, []), "at least one period"),
        (lambda: wagner_whitin(500, np.ones((2, 2, 4)), DEMAND), "holding_cost must be a number, one an item or one an item and period"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()

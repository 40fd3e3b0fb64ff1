"""The textbooks' (r, Q) beside their own equations, and never better than the exact one."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from invented_lots import each, invented

from justenough.sizing.classic import (
    eoq_with_backorders,
    r_q_eoq_with_safety_stock,
    r_q_eoqb,
    r_q_expected_inventory_level,
    r_q_normal,
    r_q_normal_cost,
)


def test_no_heuristic_is_cheaper_than_the_exact_policy():
    """Zheng (1992): the lot of known demand, with its best reorder point, costs at most an eighth too much."""
    columns = invented(2, 400)
    best = r_q_normal(**columns)
    for heuristic in (r_q_eoqb, r_q_eoq_with_safety_stock):
        found = heuristic(**columns)
        assert (found.cost >= best.cost * (1.0 - 1e-10)).all()
        assert found.cost == pytest.approx(r_q_normal_cost(found.reorder_point, found.order_quantity, **columns), rel=1e-12)
    assert (r_q_eoqb(**columns).cost <= 1.125 * best.cost).all()
    with pytest.raises(ValueError, match="demand_sd must be"):
        r_q_eoqb(**columns | {"demand_sd": -1.0})


def test_without_noise_the_lot_of_known_demand_is_exact():
    known = eoq_with_backorders(8, 0.225, 7.5, 1300)
    answer = r_q_eoqb(8, 0.225, 7.5, 1300, 0.0, 1 / 12)
    assert answer.reorder_point == pytest.approx(1300 / 12 - known.backordered_fraction * known.order_quantity)
    assert answer.cost == pytest.approx(known.cost)


def test_expected_inventory_level_satisfies_its_two_equations():
    columns = invented(3, 200)
    price = columns.pop("backorder_cost") * 50.0 + 20.0 * columns["holding_cost"] * np.sqrt(
        columns["fixed_cost"] / columns["demand_mean"] / columns["holding_cost"]
    )
    price += columns["holding_cost"] * columns["demand_sd"] * np.sqrt(columns["lead_time"]) / columns["demand_mean"] * 20.0
    found = r_q_expected_inventory_level(**columns, backorder_cost_per_unit=price)
    for i, case in enumerate(each(columns)):
        mean, sd = case["demand_mean"] * case["lead_time"], case["demand_sd"] * math.sqrt(case["lead_time"])
        r, q, rate = found.reorder_point[i], found.order_quantity[i], case["demand_mean"]
        z = (r - mean) / sd
        assert 0.5 * math.erfc(z / math.sqrt(2)) == pytest.approx(case["holding_cost"] * q / (price[i] * rate), rel=1e-8)
        short = sd * (NormalDist().pdf(z) - z * 0.5 * math.erfc(z / math.sqrt(2)))
        assert q == pytest.approx(math.sqrt(2 * rate * (case["fixed_cost"] + price[i] * short) / case["holding_cost"]), rel=1e-8)


def test_expected_inventory_level_without_order_cost_or_noise():
    free = r_q_expected_inventory_level(0.0, 1.0, 50.0, 100.0, 10.0, 1.0)
    assert free.order_quantity > 0.0
    assert math.isfinite(free.cost)
    known = r_q_expected_inventory_level(8, 0.225, 7.5, 1300, 0.0, 0.5)
    assert (known.reorder_point, known.order_quantity) == pytest.approx((650.0, math.sqrt(2 * 8 * 1300 / 0.225)))


def test_stockouts_too_cheap_to_prevent_are_refused():
    with pytest.raises(ValueError, match=r"no stock is worth its cost \(item 1 of 2\)"):
        r_q_expected_inventory_level(100.0, 5.0, [50.0, 0.01], 10.0, 1.0, 1.0)

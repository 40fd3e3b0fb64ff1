"""Min-max policies beside periods lived through, with the lead-time convention of the whole package."""

import math

import numpy as np
import pytest

from justenough.sizing.classic import s_s_poisson, s_s_poisson_cost, s_s_power_approximation


def lived(low, high, demand, lead, fixed, holding, backorder):
    """Mean cost a period of one run: look, order, what is due arrives, demand, then what stands is charged."""
    net, coming, total = high, [0] * lead, 0.0
    for asked in demand:
        position = net + sum(coming)
        order = high - position if position <= low else 0
        coming.append(order)
        net += coming.pop(0) - asked
        total += fixed * (order > 0) + (holding * net if net > 0 else -backorder * net)
    return total / len(demand)


@pytest.mark.parametrize("lead", [0, 1, 4])
def test_lived_periods_cost_what_is_stated(lead):
    """One convention: an order seen at the start of a period meets the demand of lead time + 1 periods. Within 4 standard errors."""
    rng = np.random.default_rng(40 + lead)
    best = s_s_poisson(12.0, 1.0, 9.0, 3.0, lead)
    runs = [lived(int(best.reorder_point), int(best.order_up_to), rng.poisson(3.0, 3000).tolist(), lead, 12.0, 1.0, 9.0) for _ in range(30)]
    assert abs(np.mean(runs) - best.cost) < 4.0 * np.std(runs) / math.sqrt(len(runs))
    wrong = s_s_poisson_cost(best.reorder_point, best.order_up_to, 12.0, 1.0, 9.0, 3.0, lead + 1)
    assert abs(np.mean(runs) - wrong) > 8.0 * np.std(runs) / math.sqrt(len(runs))


def test_columns_are_the_items_one_by_one():
    mean = np.array([0.2, 3.0, 40.0])
    together = s_s_poisson([[5.0], [50.0]], 1.0, 9.0, mean, [0.0, 1.0, 2.5])
    assert together.cost.shape == (2, 3)
    alone = s_s_poisson(50.0, 1.0, 9.0, 40.0, 2.5)
    assert (alone.reorder_point, alone.order_up_to, alone.cost) == (
        together.reorder_point[1, 2],
        together.order_up_to[1, 2],
        together.cost[1, 2],
    )
    again = s_s_poisson_cost(together.reorder_point, together.order_up_to, [[5.0], [50.0]], 1.0, 9.0, mean, [0.0, 1.0, 2.5])
    assert again == pytest.approx(together.cost, rel=1e-10)
    assert np.isnan(s_s_poisson(1.0, 1.0, math.nan, 1.0).cost)


def test_dearer_orders_are_larger_and_dearer():
    answer = s_s_poisson(np.array([0.0, 1.0, 10.0, 100.0, 1000.0]), 1.0, 9.0, 20.0)
    assert (np.diff(answer.cost) > 0.0).all()
    assert (np.diff(answer.order_up_to - answer.reorder_point) >= 0.0).all()
    assert answer.order_up_to[0] - answer.reorder_point[0] == 1.0


def test_the_power_approximation_comes_near_the_exact_policy():
    """Ehrhardt & Mosier fitted it to exact policies of this range; rounded, it costs within 3 % of them (their own claim is 1 %)."""
    mean = np.array([2.0, 4.0, 8.0, 16.0])
    for ratio in (32.0, 64.0):
        exact = s_s_poisson(ratio, 1.0, 9.0, mean, 2.0)
        near = s_s_power_approximation(ratio, 1.0, 9.0, mean, np.sqrt(mean), 2.0)
        cost = s_s_poisson_cost(np.round(near.reorder_point), np.round(near.order_up_to), ratio, 1.0, 9.0, mean, 2.0)
        assert (cost <= exact.cost * 1.03).all()
        assert (cost >= exact.cost * (1.0 - 1e-12)).all()


def test_the_power_approximation_of_known_demand():
    levels = s_s_power_approximation(64.0, 1.0, 9.0, 10.0, 0.0)
    assert levels.reorder_point == pytest.approx(9.73)
    assert levels.order_up_to - levels.reorder_point == pytest.approx(1.3 * 10.0**0.494 * 64.0**0.506)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fixed_cost": -1.0}, "fixed_cost must be a finite number of at least 0, got -1"),
        ({"demand_mean": 0.0}, "demand_mean must be a finite number above 0, got 0"),
        ({"lead_time": -1.0}, "lead_time must be a finite number of at least 0, got -1"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        s_s_poisson(**{"fixed_cost": 1.0, "holding_cost": 1.0, "backorder_cost": 1.0, "demand_mean": 1.0} | wrong)


def test_levels_that_cannot_be_meant_are_refused():
    with pytest.raises(ValueError, match="order_up_to must be above reorder_point"):
        s_s_poisson_cost(5, 5, 1.0, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="order_up_to must be a whole number"):
        s_s_poisson_cost(5, 5.5, 1.0, 1.0, 1.0, 1.0)

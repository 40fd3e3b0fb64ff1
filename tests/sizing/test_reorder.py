"""(r, Q) policies beside numerical integration, beside stock lived through at random, and in their limits."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from invented_lots import each, invented
from scipy import integrate

from justenough.sizing.classic import (
    eoq_with_backorders,
    r_q_normal,
    r_q_normal_cost,
    r_q_poisson,
    r_q_poisson_cost,
)


def plain_cost(r, q, fixed_cost, holding_cost, backorder_cost, demand_mean, demand_sd, lead_time):
    demand = NormalDist(demand_mean * lead_time, demand_sd * math.sqrt(lead_time))

    def short(y):
        return integrate.quad(
            lambda t: 1.0 - demand.cdf(t), y, max(y, demand.mean) + 12 * demand.stdev, epsabs=1e-11, epsrel=1e-9, limit=200
        )[0]

    def at(y):
        late = short(y)
        return holding_cost * (y - demand.mean + late) + backorder_cost * late

    places = sorted(
        {r, r + q, *(x for x in (demand.mean, demand.mean + 3 * demand.stdev, demand.mean - 3 * demand.stdev) if r < x < r + q)}
    )
    area = sum(integrate.fixed_quad(np.vectorize(at), a, b, n=24)[0] for a, b in zip(places, places[1:]))
    return (fixed_cost * demand_mean + area) / q


def test_cost_is_the_mean_over_the_lot():
    for case in each(invented(1, 5)):
        best = r_q_normal(**case)
        for r, q in ((best.reorder_point, best.order_quantity), (best.reorder_point * 1.1, best.order_quantity * 0.6)):
            assert r_q_normal_cost(r, q, **case) == pytest.approx(plain_cost(r, q, **case), rel=1e-6)


def test_the_optimum_states_its_cost_and_no_other_policy_costs_less():
    columns = invented(2, 400)
    best = r_q_normal(**columns)
    assert r_q_normal_cost(best.reorder_point, best.order_quantity, **columns) == pytest.approx(best.cost, rel=1e-9)
    rng = np.random.default_rng(0)
    sd = columns["demand_sd"] * np.sqrt(columns["lead_time"])
    for spread in (1e-3, 0.05, 0.5):
        for _ in range(20):
            r = best.reorder_point + spread * (sd + best.order_quantity) * rng.normal(size=400)
            q = best.order_quantity * np.exp(spread * rng.normal(size=400))
            assert (r_q_normal_cost(r, q, **columns) >= best.cost * (1.0 - 1e-10)).all()


def test_stock_lived_through_costs_what_is_stated():
    """Poisson orders of one unit watched event by event: an independent way to the mean cost, within 4 standard errors."""
    rng = np.random.default_rng(17)
    fixed, holding, backorder, rate, lead = 3.0, 1.0, 6.0, 5.0, 1.3
    best = r_q_poisson(fixed, holding, backorder, rate, lead)
    runs = []
    for _ in range(40):
        times = np.cumsum(rng.exponential(1.0 / rate, 4000))
        orders = times[best.order_quantity.astype(int) - 1 :: int(best.order_quantity)]
        # Start at r + Q with nothing on order; the Q-th unit asked for brings the position to r.
        moments = np.concatenate([times, orders + lead])
        moves = np.concatenate([-np.ones(len(times)), np.full(len(orders), best.order_quantity)])
        order = np.argsort(moments, kind="stable")
        moments, level = moments[order], best.reorder_point + best.order_quantity + np.cumsum(moves[order])
        kept = (moments > 50.0) & (moments <= times[-1])
        spans = np.diff(np.append(moments[kept], times[-1]))
        held = spans @ (holding * np.maximum(level[kept], 0) + backorder * np.maximum(-level[kept], 0))
        placed = fixed * ((orders > moments[kept][0]) & (orders <= times[-1])).sum()
        runs.append((held + placed) / spans.sum())
    assert abs(np.mean(runs) - best.cost) < 4.0 * np.std(runs) / math.sqrt(len(runs))


def test_poisson_cost_by_hand_of_a_lot_of_two():
    """Mean 1, r = 0, Q = 2: positions 1 and 2; E[(1 - D)+] = e^-1, E[(2 - D)+] = 3 e^-1."""
    over = (math.exp(-1) + 3.0 * math.exp(-1)) / 2.0
    short = over - 1.5 + 1.0
    assert r_q_poisson_cost(0, 2, 10.0, 2.0, 5.0, 0.5, 2.0) == pytest.approx(10.0 * 0.5 / 2 + 2.0 * over + 5.0 * short, rel=1e-12)


def test_without_noise_it_is_the_eoq_with_backorders():
    known = eoq_with_backorders(8, 0.225, 7.5, 1300)
    answer = r_q_normal(8, 0.225, 7.5, 1300, 0.0, 1 / 12)
    assert answer.order_quantity == pytest.approx(known.order_quantity)
    assert answer.reorder_point == pytest.approx(1300 / 12 - known.backordered_fraction * known.order_quantity)
    assert answer.cost == pytest.approx(known.cost)


def test_with_free_orders_each_unit_is_ordered_as_it_is_asked_for():
    answer = r_q_normal(0.0, 1.0, 9.0, 100.0, 10.0, 4.0)
    assert answer.order_quantity == 0.0
    assert answer.reorder_point == pytest.approx(400.0 + 20.0 * NormalDist().inv_cdf(0.9))
    assert r_q_normal_cost(answer.reorder_point, 0.0, 0.0, 1.0, 9.0, 100.0, 10.0, 4.0) == pytest.approx(answer.cost, rel=1e-12)
    assert r_q_normal_cost(400.0, 0.0, 5.0, 1.0, 9.0, 100.0, 10.0, 4.0) == math.inf
    assert r_q_poisson(0.0, 1.0, 9.0, 2.0, 1.0).order_quantity == 1.0


def test_columns_broadcast_and_unknown_items_stop_nobody():
    answer = r_q_normal([[8.0], [80.0]], 0.225, [7.5, math.nan, 9.0], 1300, 150, 1 / 12)
    assert answer.cost.shape == (2, 3)
    assert np.isnan(answer.cost[:, 1]).all()
    assert np.isfinite(answer.cost[:, [0, 2]]).all()
    alone = r_q_normal(80.0, 0.225, 9.0, 1300, 150, 1 / 12)
    assert alone.cost == answer.cost[1, 2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"holding_cost": 0.0}, "holding_cost must be a finite number above 0, got 0"),
        ({"fixed_cost": -1.0}, "fixed_cost must be a finite number of at least 0, got -1"),
        ({"demand_sd": -1.0}, "demand_sd must be a finite number of at least 0, got -1"),
        ({"lead_time": math.inf}, "lead_time must be a finite number of at least 0, got inf"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, message):
    right = {"fixed_cost": 1.0, "holding_cost": 1.0, "backorder_cost": 1.0, "demand_mean": 1.0, "demand_sd": 1.0, "lead_time": 1.0}
    with pytest.raises(ValueError, match=message):
        r_q_normal(**right | wrong)


def test_a_part_of_a_unit_cannot_be_ordered_of_counted_demand():
    with pytest.raises(ValueError, match="order_quantity must be a whole number, got 1.5"):
        r_q_poisson_cost(0, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0)

"""Disruptions beside a supplier lived through thousands of stops, and beside its chain of periods."""

import math

import numpy as np
import pytest

from justenough.sizing.classic import (
    eoq,
    eoq_with_disruptions,
    eoq_with_disruptions_approx,
    newsvendor_normal,
    newsvendor_with_disruptions,
    newsvendor_with_disruptions_cost,
)


def lived_cycles(quantity, fixed, holding, lost, demand, disruption, recovery, seed, n_cycles=4000):
    """Cost over time, and its standard error, of an order whenever shelf is empty and supplier up; state by state."""
    rng = np.random.default_rng(seed)
    costs, lengths = [], []
    for _ in range(n_cycles):
        clock, up = 0.0, True
        change = rng.exponential(1.0 / disruption)
        while clock + change < quantity / demand:
            clock += change
            up = not up
            change = rng.exponential(1.0 / (disruption if up else recovery))
        wait = 0.0 if up else clock + change - quantity / demand
        costs.append(fixed + holding * quantity**2 / (2 * demand) + lost * demand * wait)
        lengths.append(quantity / demand + wait)
    rate = sum(costs) / sum(lengths)
    error = np.std(np.array(costs) - rate * np.array(lengths)) / math.sqrt(n_cycles) / np.mean(lengths)
    return rate, error


GIVEN = [
    (35, 4, 22, 30, 1, 12),
    (10, 2, 5, 100, 4, 3),
    (50, 1, 40, 20, 0.5, 0.8),
]


@pytest.mark.parametrize("given", GIVEN)
def test_disrupted_orders_cost_what_they_cost_in_a_life(given):
    best = eoq_with_disruptions(*given)
    rate, error = lived_cycles(best.order_quantity, *given, seed=7)
    assert abs(rate - best.cost) < 4 * error
    for factor in (0.5, 2.0):
        worse, error = lived_cycles(factor * best.order_quantity, *given, seed=8)
        assert worse - best.cost > 4 * error


def cost_at(quantity, fixed, holding, lost, demand, disruption, recovery):
    met = disruption / (disruption + recovery) * (1.0 - math.exp(-(disruption + recovery) * quantity / demand))
    spent = fixed + holding * quantity**2 / (2 * demand) + lost * demand * met / recovery
    return spent / (quantity / demand + met / recovery)


def test_five_hundred_items_beside_a_fine_search():
    rng = np.random.default_rng(3)
    columns = [10.0 ** rng.uniform(low, high, 500) for low, high in ((0, 3), (-2, 1), (-1, 2), (0, 4), (-2, 1), (-1, 2))]
    best = eoq_with_disruptions(*columns)
    for item, given in enumerate(zip(*columns, strict=True)):
        assert best.cost[item] == pytest.approx(cost_at(best.order_quantity[item], *given), rel=1e-12)
        grid = best.order_quantity[item] * np.geomspace(0.01, 100.0, 81)
        assert min(cost_at(q, *given) for q in grid) >= best.cost[item] * (1 - 1e-12)
        assert cost_at(best.order_quantity[item] * 1.01, *given) > best.cost[item] < cost_at(best.order_quantity[item] * 0.99, *given)


def test_a_supplier_that_never_stops_is_the_eoq():
    plain = eoq(35, 4, 30)
    for never in (eoq_with_disruptions(35, 4, 22, 30, 0, 12), eoq_with_disruptions_approx(35, 4, 22, 30, 0, 12)):
        assert never.order_quantity == pytest.approx(plain.order_quantity, rel=1e-12)
        assert never.cost == pytest.approx(plain.cost, rel=1e-12)


def test_the_approximation_is_close_where_orders_outlast_stops():
    exact, near = eoq_with_disruptions(35, 4, 22, 30, 1, 12), eoq_with_disruptions_approx(35, 4, 22, 30, 1, 12)
    assert 0 < near.cost - exact.cost < 1e-5 * exact.cost
    exact, near = eoq_with_disruptions(1, 4, 22, 300, 1, 1), eoq_with_disruptions_approx(1, 4, 22, 300, 1, 1)
    assert near.cost > 1.01 * exact.cost


def stopped_for(disruption, recovery, longest=3000):
    """Long-run chance of being in the n-th period without supply, by living the chain from a working supplier."""
    chance = np.zeros(longest)
    chance[0] = 1.0
    for _ in range(4000):
        moved = np.zeros(longest)
        moved[0] = chance[0] * (1.0 - disruption) + chance[1:].sum() * recovery
        moved[1] = chance[0] * disruption
        moved[2:] = chance[1:-1] * (1.0 - recovery)
        chance = moved
    return chance


@pytest.mark.parametrize(("disruption", "recovery"), [(0.04, 0.25), (0.2, 0.1), (0.5, 0.9), (0.3, 1.0), (0.0, 0.5), (1.0, 0.6)], ids=str)
@pytest.mark.parametrize("ratio", [0.6, 0.95, 0.999])
def test_base_stock_is_the_cheapest_of_all_levels(disruption, recovery, ratio):
    holding, waiting, demand = 1.0 - ratio, ratio, 7.0
    best = newsvendor_with_disruptions(holding, waiting, demand, disruption, recovery)
    chance = stopped_for(disruption, recovery)
    missing = demand * np.arange(1.0, len(chance) + 1.0)

    def plain(level):
        return float(chance @ (holding * np.maximum(level - missing, 0.0) + waiting * np.maximum(missing - level, 0.0)))

    levels = np.arange(0.0, 120 * demand, demand)
    assert best.cost == pytest.approx(min(plain(level) for level in levels), rel=1e-9)
    odd = np.array([0.0, 3.5, 7.0, 12.3, 70.0, 123.456])
    ours = newsvendor_with_disruptions_cost(odd, holding, waiting, demand, disruption, recovery)
    np.testing.assert_allclose(ours, [plain(level) for level in odd], rtol=1e-9)


def test_arrays_unknowns_and_bad_values():
    table = newsvendor_with_disruptions([1.0, np.nan], 9.0, 100.0, [[0.0], [0.1]], 0.5)
    assert table.base_stock.shape == (2, 2)
    assert table.base_stock[:, 0].tolist() == [100.0, 200.0]
    assert np.isnan(table.base_stock[:, 1]).all()
    assert np.isnan(table.cost[:, 1]).all()
    some = eoq_with_disruptions([35.0, np.nan], 4, 22, 30, 1, 12)
    assert some.order_quantity[0] == eoq_with_disruptions(35, 4, 22, 30, 1, 12).order_quantity
    assert np.isnan(some.cost[1])
    assert isinstance(eoq_with_disruptions(35, 4, 22, 30, 1, 12).cost, float)
    with pytest.raises(ValueError, match="recovery_probability must be above 0"):
        newsvendor_with_disruptions(1, 9, 100, 0.1, 0.0)
    with pytest.raises(ValueError, match=r"disruption_probability must be a fraction in \[0, 1\], got 1.5"):
        newsvendor_with_disruptions(1, 9, 100, 1.5, 0.5)
    with pytest.raises(ValueError, match="recovery_rate must be a finite number above 0"):
        eoq_with_disruptions(35, 4, 22, 30, 1, 0)
    with pytest.raises(ValueError, match="lost_sale_cost must be"):
        eoq_with_disruptions_approx(35, 4, -22, 30, 1, 1)


def test_a_supplier_that_never_stops_needs_one_period():
    assert newsvendor_with_disruptions(1, 9, 100, 0.0, 0.5).cost == newsvendor_normal(1, 9, 100, 0.0).cost == 0.0

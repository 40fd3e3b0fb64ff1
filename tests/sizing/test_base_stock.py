"""One-for-one stock beside queues and shelves lived through at random, and beside sums over every state."""

import heapq
import math

import numpy as np
import pytest

from justenough.sizing.classic import (
    base_stock_lost_sales_poisson,
    base_stock_poisson,
    cheapest_base_stock_lost_sales_poisson,
    make_to_stock_mm1,
    poisson_expected_backorders,
)


def served(stock, rate, lead_times, rng):
    """Share of Poisson customers who find a unit, each taken unit being back after its own lead time."""
    busy, now, found = [], 0.0, 0
    for lead in lead_times:
        now += rng.exponential(1.0 / rate)
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        if len(busy) < stock:
            heapq.heappush(busy, now + lead)
            found += 1
    return found / len(lead_times)


@pytest.mark.parametrize("kind", ["constant", "erratic"])
def test_lost_sales_depend_on_the_mean_lead_time_only(kind):
    rng = np.random.default_rng(6)
    runs = []
    for _ in range(30):
        lead = np.full(4000, 2.0) if kind == "constant" else rng.gamma(0.3, 2.0 / 0.3, 4000)
        runs.append(served(4, 1.5, lead.tolist(), rng))
    # The start with a full shelf adds a little, one lead time in 4000 demands.
    assert abs(np.mean(runs) - base_stock_lost_sales_poisson(4, 3.0).fill_rate) < 4.0 * np.std(runs) / math.sqrt(30) + 0.001


def test_lost_sales_stock_is_what_is_not_on_order():
    answer = base_stock_lost_sales_poisson([0, 2], 3.0)
    states = [1.0, 3.0, 4.5]
    on_hand = (2 * states[0] + states[1]) / sum(states)
    assert answer.mean_on_hand == pytest.approx([0.0, on_hand])
    assert answer.fill_rate == pytest.approx([0.0, 1.0 - 4.5 / 8.5])


def test_backordered_base_stock_states_its_cost():
    best = base_stock_poisson(1.0, [0.5, 9.0, 400.0], 3.0, 2.0)
    short = poisson_expected_backorders(best.base_stock, 6.0)
    assert best.cost == pytest.approx(best.base_stock - 6.0 + short + np.array([0.5, 9.0, 400.0]) * short)
    assert base_stock_poisson(1.0, 9.0, 3.0, 0.0).base_stock == 0.0


def test_lost_sales_not_worth_a_unit_and_instant_supply_keep_nothing():
    assert cheapest_base_stock_lost_sales_poisson(1.0, 0.0, 3.0, 2.0).base_stock == 0.0
    assert cheapest_base_stock_lost_sales_poisson(1.0, 5.0, 3.0, 0.0).cost == 15.0
    answer = cheapest_base_stock_lost_sales_poisson(1.0, [5.0, 50.0, 500.0], 3.0, 2.0)
    assert (np.diff(answer.base_stock) > 0.0).all()
    at = base_stock_lost_sales_poisson(answer.base_stock, 6.0)
    assert answer.cost == pytest.approx(at.mean_on_hand + np.array([15.0, 150.0, 1500.0]) * (1.0 - at.fill_rate))


@pytest.mark.parametrize(("utilisation", "holding", "backorder"), [(0.8, 1.0, 9.0), (0.3, 2.0, 1.0), (0.97, 1.0, 50.0), (0.5, 1.0, 0.1)])
def test_make_to_stock_is_the_best_of_all_stocks(utilisation, holding, backorder):
    states = np.arange(4000)
    law = (1.0 - utilisation) * utilisation**states
    costs = [law @ (holding * np.maximum(s - states, 0) + backorder * np.maximum(states - s, 0)) for s in range(250)]
    answer = make_to_stock_mm1(utilisation, holding, backorder)
    assert answer.base_stock == int(np.argmin(costs))
    assert answer.cost == pytest.approx(min(costs), rel=1e-9)


def test_make_to_stock_of_equal_stocks_is_the_larger():
    """h / (h + p) = rho^3: two and three units cost the same, also where the ratio of logarithms rounds to less than 3."""
    assert make_to_stock_mm1([0.5, 0.1], 1.0, [7.0, 999.0]).base_stock.tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: base_stock_lost_sales_poisson(1.5, 1.0), "base_stock must be a whole number, got 1.5"),
        (lambda: base_stock_lost_sales_poisson(-1, 1.0), "base_stock must be a finite number of at least 0, got -1"),
        (lambda: make_to_stock_mm1(1.0, 1.0, 1.0), r"utilisation must be a fraction in \(0, 1\), got 1"),
        (lambda: base_stock_poisson(0.0, 1.0, 1.0, 1.0), "holding_cost must be a finite number above 0"),
        (lambda: cheapest_base_stock_lost_sales_poisson(1.0, -1.0, 1.0, 1.0), "lost_sale_cost must be"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

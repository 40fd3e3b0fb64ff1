"""The EOQ family beside one cycle lived through in small steps, and beside a search over every order quantity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.sizing.classic import (
    economic_production_quantity,
    eoq,
    eoq_all_units_discount,
    eoq_cost,
    eoq_incremental_discount,
    eoq_with_backorders,
)

MONEY = st.floats(0.01, 1e4)
STEPS = 100


def lived(start, first, last, length, holding, waiting=0.0):
    """Mean cost of stock that changes at a steady rate from ``first`` to ``last``, by the midpoint rule."""
    total = 0.0
    for step in range(STEPS):
        level = first + (last - first) * (step + 0.5) / STEPS
        total += (holding * level if level > 0.0 else -waiting * level) * length / STEPS
    return start + total


def valley(cost, low, high):
    """Least place of a function with one valley, by golden sections."""
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    for _ in range(200):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return 0.5 * (low + high)


@given(MONEY, MONEY, MONEY)
def test_eoq_is_the_cheapest_of_all_lots(fixed, holding, demand):
    best = eoq(fixed, holding, demand)
    plain = lambda q: lived(fixed, q, 0.0, q / demand, holding) / (q / demand)  # noqa: E731
    assert best.cost == pytest.approx(plain(best.order_quantity), rel=1e-9)
    for factor in (0.5, 0.97, 1.03, 2.0):
        assert plain(factor * best.order_quantity) > best.cost
        assert eoq_cost(factor * best.order_quantity, fixed, holding, demand) == pytest.approx(
            plain(factor * best.order_quantity), rel=1e-9
        )


@given(MONEY, MONEY, MONEY, MONEY)
def test_backorders_are_worth_what_waiting_costs(fixed, holding, waiting, demand):
    best = eoq_with_backorders(fixed, holding, waiting, demand)

    def plain(q, x):
        shelf = lived(fixed, q * (1.0 - x), 0.0, q * (1.0 - x) / demand, holding)
        return lived(shelf, 0.0, -q * x, q * x / demand, holding, waiting) / (q / demand)

    q, x = best.order_quantity, best.backordered_fraction
    assert best.cost == pytest.approx(plain(q, x), rel=1e-9)
    for factor in (0.9, 1.1):
        assert plain(factor * q, x) > best.cost
        assert plain(q, x * factor) > best.cost * (1.0 - 1e-12)
    assert best.cost <= eoq(fixed, holding, demand).cost


@given(MONEY, MONEY, MONEY, st.floats(1.01, 50.0))
def test_production_lot_is_the_cheapest(fixed, holding, demand, faster):
    made = demand * faster
    best = economic_production_quantity(fixed, holding, demand, made)

    def plain(q):
        top = q / made * (made - demand)
        rising = lived(fixed, 0.0, top, q / made, holding)
        return lived(rising, top, 0.0, top / demand, holding) / (q / demand)

    assert best.cost == pytest.approx(plain(best.order_quantity), rel=1e-9)
    assert plain(0.97 * best.order_quantity) > best.cost < plain(1.03 * best.order_quantity)


def price_list(rng):
    n_bands = int(rng.integers(1, 6))
    breakpoints = np.concatenate([[0.0], np.cumsum(rng.uniform(1.0, 400.0, n_bands - 1))])
    return breakpoints, np.sort(rng.uniform(1.0, 20.0, n_bands))[::-1]


def paid(q, breakpoints, prices, incremental):
    """What an order of q costs, unit by unit or at the price of its band."""
    if not incremental:
        return q * [price for start, price in zip(breakpoints, prices, strict=True) if start <= q][-1]
    ends = [*breakpoints[1:], math.inf]
    return sum(price * max(0.0, min(q, end) - start) for start, end, price in zip(breakpoints, ends, prices, strict=True))


@pytest.mark.parametrize("incremental", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_discounts_beside_a_search_over_every_order(incremental, seed):
    rng = np.random.default_rng(seed)
    breakpoints, prices = price_list(rng)
    fixed, rate, demand = rng.uniform(1.0, 500.0), rng.uniform(0.05, 0.5), rng.uniform(10.0, 5000.0)
    function = eoq_incremental_discount if incremental else eoq_all_units_discount
    best = function(fixed, rate, demand, breakpoints, prices)

    def plain(q):
        bought = paid(q, breakpoints, prices, incremental)
        return bought * demand / q + fixed * demand / q + rate * bought / q * q / 2.0

    grid = np.concatenate([np.geomspace(0.1, 20_000.0, 3000), breakpoints[1:]])
    costs = [plain(q) for q in grid]
    near = grid[int(np.argmin(costs))]
    least = min(min(costs), plain(valley(plain, near * 0.995, near * 1.005)))
    assert best.cost == pytest.approx(plain(best.order_quantity), rel=1e-12)
    assert best.cost <= least * (1.0 + 1e-12)
    assert best.cost == pytest.approx(least, rel=1e-7)


def test_items_with_fewer_prices_stand_beside_items_with_more():
    both = eoq_incremental_discount(
        [100.0, 100.0], 0.25, 1000.0, [[0.0, 200.0, np.inf], [0.0, 200.0, 900.0]], [[5.0, 4.0, 4.0], [5.0, 4.0, 3.0]]
    )
    alone = eoq_incremental_discount(100.0, 0.25, 1000.0, [0.0, 200.0], [5.0, 4.0])
    assert both.order_quantity[0] == alone.order_quantity
    assert both.cost[1] < both.cost[0] == alone.cost
    one_price = eoq_all_units_discount(100.0, 0.25, 1000.0, [0.0, np.inf], [5.0, 4.0])
    assert one_price.order_quantity == eoq(100.0, 1.25, 1000.0).order_quantity


def test_no_order_cost_no_lot_and_unknown_stays_unknown():
    lots = eoq([0.0, 8.0, np.nan], 0.225, [1300.0, 0.0, 1300.0])
    assert lots.order_quantity[:2].tolist() == lots.cost[:2].tolist() == [0.0, 0.0]
    assert np.isnan([lots.order_quantity[2], lots.cost[2]]).all()
    free = eoq_all_units_discount(0.0, 0.25, 1000.0, [0.0, 10.0], [2.0, 2.0])
    assert (free.order_quantity, free.cost) == (0.0, 2000.0)


def test_numbers_give_numbers_and_arrays_broadcast():
    assert isinstance(eoq(8, 0.225, 1300).cost, float)
    assert isinstance(eoq_with_backorders(8, 0.225, 5, 1300).backordered_fraction, float)
    table = eoq_with_backorders(np.ones((3, 1)), 0.2, [1.0, 2.0], 100.0)
    assert table.order_quantity.shape == table.backordered_fraction.shape == table.cost.shape == (3, 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: eoq(-1, 1, 1), "fixed_cost must be a finite number of at least 0, got -1"),
        (lambda: eoq(1, 0, 1), "holding_cost must be a finite number above 0, got 0"),
        (lambda: eoq_cost(0, 1, 1, 1), "order_quantity must be a finite number above 0"),
        (lambda: eoq_with_backorders(1, 1, 0, 1), "backorder_cost must be"),
        (lambda: economic_production_quantity(1, 1, [5, 10], 10), r"demand_rate must be below production_rate.*\(item 1 of 2\)"),
        (lambda: eoq_all_units_discount(1, 0.2, 1, [1, 5], [2, 1]), "breakpoints must start at 0"),
        (lambda: eoq_all_units_discount(1, 0.2, 1, [0, 5, 5], [3, 2, 1]), "breakpoints must rise"),
        (lambda: eoq_incremental_discount(1, 0.2, 1, [0, 5], [1, 2]), "unit_costs must not rise"),
        (lambda: eoq_incremental_discount(1, 0.2, 1, [0, 5], [3, 2, 1]), "one entry a price"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("function", [eoq_all_units_discount, eoq_incremental_discount])
@pytest.mark.parametrize("bands", [([], []), (0, 3.0), ([0, "a"], [3, 2]), ([0, 5], [3])])
def test_prices_without_a_band_are_refused_by_name(function, bands):
    with pytest.raises(ValueError, match="^breakpoints "):
        function(8, 0.2, 600, *bands)

"""Levels and what they earn beside published numbers, brute force and plain properties."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels, Reason
from justenough.estimation.exposure import Exposure
from justenough.sizing.single import DAYS_PER_YEAR, OUTCOME_FIELDS, Economics, Outcome, cheapest, order_quantity, outcome_at

NAN = float("nan")


def exposure(form, rate, variance, lead, review, *, step=1.0, idle=0.0, drift=0.0, outage=0.0, wait=0.0):
    """One item whose demand has the same mean and variance every day."""
    time = np.array([[lead, lead + review / 2, lead + review]])
    of = lambda days: (rate * days, variance * days + (drift * rate * days) ** 2, np.full((1, 3), idle))  # noqa: E731
    one = np.ones(1)
    return Exposure(*of(time), *of(time + wait), outage * one, np.array([int(form)]), step * one, rate * one, review * one, lead * one)


def economics(unit_cost=1.0, holding_rate=0.2, ordering_cost=0.0, stockout_cost=NAN, basis=StockoutBasis.NONE, **more):
    more = {"target_cycle_service": NAN, "target_fill_rate": NAN, "moq": NAN, "lot_multiple": NAN, "shelf_life_days": np.inf} | more
    return Economics(
        unit_cost=np.array([unit_cost]),
        holding_rate=np.array([holding_rate]),
        ordering_cost=np.array([ordering_cost]),
        stockout_cost=np.array([stockout_cost]),
        stockout_basis=np.array([int(basis)]),
        **{name: np.array([value]) for name, value in more.items()},
    )


def levels(reorder_point, quantity=1.0, step=1.0):
    return Levels(np.array([float(reorder_point)]), np.array([float(quantity)]), np.array([step]))


def test_snyder_shen_example_3_1_eoq():
    """K=8, h=0.225, 1300 a year: Q* = 304.05 (2nd ed., Example 3.1)."""
    demand = exposure(Form.NORMAL, 1300 / DAYS_PER_YEAR, 1.0, 5, 1, step=0.0)
    assert order_quantity(demand, economics(1.0, 0.225, 8.0))[0] == pytest.approx(304.0467800264368, rel=1e-9)
    whole = exposure(Form.NORMAL, 1300 / DAYS_PER_YEAR, 1.0, 5, 1)
    assert order_quantity(whole, economics(1.0, 0.225, 8.0))[0] == 304.0


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"moq": 400.0}, 400.0),
        ({"lot_multiple": 250.0}, 250.0),
        ({"lot_multiple": 150.0}, 300.0),
        ({"moq": 310.0, "lot_multiple": 25.0}, 325.0),
        ({"shelf_life_days": 30.0}, 98.0),
        ({"shelf_life_days": 30.0, "moq": 200.0}, 200.0),
    ],
)
def test_order_quantity_keeps_the_rules_of_orders(terms, expected):
    demand = exposure(Form.NORMAL, 1300 / DAYS_PER_YEAR, 1.0, 5, 1)
    assert order_quantity(demand, economics(1.0, 0.225, 8.0, **terms))[0] == expected


def test_orders_that_cost_nothing_come_one_at_a_time():
    assert order_quantity(exposure(Form.GAMMA, 3.0, 9.0, 5, 7), economics())[0] == 1.0


def test_snyder_shen_example_4_3_newsvendor():
    """h=0.18, p=0.70, D~N(50, 8): S* = 56.60 (2nd ed., Example 4.3); stock is charged at the period's end."""
    # A newsvendor's critical ratio as a cycle service floor.
    demand = exposure(Form.NORMAL, 50.0, 64.0, 0, 1, step=0.0)
    chosen = cheapest(demand, economics(target_cycle_service=0.70 / 0.88), np.array([1e-9]))
    assert chosen.levels.order_up_to[0] == pytest.approx(56.60, abs=0.005)
    assert Reason(int(chosen.reason[0])) is Reason.CYCLE_SERVICE_FLOOR


def test_snyder_shen_example_4_4_base_stock_cost():
    """Example 4.4: h=0.18, p=0.70 a period, N(50, 8), L=4, R=1: S* = 264.77, cost 4.4668 a period.

    The book charges the stock at the end of each period, so all three horizons are the last one.
    """
    end = exposure(Form.NORMAL, 50.0, 64.0, 4, 1, step=0.0)
    end = replace(end, mean=np.full((1, 3), 250.0), variance=np.full((1, 3), 320.0))
    money = economics(0.18 * DAYS_PER_YEAR, 1.0, stockout_cost=0.70, basis=StockoutBasis.PER_UNIT_DAY)
    chosen = cheapest(end, money, np.array([1e-9]))
    assert chosen.levels.order_up_to[0] == pytest.approx(264.76689437415484, abs=2e-3)
    assert outcome_at(end, money, chosen.levels).total_cost[0] / DAYS_PER_YEAR == pytest.approx(4.466781004149577, rel=1e-6)


def test_snyder_shen_example_4_7_poisson_newsvendor():
    """Example 4.7 without a fixed cost: h=1, p=4, Poisson(6): S* = 8, cost 3.5701."""
    end = exposure(Form.NEGATIVE_BINOMIAL, 6.0, 6.0, 0, 1)
    end = replace(end, mean=np.full((1, 3), 6.0), variance=np.full((1, 3), 6.0))
    money = economics(DAYS_PER_YEAR, 1.0, stockout_cost=4.0, basis=StockoutBasis.PER_UNIT_DAY)
    chosen = cheapest(end, money, np.ones(1))
    assert chosen.levels.order_up_to[0] == 8.0
    assert outcome_at(end, money, chosen.levels).total_cost[0] / DAYS_PER_YEAR == pytest.approx(3.5701069457709327, rel=1e-9)


def test_snyder_shen_problem_5_2_continuous_r_q():
    """Problem 5.2 (Federgruen & Zheng): h=4, p=28, K=4, Poisson 12, L=0.5: r=6, Q=7, cost 28.2413."""
    demand = exposure(Form.NEGATIVE_BINOMIAL, 12.0, 12.0, 0.5, 1e-9)
    money = economics(4.0 * DAYS_PER_YEAR, 1.0, stockout_cost=28.0, basis=StockoutBasis.PER_UNIT_DAY)
    chosen = cheapest(demand, money, np.array([7.0]))
    assert chosen.levels.reorder_point[0] == 6.0
    without_orders = outcome_at(demand, money, chosen.levels).total_cost[0] / DAYS_PER_YEAR
    assert without_orders + 4.0 * 12.0 / 7.0 == pytest.approx(28.241312842169155, rel=1e-8)


def test_chopra_meindl_fill_rate_of_a_small_lot():
    """Weekly N(2500, 500), L=2 weeks, Q=600, r=5200, continuous review: 0.7538; fill-rate-exact-rq.

    Their two-term fill rate is the share of time in stock. Ours counts units, and a normal week may
    hold negative units, so it is compared where demand cannot be negative (see the simulation).
    """
    demand = exposure(Form.NORMAL, 2500.0, 500.0**2, 2, 1e-6, step=0.0)
    assert outcome_at(demand, economics(), levels(5200, 600, 0.0)).ready_rate[0] == pytest.approx(0.753804794583613, abs=1e-6)


@pytest.mark.parametrize("form", [Form.NEGATIVE_BINOMIAL, Form.GAMMA, Form.NORMAL])
@pytest.mark.parametrize("quantity", [1, 2, 7, 40])
def test_outcome_is_its_sum_over_positions(form, quantity):
    """Each place of the position in turn, with scipy's distributions and plain sums."""
    rate, variance, lead, review, reorder = 2.0, 5.0, 6.0, 2.0, 17  # short enough for Simpson's rule
    found = outcome_at(exposure(form, rate, variance, lead, review), economics(), levels(reorder, quantity))
    places = np.arange(reorder + 1, reorder + quantity + 1)
    short = []
    for days in (lead, lead + review / 2, lead + review):
        m, v = rate * days, variance * days
        if form is Form.NEGATIVE_BINOMIAL:
            k = np.arange(0, 2000)
            mass = stats.nbinom.pmf(k, m * m / (v - m), m / v)
        else:
            k = np.linspace(-200, 1800, 400_001)
            cumulative = stats.norm.cdf(k, m, v**0.5) if form is Form.NORMAL else stats.gamma.cdf(k, m * m / v, scale=v / m)
            mass = np.diff(cumulative)
            k = 0.5 * (k[1:] + k[:-1])
        short.append(np.mean([(mass * np.maximum(k - y, 0)).sum() for y in places]))
    backorders = (short[0] + 4 * short[1] + short[2]) / 6
    assert found.fill_rate[0] == pytest.approx(1 - (short[2] - short[0]) / (rate * review), abs=2e-5)
    assert found.backorders[0] == pytest.approx(backorders, rel=2e-4, abs=1e-6)
    assert found.mean_stock[0] == pytest.approx(places.mean() - rate * (lead + review / 2) + backorders, rel=2e-5)


RANDOM_ITEM = {
    "form": st.sampled_from([form for form in Form if form is not Form.WINDOWS]),
    "rate": st.floats(0.002, 30.0),
    "ratio": st.floats(1.0, 30.0),
    "lead": st.floats(0.0, 90.0),
    "review": st.floats(1.0, 30.0),
    "outage": st.sampled_from([0.0, 0.05]),
    "quantity": st.integers(1, 200),
}


@settings(max_examples=80, deadline=None)
@given(**RANDOM_ITEM, low=st.integers(0, 400), more=st.integers(1, 100))
def test_more_stock_never_lowers_service(form, rate, ratio, lead, review, outage, quantity, low, more):
    demand = exposure(form, rate, ratio * rate, lead, review, idle=0.1, drift=0.2, outage=outage, wait=40.0)
    less, richer = (outcome_at(demand, economics(), levels(r, quantity)) for r in (low, low + more))
    scale = 1e-7 * (1 + rate * (lead + review + 40))
    assert richer.cycle_service[0] >= less.cycle_service[0] - 1e-9
    assert richer.ready_rate[0] >= less.ready_rate[0] - 1e-7
    assert richer.backorders[0] <= less.backorders[0] + scale
    assert richer.mean_stock[0] >= less.mean_stock[0] - scale


@settings(max_examples=40, deadline=None)
@given(**RANDOM_ITEM, price=st.floats(0.1, 500.0), basis=st.sampled_from(list(StockoutBasis)[1:3]))
def test_cheapest_is_the_best_of_all_whole_levels(form, rate, ratio, lead, review, outage, quantity, price, basis):
    demand = exposure(form, rate, ratio * rate, lead, review, idle=0.1, outage=outage, wait=40.0)
    money = economics(10.0, 0.2, 0.0, price, basis)
    chosen = cheapest(demand, money, np.array([float(quantity)]))
    mean = (1 - outage) * demand.mean[0, 2] + outage * demand.outage_mean[0, 2]
    best = outcome_at(demand, money, chosen.levels).total_cost[0]
    assert chosen.levels.lowest_position[0] % 1 == 0
    top = int(chosen.levels.lowest_position[0] * 1.2) + 30
    for low in np.unique(np.linspace(int(mean), top, 25).astype(int)):
        outcome = outcome_at(demand, money, levels(low - 1, quantity))
        if outcome.cycle_service[0] <= 0.999:
            assert best <= outcome.total_cost[0] * (1 + 1e-7) + 1e-7


@settings(max_examples=40, deadline=None)
@given(**RANDOM_ITEM, target=st.floats(0.5, 0.999))
def test_floors_are_met_by_the_least_level(form, rate, ratio, lead, review, outage, quantity, target):
    demand = exposure(form, rate, ratio * rate, lead, review, idle=0.1, outage=outage, wait=40.0)
    mean = (1 - outage) * demand.mean[0, 2] + outage * demand.outage_mean[0, 2]
    for name, served in (("target_cycle_service", "cycle_service"), ("target_fill_rate", "fill_rate")):
        money = economics(**{name: target})
        chosen = cheapest(demand, money, np.array([float(quantity)]))
        at = chosen.levels.reorder_point[0]
        assert getattr(outcome_at(demand, money, chosen.levels), served)[0] >= target - 1e-9
        if at > int(mean):
            assert getattr(outcome_at(demand, money, levels(at - 1, quantity)), served)[0] < target + 1e-9


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.WINDOWS])
def test_no_variance_needs_no_safety_stock(form):
    demand = exposure(form, 3.0, 0.0, 5, 7)
    chosen = cheapest(demand, economics(target_cycle_service=0.99), np.ones(1))
    assert chosen.levels.lowest_position[0] == 36.0


def test_divisible_items_get_divisible_levels():
    demand = exposure(Form.GAMMA, 2.5, 4.0, 3, 7, step=0.0)
    chosen = cheapest(demand, economics(target_cycle_service=0.95), np.array([10.0]))
    assert chosen.levels.reorder_point[0] == pytest.approx(stats.gamma.ppf(0.95, 25.0**2 / 40.0, scale=40.0 / 25.0), rel=1e-6)


def test_line_down_money_buys_what_per_unit_money_does_not():
    demand = exposure(Form.NEGATIVE_BINOMIAL, 0.05, 0.06, 60, 7)
    cheap = cheapest(demand, economics(100.0, 0.2, 0.0, 1.0, StockoutBasis.PER_UNIT), np.ones(1))
    dear = cheapest(demand, economics(100.0, 0.2, 0.0, 5000.0, StockoutBasis.PER_LINE_HOUR), np.ones(1))
    assert dear.levels.reorder_point[0] > cheap.levels.reorder_point[0] + 3
    assert cheap.levels.lowest_position[0] == 3.0  # the JIT end: mean exposure 3.35, rounded down


@pytest.mark.parametrize(
    ("rate", "quantity", "orders"), [(0.02, 1, 52.1786 * -np.expm1(-0.14)), (30.0, 1, 52.1786), (30.0, 1000, 0.21 * 52.1786)]
)
def test_a_shelf_that_is_always_empty_fails_once_an_order(rate, quantity, orders):
    """Order to order: 0.02 a day reviewed each week is wanted in 1 - exp(-0.14) of the weeks, and each time in vain."""
    demand = exposure(Form.NEGATIVE_BINOMIAL, rate, rate, 5000.0, 7.0)
    outcome = outcome_at(demand, economics(ordering_cost=1.0), levels(-2000, quantity))
    assert outcome.ordering_cost[0] == pytest.approx(orders, rel=1e-4)
    assert outcome.occasions[0] == pytest.approx(orders, rel=1e-4)
    assert outcome.fill_rate[0] == pytest.approx(0.0, abs=1e-9)


def test_dear_occasions_are_not_saved_by_never_having_stock():
    """A part wanted four times a year, 1,000 an occasion, 100 apiece: hold some, do not order each to order."""
    demand = exposure(Form.NEGATIVE_BINOMIAL, 4 / DAYS_PER_YEAR, 4 / DAYS_PER_YEAR, 300.0, 7.0)
    money = economics(100.0, 0.2, 0.0, 1000.0, StockoutBasis.PER_OCCASION)
    chosen = cheapest(demand, money, np.ones(1))
    costs = [outcome_at(demand, money, levels(low - 1)).total_cost[0] for low in range(20)]
    assert (np.diff(costs)[:6] < 0).all()  # from nothing on the shelf each unit more saves money
    assert chosen.levels.lowest_position[0] == np.argmin(costs) > 6


def test_shelf_life_caps_the_level_and_says_so():
    demand = exposure(Form.GAMMA, 1.0, 30.0, 10, 7)
    free = cheapest(demand, economics(target_cycle_service=0.99), np.ones(1))
    capped = cheapest(demand, economics(target_cycle_service=0.99, shelf_life_days=20.0), np.ones(1))
    assert Reason(int(capped.reason[0])).label == "shelf life"
    assert capped.levels.order_up_to[0] == 30.0 < free.levels.order_up_to[0]


def test_unknown_exposure_stays_unknown():
    demand = exposure(Form.GAMMA, NAN, NAN, 10, 7)
    assert np.isnan(order_quantity(demand, economics())[0])
    chosen = cheapest(demand, economics(), np.ones(1))
    assert np.isnan(chosen.levels.reorder_point[0])
    outcome = outcome_at(demand, economics(), levels(3))
    assert all(np.isnan(getattr(outcome, name)[0]) for name in OUTCOME_FIELDS)


def test_unknown_unit_cost_leaves_floors_and_service():
    demand = exposure(Form.GAMMA, 2.0, 8.0, 10, 7)
    chosen = cheapest(demand, economics(unit_cost=NAN, target_cycle_service=0.95), np.ones(1))
    outcome = outcome_at(demand, economics(unit_cost=NAN), chosen.levels)
    assert outcome.cycle_service[0] >= 0.95
    assert np.isnan(outcome.total_cost[0])


def test_an_item_nobody_wants_is_served_for_nothing():
    outcome = outcome_at(exposure(Form.GAMMA, 0.0, 0.0, 10, 7), economics(), levels(-1))
    assert (outcome.fill_rate[0], outcome.cycle_service[0], outcome.mean_stock[0]) == (1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("terms", "expected"), [({}, 1.0), ({"shelf_life_days": NAN}, 1.0), ({"shelf_life_days": 30.0}, 1.0), ({"moq": 4.0}, 4.0)]
)
def test_an_item_nobody_wants_is_ordered_in_the_least_lot(terms, expected):
    assert order_quantity(exposure(Form.GAMMA, 0.0, 0.0, 10, 7), economics(ordering_cost=8.0, **terms))[0] == expected


def test_a_target_of_one_is_refused():
    with pytest.raises(ValueError, match="target_fill_rate must be in \\(0, 1\\), got 1.0: no finite stock reaches 1"):
        economics(target_fill_rate=1.0)


def test_outcome_columns_are_the_kernels():
    assert OUTCOME_FIELDS[0] == "cycle_service"
    assert OUTCOME_FIELDS[-1] == "total_cost"
    assert len(Outcome.__slots__) == len(OUTCOME_FIELDS) == 11


@pytest.mark.parametrize(("lots_of_eoq", "lots"), [(1.41, 1), (1.42, 2), (1.49, 2), (2.44, 2), (2.46, 3)])
def test_an_eoq_between_two_lots_takes_the_cheaper_not_the_nearer(lots_of_eoq, lots):
    """Ordering and holding of k and k + 1 lots cost the same at sqrt(k (k + 1)): 1.414 and 2.449, not the middle."""
    lot, yearly, holding = 10.0, 10.0 * DAYS_PER_YEAR, 0.25 * 4.0
    ordering = (lots_of_eoq * lot) ** 2 * holding / (2.0 * yearly)
    money = economics(4.0, 0.25, ordering, lot_multiple=lot)
    found = order_quantity(exposure(Form.GAMMA, 10.0, 10.0, 5.0, 7.0), money)[0]
    assert found == lots * lot
    costs = [yearly / (k * lot) * ordering + k * lot / 2.0 * holding for k in range(1, 6)]
    assert found == (1 + int(np.argmin(costs))) * lot

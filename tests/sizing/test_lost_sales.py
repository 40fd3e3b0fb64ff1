"""Levels without waiting customers beside lives lived, a chain solved by equations, and Erlang's formula."""

import numpy as np
import pytest
from invented_items import assert_only_chance, items, money
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, live_drawn
from justenough.simulation.supply import Supply
from justenough.sizing.classic import base_stock_lost_sales_poisson
from justenough.sizing.lost_sales import lost_sales_outcome
from justenough.sizing.single import DAYS_PER_YEAR


def invented(seed, n, lead, review, cover, lots, lumps=(1.0, 5.0)):
    """Exposure, daily variance and levels of slow and fast movers, days independent."""
    rng = np.random.default_rng(seed)
    mean = 10.0 ** rng.uniform(-0.5, 1.1, n)
    variance = mean * rng.uniform(*lumps, n)
    lead, review = (rng.integers(*span, n).astype(float) for span in (lead, review))
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, variance, lead, review)
    reorder = np.ceil(mean * (lead + review) * rng.uniform(*cover, n))
    return exposure, variance, Levels(reorder, np.ceil(mean * review * rng.uniform(*lots, n)), np.ones(n))


def lived(exposure, variance, levels, lives=40):
    n = len(variance)
    none = np.zeros(n)
    supply = Supply(exposure.lead_days, none, none, none, none, none, none, none)
    futures = Futures(exposure.form, exposure.rate[:, None], variance[:, None], none, none)
    names = [f"ITEM-{k}" for k in range(n)]
    rules = Rules(lost_sales=True)
    return live_drawn(names, levels, futures, supply, exposure.review_days, days=3000, lives=lives, rules=rules, warm_up_days=200, seed=2)


@pytest.mark.parametrize("case", ["within a review", "one large order"])
def test_the_chain_is_what_lives_live(case):
    """
    200 items whose orders are under way one at a time, 30 lives of eight years: gaps over their errors are standard normal.

    Stock over a phase is Simpson's mean of three moments, within 2 % of the lived.
    """
    spans = ((0, 5), (5, 9), (0.3, 1.2), (0.2, 4.0)) if case == "within a review" else ((0, 12), (1, 8), (0.3, 1.0), (13.0, 14.0))
    exposure, variance, levels = invented(6, 200, *spans)
    small = levels.order_up_to < 400
    stated, found = lost_sales_outcome(exposure, money(200), levels), lived(exposure, variance, levels, lives=30)
    assert small.sum() >= 160
    assert stated.exact[small].all()
    for name in ("fill_rate", "orders"):
        assert_only_chance(getattr(stated, name)[small], getattr(found, name)[small], found.error_of(name)[small], 30, name)
    apart = np.abs(stated.mean_stock - found.mean_stock)
    assert (apart < 4.5 * found.error_of("mean_stock") + 0.02 * stated.mean_stock)[small].all()


def test_several_orders_under_way_are_near():
    """200 items: within 2 points of fill rate where more than 95 % is served, 5 anywhere; stock within a tenth."""
    exposure, variance, levels = invented(9, 200, (5, 15), (1, 4), (0.5, 1.6), (0.3, 4.0))
    levels = Levels(levels.reorder_point, np.minimum(levels.order_quantity, levels.reorder_point), levels.step)
    stated, found = lost_sales_outcome(exposure, money(200), levels), lived(exposure, variance, levels, lives=10)
    assert not stated.exact.any()
    apart, good = np.abs(stated.fill_rate - found.fill_rate), found.fill_rate >= 0.95
    assert good.sum() > 40
    assert apart[good].max() < 0.02
    assert apart.max() < 0.05
    assert np.sqrt(np.mean(np.square(apart))) < 0.015
    assert np.abs(stated.mean_stock / found.mean_stock - 1.0)[good].max() < 0.1
    assert np.abs(stated.orders / found.orders - 1.0)[good].max() < 0.08


@pytest.mark.parametrize(("lumps", "cover", "least"), [((1.0, 5.0), (0.8, 1.5), 151), ((5.0, 12.0), (0.8, 2.5), 150)])
def test_stocks_filled_up_by_many_orders_under_way_are_near(lumps, cover, least):
    """200 items ordered up to a level each review, a dozen orders out; lumpy ones were told 1.5 points too much."""
    exposure, variance, levels = invented(12, 200, (8, 30), (1, 4), cover, (0.1, 0.2), lumps)
    levels = Levels(levels.reorder_point, np.ones(200), levels.step)
    stated, found = lost_sales_outcome(exposure, money(200), levels), lived(exposure, variance, levels, lives=30)
    assert not stated.exact.any()
    apart, good = stated.fill_rate - found.fill_rate, found.fill_rate >= 0.8
    assert good.sum() >= least
    beyond = np.abs(apart) - 5.0 * found.error_of("fill_rate")
    assert beyond[good].max() < 0.004
    assert beyond.max() < 0.01
    assert abs(apart.mean()) < 0.002
    assert np.sqrt(np.mean(np.square(apart[found.fill_rate >= 0.95]))) < 0.003
    assert np.sqrt(np.mean(np.square(stated.mean_stock / found.mean_stock - 1.0)[good])) < 0.02
    assert np.sqrt(np.mean(np.square(stated.orders / found.orders - 1.0)[good])) < 0.012


def test_large_stocks_with_one_order_under_way_are_near():
    """120 items of 400 units and more, lots of a twentieth of what a review sells to three times as much; divisible ones are the same."""
    exposure, variance, levels = invented(14, 120, (1, 4), (5, 10), (0.5, 1.4), (0.05, 3.0), (1.0, 8.0))
    exposure, variance = (
        items(Form.NEGATIVE_BINOMIAL, 60.0 * exposure.rate, 60.0 * variance, exposure.lead_days, exposure.review_days),
        60.0 * variance,
    )
    levels = Levels(60.0 * levels.reorder_point, np.ceil(60.0 * levels.order_quantity), levels.step)
    large = levels.order_up_to >= 400
    stated, found = lost_sales_outcome(exposure, money(120), levels), lived(exposure, variance, levels, lives=10)
    apart = np.abs(stated.fill_rate - found.fill_rate)[large]
    assert large.sum() > 80
    assert (apart - 5.0 * found.error_of("fill_rate")[large]).max() < 0.002
    assert np.sqrt(np.mean(np.square(apart))) < 0.0015
    assert np.sqrt(np.mean(np.square(stated.mean_stock / found.mean_stock - 1.0)[large])) < 0.01
    assert np.sqrt(np.mean(np.square(stated.orders / found.orders - 1.0)[large])) < 0.005


def shelf_chain(low, lot, mean):
    """Fill rate and mean end stock of (r, nQ) without lead time, its chain solved by equations."""
    top = low + lot
    step = np.zeros((top + 1, top + 1))
    sold = np.zeros(top + 1)
    for i in range(top + 1):
        on_hand = i + (((low - i) // lot + 1) * lot if i <= low else 0)
        for left in range(1, on_hand + 1):
            step[i, left] = stats.poisson.pmf(on_hand - left, mean)
        step[i, 0] = stats.poisson.sf(on_hand - 1, mean)
        sold[i] = on_hand - step[i] @ np.arange(top + 1)
    law = np.linalg.lstsq(np.vstack([step.T - np.eye(top + 1), np.ones(top + 1)]), np.append(np.zeros(top + 1), 1.0), rcond=None)[0]
    return law @ sold / mean


@pytest.mark.parametrize(("low", "lot"), [(0, 1), (3, 4), (6, 1), (2, 9)])
def test_without_lead_time_the_chain_is_solved_by_equations(low, lot):
    exposure = items(Form.NEGATIVE_BINOMIAL, [1.5], 1.5, 0.0, 2.0)
    stated = lost_sales_outcome(exposure, money(1), Levels(np.array([float(low)]), np.array([float(lot)]), np.ones(1)))
    assert stated.exact[0]
    assert stated.fill_rate[0] == pytest.approx(shelf_chain(low, lot, 3.0), rel=1e-9)
    assert stated.units_lost[0] == pytest.approx((1.0 - stated.fill_rate[0]) * 1.5 * DAYS_PER_YEAR)


@pytest.mark.parametrize("stock", [1, 4, 10])
def test_poisson_demand_watched_all_the_time_is_near_erlangs(stock):
    exposure = items(Form.NEGATIVE_BINOMIAL, [1.0], 1.0, 5.0, 1e-5)
    stated = lost_sales_outcome(exposure, money(1), Levels(np.array([stock - 1.0]), np.ones(1), np.ones(1)))
    erlang = base_stock_lost_sales_poisson(stock, 5.0)
    assert stated.fill_rate[0] == pytest.approx(erlang.fill_rate, abs=0.04)
    assert stated.mean_stock[0] == pytest.approx(erlang.mean_on_hand, abs=0.3)


def test_nothing_held_sells_nothing_and_nobody_asked_loses_nothing():
    exposure = items(Form.NEGATIVE_BINOMIAL, [2.0, 0.0, np.nan], 3.0, 9.0, 1.0)
    stated = lost_sales_outcome(exposure, money(3), Levels(np.array([-5.0, 3.0, 3.0]), np.array([2.0, 4.0, 4.0]), np.ones(3)))
    assert stated.fill_rate[:2].tolist() == [0.0, 1.0]
    assert stated.units_lost[0] == pytest.approx(2.0 * DAYS_PER_YEAR)
    assert stated.mean_stock[1] == 7.0
    assert np.isnan(stated.fill_rate[2])


def test_more_stock_never_serves_less():
    exposure = items(Form.NEGATIVE_BINOMIAL, np.full(40, 2.0), 6.0, 4.0, 5.0)
    fill = lost_sales_outcome(exposure, money(40), Levels(np.arange(40.0), np.full(40, 7.0), np.ones(40))).fill_rate
    assert (np.diff(fill) >= -1e-12).all()
    assert fill[-1] > 0.998

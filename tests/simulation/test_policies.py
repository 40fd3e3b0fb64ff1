"""Living a policy against calculating it, and what living must keep."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.domain.ragged import Ragged
from justenough.estimation.exposure import Exposure
from justenough.simulation.draws import drawn
from justenough.simulation.policies import Supply, live
from justenough.sizing.single import Economics, outcome_at

PERIODS = 40_000


def invented(n, seed):
    """Items with independent days: form, mean, variance, lead time, review and levels at random."""
    random = np.random.default_rng(seed)
    form = np.arange(n) % 4
    mean = np.exp(random.uniform(-0.5, 2.5, n))
    variance = mean * np.exp(random.uniform(0.3, 1.2, n))
    variance = np.where(form == Form.NORMAL, np.square(0.2 * mean), variance)
    zero = form == Form.ZERO_GAMMA
    idle = np.where(zero, 0.4 * variance / (variance + mean**2), 0.0)
    # A sum of zero-gamma days is no zero-gamma: one day exposed.
    lead = np.where(zero, 0, random.integers(0, 15, n)).astype(float)
    review = np.where(zero, 1, random.integers(1, 8, n)).astype(float)
    days = np.stack([lead, lead + review / 2, lead + review], axis=1)
    step = np.where(form == Form.NEGATIVE_BINOMIAL, 1.0, 0.0)
    blank = np.zeros((n, 3))
    spread = np.where(zero[:, None], np.column_stack([np.ones(n), np.sqrt(idle), idle]), 0.0)
    exposure = Exposure(
        mean[:, None] * days, variance[:, None] * days, spread, blank, blank, blank, np.zeros(n), form, step, mean, review, lead
    )
    quantity = np.where(np.arange(n) % 3 == 0, 1.0, random.integers(2, 60, n))
    low = np.round(exposure.mean[:, 2] + random.uniform(-0.3, 2.0, n) * np.sqrt(exposure.variance[:, 2]))
    return [f"I{i}" for i in range(n)], exposure, variance, idle, Levels(low - step, quantity, step)


@pytest.fixture(scope="module")
def both():
    items, exposure, variance, idle, levels = invented(48, 0)
    n = len(items)
    nothing = np.full(n, np.nan)
    economics = Economics(
        np.ones(n), np.ones(n), np.ones(n), nothing, np.zeros(n, np.int64), nothing, nothing, nothing, nothing, np.full(n, np.inf)
    )
    calculated = outcome_at(exposure, economics, levels)
    runs = []
    for seed in range(6):
        demand = drawn(items, exposure.form, exposure.rate, variance, idle, periods=PERIODS, seed=seed)
        supply = Supply.constant(exposure.lead_days)
        runs.append(live(items, levels, demand, supply, exposure.review_days, period_days=1.0, warm_up_days=200.0, seed=seed))
    return exposure, calculated, runs


def within(calculated, runs, slack, items=slice(None)):
    """All items within four standard errors of six runs (t on 5 degrees, 48 items) and a stated slack."""
    seen = np.stack(runs)[:, items]
    error = seen.std(axis=0, ddof=1) / np.sqrt(len(runs))
    gap = np.abs(seen.mean(axis=0) - calculated[items])
    assert (gap <= 6.0 * error + slack).all(), (gap - 6.0 * error - slack).max()


def test_cycle_service_is_the_windows_covered(both):
    within(both[1].cycle_service, [run.cycle_service for run in both[2]], 1e-3)


def test_fill_rate_lived(both):
    positive = both[0].form != Form.NORMAL
    within(both[1].fill_rate, [run.fill_rate for run in both[2]], 2e-3, positive)
    # Days of a normal may be negative; at a coefficient of 0.2 that does not show.
    within(both[1].fill_rate, [run.fill_rate for run in both[2]], 3e-3, ~positive)


@pytest.mark.parametrize("measure", ["mean_stock", "mean_backorders"])
def test_stock_and_backorders_lived(both, measure):
    """Slack of Simpson's rule over three horizons: 1 % of the demand of an exposed time."""
    exposure, calculated, runs = both
    expected = calculated.mean_stock if measure == "mean_stock" else calculated.backorders
    whole = exposure.form != Form.ZERO_GAMMA  # its half day is not a zero-gamma either
    within(expected / exposure.mean[:, 2], [getattr(run, measure) / exposure.mean[:, 2] for run in runs], 0.01, whole)


def test_ready_rate_and_occasions_lived(both):
    exposure, calculated, runs = both
    whole = exposure.form != Form.ZERO_GAMMA
    within(calculated.ready_rate, [run.ready_rate for run in runs], 0.02, whole)
    reviews = exposure.review_days / 365.25
    within(calculated.occasions * reviews, [run.occasions * reviews for run in runs], 0.015, whole)


def test_orders_lived(both):
    exposure, calculated, runs = both
    within(calculated.ordering_cost * exposure.review_days, [run.orders * exposure.review_days for run in runs], 1.5)


def test_erlang_loss_of_a_base_stock_of_10():
    """Lost sales, Poisson 5 in a lead time, S=10: 98.16 % served; erlang-lost-sales-10-5, whatever the lead times.

    Erlang reviews at every demand; here 50 slots make a mean lead time, which costs up to half a point.
    """
    one = np.ones(1)
    demand = drawn(["A"], np.array([Form.NEGATIVE_BINOMIAL]), 0.1 * one, 0.1 * one, 0 * one, periods=400_000, seed=1)
    for sd in (0.0, 25.0):
        supply = Supply(50.0 * one, sd * one, 0 * one, 0 * one, 0 * one)
        lived = live(["A"], Levels(9 * one, one, one), demand, supply, one, period_days=1.0, lost_sales=True)
        assert lived.fill_rate[0] == pytest.approx(0.9816154296633519, abs=0.004)


def test_outages_and_late_orders_cost_service():
    items, exposure, variance, idle, levels = invented(24, 3)
    demand = drawn(items, exposure.form, exposure.rate, variance, idle, periods=3000, seed=2)
    calm = Supply.constant(exposure.lead_days)
    n = len(items)
    rough = Supply(exposure.lead_days, np.zeros(n), np.full(n, 0.2), np.full(n, 30.0), np.full(n, 10.0))
    before, after = (live(items, levels, demand, each, exposure.review_days, period_days=1.0) for each in (calm, rough))
    assert (after.cycle_service <= before.cycle_service + 1e-12).all()
    assert after.fill_rate.mean() < before.fill_rate.mean() - 0.02


def test_an_item_lives_the_same_wherever_it_lies():
    items, exposure, variance, idle, levels = invented(12, 4)
    supply = Supply(exposure.lead_days, np.full(12, 2.0), np.full(12, 0.1), np.full(12, 5.0), np.full(12, 5.0))
    demand = drawn(items, exposure.form, exposure.rate, variance, idle, periods=500, seed=9)
    whole = live(items, levels, demand, supply, exposure.review_days, period_days=7.0, lives=3, seed=5)
    order = np.arange(12)[::-1]
    turned = [items[i] for i in order]
    again = drawn(turned, exposure.form[order], exposure.rate[order], variance[order], idle[order], periods=500, seed=9)
    back = live(
        turned,
        Levels(levels.reorder_point[order], levels.order_quantity[order], levels.step[order]),
        again,
        Supply(*(getattr(supply, name)[order] for name in Supply.__slots__)),
        exposure.review_days[order],
        period_days=7.0,
        lives=3,
        seed=5,
    )
    for name in ("windows_covered", "units_short", "mean_stock", "orders"):
        np.testing.assert_array_equal(getattr(back, name)[::-1], getattr(whole, name))
    other = live(items, levels, demand, supply, exposure.review_days, period_days=7.0, lives=3, seed=6)
    assert (other.mean_stock != whole.mean_stock).any()


def test_orders_that_keep_their_turn_arrive_no_sooner():
    one = np.ones(1)
    demand = drawn(["A"], np.array([Form.NEGATIVE_BINOMIAL]), one, one, 0 * one, periods=20_000, seed=1)
    supply = Supply(20.0 * one, 15.0 * one, 0 * one, 0 * one, 0 * one)
    free, queued = (
        live(["A"], Levels(27 * one, one, one), demand, supply, one, period_days=1.0, crossing=crossing) for crossing in (True, False)
    )
    assert queued.fill_rate[0] < free.fill_rate[0]


def test_a_months_demand_is_laid_on_days_and_none_is_lost():
    demand = Ragged.of([[30.0, 31.0, 29.0, 90.0] * 3, [0.0, 0.0, 5.0, 0.0] * 3, []])
    one = np.ones(3)
    levels = Levels(40 * one, one, one)
    lived = live(["A", "B", "C"], levels, demand, Supply.constant(10 * one), 7 * one, period_days=30.4375)
    np.testing.assert_array_equal(lived.units, [540.0, 15.0, 0.0])
    assert lived.days[0] == pytest.approx(12 * 30.4375)
    assert np.isnan(lived.mean_stock[2])
    assert np.isnan(lived.fill_rate[2])
    assert lived.cycle_service[1] == 1.0


def test_series_must_match_items():
    with pytest.raises(ValueError, match="demand must have one series for each of the 2 items, got 1"):
        live(["A", "B"], Levels(*np.ones((3, 2))), Ragged.of([[1.0]]), Supply.constant(np.ones(2)), np.ones(2), period_days=1.0)

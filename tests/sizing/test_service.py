"""Service beside numerical integration, beside demand lived through at random, and beside its own inverse."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import integrate

from justenough.sizing.classic import (
    cycle_service_and_fill_rate_normal,
    fill_rate_normal,
    reorder_point_for_fill_rate_normal,
    safety_stock_for_fill_rate_normal,
    safety_stock_normal_random_lead_time,
)


def test_random_lead_times_have_the_two_moments_of_their_mixture():
    """Lead times of 4 or 10 days, equally likely: mean 7, sd 3; the mixture's variance by its second moment."""
    mean, sd = 20.0, 6.0
    second = np.mean([sd**2 * lead + (mean * lead) ** 2 for lead in (4, 10)])
    answer = safety_stock_normal_random_lead_time(mean, sd, 7.0, 3.0, 0.95)
    assert answer.lead_time_demand_sd == pytest.approx(math.sqrt(second - (mean * 7.0) ** 2), rel=1e-12)
    assert answer.safety_stock == pytest.approx(answer.lead_time_demand_sd * NormalDist().inv_cdf(0.95), rel=1e-12)


def test_service_by_integration():
    rng = np.random.default_rng(2)
    for _ in range(10):
        mean, sd, lead, lot = rng.uniform(1, 50), rng.uniform(1, 30), rng.uniform(0.1, 5), rng.uniform(1, 300)
        demand = NormalDist(mean * lead, sd * math.sqrt(lead))
        r = demand.mean + rng.uniform(-2, 3) * demand.stdev
        late = integrate.quad(lambda x: (x - r) * demand.pdf(x), r, max(r, demand.mean) + 12 * demand.stdev, epsabs=1e-12)[0]
        empty = integrate.quad(lambda y: 1.0 - demand.cdf(y), r, r + lot, epsabs=1e-12, limit=200)[0]
        one = cycle_service_and_fill_rate_normal(mean, sd, lead, lot, r)
        assert one.cycle_service_level == pytest.approx(demand.cdf(r), rel=1e-12)
        assert one.expected_short == pytest.approx(late, rel=1e-7)
        assert one.fill_rate == pytest.approx(1.0 - late / lot, rel=1e-7)
        assert fill_rate_normal(mean, sd, lead, lot, r) == pytest.approx(1.0 - empty / lot, rel=1e-8)


def test_the_exact_fill_rate_is_what_customers_get():
    """Poisson customers of rate 400, near the normal with sd 20: right within 1 point; the one-term formula says 15 points less."""
    rng = np.random.default_rng(12)
    lot, lead, r, rate = 20, 1.0, 390, 400.0
    times = np.cumsum(rng.exponential(1.0 / rate, 3_000_000))
    orders = times[lot - 1 :: lot] + lead  # the position is back at r + lot after each
    arrived = np.searchsorted(orders, times, side="right") * lot
    on_hand_before = r + lot + arrived - np.arange(len(times))
    share = (on_hand_before[5000:] > 0).mean()
    assert fill_rate_normal(rate, 20.0, lead, lot, r) == pytest.approx(share, abs=0.01)
    assert cycle_service_and_fill_rate_normal(rate, 20.0, lead, lot, r).fill_rate < share - 0.15


@pytest.mark.parametrize("target", [1e-6, 0.3, 0.9, 0.975, 0.9999, 1.0 - 1e-12])
@pytest.mark.parametrize("lot", [1e-3, 1.0, 600.0, 1e7])
def test_targets_are_met_exactly(target, lot):
    reserve = safety_stock_for_fill_rate_normal(2500, 500, 2, lot, target)
    one = cycle_service_and_fill_rate_normal(2500, 500, 2, lot, 5000 + reserve)
    assert one.expected_short == pytest.approx((1.0 - target) * lot, rel=1e-8, abs=1e-13 * abs(reserve))
    point = reorder_point_for_fill_rate_normal(2500, 500, 2, lot, target)
    assert 1.0 - fill_rate_normal(2500, 500, 2, lot, point) == pytest.approx(1.0 - target, rel=1e-3, abs=1e-9)
    assert point <= 5000 + reserve + 1e-6 * lot  # what is short twice is counted twice by the one-term formula


def test_known_demand_needs_no_chance():
    answer = cycle_service_and_fill_rate_normal(10.0, 0.0, 3.0, 20.0, [25.0, 30.0])
    assert answer.cycle_service_level.tolist() == [0.0, 1.0]
    assert answer.expected_short.tolist() == [5.0, 0.0]
    assert fill_rate_normal(10.0, 0.0, 3.0, 20.0, [25.0, 30.0, 5.0]).tolist() == [0.75, 1.0, 0.0]
    assert safety_stock_for_fill_rate_normal(10.0, 0.0, 3.0, 20.0, 0.9) == pytest.approx(-2.0)
    assert reorder_point_for_fill_rate_normal(10.0, 0.0, 3.0, 20.0, 0.9) == pytest.approx(28.0)


def test_unknown_items_stop_nobody():
    points = reorder_point_for_fill_rate_normal([10.0, math.nan], 2.0, 3.0, 20.0, 0.9)
    assert np.isnan(points).tolist() == [False, True]
    assert np.isnan(safety_stock_for_fill_rate_normal(10.0, [math.nan, 1.0], 3.0, 20.0, 0.9)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: safety_stock_for_fill_rate_normal(1, 1, 1, 1, 1.0), r"fill_rate must be a fraction in \(0, 1\), got 1"),
        (lambda: fill_rate_normal(1, 1, 1, 0.0, 1), "order_quantity must be a finite number above 0, got 0"),
        (lambda: safety_stock_normal_random_lead_time(1, -1, 1, 1, 0.9), "demand_sd must be a finite number of at least 0, got -1"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""Lane rates: the truth as often as they say, each lane's own record heard, and one lane as before."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, gamma, nbinom

from justenough.estimation.lane_rates import lane_rates
from justenough.estimation.pooling import pooled_rates


def _drawn(seed, lanes=40, each=12, within=2.0, between=1.5, rate=1 / 900.0):
    random = np.random.default_rng(seed)
    lane = np.repeat(np.arange(lanes), each)
    true = rate * random.gamma(between, 1 / between, lanes)[lane] * random.gamma(within, 1 / within, lanes * each)
    days = random.uniform(200.0, 4_000.0, lanes * each)
    return random.poisson(true * days).astype(float), days, lane, true


def test_bounds_hold_the_truth_of_suppliers_in_lanes_that_differ():
    """480 suppliers drawn as the model says: what is beyond the 95 % point is beyond it one time in twenty."""
    events, days, lane, true = _drawn(3)
    found = lane_rates(events, days, lane)
    for level in (0.05, 0.5, 0.95):
        below = int((true <= found.quantile(level)).sum())
        assert binomtest(below, len(true), level).pvalue > 1e-3
    assert found.mean.mean() == pytest.approx(true.mean(), rel=0.1)


def test_quiet_neighbours_speak_for_a_supplier_and_restless_ones_against_it():
    """One year without an outage each: beside five quiet decades, beside five outages, and in a lane of its own."""
    days = np.array([365.0] + [3650.0] * 5 + [365.0] + [3650.0] * 5 + [365.0])
    events = np.array([0.0] * 7 + [5.0] * 5 + [0.0])
    rate = lane_rates(events, days, np.array([0] * 6 + [1] * 6 + [2])).mean * 365.0
    assert rate[0] < 0.03
    assert rate[0] < rate[12] < rate[6]
    alone = pooled_rates(events, days).mean * 365.0
    assert rate[0] < alone[0] < rate[6]


def test_the_posterior_is_that_of_drawing_lanes_and_suppliers():
    """Importance sampling of the same model (its rates drawn, its counts weighed) gives the same mean and upper bound."""
    events, days, lane = np.array([0.0, 1.0, 0.0, 4.0, 2.0]), np.array([900.0, 1500.0, 400.0, 1200.0, 2000.0]), np.array([0, 0, 0, 1, 1])
    found = lane_rates(events, days, lane)
    # What the model took for the shapes and the plant's rate shows in the prior of a supplier unseen.
    random = np.random.default_rng(1)
    n, shape, rate = 200_000, None, found.prior_events / found.prior_days
    # prior_events = 1 / (1/w + 1/b + 1/(w b)) for equal shapes w = b: the data here say little of either.
    shape = (1.0 + np.sqrt(1.0 + 1.0 / found.prior_events)) * found.prior_events
    lanes = rate * random.gamma(shape, 1 / shape, n)
    weight = np.prod([nbinom.pmf(k, shape, 1.0 / (1.0 + t * lanes / shape)) for k, t in zip(events[:3], days[:3], strict=True)], axis=0)
    own = gamma.rvs(shape + 0.0, scale=1.0 / (shape / lanes + 400.0), random_state=random)
    mean = np.average(own, weights=weight)
    order = np.argsort(own)
    upper = own[order][np.searchsorted(np.cumsum(weight[order]) / weight.sum(), 0.95)]
    assert found.mean[2] == pytest.approx(mean, rel=0.1)
    assert found.quantile(0.95)[2] == pytest.approx(upper, rel=0.12)


def test_one_lane_is_pooled_as_ever_and_nothing_seen_is_not_nothing_possible():
    events, days, *_ = _drawn(4, lanes=1, each=9)
    ours, plain = lane_rates(events, days, np.zeros(9, int)), pooled_rates(events, days)
    np.testing.assert_array_equal(ours.events, plain.events)
    np.testing.assert_array_equal(ours.days, plain.days)
    quiet = lane_rates(np.zeros(9), days, np.arange(9))
    assert (quiet.mean > 0.0).all()

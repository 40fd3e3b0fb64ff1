"""The power law: bounds that cover at their level; the figures themselves stand in tests/published."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from justenough.domain.ragged import Ragged
from justenough.estimation.growth import power_law_of
from justenough.estimation.trends import Watch


def processes(rng, machines, beta, mean, *, failures=0):
    """Power law processes: of so many failures, or until ``mean`` of them are expected."""
    rows = [np.cumsum(rng.exponential(1.0, 4 * mean + 40)) for _ in range(machines)]
    rows = [(row[:failures] if failures else row[row < mean]) ** (1.0 / beta) for row in rows]
    end = np.array([row[-1] if failures else mean ** (1.0 / beta) for row in rows])
    return Watch(Ragged.of(rows), end, np.full(machines, bool(failures)))


@pytest.mark.parametrize("beta", [0.6, 1.8])
def test_bounds_of_a_watch_that_ends_with_a_failure_are_exact(beta):
    """3,000 processes of 12 failures; the present intensity is beta times the expected failures over time."""
    machines, n = 3000, 12
    watch = processes(np.random.default_rng(1), machines, beta, n, failures=n)
    found = power_law_of(watch, confidence=0.9)
    now = watch.end / (beta * watch.end**beta)
    for low, truth, high in ((found.beta_lower, beta, found.beta_upper), (found.mtbf_lower, now, found.mtbf_upper)):
        covered = int(((low <= truth) & (truth <= high)).sum())
        assert stats.binomtest(covered, machines, 0.9).pvalue > 0.005


def test_bounds_of_a_watch_that_ends_by_the_clock_are_near_their_level():
    machines, mean, beta = 3000, 20, 0.7
    watch = processes(np.random.default_rng(2), machines, beta, mean)
    found = power_law_of(watch, confidence=0.9)
    now = watch.end / (beta * mean)
    covered = int(((found.beta_lower <= beta) & (beta <= found.beta_upper)).sum())
    assert stats.binomtest(covered, machines, 0.9).pvalue > 0.005
    assert 0.88 < ((found.mtbf_lower <= now) & (now <= found.mtbf_upper)).mean() < 0.93


def test_the_fit_is_the_top_of_the_likelihood():
    """ln L = sum ln(lambda beta t^(beta - 1)) - lambda T^beta: no step away from the fit climbs."""
    times, end = np.array([5.0, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]), 1500.0
    found = power_law_of(Watch(Ragged.of([times]), np.array([end]), np.zeros(1, bool)))

    def value(beta, lam):
        return float(np.log(lam * beta * times ** (beta - 1.0)).sum() - lam * end**beta)

    best = value(found.beta[0], found.lambda_[0])
    assert all(value(found.beta[0] * a, found.lambda_[0] * b) < best for a in (0.999, 1.001) for b in (0.999, 1.0, 1.001))


def test_without_failures_nothing_is_known_and_one_says_little():
    found = power_law_of(Watch(Ragged.of([[], [3.0], [7.0]]), np.array([10.0, 10.0, 7.0]), np.array([False, False, True])))
    assert np.isnan(found.beta).tolist() == [True, False, True]
    assert np.isnan(found.beta_bias_corrected).all()
    assert found.mtbf_lower[1] < found.instantaneous_mtbf_end[1] < found.mtbf_upper[1]
    assert np.isnan(found.mtbf_lower[[0, 2]]).all()

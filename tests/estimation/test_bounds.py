"""Exact bounds: by the Poisson and beta laws behind them, and by how often they cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from justenough.estimation.bounds import availability_bounds, mtbf_bounds


@pytest.mark.parametrize(("total", "r", "confidence"), [(1500.0, 10, 0.9), (80.0, 1, 0.95), (1e5, 400, 0.99)])
def test_time_terminated_bounds_leave_their_share_in_the_poisson_tails(total, r, confidence):
    found = mtbf_bounds(total, r, confidence=confidence)
    tail = (1.0 - confidence) / 2.0
    assert stats.poisson.sf(r - 1, total / found.upper_two_sided) == pytest.approx(tail, rel=1e-8)
    assert stats.poisson.cdf(r, total / found.lower_two_sided) == pytest.approx(tail, rel=1e-8)
    assert stats.poisson.cdf(r, total / found.lower_one_sided) == pytest.approx(2 * tail, rel=1e-8)


def test_failure_terminated_bounds_are_of_a_gamma_time():
    found = mtbf_bounds([100.0], [4], failure_terminated=True, confidence=0.9)
    assert stats.gamma.sf(100.0, 4, scale=found.lower_two_sided) == pytest.approx([0.05])
    assert stats.gamma.cdf(100.0, 4, scale=found.upper_two_sided) == pytest.approx([0.05])


def test_without_a_failure_only_the_lower_bounds_stand():
    found = mtbf_bounds([700.0, 0.0], [0, 0], confidence=0.9)
    assert found.mtbf.tolist() == found.upper_two_sided.tolist() == [math.inf, math.inf]
    assert found.lower_one_sided == pytest.approx([700.0 / math.log(10.0), 0.0])
    assert mtbf_bounds([700.0], [0], failure_terminated=True).lower_one_sided.tolist() == [0.0]


def test_bounds_cover_at_least_at_their_level_whatever_the_rate():
    """20,000 watches of 100 days at each of three rates; the two-sided interval covers 90 % or more, by a 0.5 % binomial test."""
    rng = np.random.default_rng(1)
    for mtbf in (15.0, 60.0, 400.0):
        found = mtbf_bounds(np.full(20_000, 100.0), rng.poisson(100.0 / mtbf, 20_000), confidence=0.9)
        covered = int(((found.lower_two_sided <= mtbf) & (mtbf <= found.upper_two_sided)).sum())
        assert stats.binomtest(covered, 20_000, 0.9, alternative="less").pvalue > 0.005


@pytest.mark.parametrize("cycles", [1, 4, 30])
def test_availability_bounds_cover_exactly(cycles):
    """Exponential up and down times, watched for so many cycles: one- and two-sided bounds at their level."""
    rng, n = np.random.default_rng(cycles), 20_000
    up, down = rng.gamma(cycles, 50.0, n), rng.gamma(cycles, 4.0, n)
    found, truth = availability_bounds(up, cycles, down, cycles, confidence=0.9), 50.0 / 54.0
    for covered in (found.lower_one_sided <= truth, (found.lower_two_sided <= truth) & (truth <= found.upper_two_sided)):
        assert stats.binomtest(int(covered.sum()), n, 0.9).pvalue > 0.005


def test_availability_without_repairs_or_failures():
    found = availability_bounds([100.0, 100.0, 0.0], [0, 3, 0], [0.0, 0.0, 0.0], [0, 0, 0], open_end=True)
    assert found.availability[0] == 1.0
    assert np.isnan(found.availability[1:]).all()
    assert np.isnan(found.lower_two_sided).all()


@pytest.mark.parametrize("given", [([-1.0], [0]), ([1.0], [-1])])
def test_negative_times_and_counts_are_refused(given):
    with pytest.raises(ValueError, match="at least 0"):
        mtbf_bounds(*given)
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        mtbf_bounds([1.0], [1], confidence=1.0)

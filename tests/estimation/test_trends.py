"""Trend tests: published statistics stand in tests/published; here their chances, and how often they speak without cause."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from justenough.domain.ragged import Ragged
from justenough.estimation.trends import Trend, Watch, _reverse_p, trends_of


def renewals(rng, machines, span, draw):
    """Failures of machines whose lives are drawn alike, within ``span`` days."""
    rows = []
    for _ in range(machines):
        times = np.cumsum(draw(rng))
        rows.append(times[times < span])
    return Watch(Ragged.of(rows), np.full(machines, span), np.zeros(machines, bool))


def told(trend):
    return int(np.isin(trend, (Trend.IMPROVING, Trend.WORSENING)).sum())


@pytest.mark.parametrize("shape", [1.0, 0.7, 2.0])
def test_machines_without_a_trend_are_seldom_told_to_have_one(shape):
    """2,000 machines of about 40 lives: at the 5 % level at most 5 % (and a binomial margin), irregular lives included."""
    watch = renewals(np.random.default_rng(3), 2000, 40.0, lambda rng: rng.weibull(shape, 160))
    found = trends_of(watch)
    assert stats.binomtest(told(found.trend), 2000, 0.05, alternative="greater").pvalue > 0.005
    rejected = int((found.reverse_p < 0.05).sum())
    assert stats.binomtest(rejected, 2000, 0.05, alternative="greater").pvalue > 0.005


def test_under_a_constant_rate_every_test_has_its_level():
    found = trends_of(renewals(np.random.default_rng(4), 3000, 50.0, lambda rng: rng.exponential(1.0, 150)))
    for p in (found.laplace_p, found.mil_hdbk_p, found.reverse_p):
        assert stats.binomtest(int((p < 0.05).sum()), 3000, 0.05).pvalue > 0.005


@pytest.mark.parametrize(("beta", "trend"), [(0.5, Trend.IMPROVING), (2.0, Trend.WORSENING)])
def test_a_real_trend_is_told(beta, trend):
    """A power law process of 60 failures: times are (gamma sums) ** (1 / beta)."""
    rng = np.random.default_rng(5)
    rows = [np.cumsum(rng.exponential(1.0, 200)) ** (1.0 / beta) for _ in range(300)]
    end = 60.0 ** (1.0 / beta)
    watch = Watch(Ragged.of([row[row < end] for row in rows]), np.full(300, end), np.zeros(300, bool))
    assert (trends_of(watch).trend == trend).mean() > 0.9


@pytest.mark.parametrize("n", [2, 3, 6, 7])
def test_reverse_arrangements_by_every_order_there_is(n):
    counts = np.array([sum(a < b for i, a in enumerate(one) for b in one[i + 1 :]) for one in permutations(range(n))])
    middle = n * (n - 1) / 4
    for found in range(n * (n - 1) // 2 + 1):
        exact = (np.abs(counts - middle) >= abs(found - middle) - 1e-9).mean()
        assert _reverse_p(np.array([float(n)]), np.array([float(found)])) == pytest.approx([exact])


def test_many_lives_take_the_normal_law_which_meets_the_exact_one():
    exact = _reverse_p(np.array([40.0]), np.array([480.0]))
    sd = np.sqrt(40 * 39 * 85 / 72)
    assert exact == pytest.approx([2.0 * stats.norm.sf((90.0 - 0.5) / sd)], rel=0.03)
    assert _reverse_p(np.array([41.0]), np.array([500.0])) == pytest.approx(
        [2.0 * stats.norm.sf((90.0 - 0.5) / np.sqrt(41 * 40 * 87 / 72))]
    )


def test_few_failures_none_and_ties_tell_nothing():
    watch = Watch(Ragged.of([[], [3.0], [0.0, 0.0, 0.0], [1.0, 1.0, 2.0, 2.0]]), np.array([10.0, 10.0, 10.0, 0.0 + 10]), np.zeros(4, bool))
    found = trends_of(watch)
    assert found.trend.tolist() == [Trend.TOO_FEW] * 4
    assert found.tied.tolist() == [0, 0, 3, 2]


@pytest.mark.parametrize("row", [[2.0, 1.0], [3.0, 11.0], [-1.0]])
def test_failures_outside_the_watch_or_out_of_order_are_refused(row):
    with pytest.raises(ValueError, match="must rise within 0 to end"):
        Watch(Ragged.of([row]), np.array([10.0]), np.zeros(1, bool))

"""Hjort's chi-square: its level whatever censored the lives, and its strength against another law."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from justenough.estimation.goodness import LEAST_CELLS, PER_CELL, Verdict, goodness_of
from justenough.estimation.lifetimes import Law, Lives, fit

MACHINES = 1500


def lives(rng, law, n, censored):
    draw = {Law.EXPONENTIAL: rng.exponential(10.0, (MACHINES, n)), Law.WEIBULL: 10.0 * rng.weibull(2.0, (MACHINES, n))}
    days = draw.get(law, np.exp(rng.normal(2.0, 0.8, (MACHINES, n))))
    cut = rng.uniform(0.0, censored, (MACHINES, n))
    return Lives(np.minimum(days, cut).ravel(), (days <= cut).ravel(), np.arange(MACHINES + 1) * n)


@pytest.mark.parametrize("law", list(Law))
@pytest.mark.parametrize(("n", "censored"), [(40, 30.0), (150, 60.0)])
def test_the_right_law_is_rejected_at_the_level(law, n, censored):
    given = lives(np.random.default_rng(n + law), law, n, censored)
    found = goodness_of(given, fit(given, law))
    told = found.verdict != Verdict.TOO_FEW
    assert told.mean() > 0.9
    rejected = int((found.verdict == Verdict.DOES_NOT_FIT).sum())
    assert stats.binomtest(rejected, int(told.sum()), 0.05).pvalue > 0.001
    assert stats.kstest(found.p[told], "uniform").statistic < 0.06  # asymptotic p of counts


@pytest.mark.parametrize(
    ("drawn", "fitted"), [(Law.WEIBULL, Law.EXPONENTIAL), (Law.LOGNORMAL, Law.EXPONENTIAL), (Law.WEIBULL, Law.LOGNORMAL)]
)
def test_a_wrong_law_is_found_out(drawn, fitted):
    given = lives(np.random.default_rng(9), drawn, 150, 60.0)
    assert (goodness_of(given, fit(given, fitted)).verdict == Verdict.DOES_NOT_FIT).mean() > 0.8


def test_few_failures_tell_nothing():
    needed = PER_CELL * LEAST_CELLS
    days = np.random.default_rng(1).weibull(1.0, needed)
    given = Lives.of([(days, np.ones(needed, bool)), (days[1:], np.ones(needed - 1, bool)), ([], []), ([3.0], [False])])
    found = goodness_of(given, fit(given, Law.WEIBULL))
    assert (found.verdict == Verdict.TOO_FEW).tolist() == [False, True, True, True]
    assert np.isnan(found.chi2[1:]).all()


def test_expected_and_observed_failures_of_an_exponential_by_hand():
    """Fifteen lives without censoring, three cells: chi-square from the textbook's formula with the fitted mean."""
    days = np.random.default_rng(3).exponential(7.0, 15)
    found = goodness_of(Lives.of([(days, np.ones(15, bool))]), fit(Lives.of([(days, np.ones(15, bool))]), Law.EXPONENTIAL))
    hazard = days / days.mean()

    def met(edge):
        return np.minimum(hazard, edge).sum()

    grid = np.linspace(0.0, hazard.max(), 200_001)
    edges = np.interp([5.0, 10.0], [met(one) for one in grid[::200]], grid[::200])
    gap = np.diff([0.0, *((hazard <= edge).sum() for edge in edges)]) - 5.0
    covariance = np.diag([5.0, 5.0]) - np.full((2, 2), 25.0 / 15.0)
    assert found.chi2 == pytest.approx([gap @ np.linalg.solve(covariance, gap)], rel=1e-6)
    assert found.df.tolist() == [2]

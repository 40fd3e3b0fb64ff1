"""Pooling: the same likelihood through scipy's own distributions, and bounds that keep their promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binomtest, lomax, norm

from justenough.estimation.pooling import DISTINCT, Shares, pooled_rates, pooled_shares


def kept(inside):
    """Whether 95 % bounds held the truth as often as they said, beyond chance of 1 in 10,000."""
    return binomtest(int(np.sum(inside)), len(inside), 0.95).pvalue > 1e-4


def test_shares_maximise_the_beta_binomial_likelihood():
    draws = np.random.default_rng(1)
    n = draws.integers(1, 30, 60)
    hits = draws.binomial(n, draws.beta(2.0, 12.0, 60))
    found = pooled_shares(hits, n)

    def told(a, b):
        weight, share = a + b, a / (a + b)
        lean = 0.5 * np.log(share) + 0.5 * np.log1p(-share)
        return betabinom.logpmf(hits, n, a, b).sum() + lean + norm.logpdf(np.log(weight), np.log(4.0), 1.0)

    best = told(found.prior_hits, found.prior_misses)
    around = [(found.prior_hits * u, found.prior_misses * v) for u in np.linspace(0.5, 2, 21) for v in np.linspace(0.5, 2, 21)]
    assert max(told(a, b) for a, b in around) <= best + 1e-6
    assert (found.hits, found.misses)[0] == pytest.approx(found.prior_hits + hits)


def test_bounds_of_shares_hold_the_truth_with_three_trials_each():
    draws = np.random.default_rng(2)
    truth = draws.beta(2.0, 18.0, 4000)
    found = pooled_shares(draws.binomial(3, truth), np.full(4000, 3))
    assert kept((found.quantile(0.025) <= truth) & (truth <= found.quantile(0.975)))
    assert found.prior_hits / (found.prior_hits + found.prior_misses) == pytest.approx(0.1, abs=0.01)
    raw = draws.binomial(3, truth) / 3
    assert np.square(found.mean - truth).mean() < 0.25 * np.square(raw - truth).mean()


def test_bounds_of_rates_hold_the_truth_for_groups_that_never_had_an_event():
    draws = np.random.default_rng(3)
    truth = draws.gamma(3.0, 1 / 3000.0, 4000)
    days = draws.uniform(100, 3000, 4000)
    found = pooled_rates(draws.poisson(truth * days), days)
    inside = (found.quantile(0.025) <= truth) & (truth <= found.quantile(0.975))
    never = found.events == found.prior_events
    assert never.sum() > 500
    assert kept(inside)
    assert kept(inside[never])


def test_a_wait_of_a_rate_not_well_known_is_lomax():
    found = pooled_rates(np.array([4.0, 0.0, 9.0]), np.array([200.0, 50.0, 300.0]), least_events=2.0)
    same = lomax(found.events, scale=found.days)
    assert found.wait_mean() == pytest.approx(same.mean())
    assert found.wait_sd() == pytest.approx(same.std())
    assert found.wait_quantile(0.95) == pytest.approx(same.ppf(0.95))
    loose = pooled_rates(np.zeros(1), np.ones(1), prior_events=0.5)
    assert np.isinf(loose.wait_mean()[0])
    assert np.isinf(loose.wait_sd()[0])


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=8))
def test_a_share_lies_between_its_own_record_and_the_others(rows):
    hits, misses = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    trials = hits + misses
    found = pooled_shares(hits, trials)
    common = found.prior_hits / (found.prior_hits + found.prior_misses)
    raw = np.where(trials > 0, hits / np.maximum(trials, 1), common)
    assert (np.minimum(raw, common) - 1e-12 <= found.mean).all()
    assert (found.mean <= np.maximum(raw, common) + 1e-12).all()
    assert ((found.quantile(0.025) <= found.quantile(0.5)) & (found.quantile(0.5) <= found.quantile(0.975))).all()
    backwards = pooled_shares(hits[::-1], trials[::-1])
    assert backwards.mean[::-1] == pytest.approx(found.mean, rel=1e-3)


def test_many_groups_are_told_by_a_part_of_them():
    draws = np.random.default_rng(4)
    n = draws.integers(1, 40, 5 * DISTINCT)
    found = pooled_shares(draws.binomial(n, draws.beta(3.0, 9.0, len(n))), n)
    assert (found.prior_hits, found.prior_misses) == (pytest.approx(3.0, rel=0.15), pytest.approx(9.0, rel=0.15))


def test_nothing_known_leaves_the_prior():
    found = pooled_shares(np.zeros(2), np.zeros(2))
    assert found.mean == pytest.approx([0.5, 0.5])
    assert Shares(np.array([2.0]), np.array([6.0]), 1.0, 1.0).sd[0] == pytest.approx(np.sqrt(0.25 * 0.75 / 9))
    assert pooled_rates(np.zeros(2), np.full(2, 500.0)).mean == pytest.approx([1 / (2000 + 500)] * 2)

"""Random numbers beside scipy's distributions, and streams that do not know each other."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from justenough.kernels import variates

N = 40_000


@njit
def many(kind, one, two, n):
    state = np.zeros(1, np.uint64)
    variates.stream(state, np.uint64(11), 0, variates.FOR_DEMAND, 0)
    out = np.empty(n)
    for i in range(n):
        if kind == 0:
            out[i] = variates.uniform(state)
        elif kind == 1:
            out[i] = variates.normal(state)
        elif kind == 2:
            out[i] = variates.gamma(state, one, two)
        elif kind == 3:
            out[i] = variates.poisson(state, one)
        elif kind == 4:
            out[i] = variates.negative_binomial(state, one, two)
        else:
            out[i] = variates.beta(state, one, two)
    return out


@njit
def starts(seeds, lives, purposes):
    out = np.empty((len(seeds), lives, purposes))
    state = np.zeros(1, np.uint64)
    for s in range(len(seeds)):
        for life in range(lives):
            for purpose in range(purposes):
                variates.stream(state, seeds[s], life, purpose, 0)
                out[s, life, purpose] = variates.uniform(state)
    return out


@pytest.mark.parametrize(
    ("kind", "one", "two", "law"),
    [
        (0, 0.0, 0.0, stats.uniform()),
        (1, 0.0, 0.0, stats.norm()),
        (2, 2.0, 0.5, stats.gamma(16.0, scale=0.125)),
        (2, 2.0, 3.0, stats.gamma(4 / 9, scale=4.5)),
        (5, 0.1, 0.1, stats.beta(0.8, 7.2)),
    ],
)
def test_continuous_draws_follow_their_law(kind, one, two, law):
    """Kolmogorov's distance of 40,000 draws: 1.95 / sqrt(n) is passed once in a thousand."""
    assert stats.kstest(many(kind, one, two, N), law.cdf).statistic < 1.95 / np.sqrt(N)


@pytest.mark.parametrize(
    ("kind", "one", "two", "law"),
    [
        (3, 0.2, 0.0, stats.poisson(0.2)),
        (3, 9.9, 0.0, stats.poisson(9.9)),
        (3, 10.1, 0.0, stats.poisson(10.1)),
        (3, 400.0, 0.0, stats.poisson(400.0)),
        (4, 0.5, 2.0, stats.nbinom(1 / 6, 0.25)),
        (4, 3.0, 3.0, stats.poisson(3.0)),
        (4, 30.0, 90.0, stats.nbinom(15.0, 1 / 3)),
    ],
)
def test_counts_follow_their_law(kind, one, two, law):
    """Chi-square over classes of at least 20 expected draws; the 0.1 % point."""
    seen = many(kind, one, two, N)
    edges = np.unique(law.ppf(np.linspace(0.0, 1.0, 31)[1:-1]))
    expected = N * np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]]))
    counted = np.bincount(np.searchsorted(edges, seen), minlength=len(expected))
    kept = expected >= 20
    assert ((counted[kept] - expected[kept]) ** 2 / expected[kept]).sum() < stats.chi2.ppf(0.999, kept.sum() - 1)


@pytest.mark.parametrize(("mean", "sd"), [(0.3, 0.0), (0.3, 0.5), (0.0, 0.2), (1.0, 0.2)])
def test_a_share_without_a_beta_is_constant_or_all_or_nothing(mean, sd):
    seen = many(5, mean, sd, N)
    assert seen.mean() == pytest.approx(mean, abs=4 * 0.46 / np.sqrt(N))
    assert set(np.unique(seen)) <= ({mean} if sd == 0.0 or mean in (0.0, 1.0) else {0.0, 1.0})


def test_streams_are_apart_and_repeat():
    first = starts(np.arange(20, dtype=np.uint64), 50, 7)
    np.testing.assert_array_equal(first, starts(np.arange(20, dtype=np.uint64), 50, 7))
    assert len(np.unique(first)) == first.size
    assert stats.kstest(first.ravel(), "uniform").statistic < 1.95 / np.sqrt(first.size)
    # Neighbours in life or purpose say nothing of each other.
    assert abs(np.corrcoef(first[:, :-1].ravel(), first[:, 1:].ravel())[0, 1]) < 4 / np.sqrt(first.size)
    assert abs(np.corrcoef(first[..., :-1].ravel(), first[..., 1:].ravel())[0, 1]) < 4 / np.sqrt(first.size)

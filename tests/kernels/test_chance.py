"""Draws against the distributions they name."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from justenough.kernels import chance


@njit
def _many(law, a, b, seed, size):
    state = np.array([seed], dtype=np.uint64)
    out = np.empty(size)
    for n in range(size):
        out[n] = chance.drawn(law, a, b, state, 0)
    return out


@pytest.mark.parametrize(
    ("law", "a", "b", "named"),
    [
        (chance.EXPONENTIAL, 3.0, 0.0, stats.expon(scale=3.0)),
        (chance.WEIBULL, 2.0, 1.7, stats.weibull_min(1.7, scale=2.0)),
        (chance.LOGNORMAL, 0.4, 0.8, stats.lognorm(0.8, scale=np.exp(0.4))),
        (chance.GAMMA, 2.5, 0.3, stats.gamma(0.3, scale=2.5)),
        (chance.GAMMA, 0.5, 6.0, stats.gamma(6.0, scale=0.5)),
    ],
)
def test_draws_follow_the_law_they_name(law, a, b, named):
    draws = _many(law, a, b, 20_231, 40_000)
    assert stats.kstest(draws, named.cdf).pvalue > 1e-3


def test_geometric_draws_count_the_trials_to_a_success():
    draws = _many(chance.GEOMETRIC, 0.3, 0.0, 5, 40_000)
    counts = np.array([(draws == n).sum() for n in range(1, 12)])
    wanted = 0.3 * 0.7 ** np.arange(11)
    wanted *= counts.sum() / wanted.sum()
    assert stats.chisquare(counts, wanted).pvalue > 1e-3
    assert draws.min() == 1.0


def test_what_cannot_happen_never_does_and_what_must_happens_at_once():
    assert _many(chance.GEOMETRIC, 0.0, 0.0, 5, 3).tolist() == [np.inf] * 3
    assert _many(chance.GEOMETRIC, 1.0, 0.0, 5, 3).tolist() == [1.0] * 3
    assert _many(chance.CONSTANT, 4.5, 0.0, 5, 2).tolist() == [4.5, 4.5]


def test_neighbouring_seeds_give_unrelated_streams():
    first, second = _many(chance.EXPONENTIAL, 1.0, 0.0, 1, 20_000), _many(chance.EXPONENTIAL, 1.0, 0.0, 2, 20_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(20_000)

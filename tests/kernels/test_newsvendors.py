"""Least levels and units short beside scipy's distributions and plain loops."""

import math

import numpy as np
import pytest
from scipy import special, stats

from justenough.kernels import newsvendors


def poisson(mean, missed):
    mean, missed = (np.array(each, float) for each in np.broadcast_arrays(mean, missed))
    out = np.empty((mean.size, 2))
    newsvendors.poisson_newsvendors(np.stack([mean, missed, special.ndtri(1.0 - missed)], axis=1), out)
    return out.T


@pytest.mark.parametrize("missed", [0.999, 0.6, 0.2, 0.01, 1e-6, 1e-11])
def test_poisson_levels_and_losses_are_scipys(missed):
    mean = np.concatenate([10.0 ** np.random.default_rng(2).uniform(-4.0, 4.0, 300), [2.5e6]])
    level, short = poisson(mean, missed)
    assert (stats.poisson.sf(level, mean) <= missed * (1.0 + 1e-9)).all()
    assert (stats.poisson.sf(level - 1.0, mean)[level > 0] > missed * (1.0 - 1e-9)).all()
    for k in range(0, 300, 10):  # E[(X - S)+] as the sum of tails, added up from the small end
        above = np.arange(level[k], level[k] + 60.0 + 20.0 * math.sqrt(mean[k]))[::-1]
        assert short[k] == pytest.approx(special.pdtrc(above, mean[k]).sum(), rel=1e-7, abs=1e-13 * max(mean[k], 1.0))


def test_nothing_wanted_needs_nothing_and_what_is_not_known_stays_so():
    level, short = poisson([0.0, np.nan, 3.0], [0.1, 0.1, np.nan])
    assert (level[0], short[0]) == (0.0, 0.0)
    assert np.isnan(level[1:]).all()


def test_discrete_levels_are_those_of_a_plain_loop():
    rng = np.random.default_rng(5)
    values, chances = rng.integers(-3, 9, (400, 5)).astype(float), rng.dirichlet(np.ones(5), 400)
    covered = rng.uniform(0.0, 1.0, 400)
    covered[0] = np.nan
    out = np.empty((400, 3))
    newsvendors.discrete_newsvendors(covered, values, chances, out)
    assert np.isnan(out[0]).all()
    for row, share, value, chance in zip(out[1:], covered[1:], values[1:], chances[1:], strict=True):
        pairs = sorted(zip(value, chance, strict=True))
        level = next(v for v, _ in pairs if sum(c for w, c in pairs if w <= v) >= share)
        assert row[0] == level
        assert row[1:] == pytest.approx(
            [sum(c * max(level - v, 0.0) for v, c in pairs), sum(c * max(v - level, 0.0) for v, c in pairs)], abs=1e-12
        )

"""Draws of parameters against the posterior summed over a fine grid, and against the truth of simulated lives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lives_oracle import simulated
from scipy import stats
from scipy.special import log_ndtr

from justenough.kernels import posterior

PRIOR = (-0.1, 0.5)


def drawn(law, times, failed, offsets, n, prior=PRIOR):
    out = np.empty((len(offsets) - 1, n, 2))
    seeds = np.arange(1, len(offsets), dtype=np.uint64) * np.uint64(7919)
    kernel = posterior.weibull_draws if law == "weibull" else posterior.lognormal_draws
    kernel(times, failed, np.asarray(offsets), *prior, seeds, out)
    return out


@pytest.mark.parametrize("law", ["weibull", "lognormal"])
@pytest.mark.parametrize(("n", "censored"), [(2, np.inf), (6, 30.0), (25, 25.0)])
def test_draws_are_those_of_the_posterior(law, n, censored):
    """Kolmogorov's distance of 20,000 draws of scale, of sigma and of their sum from the cumulated grid."""
    times, failed = simulated(np.random.default_rng(n + 2), law, n, 1.1, 20.0, censored)
    if not failed.any():
        failed[0] = True
    draws = drawn(law, times, failed, [0, n], 20_000)[0]
    mu, lam = (np.linspace(column.min() - 0.2, column.max() + 0.2, 400) for column in draws.T)
    z = (np.log(times) - mu[None, :, None]) / np.exp(lam)[:, None, None]
    ends, waits = (z - np.exp(z), -np.exp(z)) if law == "weibull" else (-0.5 * z * z, log_ndtr(-z))
    told = ends[..., failed].sum(axis=2) - failed.sum() * lam[:, None] + waits[..., ~failed].sum(axis=2)
    mass = np.exp(told - told.max() - 0.5 * ((lam[:, None] - PRIOR[0]) / PRIOR[1]) ** 2)
    mass /= mass.sum()
    places = {"scale": np.broadcast_to(mu, mass.shape), "sigma": np.broadcast_to(lam[:, None], mass.shape)}
    places["sum"] = places["scale"] + places["sigma"]
    for values, place in zip((draws[:, 0], draws[:, 1], draws.sum(axis=1)), places.values(), strict=True):
        order = np.argsort(place, axis=None)
        grid, below = place.ravel()[order], np.cumsum(mass.ravel()[order])
        share = np.searchsorted(np.sort(values), grid, side="right") / len(values)
        assert np.abs(share - below).max() < 0.022  # 1.36 / sqrt(20,000) for the draws, the rest for the grid's own steps


@pytest.mark.parametrize("law", ["weibull", "lognormal"])
@pytest.mark.parametrize(("censored", "least"), [(np.inf, 0.95), (60.0, 0.935)])
def test_the_middle_95_percent_of_draws_hold_the_truth_as_often(law, censored, least):
    """Without censoring a flat prior of ln scale and ln sigma covers exactly (Lawless 2003, 5.1); with it nearly."""
    rng, machines, n, sigma = np.random.default_rng(5), 1500, 12, 0.8
    spread = 1.0 / sigma if law == "weibull" else sigma
    pairs = [simulated(rng, law, n, spread, 20.0, censored) for _ in range(machines)]
    times, failed = (np.concatenate(column) for column in zip(*pairs, strict=True))
    draws = drawn(law, times, failed, np.arange(machines + 1) * n, 400, prior=(-0.1, 3.0))
    for k, truth in ((0, math.log(20.0)), (1, math.log(sigma))):
        rank = (draws[..., k] < truth).mean(axis=1)
        covered = int(((rank > 0.025) & (rank < 0.975)).sum())
        assert stats.binomtest(covered, machines, least, alternative="less").pvalue > 0.005
        assert stats.binomtest(covered, machines, 0.95, alternative="greater").pvalue > 0.005


def test_draws_belong_to_the_machines_word_and_need_a_failure():
    times, failed = np.array([3.0, 4.0, 9.0, 3.0, 4.0, 9.0]), np.array([True, True, False] * 2)
    one, two = np.empty((2, 50, 2)), np.empty((1, 50, 2))
    posterior.weibull_draws(times, failed, np.array([0, 3, 6]), *PRIOR, np.array([5, 6], np.uint64), one)
    posterior.weibull_draws(times[:3], failed[:3], np.array([0, 3]), *PRIOR, np.array([6], np.uint64), two)
    assert (one[1] == two[0]).all()
    assert (one[0] != one[1]).all()
    for law in ("weibull", "lognormal"):
        assert np.isnan(drawn(law, times[:3], np.zeros(3, bool), [0, 3], 5)).all()
        assert np.isfinite(drawn(law, np.array([2.0]), np.array([True]), [0, 1], 500)).all()
        assert np.isfinite(drawn(law, np.full(4, 2.0), np.ones(4, bool), [0, 4], 500)).all()

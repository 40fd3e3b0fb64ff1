"""Lognormal fits against a general optimiser of the same likelihood, and against the truth of simulated lives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lives_oracle import fitted, shape_bounds, simulated
from scipy import stats

from justenough.kernels import lognormal
from justenough.kernels.likelihood import COLUMNS, EARLY, INFORMATION, LOG_LIKELIHOOD, LOWER, MEAN, SCALE, SHAPE, UPPER

DROP = stats.chi2.ppf(0.95, 1) / 2
BEST = [SHAPE, SCALE, MEAN, EARLY]


def ours(times, failed, offsets=None):
    offsets = np.array([0, len(times)]) if offsets is None else offsets
    out = np.empty((len(offsets) - 1, COLUMNS))
    lognormal.fitted(np.asarray(times, float), np.asarray(failed, bool), offsets, DROP, stats.norm.ppf(0.1), out)
    return out


@pytest.mark.parametrize("z", [-30.0, -3.0, 0.0, 2.0, 4.999, 5.001, 12.0, 80.0])
def test_tail_is_that_of_scipy(z):
    log_tail, hazard = lognormal.log_tail(z)
    assert log_tail == pytest.approx(stats.norm.logsf(z), rel=1e-12, abs=1e-15)
    assert hazard == pytest.approx(math.exp(stats.norm.logpdf(z) - stats.norm.logsf(z)), rel=1e-11)


@pytest.mark.parametrize(
    ("n", "sigma", "censored", "seed"),
    [(3, 1.0, np.inf, 1), (6, 0.3, np.inf, 2), (12, 1.5, 40.0, 3), (40, 0.8, 25.0, 4), (150, 0.5, 30.0, 5)],
)
def test_fit_and_bounds_are_those_of_a_general_optimiser(n, sigma, censored, seed):
    times, failed = simulated(np.random.default_rng(seed), "lognormal", n, sigma, 20.0, censored)
    best, value, lower, upper = fitted("lognormal", times, failed, DROP)
    row = ours(times, failed)[0]
    assert row[LOG_LIKELIHOOD] == pytest.approx(value, abs=1e-8)
    assert row[BEST] == pytest.approx(best, rel=1e-6)
    assert row[LOWER : LOWER + 4] == pytest.approx(lower, rel=1e-5)
    assert row[UPPER : UPPER + 4] == pytest.approx(upper, rel=1e-5)


def test_without_censoring_the_fit_is_mean_and_spread_of_the_logarithms():
    times, failed = simulated(np.random.default_rng(6), "lognormal", 25, 0.7, 3.0, np.inf)
    logs = np.log(times)
    assert ours(times, failed)[0, [SCALE, SHAPE]] == pytest.approx([math.exp(logs.mean()), logs.std()], rel=1e-9)


def test_information_is_the_curvature_of_the_likelihood():
    times, failed = simulated(np.random.default_rng(9), "lognormal", 30, 0.9, 5.0, 9.0)
    row = ours(times, failed)[0]
    y, s = np.log(times / row[SCALE]), 1.0 / row[SHAPE]

    def value(a, s):
        z = s * y - a
        return (np.log(s) + stats.norm.logpdf(z))[failed].sum() + stats.norm.logsf(z[~failed]).sum()

    h = 1e-4
    curve = [
        -(value(h, s) - 2 * value(0, s) + value(-h, s)) / h**2,
        -(value(h, s + h) - value(h, s - h) - value(-h, s + h) + value(-h, s - h)) / (4 * h * h),
        -(value(0, s + h) - 2 * value(0, s) + value(0, s - h)) / h**2,
    ]
    assert row[INFORMATION : INFORMATION + 3] == pytest.approx(curve, rel=1e-5)


@pytest.mark.parametrize(("n", "sigma", "censored"), [(25, 1.0, 80.0), (60, 0.5, 40.0)])
def test_bounds_cover_the_truth_at_their_level(n, sigma, censored):
    """2,000 machines: the share covered lies where a 0.5 % binomial test expects it, small samples 1.5 points below."""
    rng, machines = np.random.default_rng(12), 2000
    pairs = [simulated(rng, "lognormal", n, sigma, 20.0, censored) for _ in range(machines)]
    times, failed = (np.concatenate(column) for column in zip(*pairs, strict=True))
    out = ours(times, failed, np.arange(machines + 1) * n)
    truth = [sigma, 20.0, 20.0 * math.exp(sigma**2 / 2), 20.0 * math.exp(sigma * stats.norm.ppf(0.1))]
    for k, value in enumerate(truth):
        covered = int(((out[:, LOWER + k] <= value) & (value <= out[:, UPPER + k])).sum())
        assert stats.binomtest(covered, machines, 0.935, alternative="less").pvalue > 0.005
        assert stats.binomtest(covered, machines, 0.95, alternative="greater").pvalue > 0.005


@pytest.mark.parametrize(
    ("times", "failed"),
    [
        ([], []),
        ([3.0], [True]),
        ([3.0, 4.0], [False, False]),
        ([2.0, 2.0, 2.0], [True, True, True]),
        ([1.0, 5.0], [False, True]),
        ([0.0], [True]),
    ],
    ids=["none", "one failure", "all censored", "ties at the end", "longest failed alone", "zero"],
)
def test_a_likelihood_without_a_top_is_not_a_number(times, failed):
    assert np.isnan(ours(times, failed)).all()


def test_one_failure_among_many_censored_lives_is_fitted():
    times, failed = np.array([3.0, 8.0, 9.0]), np.array([True, False, False])
    low, high = shape_bounds("lognormal", times, failed, DROP)
    assert ours(times, failed)[0, [LOWER, UPPER]] == pytest.approx(np.exp([low, high]), rel=1e-5)

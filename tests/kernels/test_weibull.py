"""Weibull fits against a general optimiser of the same likelihood, and against the truth of simulated lives."""

from __future__ import annotations

import numpy as np
import pytest
from lives_oracle import fitted, shape_bounds, simulated
from scipy import stats

from justenough.kernels import weibull
from justenough.kernels.likelihood import COLUMNS, EARLY, INFORMATION, LOG_LIKELIHOOD, LOWER, MEAN, SCALE, SHAPE, UPPER

DROP = stats.chi2.ppf(0.95, 1) / 2
BEST = [SHAPE, SCALE, MEAN, EARLY]


def ours(times, failed, offsets=None, drop=DROP):
    offsets = np.array([0, len(times)]) if offsets is None else offsets
    out = np.empty((len(offsets) - 1, COLUMNS))
    weibull.fitted(np.asarray(times, float), np.asarray(failed, bool), offsets, drop, 0.1, out)
    return out


@pytest.mark.parametrize(
    ("n", "shape", "censored", "seed"),
    [(4, 1.0, np.inf, 1), (5, 3.0, np.inf, 2), (12, 0.6, 30.0, 3), (40, 1.5, 12.0, 4), (300, 2.5, 40.0, 5)],
)
def test_fit_and_bounds_are_those_of_a_general_optimiser(n, shape, censored, seed):
    """Meeker & Escobar 1998, 8.3: bounds are the farthest a figure goes on the contour of the likelihood."""
    times, failed = simulated(np.random.default_rng(seed), "weibull", n, shape, 20.0, censored)
    best, value, lower, upper = fitted("weibull", times, failed, DROP)
    row = ours(times, failed)[0]
    assert row[LOG_LIKELIHOOD] == pytest.approx(value, abs=1e-8)
    assert row[BEST] == pytest.approx(best, rel=1e-6)
    assert row[LOWER : LOWER + 4] == pytest.approx(lower, rel=2e-6)
    assert row[UPPER : UPPER + 4] == pytest.approx(upper, rel=2e-6)


def test_fit_is_that_of_scipy_on_censored_data():
    times, failed = simulated(np.random.default_rng(7), "weibull", 60, 1.7, 100.0, 250.0)
    shape, _, scale = stats.weibull_min.fit(stats.CensoredData.right_censored(times, ~failed), floc=0)
    assert ours(times, failed)[0, [SHAPE, SCALE]] == pytest.approx([shape, scale], rel=1e-4)


def plain_sums(x, b):
    power = np.exp(b * x)
    return power.sum(), (power * x).sum() / power.sum(), (power * x * x).sum() / power.sum()


def test_bounds_of_many_lives_are_the_same_whether_tabulated_or_asked_of_the_lives(monkeypatch):
    """One contour by the polynomial through twelve tabulated sums, once without compiling and without the table."""
    times, failed = simulated(np.random.default_rng(8), "weibull", 400, 1.3, 10.0, 15.0)
    out = np.full(COLUMNS, np.nan)
    for kernel in ("sums", "scaled", "_best_shape", "_profile", "_end", "_figure", "_at_angle", "_farthest", "_log_sum"):
        monkeypatch.setattr(weibull, kernel, getattr(weibull, kernel).py_func)
    monkeypatch.setattr(weibull, "_NARROW", 0.0)
    monkeypatch.setattr(weibull, "sums", plain_sums)
    weibull._fit.py_func(times, failed, DROP, 0.1, out)
    monkeypatch.undo()
    assert ours(times, failed)[0] == pytest.approx(out, rel=1e-9)


def test_information_is_the_curvature_of_the_likelihood():
    times, failed = simulated(np.random.default_rng(9), "weibull", 30, 1.4, 5.0, 9.0)
    row = ours(times, failed)[0]
    y, b = np.log(times / row[SCALE]), row[SHAPE]

    def value(a, s):
        z = s * y - a
        return (np.log(s) + z)[failed].sum() - np.exp(z).sum()

    h = 1e-4
    curve = [
        -(value(h, b) - 2 * value(0, b) + value(-h, b)) / h**2,
        -(value(h, b + h) - value(h, b - h) - value(-h, b + h) + value(-h, b - h)) / (4 * h * h),
        -(value(0, b + h) - 2 * value(0, b) + value(0, b - h)) / h**2,
    ]
    assert row[INFORMATION : INFORMATION + 3] == pytest.approx(curve, rel=1e-5)


@pytest.mark.parametrize(("n", "shape", "censored"), [(25, 0.7, 60.0), (25, 2.0, 30.0), (100, 1.4, np.inf)])
def test_bounds_cover_the_truth_at_their_level(n, shape, censored):
    """3,000 machines: the share covered lies where a 0.5 % binomial test expects it, small samples 1.5 points below."""
    rng, machines = np.random.default_rng(11), 3000
    pairs = [simulated(rng, "weibull", n, shape, 20.0, censored) for _ in range(machines)]
    times, failed = (np.concatenate(column) for column in zip(*pairs, strict=True))
    out = ours(times, failed, np.arange(machines + 1) * n)
    truth = [shape, 20.0, stats.weibull_min.mean(shape, scale=20.0), stats.weibull_min.ppf(0.1, shape, scale=20.0)]
    for k, value in enumerate(truth):
        covered = int(((out[:, LOWER + k] <= value) & (value <= out[:, UPPER + k])).sum())
        assert stats.binomtest(covered, machines, 0.935 if n < 50 else 0.945, alternative="less").pvalue > 0.005
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


def test_one_failure_with_longer_lives_censored_has_bounds():
    times, failed = np.array([3.0, 8.0, 9.0]), np.array([True, False, False])
    low, high = shape_bounds("weibull", times, failed, DROP)
    assert ours(times, failed)[0, [LOWER, UPPER]] == pytest.approx(np.exp([-high, -low]), rel=1e-6)


def test_ties_and_the_unit_of_time_do_not_matter():
    times, failed = np.array([2.0, 2.0, 2.0, 5.0, 5.0, 9.0]), np.array([1, 1, 0, 1, 1, 0], bool)
    hours, seconds = ours(times, failed)[0], ours(3600 * times, failed)[0]
    scales = [SCALE, MEAN, EARLY, *range(LOWER + 1, LOWER + 4), *range(UPPER + 1, UPPER + 4)]
    assert seconds[scales] == pytest.approx(3600 * hours[scales], rel=1e-10)
    assert seconds[[SHAPE, LOWER, UPPER]] == pytest.approx(hours[[SHAPE, LOWER, UPPER]], rel=1e-10)


def test_machines_do_not_know_each_other():
    rng = np.random.default_rng(3)
    pairs = [simulated(rng, "weibull", n, 1.2, 10.0, 20.0) for n in (20, 7, 55)]
    together = ours(*(np.concatenate(column) for column in zip(*pairs, strict=True)), np.array([0, 20, 27, 82]))
    for row, (times, failed) in zip(together, pairs, strict=True):
        assert row == pytest.approx(ours(times, failed)[0], rel=0, abs=0)

"""Stops: a distribution cut in two keeps its moments and its upper points."""

import numpy as np
import pytest
from scipy import stats

from justenough.estimation.stops import KEPT, Stops, two_parts


def within(parts, points):
    near = stats.norm.cdf(points, parts.mean[:, None], np.maximum(parts.sd, 1e-12)[:, None])
    late_sd = np.maximum(np.hypot(parts.sd, parts.wait_sd), 1e-12)
    late = stats.norm.cdf(points, (parts.mean + parts.wait)[:, None], late_sd[:, None])
    return (1 - parts.probability[:, None]) * near + parts.probability[:, None] * late


def tailed(rng, n=4000):
    """Work with rare long stops, with many short ones, and nearly normal."""
    return np.stack([
        1.0 + (rng.random(n) < 0.1) * rng.exponential(8.0, n),
        1.0 + rng.gamma(0.8, 1.5, n),
        rng.normal(20.0, 2.0, n),
    ])  # fmt: skip


def test_mean_and_variance_stay_and_the_upper_points_are_kept():
    rows = tailed(np.random.default_rng(4))
    parts = two_parts(rows)
    late = parts.probability
    np.testing.assert_allclose(parts.mean + late * parts.wait, rows.mean(axis=1), rtol=1e-12)
    variance = parts.sd**2 + late * parts.wait_sd**2 + late * (1 - late) * parts.wait**2
    np.testing.assert_allclose(variance, rows.var(axis=1), rtol=1e-9)
    points = np.quantile(rows, KEPT, axis=1).T
    wrong = np.abs(within(parts, points) - KEPT) / (1 - KEPT)
    one = np.abs(stats.norm.cdf((points - rows.mean(axis=1)[:, None]) / rows.std(axis=1)[:, None]) - KEPT) / (1 - KEPT)
    assert (wrong.max(axis=1)[:2] < 0.75).all()  # of the chance beyond the point, so 0.4 points at 99.5 %
    assert (wrong.max(axis=1)[:2] < 0.6 * one.max(axis=1)[:2]).all()
    assert wrong.max(axis=1)[2] < 0.35


def test_what_is_late_can_be_said():
    rows = np.array([[0.0, 0.0, 0.0, 3.0, 5.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    parts = two_parts(rows, np.array([True, True]))
    assert (parts.probability[0], parts.mean[0], parts.wait[0], parts.wait_sd[0]) == (0.4, 0.0, 4.0, 1.0)
    assert (parts.probability[1], parts.mean[1], parts.sd[1]) == (0.0, 1.0, 0.0)


def test_stops_share_of_spread_adds_up():
    stops = Stops(np.array([0.2, 0.0]), np.array([5.0, 0.0]), np.array([3.0, 0.0]), np.array([1.5, 0.0]), np.array([1.0, 0.7]), np.ones(2))
    whole = 0.5**2 + 0.2 * 9 + 0.2 * 0.8 * 25
    assert stops.share_of_spread(np.array([0.5, 0.7]))[0] == pytest.approx(np.sqrt(1 - 1 / whole))
    assert stops.share_of_spread(np.array([0.5, 0.7]))[1] == 0.0
    np.testing.assert_array_equal(stops.mean_days, [1.0, 0.0])

"""Contributions: slopes and curvatures against differences of scipy's log survival, and how alike spreads are."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from justenough.estimation.contributions import NO_TAIL, Tail, alike_orders, done_sums, mixed_sums, waiting_sums

ITEM = np.zeros(1, np.int64)


@pytest.mark.parametrize("cut", [-6.0, -1.0, 0.0, 1.5, 7.0])
def test_an_open_order_says_what_its_log_survival_does(cut):
    mean, sd, step = 0.3, 0.8, 1e-4
    count, told, pull, square = waiting_sums(ITEM, np.array([cut]), np.array([mean]), np.array([sd]), np.ones(1), 1)[:, 0]
    at = norm.logsf(cut, np.array([mean - step, mean, mean + step]), sd)
    slope, curvature = (at[2] - at[0]) / (2 * step), -(at[2] - 2 * at[1] + at[0]) / step**2
    assert count == 1.0
    assert told / sd**2 == pytest.approx(curvature, rel=1e-3, abs=1e-6)
    assert (pull - told * mean) / sd**2 == pytest.approx(slope, rel=1e-4, abs=1e-8)
    beyond, _ = quad(lambda y: (y - mean) ** 2 * norm.pdf(y, mean, sd), cut, np.inf, limit=200)
    assert square == pytest.approx(beyond / norm.sf(cut, mean, sd), rel=1e-3)


def test_orders_that_came_are_counted_by_weight():
    found = done_sums(np.array([0, 0, 2]), np.array([1.0, 2.0, 5.0]), np.array([1.0, 0.5, 1.0]), 3)
    assert found.tolist() == [[1.5, 0.0, 1.0], [2.0, 0.0, 5.0], [3.0, 0.0, 25.0]]


def test_with_no_share_in_it_a_tail_takes_nothing():
    done, late = np.zeros(3, np.int64), ITEM
    rest = np.array([0.5, 1.0, 1.5]), np.ones(3), late, np.array([1.2]), np.ones(1), 1, np.array([1.0]), np.array([0.5])
    near, waiting, far, _ = mixed_sums(done, *rest, NO_TAIL)
    assert near[0, 0] == pytest.approx(3.0)
    assert waiting[0, 0] == pytest.approx(1.0)
    assert far == pytest.approx(0.0, abs=1e-200)


def test_an_order_far_out_is_the_tails():
    done, late = np.zeros(2, np.int64), np.empty(0, np.int64)
    rest = np.array([1.0, 4.0]), np.ones(2), late, np.empty(0), np.empty(0), 0, np.array([1.0]), np.array([0.1])
    near, _, far, found = mixed_sums(done, *rest, Tail(0.05, 2.0, 1.0))
    assert near[0, 0] == pytest.approx(1.0, abs=0.01)
    assert far[0, 0] == pytest.approx(1.0, abs=0.01)
    assert far[1, 0] == pytest.approx(2.0, abs=0.02)  # its shift taken out
    assert found.shift == pytest.approx(1.5, abs=0.02)  # 3 of one order and 0 of the belief


@pytest.mark.parametrize("belief", [4.0, 12.0, np.inf])
def test_how_alike_spreads_are_is_found_from_the_variances(belief):
    draws = np.random.default_rng(1)
    n = draws.integers(2, 9, 20_000)
    variance = np.full(20_000, 0.25) if np.isinf(belief) else 0.25 * belief / draws.chisquare(belief, 20_000)
    item = np.repeat(np.arange(20_000), n)
    log_days = draws.normal(3.0, np.sqrt(variance)[item])
    found = alike_orders(*done_sums(item, log_days, np.ones(len(item)), 20_000))
    assert found == pytest.approx(belief, rel=0.15) if np.isfinite(belief) else found > 60.0


def test_few_items_do_not_tell():
    assert alike_orders(np.full(5, 9.0), np.ones(5), np.full(5, 2.0)) == 0.0

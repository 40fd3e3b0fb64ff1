"""The exponential fit against the textbook likelihood, and the roots that bounds are read off."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import lambertw

from justenough.kernels.likelihood import COLUMNS, EARLY, LOG_LIKELIHOOD, LOWER, MEAN, SHAPE, UPPER, excess, exponential, summit

DROP = stats.chi2.ppf(0.95, 1) / 2


@pytest.mark.parametrize("depth", [0.01, 0.4, 1.9, 3.0, 40.0])
def test_excess_is_lamberts_function(depth):
    """``v - ln v - 1 = d`` is ``v = -W(-exp(-1 - d))``, on either branch."""
    below, above = (-lambertw(-math.exp(-1.0 - depth), branch).real for branch in (0, -1))
    assert excess(depth, False) == pytest.approx(below, rel=1e-7)
    assert excess(depth, True) == pytest.approx(above, rel=1e-7)


@pytest.mark.parametrize("depth", [1e-12, 1e-9, 1e-5])
def test_excess_near_one_is_its_series(depth):
    """``v - 1 = +-sqrt(2 d) + 2 d / 3 + ...``"""
    w = math.sqrt(2.0 * depth)
    assert excess(depth, True) - 1.0 == pytest.approx(w + w * w / 3.0, rel=1e-4)
    assert excess(depth, False) - 1.0 == pytest.approx(-w + w * w / 3.0, rel=1e-4)
    assert excess(0.0, True) == 1.0


def fitted(r, total):
    out = np.empty((1, COLUMNS))
    exponential(np.array([float(r)]), np.array([float(total)]), DROP, 0.1, out)
    return out[0]


@pytest.mark.parametrize(("r", "total"), [(1, 10.0), (4, 70.0), (250, 9000.0)])
def test_exponential_bounds_are_where_the_likelihood_has_fallen(r, total):
    row = fitted(r, total)

    def fall(mean):
        return -r * math.log(mean) - total / mean - row[LOG_LIKELIHOOD] + DROP

    assert row[[SHAPE, MEAN]] == pytest.approx([1.0, total / r])
    assert row[LOWER + 2] == pytest.approx(optimize.brentq(fall, 1e-3 * total / r, total / r, xtol=1e-12), rel=1e-9)
    assert row[UPPER + 2] == pytest.approx(optimize.brentq(fall, total / r, 1e3 * total / r, xtol=1e-12), rel=1e-9)
    assert row[EARLY] == pytest.approx(stats.expon.ppf(0.1, scale=total / r))


def test_without_a_failure_there_is_a_lower_bound_alone():
    row = fitted(0, 500.0)
    assert np.isnan(row[MEAN])
    assert row[LOWER + 2] == pytest.approx(500.0 / DROP)
    assert row[UPPER + 2] == math.inf
    assert np.isnan(fitted(0, 0.0)).all()


def test_summit_is_that_of_a_parabola():
    top = 0.3
    assert summit(*(5.0 - 2.0 * (k - top) ** 2 for k in (-1, 0, 1))) == pytest.approx(top)
    assert summit(1.0, 0.0, 1.0) == 0.0

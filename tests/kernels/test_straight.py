"""Straight: moments and curves of a dense history beside numpy's, and beside the same exposure by the longer way."""

import numpy as np
import pytest

from justenough.kernels.position import CYCLE, N_ITEM, N_OUTCOME, READY, STEP, STOCK
from justenough.kernels.straight import LEAD, LEAD_SD, LOT, REVIEWED, curves_from, moments

POINTS = 32


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_moments_are_numpys_and_pass_over_what_nobody_recorded(kind):
    values = np.random.default_rng(1).poisson(1.5, (20, 200)).astype(kind)
    values[np.random.default_rng(2).random(values.shape) < 0.2] = np.nan
    for i in range(20):
        seen = values[i][~np.isnan(values[i])].astype(float)
        assert moments(values, i) == pytest.approx((len(seen), (seen == 0).sum(), seen.sum(), (seen**2).sum()), rel=1e-12)


def drawn(values, form=1, step=1.0):
    n = len(values)
    supply, terms = np.empty((n, 4)), np.full((n, N_ITEM), np.nan)
    supply[:, LEAD], supply[:, LEAD_SD], supply[:, REVIEWED], supply[:, LOT] = 10.0, 2.0, 7.0, 5.0
    terms[:, STEP], terms[:, 4], terms[:, 5], terms[:, 6], terms[:, 7] = step, 10.0, 0.25, 20.0, 30.0
    lows, curves, means = np.empty((n, POINTS)), np.empty((N_OUTCOME, n, POINTS)), np.empty(n)
    curves_from(values, 1.0, np.full(n, form), supply, terms, np.full(n, 1), lows, curves, means)
    return lows, curves, means


@pytest.mark.parametrize("form", range(4))
def test_curves_rise_from_the_mean_to_999(form):
    values = np.random.default_rng(3).poisson(np.exp(np.random.default_rng(4).normal(0, 2, (150, 1))), (150, 90)).astype(np.float32)
    lows, curves, means = drawn(values, form)
    some = means > 0.0
    np.testing.assert_allclose(means, values.mean(axis=1, dtype=float) * 17.0)
    np.testing.assert_array_equal(lows[:, 0], np.floor(means + 1e-9))
    assert (curves[CYCLE, some, -1] >= 0.999 - 1e-7).all()
    for column in (CYCLE, READY, STOCK):
        assert (np.diff(curves[column], axis=1) >= -1e-7 * (1.0 + curves[column][:, -1:])).all()


def test_unknown_rows_are_empty_and_touch_no_neighbour():
    values = np.random.default_rng(5).poisson(2.0, (130, 60)).astype(np.float64)
    whole, holed = drawn(values), values.copy()
    holed[70] = np.nan
    lows, curves, _ = drawn(holed)
    assert np.isnan(lows[70]).all()
    assert np.isnan(curves[:, 70]).all()
    others = np.arange(130) != 70
    np.testing.assert_array_equal(lows[others], whole[0][others])
    np.testing.assert_array_equal(curves[:, others], whole[1][:, others])

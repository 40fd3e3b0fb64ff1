"""The tables of the gamma's tails beside those that their tool makes anew."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval

from justenough.kernels.bells import ROW
from justenough.kernels.densities import DENSITY, SCRATCH
from justenough.kernels.gammas import _ABOVE, _BELOW, gammas, measure
from justenough.kernels.incomplete import stirling_rest

spec = importlib.util.spec_from_file_location("fit_gammas", Path(__file__).parents[2] / "tools" / "fit_gammas.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


@pytest.mark.parametrize(("side", "table"), [("above", _ABOVE), ("below", _BELOW)])
def test_a_fit_made_anew_is_the_same_polynomial(side, table):
    """To 1e-12 of a share, as no coefficient is sure to the last digit; at shapes and levels that are not those of the fit."""
    made, error = tool.fit(side)
    assert error < 6e-12
    assert not table[:, made.shape[1] :].any()
    for root in np.linspace(1e-3, 1.0, 50):
        t, ratios, weights = tool.ratio(side, 1.0 / root**2, 90)
        anew, kept = (polyval(t, polyval(2.0 * root - 1.0, rows[:, : made.shape[1]])) for rows in (made, table))
        np.testing.assert_allclose(anew * weights, kept * weights, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(kept * weights, ratios * weights, rtol=0.0, atol=6e-12)


def test_stirlings_factor_is_his_rest():
    """Of the tool and of the code, whose densities at the mean are the factor over a root."""
    coefficients, above, work = tool.stirling(), np.empty(3 * ROW), np.empty(SCRATCH)
    for shape in 1.0 / np.linspace(1e-6, 1.0, 300):
        level = np.array([shape])
        measure(level, shape, work)
        gammas(shape, 1.0, 1.0, level, above, work)
        expected = np.exp(-stirling_rest(shape))
        assert polyval(3.0 / (shape + 0.5) - 1.0, coefficients) == pytest.approx(expected, abs=5e-13)
        assert work[DENSITY] * np.sqrt(2.0 * np.pi * shape) == pytest.approx(expected, abs=5e-13)

"""Rows of densities beside scipy's, and their slopes and curvatures beside differences of themselves."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.kernels import densities as kernel
from justenough.kernels import loss as one_by_one
from justenough.kernels.densities import BEND, DENSITY, PLACE, SCRATCH, SLOPE, densities, is_nothing
from justenough.kernels.loss import shape_of


def test_shape_codes_are_those_of_loss():
    names = ("CONSTANT", "BELL", "GAMMA", "LOGNORMAL", "COUNT", "POISSON")
    assert [getattr(kernel, name) for name in names] == [getattr(one_by_one, f"_{name}") for name in names]


def row(form, mean, variance, places):
    """Density, slope and curvature at ``places``."""
    work = np.empty(SCRATCH)
    n = len(places)
    work[PLACE : PLACE + n] = places
    densities(*shape_of(int(form), mean, variance, 0.0)[:3], n, work)
    return [work[at : at + n].copy() for at in (DENSITY, SLOPE, BEND)]


LAWS = [
    (Form.NEGATIVE_BINOMIAL, 50.0, 75.0, stats.nbinom(100.0, 2 / 3).pmf),
    (Form.NEGATIVE_BINOMIAL, 2e5, 3e8, stats.nbinom(4e10 / (3e8 - 2e5), 2e5 / 3e8).pmf),
    (Form.NEGATIVE_BINOMIAL, 900.0, 900.0, stats.poisson(900.0).pmf),
]


@pytest.mark.parametrize(("form", "mean", "variance", "law"), LAWS)
def test_densities_are_scipys(form, mean, variance, law):
    places = np.floor(np.linspace(max(17.0, mean - variance**0.5), mean + 4.0 * variance**0.5, 30))
    found, _, _ = row(form, mean, variance, places)
    np.testing.assert_allclose(found, law(places), rtol=3e-8)


@pytest.mark.parametrize(("form", "mean", "variance", "law"), LAWS)
def test_slopes_and_curvatures_are_differences(form, mean, variance, law):
    width = 1e-3 * variance**0.5
    middle = mean + 1.7 * variance**0.5
    found, slope, bend = row(form, mean, variance, middle + width * np.arange(-1.0, 2.0))
    assert slope[1] == pytest.approx((found[2] - found[0]) / (2 * width), rel=1e-5)
    assert bend[1] == pytest.approx((slope[2] - slope[0]) / (2 * width), rel=1e-4)


def test_nothing_is_left_only_where_nothing_counts():
    for form, mean, variance, law in LAWS:
        shape = shape_of(int(form), mean, variance, 0.0)[:3]
        places = np.linspace(mean, mean + 40.0 * variance**0.5, 400)
        first = next(x for x in places if is_nothing(*shape, x))
        frozen = law.__self__
        assert frozen.sf(first) < 1e-12
        assert not is_nothing(*shape, frozen.isf(1e-7))

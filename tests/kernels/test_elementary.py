"""Exponentials and logarithms beside numpy's, and beside `math` where differences lose digits."""

import math

import numpy as np
import pytest

from justenough.kernels.elementary import decay, exponential, logarithm, over_logarithm


def test_exponentials_and_logarithms_are_numpys():
    random = np.random.default_rng(1)
    powers = random.uniform(-690.0, 690.0, 300)
    np.testing.assert_allclose([exponential(v) for v in powers], np.exp(powers), rtol=1e-15)
    values = np.exp(random.uniform(-300.0, 300.0, 300))
    values[:100] = random.uniform(0.5, 2.0, 100)
    found = np.array([logarithm(x) for x in values], dtype=np.longdouble)
    np.testing.assert_allclose(found, np.log(values.astype(np.longdouble)), rtol=4e-16)


def test_decays_are_exponentials_of_what_is_not_above_nothing():
    powers = np.concatenate([np.random.default_rng(2).uniform(-699.0, 0.0, 300), [0.0, -1e-300, 1e-9]])
    np.testing.assert_allclose([decay(v) for v in powers], np.exp(powers), rtol=1.5e-13)
    assert decay(-1e6) == decay(-700.0) == pytest.approx(math.exp(-700.0), rel=1e-12)


def test_beyond_its_range_an_exponential_is_that_of_the_end():
    assert exponential(-1e6) == exponential(-700.0) == pytest.approx(math.exp(-700.0), rel=1e-14)
    assert exponential(1e6) == exponential(700.0)


def test_what_a_number_has_over_its_logarithm_keeps_its_digits():
    for gap in (-0.9, -0.2, -1e-3, -1e-7, 1e-9, 1e-4, 0.3, 0.5, 7.0, 1e5):
        x = 1.0 + gap
        gap = x - 1.0
        series = sum((-1) ** k * gap**k / k for k in range(2, 12)) if abs(gap) < 0.01 else gap - math.log(x)
        assert over_logarithm(x) == pytest.approx(series, rel=1e-13)
    assert over_logarithm(1.0) == 0.0

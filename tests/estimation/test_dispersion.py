"""Dispersion: Taylor's line found in invented demand, and variances drawn to it."""

import numpy as np
import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.demand import past_of
from justenough.estimation.dispersion import Dispersion, dispersion_of


def past_of_series(series):
    packed = Ragged.of(series)
    return past_of(packed.values, packed.offsets[:-1], packed.offsets[1:])


def test_taylors_line_is_found():
    """Negative binomial of variance 3 times the mean: log variance = log 3 + log mean."""
    draws = np.random.default_rng(2)
    mean = np.exp(draws.uniform(1.0, 4.0, 500))[:, None]
    found = dispersion_of(past_of_series(draws.poisson(draws.gamma(mean / 2.0, 2.0, (500, 150))).astype(float)))
    for level in (5.0, 20.0, 40.0):
        assert np.exp(found.start + found.slope * np.log(level)) == pytest.approx(3.0 * level, rel=0.12)
    assert found.scatter < 0.05


def test_a_variance_is_drawn_by_its_number_of_demands():
    """Scatter 1, noise 4, four demands: half its own log variance, half the line's."""
    past = past_of_series([[0.0, 2.0, 4.0, 0.0, 6.0, 8.0]])
    line = Dispersion(start=0.5, slope=1.5, scatter=1.0, noise=4.0)
    own, mean = np.var([0, 2, 4, 0, 6, 8], ddof=1), 20 / 6
    expected = np.exp(0.5 * np.log(own) + 0.5 * (0.5 + 1.5 * np.log(mean)))
    assert line.variance_of(past, past.mean)[0] == pytest.approx(expected)
    assert line.variance_of(past, 2.0 * past.mean)[0] == pytest.approx(expected * 2**1.5)
    assert line.variance_of(past, 0.0 * past.mean)[0] == 0.0


def test_few_items_draw_no_line():
    assert dispersion_of(past_of_series([[1.0, 2.0, 4.0]] * 5)) == Dispersion()

"""Dispersion: the plane of mean and size found in invented demand, and variances drawn to it."""

import numpy as np
import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.dispersion import Dispersion, dispersion_of
from justenough.estimation.past import past_of


def past_of_series(series):
    packed = Ragged.of(series)
    return past_of(packed.values, packed.offsets[:-1], packed.offsets[1:])


def test_the_variance_of_a_mean_is_found():
    """Negative binomial of variance 3 times the mean, wanted in nearly all periods: its size is its mean over the chance of some."""
    draws = np.random.default_rng(2)
    mean = np.exp(draws.uniform(1.0, 4.0, 500))[:, None]
    found = dispersion_of(past_of_series(draws.poisson(draws.gamma(mean / 2.0, 2.0, (500, 150))).astype(float)))
    for level in (5.0, 20.0, 40.0):
        size = level / (1.0 - (1.0 / 3.0) ** (level / 2.0))
        assert np.exp(found.start + found.slope * np.log(level) + found.lump * np.log(size)) == pytest.approx(3.0 * level, rel=0.12)
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


def test_lumps_are_drawn_to_lumps_and_even_items_to_even_ones():
    """
    Poisson numbers of constant lumps, of 1 to 40 units, at the same mean of 2 a period: variance mean times lump.

    A line in the mean alone would draw all to the middle; of 24 periods each sample variance errs by far more.
    """
    draws = np.random.default_rng(3)
    lump = np.exp(draws.uniform(0.0, np.log(40.0), 600))
    past = past_of_series(lump[:, None] * draws.poisson(2.0 / lump[:, None], (600, 24)))
    seen = (past.positive >= 2.0) & (past.variance > 0.0)
    found = dispersion_of(past).variance_of(past, np.full(600, 2.0))
    apart = np.log(found / (2.0 * lump))[seen]
    alone = np.log(past.variance[seen] / (2.0 * lump[seen]))
    for rows in (lump[seen] < 3.0, lump[seen] > 12.0):
        assert np.abs(apart[rows].mean()) < 0.2
        assert np.mean(np.square(apart[rows])) < 0.5 * np.mean(np.square(alone[rows]))

"""Tails and losses of the normal distribution beside scipy's."""

import numpy as np
import pytest
from scipy import integrate, stats

from justenough.kernels.bells import ROW, bells
from justenough.kernels.densities import SCRATCH


def found(mean, deviation, levels):
    above, work = np.full((3, ROW), np.nan), np.empty(SCRATCH)
    bells(mean, deviation, levels, above.ravel(), work, work.view(np.int64))
    return above[:, : len(levels)]


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (1e6, 3.0), (2.0, 500.0)])
def test_tail_and_losses_are_scipys_far_below_and_far_above_the_mean(mean, deviation):
    for first in (-9.0, -1.0, 0.0, 3.0, 8.0, 38.0):
        z = np.linspace(first, first + 2.0, 60)
        tail, loss, second = found(mean, deviation, mean + z * deviation)
        density, above = stats.norm.pdf(z), stats.norm.sf(z)
        np.testing.assert_allclose(tail, above, atol=2e-11)
        np.testing.assert_allclose(loss, deviation * (density - z * above), atol=1e-10 * deviation)
        np.testing.assert_allclose(second, deviation**2 * ((1 + z**2) * above - z * density) / 2, atol=1e-9 * deviation**2)


def test_the_loss_is_the_tail_summed_from_there_up():
    level = np.array([0.7])
    tail, loss, second = (float(row[0]) for row in found(0.0, 1.0, level))
    assert tail == pytest.approx(integrate.quad(stats.norm.pdf, 0.7, 12.0)[0], abs=1e-10)
    assert loss == pytest.approx(integrate.quad(stats.norm.sf, 0.7, 12.0)[0], abs=1e-9)
    assert second == pytest.approx(integrate.quad(lambda x: (x - 0.7) * stats.norm.sf(x), 0.7, 12.0)[0], abs=1e-9)


def test_nothing_is_negative_and_nothing_rises():
    rows = found(0.0, 1.0, np.linspace(-10.0, 40.0, 64))
    assert (rows >= 0.0).all()
    assert (np.diff(rows, axis=1) <= 1e-10).all()

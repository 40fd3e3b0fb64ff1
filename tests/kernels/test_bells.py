"""Tails and losses of the normal and lognormal distributions beside scipy's."""

import numpy as np
import pytest
from scipy import integrate, stats

from justenough.kernels.bells import ROW, bells, log_bells


def found(mean, deviation, levels):
    above = np.full((3, ROW), np.nan)
    bells(mean, deviation, levels, above.ravel())
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


@pytest.mark.parametrize(("middle", "spread", "weight"), [(0.0, 1.0, 1.0), (9.0, 0.05, 1.0), (-3.0, 1.9, 0.2)])
def test_a_lognormals_tail_and_losses_are_integrals_of_scipys_density(middle, spread, weight):
    law = stats.lognorm(spread, scale=np.exp(middle))
    levels = np.concatenate([[0.0], law.ppf([1e-6, 0.03, 0.4, 0.9, 0.99, 0.9999])])
    above = np.full((3, ROW), np.nan)
    log_bells(middle, spread, weight, levels, above.ravel())
    normal = stats.norm.pdf
    for k, level in enumerate(levels):
        first = max((np.log(level) - middle) / spread, -12.0) if level > 0.0 else -12.0
        for power, row, size in ((0, 0, 1.0), (1, 1, law.mean()), (2, 2, law.moment(2))):
            over = lambda z, p=power, x=level: max(np.exp(middle + spread * z) - x, 0.0) ** p * normal(z)  # noqa: E731
            expected = weight * integrate.quad(over, first, 14.0, limit=300)[0] / max(power, 1)
            assert above[row, k] == pytest.approx(expected, abs=1e-8 * size)

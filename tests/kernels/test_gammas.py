"""Tails and losses of gammas beside scipy's, of shapes and levels at which only differences of ratios are left."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from justenough.kernels.bells import ROW
from justenough.kernels.densities import GAMMA, SCRATCH
from justenough.kernels.gammas import gammas, measure, tails_beyond
from justenough.kernels.loss import moments_above


def found(shape, scale, weight, levels, times=1.0):
    above, work, levels = np.full((3, ROW), np.nan), np.empty(SCRATCH), np.asarray(levels, dtype=np.float64)
    measure(levels, times * shape * scale, work)
    gammas(shape, scale, weight, levels, above.ravel(), work)
    return above[:, : len(levels)]


def test_shapes_from_a_hundredth_to_half_a_million_are_scipys():
    """Levels from a thousandth of the mean to thirty deviations beyond it; losses as a Q(a + 1) - z Q(a), which shares no formula."""
    random = np.random.default_rng(1)
    for _ in range(800):
        shape, scale, weight = (
            np.exp(random.uniform(np.log(0.01), np.log(5e5))),
            np.exp(random.uniform(-5.0, 8.0)),
            random.uniform(0.1, 1.0),
        )
        z = np.sort(shape * random.uniform(0.001, 1.2) + np.sqrt(shape) * random.uniform(0.0, random.choice([3.0, 30.0]), ROW))
        zeroth, first, second = (special.gammaincc(shape + k, z) for k in range(3))
        size = max(shape, np.sqrt(shape))
        tails, losses, squares = found(shape, scale, weight, z * scale)
        np.testing.assert_allclose(tails, weight * zeroth, rtol=0.0, atol=6e-12)
        np.testing.assert_allclose(losses / (weight * scale * size), (shape * first - z * zeroth) / size, rtol=0.0, atol=1e-10)
        expected = (shape * (shape + 1.0) * second - 2.0 * z * shape * first + z * z * zeroth) / 2.0
        np.testing.assert_allclose(squares / (weight * scale**2 * size**2), expected / size**2, rtol=0.0, atol=2e-9)


def test_both_sides_meet_where_the_mean_is_left_behind():
    """Both are scipy's on a row across the seam and right beside it, where no tail changes; there they are 9e-12 apart at most."""
    for shape in (0.3, 1.0, 1.7, 6.0, 40.0, 900.0, 1e5):
        levels = shape + np.sqrt(shape) * np.linspace(max(-0.9 * np.sqrt(shape), -10.0), 10.0, ROW)
        np.testing.assert_allclose(found(shape, 1.0, 1.0, levels)[0], special.gammaincc(shape, levels), rtol=0.0, atol=6e-12)
    for shape in [*np.linspace(0.01, 0.99, 50), *np.linspace(1.0, 100.0, 400) ** 2]:
        a = shape if shape >= 1.0 else shape + 1.0
        meet = a - 0.2 * (2.5 * np.sqrt(a) - 1.5)
        beside = np.array([meet * (1.0 - 1e-14), meet * (1.0 + 1e-14)])
        below, above = found(shape, 1.0, 1.0, beside)[0]
        assert abs(below - above) < 9e-12
        np.testing.assert_allclose([below, above], special.gammaincc(shape, beside), rtol=0.0, atol=6e-12)


def test_the_unit_of_logarithms_does_not_matter():
    levels = np.linspace(4.0, 400.0, ROW)
    for times in (1e-3, 0.2, 40.0):
        np.testing.assert_allclose(found(25.0, 3.0, 1.0, levels, times), found(25.0, 3.0, 1.0, levels), rtol=0.0, atol=1e-11)


def test_large_shapes_are_what_temmes_expansion_gives_whatever_the_unit():
    for shape in (3e3, 5e3, 1e4, 1e5, 6e5, 1e6, 1e7):
        levels = shape + np.sqrt(shape) * np.linspace(-6.0, 8.0, ROW)
        expected = [moments_above(GAMMA, shape, 1.0, 1.0, level)[0] for level in levels]
        for times in (1e-4, 0.02, 0.5, 1.0, 1.02, 3.0, 50.0, 1e4):
            np.testing.assert_allclose(found(shape, 1.0, 1.0, levels, times)[0], expected, rtol=0.0, atol=6e-12)


def test_one_row_is_measured_once_for_gammas_of_every_size():
    """A large one takes another unit on the way; those after it go on from there."""
    levels, work, above = np.linspace(40.0, 60.0, ROW), np.empty(SCRATCH), np.empty(3 * ROW)
    measure(levels, 5e3, work)
    for shape in (20.0, 3e5, 0.5, 300.0, 2e4):
        scale = 50.0 / shape
        gammas(shape, scale, 1.0, levels, above, work)
        np.testing.assert_allclose(above[:ROW], special.gammaincc(shape, levels / scale), rtol=0.0, atol=6e-12)


def test_the_loss_is_the_tail_summed_from_there_up():
    law = stats.gamma(0.4, scale=3.0)
    tail, loss, second = found(0.4, 3.0, 1.0, [2.0])[:, 0]
    assert tail == pytest.approx(law.sf(2.0), abs=6e-12)
    assert loss == pytest.approx(integrate.quad(law.sf, 2.0, 120.0)[0], abs=1e-10)
    assert second == pytest.approx(integrate.quad(lambda x: (x - 2.0) * law.sf(x), 2.0, 120.0, limit=200)[0], abs=1e-9)


def test_at_nothing_and_below_there_is_all_of_it():
    tail, loss, second = found(2.5, 4.0, 0.6, [-1.0, 0.0, 1e-300, 1e-12])
    np.testing.assert_allclose(tail, [1.0, 0.6, 0.6, 0.6])
    np.testing.assert_allclose(loss, [7.0, 6.0, 6.0, 6.0])
    np.testing.assert_allclose(second, [(84.0 + 2.0 * 6.0 + 1.0) / 2.0, 42.0, 42.0, 42.0])


def test_an_exponential_is_an_exponential():
    levels = np.linspace(0.0, 60.0, 90)
    for row, size, error in zip(found(1.0, 2.0, 1.0, levels), (1.0, 2.0, 4.0), (6e-12, 1e-10, 2e-9), strict=True):
        np.testing.assert_allclose(row, size * np.exp(-levels / 2.0), rtol=0.0, atol=error)


def test_tails_a_little_farther_are_scipys_or_left_to_others():
    random, seen = np.random.default_rng(3), 0
    for _ in range(400):
        shape, scale = np.exp(random.uniform(np.log(0.02), np.log(1e5))), np.exp(random.uniform(-3.0, 3.0))
        levels = np.linspace(shape * random.uniform(0.3, 1.1), shape + shape**0.5 * random.uniform(2.0, 10.0), 32) * scale
        gap = random.uniform(0.0, 0.3) * shape**0.5 * scale
        above, work, further = np.empty(3 * ROW), np.empty(SCRATCH), np.empty(32)
        measure(levels, levels[-1], work)
        gammas(shape, scale, 0.7, levels, above, work)
        if tails_beyond(shape, scale, 0.7, gap, levels, above, work, further):
            seen += 1
            np.testing.assert_allclose(further, 0.7 * special.gammaincc(shape, (levels + gap) / scale), rtol=0.0, atol=1e-10)
        else:
            assert shape < 1.0 or gap > 0.15 * min(shape**0.5 * scale, levels[0])
    assert 100 < seen < 300

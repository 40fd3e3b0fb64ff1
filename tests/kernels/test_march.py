"""Tails and losses carried along a row of levels, beside the same one by one."""

import math

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.kernels.bells import ROW
from justenough.kernels.densities import COUNT, SCRATCH
from justenough.kernels.loss import moments_above, shape_of
from justenough.kernels.march import march
from justenough.kernels.spacing import mark_wide

TAIL, LOSS, SECOND = range(3)
CLOSE = 2e-8  # of 1, of the larger of mean and standard deviation, and of its square


def above(form, mean, variance, idle, levels):
    """What `march` finds above ``levels``, and which `mark_wide` says are too far apart to interpolate."""
    found, coarse, work = np.empty(3 * ROW), np.zeros(len(levels), dtype=np.int64), np.empty(SCRATCH)
    shape, places = shape_of(int(form), mean, variance, idle), np.asarray(levels, dtype=np.float64)
    march(*shape, places, mean, found, work, work.view(np.int64))
    mark_wide(*shape[:3], 0.0, places, found, coarse)
    return found.reshape(3, ROW)[:, : len(levels)], coarse


def test_random_rows_of_every_form_are_what_each_level_gives_alone():
    """Means from 1e-3 to 1e7, variances up to 10,000 times the mean, idle shares to 0.999, rows from 3 to 40 deviations long."""
    random = np.random.default_rng(2)
    seen = set()
    for _ in range(1500):
        form, mean = random.choice([0, 1, 2, 3, 5]), np.exp(random.uniform(np.log(1e-3), np.log(1e7)))
        variance = (
            mean * np.exp(random.uniform(0.0, np.log(1e4))) if random.random() < 0.5 else (mean * np.exp(random.uniform(-5, 1.5))) ** 2
        )
        variance, idle = mean if random.random() < 0.1 else variance, random.random() * 0.999
        start, sd = mean * random.uniform(0.2, 1.2), math.sqrt(variance)
        levels = np.linspace(start, start + sd * random.choice([3.0, 4.0, 8.0, 40.0]), 32)
        shape = shape_of(form, mean, variance, idle)
        levels = np.floor(levels) if shape[0] >= COUNT else levels
        seen.add(shape[0])
        found, _ = above(form, mean, variance, idle, levels)
        expected = np.array([moments_above(*shape, level) for level in levels]).T
        size = max(mean, sd)
        assert (np.abs(found - expected) <= CLOSE * np.array([1.0, size, size**2])[:, None]).all(), (form, mean, variance, idle)
        assert (np.diff(found, axis=1) <= 1e-9 * np.array([1.0, size, size**2])[:, None]).all()
    assert len(seen) >= 5


@pytest.mark.parametrize(("mean", "variance"), [(60.0, 90.0), (400.0, 5e4), (3e4, 3e4), (1e6, 3e8)])
def test_a_count_is_scipys_sum(mean, variance):
    """Direct sums of the probabilities, not the telescoped formula."""
    sd = variance**0.5
    law = stats.poisson(mean) if variance == mean else stats.nbinom(mean**2 / (variance - mean), mean / variance)
    levels = np.floor(np.linspace(mean, mean + 4 * sd, 32))
    units = np.arange(levels[0] + 1, mean + 60 * sd)
    mass = law.pmf(units)
    found, _ = above(Form.NEGATIVE_BINOMIAL, mean, variance, 0.0, levels)
    for k in (0, 9, 20, 31):
        over = np.maximum(units - levels[k], 0.0)
        assert found[TAIL, k] == pytest.approx(mass[over > 0].sum(), abs=3e-8)
        assert found[LOSS, k] == pytest.approx((mass * over).sum(), abs=3e-8 * sd)
        assert found[SECOND, k] == pytest.approx((mass * over**2).sum() / 2, abs=3e-8 * variance)


def test_a_constant_is_a_constant():
    found, coarse = above(Form.GAMMA, 7.0, 0.0, 0.0, [5.0, 6.0, 8.0])
    np.testing.assert_array_equal(found[TAIL], [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(found[LOSS], [2.0, 1.0, 0.0])
    assert coarse[1] == 1


def test_a_constant_within_the_first_of_many_levels_is_still_above_it():
    found, _ = above(Form.NORMAL, 0.5, 0.0, 0.0, [0.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(found[:, 0], [1.0, 0.5, 0.125])

"""Counts added up beside scipy's sums."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.kernels.adding_up import UNITS, add_up, begin, counts_added_up
from justenough.kernels.densities import COUNT, POISSON
from justenough.kernels.loss import shape_of


@pytest.mark.parametrize("start", [0, 1, 55, 130])
@pytest.mark.parametrize(("mean", "variance"), [(0.02, 0.05), (0.7, 0.7), (3.0, 40.0), (60.0, 61.0), (60.0, 300.0)])
def test_whole_units_added_up_are_scipys_sums(mean, variance, start):
    law = stats.poisson(mean) if variance == mean else stats.nbinom(mean**2 / (variance - mean), mean / variance)
    shape, one, two, _ = shape_of(int(Form.NEGATIVE_BINOMIAL), mean, variance, 0.0)
    tail, loss, second = range(3)
    assert shape == (POISSON if variance == mean else COUNT)
    units = np.zeros((3, UNITS))
    state = np.empty(4)
    assert begin(shape, one, two, start, state) == start
    middle = add_up(shape, one, two, start, UNITS, 0.01, units, state)  # as far as a hundredth, then on
    assert law.sf(middle) <= 0.01 + 1e-12
    n = add_up(shape, one, two, middle, UNITS, 0.0, units, state)
    every = np.arange(0.0, 4000.0)
    mass = law.pmf(every)
    assert mass[every > n].sum() < 1e-11
    for x in range(start, n, max(1, n // 7)):
        over = np.maximum(every - x, 0.0)
        assert units[tail, x] == pytest.approx(mass[over > 0].sum(), abs=1e-12)
        assert units[loss, x] == pytest.approx((mass * over).sum(), abs=1e-10)
        assert units[second, x] == pytest.approx((mass * over**2).sum() / 2, abs=1e-8)


def test_a_count_too_large_to_start_at_nothing_is_not_added_up():
    assert begin(POISSON, 5000.0, 0.0, 0, np.zeros(4)) == -1
    far = np.tile([COUNT, 2.0, 0.005, 1.0, 398.0], (6, 1))  # ends beyond the room
    assert counts_added_up(far, 0.0, 398, 5e-4, np.empty((6, 3, UNITS)), np.zeros(6, np.int64), np.empty((6, 4))) == 0

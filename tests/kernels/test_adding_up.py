"""Counts added up beside scipy's sums."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.kernels.adding_up import EACH, N_STATE, ROOM, UNITS, add_on, add_short, add_up, begin, counts_added_up
from justenough.kernels.bells import ROW
from justenough.kernels.densities import CONSTANT, COUNT, POISSON
from justenough.kernels.loss import shape_of

EVERY = np.arange(0.0, 4000.0)


def three(mean, variance):
    """Shapes of three moments, the last with this mean, and the laws of scipy for them."""
    shapes, laws = np.empty((3, 5)), []
    for c, part in enumerate((0.5, 0.8, 1.0)):
        shapes[c] = *shape_of(int(Form.NEGATIVE_BINOMIAL), part * mean, part * variance, 0.0), part * mean
        laws.append(stats.poisson(part * mean) if variance == mean else stats.nbinom(part * mean**2 / (variance - mean), mean / variance))
    return shapes, laws


@pytest.mark.parametrize("start", [0, 1, 55, 130])
@pytest.mark.parametrize(("mean", "variance"), [(0.02, 0.05), (0.7, 0.7), (3.0, 40.0), (60.0, 61.0), (60.0, 300.0)])
def test_whole_units_added_up_are_scipys_sums(mean, variance, start):
    shapes, laws = three(mean, variance)
    assert shapes[0, 0] == (POISSON if variance == mean else COUNT)
    units, states = np.zeros((1, ROOM)), np.empty((3, N_STATE))
    assert begin(shapes, start, states) == 1
    middle = add_up(start, UNITS, 0.01, states, units[0])  # as far as a hundredth, then on
    assert laws[2].sf(middle) <= 0.01 + 1e-12
    lengths = np.array([middle, 0])
    add_on(1, float(UNITS), units, lengths, states)
    n = lengths[0]
    assert (units[0, EACH * n : EACH * (n + 1)] == 0.0).all()
    assert laws[2].pmf(EVERY)[EVERY > n].sum() < 1e-11
    for x in range(start, n, max(1, n // 7)):
        over, mine = np.maximum(EVERY - x, 0.0), units[0, EACH * x :]
        assert mine[0] == pytest.approx(laws[2].sf(x), abs=1e-12)
        for c, law in enumerate(laws):
            mass = law.pmf(EVERY)
            assert mine[1 + c] == pytest.approx((mass * over).sum(), abs=1e-10)
            assert mine[4 + c] == pytest.approx((mass * (over**2 + over)).sum() / 2, abs=1e-8)


@pytest.mark.parametrize("quantity", [1.0, 7.0, 500.0])
def test_positions_are_short_by_the_mean_over_their_whole_units(quantity):
    """Mean of E[(X - y)+] and P(X > y) over the positions low + 1 - 1 ... low + quantity - 1, one by one."""
    shapes, laws = three(20.0, 55.0)
    units, lengths, states = np.zeros((2, ROOM)), np.zeros(2, dtype=np.int64), np.empty((6, N_STATE))
    lows = np.array([20.0, 21.0, 40.0, 83.0, 2000.0])
    assert counts_added_up(np.vstack([shapes, shapes]), 0.0, 20, 1e-4, units, lengths, states) == 1
    add_on(1, lows[3] + quantity + 1.0, units, lengths, states)
    tail, sums = np.empty(5), np.zeros(7 * ROW)
    add_short(0.9, quantity, lows, units[0], lengths[0], tail, sums)
    np.testing.assert_allclose(tail, laws[2].sf(lows), atol=1e-12)
    np.testing.assert_allclose(sums[6 * ROW :][:5], 0.9 * tail)
    for c, law in enumerate(laws):
        for k, low in enumerate(lows):
            positions = low + np.arange(quantity)
            over = np.maximum(EVERY - positions[:, None], 0.0) @ law.pmf(EVERY)
            assert sums[c * ROW + k] == pytest.approx(0.9 * over.mean(), abs=1e-10)
            assert sums[(3 + c) * ROW + k] == pytest.approx(0.9 * law.sf(positions).mean(), abs=1e-12)


def test_no_demand_leaves_nothing():
    shapes = np.tile([CONSTANT, 0.0, 0.0, 1.0, 0.0], (6, 1))
    units, lengths, states = np.full((2, ROOM), np.nan), np.zeros(2, dtype=np.int64), np.empty((6, N_STATE))
    assert counts_added_up(shapes, 0.0, 0, 1e-4, units, lengths, states) == 1
    add_on(1, 5.0, units, lengths, states)
    tail, sums = np.empty(2), np.zeros(7 * ROW)
    add_short(1.0, 3.0, np.array([0.0, 4.0]), units[0], lengths[0], tail, sums)
    assert not tail.any()
    assert not sums.any()


def test_a_count_too_large_to_start_at_nothing_is_not_added_up():
    assert begin(np.tile([POISSON, 5000.0, 0.0, 1.0, 5000.0], (3, 1)), 0, np.empty((3, N_STATE))) == 0
    far = np.tile([COUNT, 2.0, 0.005, 1.0, 398.0], (6, 1))  # ends beyond the room
    assert counts_added_up(far, 0.0, 398, 5e-4, np.empty((2, ROOM)), np.zeros(2, np.int64), np.empty((6, N_STATE))) == 0

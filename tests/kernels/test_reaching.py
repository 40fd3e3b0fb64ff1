"""The first position that keeps a promise, and the ends of a curve, beside a look at every level."""

import numpy as np
import pytest
from scipy import stats

from justenough.kernels.adding_up import N_STATE, ROOM, counts_added_up
from justenough.kernels.densities import BELL, GAMMA
from justenough.kernels.instants import SHAPES
from justenough.kernels.position import CYCLE, FILL, STEP, TARGET_CYCLE, TARGET_FILL, served_by, shapes_over
from justenough.kernels.reaching import _far_by_formula, ends_of, first_covering, first_filling, not_served

NAN = float("nan")


def case(form, rate, noise, lead, review, outage, step=1.0, quantity=3.0):
    rows = []
    for extra in (0.0, 40.0):
        days = np.array([lead, lead + review / 2, lead + review]) + extra
        rows += [rate * days, noise * days + (0.2 * rate * days) ** 2, np.exp(-0.3 * rate * days)]
    shapes = np.empty(SHAPES)
    shapes_over(form, np.array(rows), shapes)
    return shapes, np.array([outage, step, rate, review, 12.0, 0.25, 7.0, 40.0, 0.97, 0.98, np.inf, quantity])


def cases(n, seed):
    random = np.random.default_rng(seed)
    for k in range(n):
        rate = np.exp(random.uniform(-5.0, 3.0))
        yield case(
            k % 4, rate, rate * np.exp(random.uniform(0.05, 3)), random.uniform(0, 60), random.choice([1.0, 7.0]), random.choice([0, 0.03])
        )


def test_not_served_is_what_cycle_service_leaves():
    for shapes, item in cases(40, 1):
        for low in (0.0, 1.0, 7.0, 60.0):
            assert not_served(shapes, item, low) == pytest.approx(1.0 - served_by(shapes, item, CYCLE, low), abs=1e-12)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999, 0.99999])
def test_the_first_whole_level_covers_and_the_one_below_does_not(share):
    for shapes, item in cases(80, 2):
        start = np.floor(shapes[2, 4])
        found = first_covering(shapes, item, share, start)
        assert found == np.floor(found) >= start
        assert served_by(shapes, item, CYCLE, found) >= share - 1e-12
        assert found == start or served_by(shapes, item, CYCLE, found - 1.0) < share


def test_a_divisible_level_covers_exactly():
    for shapes, item in cases(80, 3):
        if shapes[2, 0] >= 3:
            continue
        item[STEP] = 0.0
        found = first_covering(shapes, item, 0.99, shapes[2, 4])
        assert served_by(shapes, item, CYCLE, found) == pytest.approx(0.99, abs=1e-9) or found == shapes[2, 4]


def test_the_first_filling_level_fills():
    for shapes, item in cases(40, 4):
        start = np.floor(shapes[2, 4])
        found = first_filling(shapes, item, 0.98, start)
        assert served_by(shapes, item, FILL, found) >= 0.98
        assert found == start or served_by(shapes, item, FILL, found - 1.0) < 0.98


def test_ends_by_adding_up_are_those_by_searching():
    compared = 0
    for shapes, item in cases(200, 5):
        units, lengths = np.empty((2, ROOM)), np.zeros(2, dtype=np.int64)
        if not counts_added_up(shapes, item[0], 0, 0.0, units, lengths, np.empty((6, N_STATE))):
            continue
        assert ends_of(shapes, item, units, lengths, 1) == ends_of(shapes, item, units, lengths, 0)
        compared += 1
    assert compared > 20


@pytest.mark.parametrize("step", [0.0, 1.0])
@pytest.mark.parametrize("form", [0, 1])
def test_the_far_end_of_one_bell_or_gamma_is_where_scipys_tail_is_a_thousandth(form, step):
    random, by_formula = np.random.default_rng(6), 0
    for _ in range(60):
        shape = np.exp(random.uniform(-1.0, 12.0))
        mean = np.exp(random.uniform(-9.0, 13.0)) if step == 0.0 else np.exp(random.uniform(0.0, 13.0))
        shapes, item = np.tile([0.0, 0.0, 0.0, 1.0, mean], (6, 1)), case(0, 1.0, 2.0, 3.0, 1.0, 0.0, step)[1]
        item[[TARGET_CYCLE, TARGET_FILL]] = NAN
        shapes[:, :3] = (BELL, mean, mean / shape**0.5) if form == 0 else (GAMMA, shape, mean / shape)
        law = stats.norm(mean, mean / shape**0.5) if form == 0 else stats.gamma(shape, scale=mean / shape)
        lean, far, _, _ = ends_of(shapes, item, np.empty((2, 1)), np.zeros(2, dtype=np.int64), 0)
        by_formula += not np.isnan(_far_by_formula(shapes, item, lean))
        if step == 0.0:
            assert far == pytest.approx(law.isf(0.001), rel=1e-11)
            continue
        assert far == np.floor(far) >= lean
        assert law.sf(far + 0.5) <= 0.001 * (1.0 + 1e-9)
        assert far == lean or law.sf(far - 0.5) > 0.001 * (1.0 - 1e-9)
    assert by_formula > 40

"""Slopes of a line's throughput against finite differences of exact two- and three-machine lines."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.line import Line
from justenough.kernels import chain, fluid
from justenough.sizing.paces import decomposed
from justenough.strategy.line_gradients import gradients, lived_gradients, ranked
from justenough.strategy.masking import Effort

DAY_OF_CYCLES = 1440  # one part a minute
CYCLE = 1 / DAY_OF_CYCLES
MTBF, MTTR, CAPACITY = np.array([110.0, 80.0, 150.0]), np.array([9.0, 12.0, 10.0]), np.array([12, 20])
LONG = Effort(seed=3, lives=64, parts=40_000)


def three(**changes):
    told = {"cycle_days": CYCLE, "up_days": MTBF * CYCLE, "down_days": MTTR * CYCLE, "capacity": CAPACITY} | changes
    return Line.of("three", ("a", "b", "c"), **told)


def exact_three(mtbf, mttr, capacity):
    """Parts an hour of the whole chain of the synchronous line."""
    return 60 * chain.synchronous(1 / mtbf, 1 / mttr, np.array([[0, 1], [1, 2]]), np.asarray(capacity))[0][2]


def exact_slopes():
    """By hand: central differences of the whole chain, a hundredth up and down."""
    steps = 0.01 * np.eye(3)
    mtbf = [(exact_three(MTBF * (1 + s), MTTR, CAPACITY) - exact_three(MTBF * (1 - s), MTTR, CAPACITY)) / (0.02 * MTBF[i] * CYCLE)
            for i, s in enumerate(steps)]  # fmt: skip
    mttr = [(exact_three(MTBF, MTTR * (1 + s), CAPACITY) - exact_three(MTBF, MTTR * (1 - s), CAPACITY)) / (0.02 * MTTR[i] * CYCLE)
            for i, s in enumerate(steps)]  # fmt: skip
    here = exact_three(MTBF, MTTR, CAPACITY)
    place = [exact_three(MTBF, MTTR, CAPACITY + np.eye(2, dtype=int)[j]) - here for j in range(2)]
    return np.array(mtbf), np.array(mttr), np.array(place)


def test_slopes_of_three_machines_are_those_of_the_whole_chain():
    """Slots and continuous failures differ by some hundredths here; signs, sizes and order are those of the chain."""
    mtbf, mttr, place = exact_slopes()
    found = gradients(three())
    assert found.mtbf == pytest.approx(mtbf, rel=0.12)
    assert found.mttr == pytest.approx(mttr, rel=0.12)
    assert found.place == pytest.approx(place, rel=0.12)


def test_lived_slopes_of_three_machines_are_those_of_the_whole_chain():
    mtbf, mttr, place = exact_slopes()
    found = lived_gradients(three(), LONG)
    for name, wanted in (("mtbf", mtbf), ("mttr", mttr), ("place", place)):
        assert getattr(found, name) == pytest.approx(wanted, rel=0.1, abs=4 * found.errors[name].max())
        assert np.all(found.errors[name] < 0.1 * np.abs(wanted).max())


def test_slopes_of_two_machines_of_unequal_speed_are_those_of_the_exact_fluid():
    line = Line.of("two", ("a", "b"), cycle_days=[CYCLE, 0.9 * CYCLE], up_days=MTBF[:2] * CYCLE, down_days=MTTR[:2] * CYCLE, capacity=12)

    def made(speed=1.0, mttr=1.0, room=10.0):
        rates = np.array([1.0, 1 / 0.9 * speed]) * 60
        return fluid.two_machines(rates, 60 / MTBF[:2], 60 / (MTTR[:2] * np.array([mttr, 1.0])), room + 1 - 0.9, time_dependent=False)[0]

    found = gradients(line)
    assert found.mttr[0] * MTTR[0] * CYCLE == pytest.approx((made(mttr=1.001) - made(mttr=0.999)) / 0.002, rel=1e-3)
    # More speed of the quicker machine also puts it a little further ahead, which is left out here.
    assert found.speed[1] == pytest.approx((made(speed=1.001) - made(speed=0.999)) / 0.002, rel=0.15)
    assert found.place[0] == pytest.approx(made(room=11.0) - made(), rel=1e-6)


def test_the_factor_scales_every_slope():
    plain, scaled = gradients(three()), gradients(three(), factor=0.98)
    assert scaled.mttr == pytest.approx(0.98 * plain.mttr)


def test_what_never_fails_has_nothing_to_gain_but_speed():
    up, down = np.array([np.inf, *MTBF[1:]]) * CYCLE, np.array([0.0, 0.0, 10.0]) * CYCLE
    line = three(up_days=up, down_days=down, cycle_days=CYCLE * np.array([1.0, 1.3, 1.0]))
    found = gradients(line)
    assert found.mtbf[0] == found.mttr[0] == 0.0
    assert found.mttr[1] == pytest.approx(-60 / 1.3 / up[1], rel=0.05)  # repaired at once, and the slowest: it nearly alone counts
    assert "a" not in {lever.where for lever in ranked(line, found) if lever.what != "speed"}


def test_the_ranking_says_what_one_step_gives():
    line = three()
    found = gradients(line)
    levers = ranked(line, found)
    assert [lever.tenth for lever in levers] == sorted((lever.tenth for lever in levers), reverse=True)
    repair = next(lever for lever in levers if (lever.what, lever.where) == ("MTTR", "b"))
    shorter = gradients_of_a_minute(line)
    assert repair.step == "one minute less"
    assert repair.gains == pytest.approx(shorter, rel=0.05)


def gradients_of_a_minute(line):
    less = replace(line, down_days=line.down_days - np.array([0.0, 1.0, 0.0]) / 1440)
    return (decomposed(less).throughput - decomposed(line).throughput) / 24

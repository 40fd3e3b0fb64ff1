"""Work clock: planned time as calendar time, against a walk through the hours."""

import numpy as np
import pytest
from simulated_floor import plant_of

from justenough.estimation.floor import floor_of
from justenough.estimation.work_clock import ALWAYS, WorkClock, work_clocks

TWO_SHIFTS = WorkClock(np.array([0.0, 0.25, 0.5, 1.0]), np.array([0.0, 0.0, 0.25, 0.25]))  # 6 to 12 every day


def walked(clock, work, start, steps=24_000):
    """Calendar time by walking in small steps."""
    length = clock.at[-1]
    step, now, done = length / steps, start * length, 0.0
    begun = now
    while done < work - 1e-9:
        middle = (now + step / 2) % length
        if np.interp(middle + step / 4, clock.at, clock.worked) > np.interp(middle - step / 4, clock.at, clock.worked):
            done += step
        now += step
    return now - begun


def test_elapsed_is_the_walk():
    rng = np.random.default_rng(2)
    for _ in range(8):
        work, start = rng.uniform(0.01, 0.9), rng.random()
        found = TWO_SHIFTS.elapsed(np.array([[work]]), np.array([start]))[0, 0]
        assert found == pytest.approx(walked(TWO_SHIFTS, work, start), abs=2e-3)


def test_work_that_ends_with_the_shift_ends_there():
    assert TWO_SHIFTS.elapsed(np.array([[0.25]]), np.array([0.25]))[0, 0] == pytest.approx(0.25)
    assert TWO_SHIFTS.elapsed(np.array([[0.5]]), np.array([0.25]))[0, 0] == pytest.approx(1.25)
    assert TWO_SHIFTS.share == 0.25
    np.testing.assert_array_equal(ALWAYS.elapsed(np.array([[3.0]]), np.array([0.4])), [[3.0]])


def test_clocks_of_a_floor_take_whole_weeks():
    """Eight to sixteen, five days a week, for two weeks and a bit: a third of five sevenths."""
    shifts = [(24 * day + 8, 24 * day + 16, "shift") for day in range(16) if day % 7 < 5]
    floor = floor_of(plant_of([("M", 8.0, 24 * 15 + 16.0, "running", None)], shifts))
    (clock,) = work_clocks(floor)
    assert clock.at[-1] == 14.0
    assert clock.share == pytest.approx(5 / 7 / 3)
    bare = floor_of(plant_of([("M", 0.0, 48.0, "running", None)]))
    assert work_clocks(bare) == [ALWAYS]


def test_a_calendar_says_nothing_of_months_after_it():
    """One machine heard five months after an export, or five before it, takes no shift from the others' calendar."""
    shifts = [(24 * day + 8, 24 * day + 16, "shift") for day in range(16) if day % 7 < 5]
    working = ("M", 8.0, 24 * 15 + 16.0, "running", None)
    for day in (150, -150):
        late = ("N", 24.0 * day + 8.0, 24.0 * day + 9.0, "down", "jam")
        clocks = work_clocks(floor_of(plant_of([working, late], shifts)))
        for clock in clocks:
            assert clock.share == pytest.approx(5 / 7 / 3)
            assert clock.at[-1] == 14.0

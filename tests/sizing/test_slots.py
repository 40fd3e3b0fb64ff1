"""Synchronous machines that stand for a real line's: the same mean, the same long-run spread."""

import numpy as np
import pytest

from justenough.domain.line import Line
from justenough.simulation.lines import live
from justenough.sizing import decoupling
from justenough.sizing.slots import slots_of


def test_machines_of_one_pace_keep_their_chances():
    line = Line.of("s", ("a", "b"), cycle_days=0.001, up_days=0.1, down_days=0.01, capacity=9)
    slots = slots_of(line)
    assert slots.days == 0.001
    assert slots.failing == pytest.approx(0.01, rel=0.06)
    assert slots.repaired == pytest.approx(0.1, rel=0.06)
    assert slots.repaired / (slots.repaired + slots.failing) == pytest.approx(line.availability)


@pytest.mark.parametrize("scv", [0.0, 1.0, 4.0])
def test_a_slow_machine_makes_as_much_and_varies_as_much(scv):
    """Counted over many long windows, real machine and stand-in have one mean and one variance."""
    line = Line.of("v", ("a", "b"), cycle_days=[1.0, 1.6], up_days=60.0, down_days=12.0, repair_scv=scv, capacity=2)
    slots = slots_of(line)
    p, r = slots.failing[1], slots.repaired[1]
    share = r / (r + p)
    stand_in = share * (1 - share) * (2 - p - r) / (p + r)
    alone = Line.of("alone", ("b",), cycle_days=1.6, up_days=60.0, down_days=12.0, repair_scv=scv, capacity=[])
    lives = live(alone, seed=6, lives=800, parts=4_000)
    # Time to make a fixed number of parts: its variance is that of the count times the cube of the mean time of one.
    counted = (4_000 / lives.throughput).var(ddof=1) * lives.mean**3 / 4_000
    assert share == pytest.approx(lives.mean, rel=2e-3)
    assert stand_in == pytest.approx(counted, rel=0.2)


def test_a_machine_that_never_fails_and_is_quick_never_stops():
    line = Line.of("n", ("a", "b"), cycle_days=1.0, up_days=[np.inf, 50.0], down_days=[0.0, 5.0], capacity=4)
    slots = slots_of(line)
    assert slots.failing[0] < 1e-9
    assert decoupling.pair([slots.failing], [slots.repaired], [4]).throughput[0] == pytest.approx(50 / 55, rel=1e-6)


def test_rework_is_time():
    line = Line.of("r", ("a", "b"), cycle_days=1.0, up_days=np.inf, down_days=0.0, rework=[0.0, 0.5], capacity=4)
    slots = slots_of(line)
    assert slots.repaired[1] / (slots.repaired[1] + slots.failing[1]) == pytest.approx(0.5)

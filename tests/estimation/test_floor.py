"""What a record is used for, by the declared rules; the whole of a floor is tested as OEE."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.machine import UNMAPPED, Loss, State, Use
from justenough.estimation.floor import floor_of, uses_for
from justenough.sources.samples import sample


@pytest.mark.parametrize(
    ("loss", "state", "planned", "use"),
    [
        (UNMAPPED, State.DOWN, False, Use.BREAKDOWN),
        (UNMAPPED, State.DOWN, True, Use.PLANNED_STOP),
        (UNMAPPED, State.SETUP, True, Use.SETUP),
        (Loss.PLANNED, State.SETUP, False, Use.PLANNED_STOP),
        (Loss.STARVED, State.DOWN, False, Use.STARVED),
        (Loss.BREAKDOWN, State.STARVED, False, Use.BREAKDOWN),
        (Loss.BREAKDOWN, State.RUNNING, True, Use.RUNNING),
        (Loss.SPEED, State.RUNNING, False, Use.RUNNING),
        (Loss.SPEED, State.DOWN, False, Use.MINOR_STOP),
        (Loss.BLOCKED, State.UNKNOWN, False, Use.UNKNOWN),
        (Loss.PLANNED, State.ENGINEERING, True, Use.ENGINEERING),
    ],
)
def test_a_reason_says_more_than_a_state_but_not_whether_it_ran(loss, state, planned, use):
    assert uses_for(np.array([loss], np.int8))[1, state, int(planned)] == use


def test_the_floor_begins_at_the_midnight_before_the_first_record_on_the_plants_clock():
    floor = floor_of(sample("bearings"))
    assert floor.zone == "Europe/Berlin"
    day = np.datetime64(floor.since, "us")
    assert str(day) == "2026-05-05T22:00:00.000000"  # midnight of 6 May in Berlin, in UTC
    assert len(floor.use) == len(floor.disjoint.states)

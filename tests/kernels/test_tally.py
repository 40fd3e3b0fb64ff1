"""Time added up by cell and use, by hand; random records are held to `minute_reference` in the tests of OEE."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.machine import NO_REASON, Planned, State, Use
from justenough.estimation.floor import uses_for
from justenough.kernels import tally

USES = uses_for(np.array([0], np.int8))  # reason 0 is a breakdown
CUT = (np.array([0, 3]), np.array([0, 10, 20]), np.array([10, 20, 30]), np.array([1, 2, 1], np.int8), np.array([0, 0, 1]))
ROWS = np.array([0, 2])


def states(*rows):
    start, end, state, reason = (np.array([row[k] for row in rows], np.int64) for k in range(4))
    return start, end, state.astype(np.int8), reason.astype(np.int32), np.zeros(len(rows), np.int8), np.array([0, len(rows)])


def used(one, limit):
    return tally.uses_of(*one[:5], USES, limit)


def test_the_kernels_codes_are_those_of_the_words():
    assert (tally.OVERTIME, tally.UNKNOWN, tally.RUNNING, tally.MINOR_STOP) == (Use.OVERTIME, Use.UNKNOWN, Use.RUNNING, Use.MINOR_STOP)
    assert (tally.BREAKDOWN, tally.SETUP, tally.IDLE, len(Use)) == (Use.BREAKDOWN, Use.SETUP, Use.IDLE, tally.USES)
    assert Planned.SHIFT == tally.SHIFT
    assert [Use(int(code)).label for code in tally.RESIDUAL] == ["outside", "unknown", "break", "planned_stop"]


def test_time_goes_to_the_use_and_cell_it_is_in_and_stops_to_their_reason():
    one = states((2, 12, State.RUNNING, NO_REASON), (12, 24, State.DOWN, 0), (26, 40, State.IDLE, NO_REASON))
    totals, machine, key, time, count = tally.tallied(*one[:2], used(one, 5), one[3], one[5], 1, np.zeros(1, np.int64), *CUT, ROWS)
    told = [{Use(k).label: int(t) for k, t in enumerate(row) if t} for row in totals]
    assert told == [{"running": 8, "unknown": 2, "overtime": 2, "break": 8}, {"breakdown": 4, "idle": 4, "unknown": 2}]
    assert machine.tolist() == [0, 0]
    assert sorted(zip(key.tolist(), time.tolist(), count.tolist(), strict=True)) == [(Use.IDLE, 4, 1), (len(Use) + Use.BREAKDOWN, 4, 1)]


def test_an_own_stop_is_minor_by_its_length_alone_where_a_limit_is_declared():
    one = states((0, 5, State.DOWN, 0), (5, 11, State.DOWN, 0), (11, 12, State.STARVED, NO_REASON), (12, 13, State.IDLE, NO_REASON))
    use = [used(one, limit).tolist() for limit in (5, -1)]
    assert use[0] == [Use.MINOR_STOP, Use.BREAKDOWN, Use.STARVED, Use.MINOR_STOP]
    assert use[1] == [Use.BREAKDOWN, Use.BREAKDOWN, Use.STARVED, Use.IDLE]


def test_parts_follow_running_time_and_stand_still_only_where_it_never_ran():
    one = states((2, 12, State.RUNNING, NO_REASON), (12, 24, State.DOWN, 0), (24, 26, State.SETUP, NO_REASON))
    counts = (np.array([0, 22, 25]), np.array([20, 30, 25]), np.array([[10.0], [8.0], [1.0]]), np.ones(3, np.int8), np.array([0, 3]))
    intervals = (*one[:2], used(one, -1), one[3], one[5])
    made, stood, counted = tally.shared_out(*counts, *intervals, np.zeros(2, np.int8), np.zeros(1, np.int64), *CUT, ROWS)
    assert made[:, :, 0] == pytest.approx(np.array([[8, 9], [2, 0], [0, 9]]))  # what is made in a set-up starts up
    assert stood.tolist() == [0, 1, 1]
    assert counted.tolist() == [8, 0]

"""The stated rules for records that overlap, repeat, are empty or have no end, and what of it is counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from justenough.domain.machine import PRECEDENCE, State
from justenough.domain.plant import Plant
from justenough.estimation.intervals import Rules, disjoint, recorded

DAY = dt.datetime(2026, 3, 2)
MINUTE = 60_000_000


def of(*rows, machines=("M",), zone=None, **tables):
    """Recorded rows of minutes: (machine, start, end, state, reason, planned)."""
    at = [(m, *(None if t is None else DAY + dt.timedelta(minutes=t) for t in (a, b)), *rest) for m, a, b, *rest in rows]
    kinds = {"machine": pl.String, "start": pl.Datetime, "end": pl.Datetime, "state": pl.String, "reason": pl.String, "planned": pl.Boolean}
    declared = pl.DataFrame({"machine": list(machines), "time_zone": pl.Series([zone] * len(machines), dtype=pl.String)})
    frames = {"events": pl.DataFrame(at, kinds, orient="row"), "machines": declared, **tables}
    return recorded(Plant.from_frames(currency="EUR", demand_period="day", **frames))


def told(found):
    states = found.states
    first = round((DAY - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))
    rows = zip((states.start - first) // MINUTE, (states.end - first) // MINUTE, states.state, states.reason, strict=True)
    return [(int(a), int(b), State(s).label, states.reasons[r] if r >= 0 else None) for a, b, s, r in rows]


def counted(settled):
    return {name: int(getattr(settled, name).sum()) for name in settled.__slots__ if getattr(settled, name).sum()}


def test_a_stop_beats_running_and_a_reason_beats_none():
    found = disjoint(of(("M", 0, 60, "running", None, False), ("M", 10, 30, "down", None, False), ("M", 20, 40, "down", "jam", False)))
    assert told(found) == [(0, 10, "running", None), (10, 20, "down", None), (20, 40, "down", "jam"), (40, 60, "running", None)]
    assert counted(found.settled) == {"records": 3, "overlapping": 2, "overlap": 40 * MINUTE}


def test_the_precedence_can_be_declared_otherwise():
    rows = (("M", 0, 60, "running", None, False), ("M", 10, 30, "down", None, False))
    first = (State.RUNNING, *(state for state in PRECEDENCE if state != State.RUNNING))
    assert told(disjoint(of(*rows), Rules(precedence=first))) == [(0, 60, "running", None)]
    with pytest.raises(ValueError, match="each state once"):
        Rules(precedence=PRECEDENCE[1:])


def test_duplicates_and_empty_records_are_counted_and_change_nothing():
    one = ("M", 0, 10, "running", None, False)
    found = disjoint(of(one, one, one, ("M", 5, 5, "down", "jam", False)))
    assert told(found) == [(0, 10, "running", None)]
    assert counted(found.settled) == {"records": 4, "duplicates": 2, "empty": 1, "overlap": 20 * MINUTE}


def test_records_without_an_end_last_until_the_next_begins_and_the_last_until_the_records_end():
    """Two open records that begin together both end with the next; of them the stop counts."""
    rows = (("M", 0, None, "running", None, False), ("M", 0, None, "down", None, False), ("M", 20, None, "idle", None, False))
    other = ("N", 0, 50, "running", None, False)
    found = disjoint(of(*rows, other, machines=("M", "N")))
    assert told(found) == [(0, 20, "down", None), (20, 50, "idle", None), (0, 50, "running", None)]
    assert counted(found.settled) == {"records": 4, "overlapping": 1, "overlap": 20 * MINUTE, "open_closed": 2, "still_open": 1}


def test_samples_that_touch_and_are_alike_are_one():
    found = disjoint(of(*(("M", 5 * k, 5 * k + 5, "down", "jam", False) for k in range(6))))
    assert told(found) == [(0, 30, "down", "jam")]
    assert counted(found.settled) == {"records": 6}


def test_a_log_of_changes_only_needs_no_ends():
    found = disjoint(
        of(("M", 0, None, "running", None, False), ("M", 10, None, "down", None, False), ("M", 15, 40, "running", None, False))
    )
    assert told(found) == [(0, 10, "running", None), (10, 15, "down", None), (15, 40, "running", None)]


def test_a_machine_nobody_declared_is_named_and_counted_with_the_others():
    found = of(("GHOST", 0, 10, "running", None, False), ("M", 0, 10, "running", None, False))
    assert found.undeclared == ("GHOST",)
    assert found.states.machines == ("GHOST", "M")


def test_reasons_know_their_loss_and_unheard_of_ones_have_none():
    reasons = pl.DataFrame({"reason": ["jam"], "loss": ["minor_stop"]})
    states = of(("M", 0, 10, "down", "jam", False), ("M", 10, 20, "down", "?", False), reasons=reasons).states
    assert dict(zip(states.reasons, states.losses.tolist(), strict=True)) == {"?": -1, "jam": 2}


def test_moments_on_a_clock_that_is_changed_are_settled_and_counted():
    """25 October 2026 in Berlin: 02:30 comes twice; the hour from 01:30 to 02:30 is read as one, to 03:30 as three."""
    day = dt.datetime(2026, 10, 25)
    rows = {"machine": ["M", "M"], "start": [day + dt.timedelta(hours=1.5), day + dt.timedelta(hours=2.5)]}
    rows |= {"end": [day + dt.timedelta(hours=2.5), day + dt.timedelta(hours=3.5)], "state": ["running", "down"]}
    machines = pl.DataFrame({"machine": ["M"], "time_zone": ["Europe/Berlin"]})
    found = recorded(Plant.from_frames(currency="EUR", demand_period="day", events=pl.DataFrame(rows), machines=machines))
    assert ((found.states.end - found.states.start) // (60 * MINUTE)).tolist() == [1, 2]
    assert (found.clock_twice, found.clock_never) == (2, 0)


def test_no_records_are_no_states():
    assert len(disjoint(of()).states) == 0
    assert np.array_equal(disjoint(of()).states.offsets, [0, 0])


def test_a_record_that_begins_in_the_hour_a_clock_skipped_is_empty_at_worst():
    """On 2026-03-29 Berlin's clocks went from 2 to 3: a stop booked from 2:30 to 3:10 cannot end before it began."""
    skipped, hour = 27 * 24 * 60, 60
    rows = [("M", skipped + 150, skipped + 190, "down", "jam", False), ("M", skipped + 190, skipped + 6 * hour, "running", None, False)]
    found = of(*rows, zone="Europe/Berlin")
    assert found.clock_never == 1
    assert (found.states.end >= found.states.start).all()
    settled = disjoint(found)
    assert (settled.states.end - settled.states.start).sum() == 170 * MINUTE  # 3:10 to 6:00

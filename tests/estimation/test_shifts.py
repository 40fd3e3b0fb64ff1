"""Calendars cut into pieces: nothing overlaps, nothing is missing, and what is planned follows a stated order."""

from __future__ import annotations

import datetime as dt

import polars as pl

from justenough.domain.machine import HOUR, Planned
from justenough.domain.plant import Plant
from justenough.estimation.shifts import pieces_of

DAY = dt.datetime(1970, 1, 5)  # a Monday
SINCE = 4 * 24 * HOUR


def cut(*rows, machines=("M",), zones=None, until=24, by=()):
    """Pieces of calendar rows (machine, start hour, end hour, kind, shift)."""
    kinds = {"machine": pl.String, "start": pl.Datetime, "end": pl.Datetime, "kind": pl.String, "shift": pl.String}
    at = [(m, DAY + dt.timedelta(hours=a), DAY + dt.timedelta(hours=b), kind, shift) for m, a, b, kind, shift in rows]
    plant = Plant.from_frames(currency="EUR", demand_period="day", calendar=pl.DataFrame(at, kinds, orient="row"))
    return pieces_of(plant, machines, zones or [""] * len(machines), SINCE, SINCE + until * HOUR, by=by)


def told(pieces, group=0):
    mine = slice(pieces.offsets[group], pieces.offsets[group + 1])
    edges = zip((pieces.start[mine] - SINCE) // HOUR, (pieces.end[mine] - SINCE) // HOUR, pieces.plan[mine], strict=True)
    return [(int(a), int(b), Planned(int(plan)).label) for a, b, plan in edges]


def test_a_planned_stop_counts_before_a_break_and_a_break_before_a_shift():
    pieces = cut((None, 6, 14, "shift", None), (None, 9, 12, "break", None), (None, 11, 13, "planned_stop", None))
    expected = [(0, 6, "outside"), (6, 9, "shift"), (9, 11, "break"), (11, 13, "planned_stop"), (13, 14, "shift"), (14, 24, "outside")]
    assert told(pieces) == expected


def test_overlapping_shifts_are_planned_once():
    pieces = cut((None, 6, 14, "shift", None), (None, 13, 20, "shift", None))
    assert told(pieces) == [(0, 6, "outside"), (6, 20, "shift"), (20, 24, "outside")]


def test_machines_share_a_calendar_unless_they_have_rows_of_their_own():
    pieces = cut((None, 6, 14, "shift", None), ("B", 14, 16, "shift", None), machines=("A", "B", "C"))
    assert pieces.group.tolist() == [0, 1, 0]
    assert told(pieces, 0) == [(0, 6, "outside"), (6, 14, "shift"), (14, 24, "outside")]
    assert told(pieces, 1) == [(0, 6, "outside"), (6, 16, "shift"), (16, 24, "outside")]


def test_without_any_shift_all_time_is_planned_and_the_calendar_says_so():
    pieces = cut((None, 9, 10, "break", None))
    assert told(pieces) == [(0, 9, "shift"), (9, 10, "break"), (10, 24, "shift")]
    assert pieces.planned.tolist() == [False]
    assert cut((None, 9, 9, "shift", None)).planned.tolist() == [False]  # a shift that ends as it begins is none


def test_shifts_and_days_split_time_into_cells():
    pieces = cut((None, 6, 14, "shift", "early"), (None, 22, 30, "shift", None), until=36, by=("day", "shift"))
    hours = (pieces.end - pieces.start) // HOUR
    found = {}
    for cell, took in zip(pieces.cell, hours, strict=True):
        key = pieces.keys.select("day", "shift").row(int(cell))
        found[key] = found.get(key, 0) + int(took)
    assert found == {
        ("1970-01-05", "early"): 8,
        ("1970-01-05", "from 22:00"): 2,
        ("1970-01-05", "no shift"): 14,
        ("1970-01-06", "from 22:00"): 6,
        ("1970-01-06", "no shift"): 6,
    }


def test_one_calendar_is_read_on_the_clock_of_each_machine():
    pieces = cut((None, 6, 14, "shift", None), machines=("A", "B"), zones=("", "Europe/Berlin"))
    assert told(pieces, 1) == [(0, 5, "outside"), (5, 13, "shift"), (13, 24, "outside")]
    assert pieces.rows.tolist() == [0, 1, 2]
    assert pieces.cell_of_row.tolist() == [0, 1]

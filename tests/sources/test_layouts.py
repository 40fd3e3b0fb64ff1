"""Periods side by side, and several rows of one item."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.domain.checks import FILE, ROW
from justenough.sources.declarations import Source, Stops, Wide
from justenough.sources.layouts import made_long, one_row_each, past_midnight, periods_of, stops_laid_out


def test_headers_that_say_their_date():
    either = Wide(r"(?i)^\d{4} week", "newest_last", period_format="%G week %V")
    assert periods_of(["a", "2012 week 1", "2012 Week 2"], either, "week") == {
        "2012 week 1": dt.date.fromisocalendar(2012, 1, 1),
        "2012 Week 2": dt.date.fromisocalendar(2012, 2, 1),
    }


def test_headers_that_are_counted():
    wide = Wide("^P", "newest_first", first_period="2025-11-01")
    assert periods_of(["item", "P1", "P2", "P3"], wide, "month") == {
        "P1": dt.date(2026, 1, 1),
        "P2": dt.date(2025, 12, 1),
        "P3": dt.date(2025, 11, 1),
    }


@pytest.mark.parametrize(
    ("names", "wide", "message"),
    [
        (["a"], Wide("^P", "newest_last", "%Y-%m"), "no column like '^P'"),
        (["2026-02", "2026-01"], Wide(r"^\d", "newest_last", "%Y-%m"), "periods from 2026-02-01 to 2026-01-01 in another order"),
        (["2026-01", "2026-1"], Wide(r"^\d", "newest_last", "%Y-%m"), "the period 2026-01-01 twice"),
        (["2026-01", "2026"], Wide(r"^\d", "newest_last", "%Y-%m"), "'2026', which is not a date like '%Y-%m'"),
        (
            ["2026-01", "2026-03"],
            Wide(r"^\d", "newest_last", "%Y-%m", "2026-01-01"),
            "'2026-03' where the 2026-02-01 is by count from 2026-01-01",
        ),
    ],
)
def test_headers_that_contradict_the_profile(names, wide, message):
    assert periods_of(names, wide, "month") == message


def test_unreliable_periods_become_unknown():
    frame = pl.DataFrame({"item": ["A"], "x": [1.0], "y": [2.0], FILE: ["f"], ROW: [2]})
    long = made_long(frame, {"x": dt.date(2026, 1, 1), "y": dt.date(2026, 2, 1)}, Wide("", "newest_last", "%Y", unreliable=("2026-02-01",)))
    assert long.select("date", "quantity").rows() == [(dt.date(2026, 1, 1), 1.0), (dt.date(2026, 2, 1), None)]


def test_one_row_each_picks_as_declared():
    frame = pl.DataFrame(
        {"item": ["B", "A", "A", "A"], "supplier": ["z", "y", "x", "x"], "unit_cost": [9.0, 1.0, 2.0, None], ROW: [2, 3, 4, 5]}
    )
    columns = {"supplier": (Source("s", pick="most_common"),), "unit_cost": (Source("c", pick="median"),)}
    assert one_row_each(frame, "item", columns).rows() == [("B", "z", 9.0, 2), ("A", "x", 1.5, 3)]


def test_stops_side_by_side_are_laid_end_to_end_and_the_rest_ran():
    at = dt.datetime(2026, 1, 1, 6)
    frame = pl.DataFrame({"machine": ["M", "M"], "start": [at, at], "end": [at + dt.timedelta(minutes=m) for m in (60, 20)]})
    lost = {"jam": pl.Series([5.0, None]), "leak": pl.Series([10.0, 25.0])}
    laid = stops_laid_out(frame, lost, Stops("x", "minutes"))
    minutes = [((a - at).seconds // 60, (b - at).seconds // 60, r, s) for _, a, b, r, s in laid.rows()]
    assert minutes[:3] == [(0, 5, "jam", "down"), (5, 15, "leak", "down"), (0, 25, "leak", "down")]
    assert minutes[3] == (15, 60, None, "running")
    assert minutes[4][:2] == (25, 20)  # more stops than time: the record ends before it starts, and will be refused


def test_rows_past_midnight_have_the_day_they_say_they_have():
    frame = pl.DataFrame({"start": [dt.datetime(2026, 1, 2, 22, 55)], "end": [dt.datetime(2026, 1, 2, 1, 5)]})
    assert past_midnight(frame, "end").row(0) == (dt.datetime(2026, 1, 1, 22, 55), dt.datetime(2026, 1, 2, 1, 5))
    assert past_midnight(frame, "start").row(0) == (dt.datetime(2026, 1, 2, 22, 55), dt.datetime(2026, 1, 3, 1, 5))

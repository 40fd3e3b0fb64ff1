"""Periods side by side, and several rows of one item."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.domain.checks import FILE, ROW
from justenough.sources.declarations import Source, Wide
from justenough.sources.layouts import made_long, one_row_each, periods_of


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

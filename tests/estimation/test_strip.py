"""The strip shows what took most of each slot, in the order of time."""

from __future__ import annotations

import datetime as dt

import polars as pl

from justenough.domain.machine import DAY, Use
from justenough.domain.plant import Plant
from justenough.estimation.floor import floor_of
from justenough.estimation.strip import strip_of

MONDAY = dt.datetime(2026, 3, 2)


def test_each_slot_is_named_by_its_greatest_use():
    hours = [("running", 0, 5), ("down", 5, 7.4), ("running", 7.4, 24)]
    events = [
        {"machine": "M", "start": MONDAY + dt.timedelta(hours=a), "end": MONDAY + dt.timedelta(hours=b), "state": s} for s, a, b in hours
    ]
    calendar = pl.DataFrame({"start": [MONDAY + dt.timedelta(hours=2)], "end": [MONDAY + dt.timedelta(hours=20)], "kind": ["shift"]})
    plant = Plant.from_frames(currency="EUR", demand_period="day", events=pl.DataFrame(events), calendar=calendar)
    strip = strip_of(floor_of(plant), 24)
    expected = [Use.OVERTIME] * 2 + [Use.RUNNING] * 3 + [Use.BREAKDOWN] * 2 + [Use.RUNNING] * 13 + [Use.OVERTIME] * 4
    assert strip.use[0].tolist() == expected
    assert strip.until - strip.since == DAY


def test_a_strip_of_less_than_all_time_is_its_end():
    events = pl.DataFrame(
        {
            "machine": ["M", "M"],
            "start": [MONDAY, MONDAY + dt.timedelta(days=3)],
            "end": [MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=4)],
            "state": ["running", "idle"],
        }
    )
    floor = floor_of(Plant.from_frames(currency="EUR", demand_period="day", events=events))
    assert strip_of(floor, 4, days=2).use[0].tolist() == [Use.UNKNOWN, Use.UNKNOWN, Use.IDLE, Use.IDLE]
    assert strip_of(floor, 4, days=99).use[0].tolist() == [Use.RUNNING, Use.UNKNOWN, Use.UNKNOWN, Use.IDLE]

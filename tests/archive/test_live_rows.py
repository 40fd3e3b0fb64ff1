"""Rows made of readings: the same whatever the order and the pieces they come in."""

from __future__ import annotations

import random

import polars as pl
import pytest

from justenough.archive.journal import KINDS
from justenough.archive.live_rows import rows_of, still_silent
from justenough.domain.plant import Plant
from justenough.estimation.intervals import recorded
from justenough.sources.live.readings import Kind

EMPTY = {"sequence": -1, "state": -1, "reason": "", "planned": False, "item": "", "received": 0}


def readings(*rows):
    told = [{"seq": at, "machine": "M1", "stream": "mqtt:a", **EMPTY, **row} for at, row in enumerate(rows)]
    return pl.DataFrame(told, schema=KINDS)


def counters(*points):
    return readings(*({"kind": Kind.RUNNING, "at": at, "total": float(total), "good": float(total)} for at, total in points))


def parts_of(points):
    """Plain reference: what a counter counted, reading by reading in order of time."""
    made, last = 0, None
    for _, total in sorted(points):
        if last is not None:
            made += total - last if total >= last else total
        last = total
    return made


def in_pieces(points, order, pieces):
    """Total of the rows when the points come in this order, in so many batches."""
    earlier, total, least = counters().clear(), 0.0, 0.0
    for piece in range(pieces):
        batch = counters(*(points[at] for at in order[piece::pieces]))
        if batch.height:
            made = rows_of(batch, earlier, silent_after=0).counts["total"]
            total += made.sum()
            least = min([least, *made])
            earlier = pl.concat([earlier, batch])
    return total, least


@pytest.mark.parametrize("seed", range(30))
def test_a_counter_counts_the_same_in_any_order_and_any_pieces(seed):
    """Late readings between counted ones, and counters that began again, whatever came first."""
    rng = random.Random(seed)
    points, total = [], 0
    for at in range(rng.randrange(2, 12)):
        total = rng.randrange(5) if rng.random() < 0.2 else total + rng.randrange(9)
        points.append((1000 * at, total))
    order = list(range(len(points)))
    rng.shuffle(order)
    total, least = in_pieces(points, order, rng.randrange(1, len(points) + 1))
    assert total == parts_of(points)
    assert least >= 0.0, "a row of counts must never take parts back"


def test_restarts_are_counted():
    made = rows_of(counters((0, 5), (1, 9), (2, 3), (3, 4)), counters().clear(), silent_after=0)
    assert made.restarts == 1
    assert made.counts["total"].to_list() == [4.0, 3.0, 1.0]


def test_a_state_lasts_until_the_next():
    made = rows_of(
        readings({"kind": Kind.STATE, "at": 7, "state": 1, "reason": "jam"}, {"kind": Kind.STATE, "at": 3, "state": 0}),
        readings().clear(),
        silent_after=0,
    ).events
    assert made["state"].to_list() == ["running", "down"]
    assert made["reason"].to_list() == [None, "jam"]
    assert made["end"].is_null().all()


def test_parts_of_each_message_reach_back_to_the_one_before():
    earlier = readings({"kind": Kind.EACH, "at": 10, "total": 3.0})
    new = readings({"kind": Kind.EACH, "at": 30, "total": 4.0, "item": "A"}, {"kind": Kind.EACH, "at": 50, "total": 5.0, "since": 45})
    made = rows_of(new, earlier, silent_after=0).counts
    microseconds = made.with_columns(pl.col("start", "end").cast(pl.Int64))
    assert microseconds.select("start", "end", "total", "item").rows() == [(10, 30, 4.0, "A"), (45, 50, 5.0, None)]


def test_silence_is_unknown():
    """Said at 0 and 100: with a patience of 30 it is unknown from 30 on; still silent at 140, from 130 on."""
    told = readings({"kind": Kind.STATE, "at": 0, "state": 0}, {"kind": Kind.ALIVE, "at": 100})
    events = rows_of(told, readings().clear(), silent_after=30).events
    assert events.select(pl.col("start").cast(pl.Int64), "state").rows() == [(0, "running"), (30, "unknown")]
    late = still_silent(told, 30, 140)
    assert late.select(pl.col("start").cast(pl.Int64), "state").rows() == [(130, "unknown")]
    assert still_silent(told, 30, 130).is_empty()


def test_births_and_deaths_judge_a_sparkplug_machine_not_silence():
    told = readings({"kind": Kind.STATE, "at": 0, "state": 0}, {"kind": Kind.ALIVE, "at": 100}).with_columns(
        stream=pl.lit("mqtt:spBv1.0/g/e/M1")
    )
    assert rows_of(told, told.clear(), silent_after=30).events.height == 1
    assert still_silent(told, 30, 1000).is_empty()


def test_rows_are_told_in_utc_so_that_the_hour_that_comes_twice_is_two():
    """01:30 UTC on 25 October 2026 is the second 02:30 in Berlin."""
    at = 1_792_891_800_000_000
    made = rows_of(readings({"kind": Kind.STATE, "at": at, "state": 0}), readings().clear(), silent_after=0).events
    assert (str(made["start"][0]), made["time_zone"][0]) == ("2026-10-25 01:30:00", "UTC")
    machines = pl.DataFrame({"machine": ["M1"], "time_zone": ["Europe/Berlin"]})
    found = recorded(Plant.from_frames(currency="EUR", demand_period="day", events=made, machines=machines))
    assert (found.states.start.tolist(), found.clock_twice) == ([at], 0)

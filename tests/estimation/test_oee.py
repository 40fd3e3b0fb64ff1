"""OEE against a minute-by-minute reference on messy records, by conservation, and on the bundled plant."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import minute_reference as reference
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from justenough.domain.machine import HOUR, SemiState, State, Use
from justenough.domain.plant import Plant
from justenough.estimation.floor import NothingMeasured, floor_of
from justenough.estimation.intervals import Rules
from justenough.estimation.oee import COLUMNS, oee_by, oee_of
from justenough.sources.samples import sample

DAY_0 = dt.datetime(2026, 3, 2)
MINUTE = 60_000_000
REASONS = {
    "jam": "minor_stop",
    "leak": "breakdown",
    "service": "planned",
    "no parts": "starved",
    "dull": "speed",
    "first piece": "startup_reject",
}


def at(minute: int | None) -> dt.datetime | None:
    return None if minute is None else DAY_0 + dt.timedelta(minutes=minute)


def tick(minute: int) -> int:
    return round((at(minute) - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))


def plant_of(events=(), calendar=(), counts=(), machines=None, **tables):
    """A plant of rows in minutes: events (machine, start, end, state, reason, planned), calendar (machine, start, end, kind), counts."""
    names = sorted({one[0] for one in [*events, *counts]})
    frames = {
        "machines": machines if machines is not None else pl.DataFrame({"machine": names, "ideal_cycle_seconds": [60.0] * len(names)}),
        "events": pl.DataFrame(
            [(m, at(a), at(b), *rest) for m, a, b, *rest in events],
            {
                "machine": pl.String,
                "start": pl.Datetime,
                "end": pl.Datetime,
                "state": pl.String,
                "reason": pl.String,
                "planned": pl.Boolean,
            },
            orient="row",
        ),
        "calendar": pl.DataFrame(
            [(m, at(a), at(b), kind) for m, a, b, kind in calendar],
            {"machine": pl.String, "start": pl.Datetime, "end": pl.Datetime, "kind": pl.String},
            orient="row",
        ),
        "counts": pl.DataFrame(
            [(m, at(a), at(b), *rest) for m, a, b, *rest in counts],
            {"machine": pl.String, "start": pl.Datetime, "end": pl.Datetime, "total": pl.Float64, "good": pl.Float64, "item": pl.String},
            orient="row",
        ),
        "reasons": pl.DataFrame({"reason": list(REASONS), "loss": list(REASONS.values())}),
    }
    return Plant.from_frames(currency="EUR", demand_period="day", **(frames | tables))


def records(machine: str):
    minute = some.integers(0, 110)
    states = some.sampled_from(State.labels())
    reasons = some.sampled_from([None, "unheard of", *REASONS])
    one = some.tuples(minute, some.one_of(some.none(), some.integers(0, 60)), states, reasons, some.booleans())
    return some.lists(one.map(lambda r: (machine, r[0], None if r[1] is None else r[0] + r[1], *r[2:])), max_size=12)


def calendars(machine: str | None):
    kinds = some.sampled_from(["shift", "shift", "break", "planned_stop"])
    one = some.tuples(some.integers(0, 110), some.integers(0, 70), kinds)
    return some.lists(one.map(lambda r: (machine, r[0], r[0] + r[1], r[2])), max_size=5)


def counted(machine: str):
    one = some.tuples(some.integers(0, 110), some.integers(1, 60), some.integers(0, 40))
    return some.lists(one.map(lambda r: (machine, r[0], r[0] + r[1], float(r[2]), float(r[2] // 2), None)), max_size=3)


@settings(max_examples=60)
@given(
    some.tuples(records("A"), records("B")),
    some.tuples(calendars(None), calendars("B")),
    some.tuples(counted("A"), counted("B")),
    some.integers(-1, 10),
    some.tuples(some.integers(0, 40), some.integers(60, 130)),
)
def test_every_minute_is_used_as_the_plain_reference_says(events, calendar, counts, limit, window):
    told = [*events[0], *events[1]]
    if not told and not any(counts):
        return
    plant = plant_of(told, [*calendar[0], *calendar[1]], [*counts[0], *counts[1]])
    since, until = window
    floor = floor_of(plant, since=tick(since), until=tick(until), rules=Rules(minor_stop_minutes=limit))
    found = oee_by(floor, "machine")
    for place, machine in enumerate(found.keys["machine"]):
        mine = [one[1:] for one in sorted(told, key=lambda one: one[1]) if one[0] == machine]
        plan = [one[1:] for one in [*calendar[0], *calendar[1]] if one[0] in (None, machine)]
        plan = [one for one in plan if one[1] > one[0]]  # an empty row plans nothing
        expected = reference.uses(mine, plan, REASONS, since, until, until, limit)
        minutes = Counter(expected.values())
        assert found.ticks[place].tolist() == [minutes[use.label] * MINUTE for use in Use]
        assert found.ticks[place].sum() == (until - since) * MINUTE
        expected |= {(minute, "plan"): reference.plan_of(minute, plan) for minute in range(since, until)}
        parts = [one[1:4] for one in [*counts[0], *counts[1]] if one[0] == machine]
        planned, beyond = reference.parts_in(parts, mine, expected, since, until, until)
        assert found.made[:2, place, COLUMNS.index("total")] == pytest.approx([planned, beyond], abs=1e-9)


@settings(max_examples=15)
@given(records("A"), calendars(None), counted("A"))
def test_however_time_is_split_it_adds_up_to_the_same(events, calendar, counts):
    if not events and not counts:
        return
    floor = floor_of(plant_of(events, calendar, counts), since=tick(-30), until=tick(200))
    whole = oee_by(floor)
    for by in (("machine",), ("day", "shift"), ("week",), ("line", "product"), ("plant",)):
        part = oee_by(floor, *by)
        assert part.ticks.sum(axis=0).tolist() == whole.ticks[0].tolist()
        assert part.counted.sum() == whole.counted[0]
        assert part.made.sum(axis=1) == pytest.approx(whole.made[:, 0], abs=1e-9)


def test_a_shift_by_hand():
    """480 min with a break of 30; 20 down, 2 jammed, 10 set up, 8 starved; 360 parts of a minute, 342 good."""
    events = [
        ("M", 0, 100, "running", None, False),
        ("M", 100, 120, "down", "leak", False),
        ("M", 120, 200, "running", None, False),
        ("M", 200, 202, "down", None, False),
        ("M", 202, 300, "running", None, False),
        ("M", 300, 310, "setup", None, True),
        ("M", 310, 400, "running", None, False),
        ("M", 400, 408, "starved", None, False),
        ("M", 408, 480, "running", None, False),
    ]
    calendar = [(None, 0, 480, "shift"), (None, 240, 270, "break")]
    one = oee_of(plant_of(events, calendar, [("M", 0, 480, 440.0, 418.0, None)]), since=tick(0))
    row = one.frame().row(0, named=True)
    share = 410 / 440  # of the 440 running minutes 30 were in the break
    assert row["planned_hours"] == pytest.approx(450 / 60)
    assert row["run_hours"] == pytest.approx(412 / 60)
    assert row["availability"] == pytest.approx(412 / 450)
    assert row["performance"] == pytest.approx(440 * share / 412)
    assert row["quality"] == pytest.approx(0.95)
    assert row["oee"] == pytest.approx(418 * share / 450)
    assert row["own_availability"] == pytest.approx(412 / 442)
    assert (row["overtime_hours"], row["overtime_total"]) == pytest.approx((0.5, 30))
    assert one.iso22400.technical_efficiency[0] == pytest.approx(412 / 432)
    assert one.semi_states.sum() * 24 * 60 == pytest.approx(480)
    assert one.semi_states[0, SemiState.STANDBY] * 24 * 60 == pytest.approx(8)
    assert one.semi_e79.oee[0] == pytest.approx(418 / 480)


def test_performance_above_one_is_kept_and_flagged():
    plant = plant_of([("M", 0, 100, "running", None, False)], counts=[("M", 0, 100, 130.0, 130.0, None)])
    row = oee_of(plant, since=tick(0)).frame().row(0, named=True)
    assert (row["performance"], row["oee"], row["performance_above_1"]) == pytest.approx((1.3, 1.3, True))


def test_roll_up_adds_times_and_never_averages_ratios():
    """The published roll-up: 400 of 480 min at 1 min a part, 470 of 480 at 0.1: quality 0.98286 by time, not 0.99302 by number."""
    machines = pl.DataFrame({"machine": ["A", "B"], "line": ["L", "L"], "ideal_cycle_seconds": [60.0, 6.0]})
    events = [("A", 0, 400, "running", None, False), ("A", 400, 480, "down", None, False)]
    events += [("B", 0, 470, "running", None, False), ("B", 470, 480, "idle", None, False)]
    counts = [("A", 0, 480, 300.0, 290.0, None), ("B", 0, 480, 4000.0, 3980.0, None)]
    row = oee_of(plant_of(events, counts=counts, machines=machines), "line", since=tick(0)).frame().row(0, named=True)
    assert row["machines"] == 2
    assert (row["availability"], row["oee"]) == pytest.approx((0.90625, 0.7166666667))
    assert (row["performance"], row["quality"]) == pytest.approx((0.8045977011, 0.9828571429))


def test_a_month_of_silence_is_neither_running_nor_down():
    day = 1440
    shifts = [(None, k * day, k * day + 480, "shift") for k in range(40)]
    events = [("M", 0, 480, "running", None, False), ("M", 39 * day, 39 * day + 480, "running", None, False)]
    one = oee_of(plant_of(events, shifts, [("M", 0, 480, 480.0, 480.0, None)]), since=tick(0))
    row = one.frame().row(0, named=True)
    assert (row["unknown_hours"], row["breakdown_hours"], row["run_hours"]) == pytest.approx((38 * 8, 0, 16))
    assert (row["availability"], row["performance"], row["oee"]) == pytest.approx((1, 1, 1))
    assert (row["oee_least"], row["oee_most"]) == pytest.approx((2 / 40, 1))
    assert row["counted_hours"] == pytest.approx(8)  # nobody counted in the last shift: its performance is not known, nor made up


def test_machines_without_counts_or_ideal_cycle_have_no_performance():
    machines = pl.DataFrame(
        {"machine": ["A", "B"], "ideal_cycle_seconds": [None, 60.0]}, schema={"machine": pl.String, "ideal_cycle_seconds": pl.Float64}
    )
    events = [("A", 0, 10, "running", None, False), ("B", 0, 10, "running", None, False)]
    rows = oee_of(plant_of(events, counts=[("A", 0, 10, 9.0, 6.0, None)], machines=machines), since=tick(0))
    assert np.isnan(rows.waterfall.performance).all()
    assert rows.quality.tolist() == pytest.approx([2 / 3, np.nan], nan_ok=True)


def test_counts_of_nothing_without_an_ideal_cycle_are_no_slow_running():
    """A log that counts 0 parts every few minutes says nothing of performance where the cycle is not known."""
    machines = pl.DataFrame({"machine": ["A"]})
    rows = oee_of(
        plant_of([("A", 0, 10, "running", None, False)], counts=[("A", 0, 10, 0.0, None, None)], machines=machines), since=tick(0)
    )
    assert np.isnan(rows.waterfall.performance[0])


def test_stops_across_midnight_and_shifts_are_split_but_judged_whole():
    """A stop of 8 minutes, 4 on each day: two halves below the limit, but no minor stop."""
    midnight = 24 * 60
    events = [("M", midnight - 60, midnight - 4, "running", None, False), ("M", midnight - 4, midnight + 4, "down", None, False)]
    rows = oee_of(plant_of(events), "day", rules=Rules(minor_stop_minutes=5))
    assert rows.keys["day"].to_list() == ["2026-03-02", "2026-03-03"]
    assert rows.ticks[:, Use.BREAKDOWN].tolist() == [4 * MINUTE, 4 * MINUTE]
    assert not rows.ticks[:, Use.MINOR_STOP].any()


def test_a_night_shift_over_the_change_of_the_clock_has_its_real_hours():
    """Berlin, 25 October 2026: 22:00 to 06:00 lasts nine hours; 28 March: seven."""
    for day, hours in ((dt.datetime(2026, 10, 24), 9), (dt.datetime(2026, 3, 28), 7)):
        start, end = day + dt.timedelta(hours=22), day + dt.timedelta(hours=30)
        tables = {
            "machines": pl.DataFrame({"machine": ["M"], "time_zone": ["Europe/Berlin"]}),
            "calendar": pl.DataFrame({"start": [start], "end": [end], "kind": ["shift"]}),
            "events": pl.DataFrame({"machine": ["M"], "start": [start], "end": [end], "state": ["running"]}),
        }
        one = oee_of(Plant.from_frames(currency="EUR", demand_period="day", **tables), "shift")
        assert one.keys["shift"].to_list() == ["from 22:00", "no shift"]
        assert one.ticks[0, Use.RUNNING] == hours * HOUR
        first = round((start.replace(tzinfo=ZoneInfo("Europe/Berlin")) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(hours=1))
        assert int(one.floor.disjoint.states.start[0]) == first * HOUR


def test_products_take_the_time_their_counts_span():
    counts = [("M", 0, 60, 50.0, 50.0, "X"), ("M", 60, 100, 30.0, 27.0, "Y")]
    routing = pl.DataFrame({"item": ["Y"], "machine": ["M"], "cycle_seconds": [80.0]})
    rows = oee_of(plant_of([("M", 0, 120, "running", None, False)], counts=counts, routing=routing), "product", since=tick(0))
    assert rows.keys["product"].to_list() == ["X", "Y", "no product told"]
    assert rows.waterfall.performance.tolist() == pytest.approx([50 / 60, 1.0, np.nan], nan_ok=True)
    assert rows.quality[1] == pytest.approx(0.9)


def test_rejects_while_starting_up_are_told_apart():
    events = [("M", 0, 10, "running", "first piece", False), ("M", 10, 20, "running", None, False)]
    one = oee_of(plant_of(events, counts=[("M", 0, 10, 10.0, 5.0, None), ("M", 10, 20, 10.0, 9.0, None)]), since=tick(0))
    assert one.made[2, 0, :2].tolist() == pytest.approx([10, 5])


def test_ten_thousand_machines_at_once():
    names = [f"M{k:05}" for k in range(10_000)]
    events = pl.DataFrame(
        {"machine": names * 2, "start": [at(0)] * 10_000 + [at(30)] * 10_000, "end": [at(30)] * 10_000 + [at(60)] * 10_000}
    )
    events = events.with_columns(state=pl.Series(["running"] * 10_000 + ["down"] * 10_000))
    plant = Plant.from_frames(currency="EUR", demand_period="day", machines=pl.DataFrame({"machine": names}), events=events)
    rows = oee_of(plant, since=tick(0))
    assert len(rows) == 10_000
    assert rows.waterfall.availability.tolist() == [0.5] * 10_000


def test_without_records_it_says_what_to_do():
    with pytest.raises(NothingMeasured, match="justenough import"):
        oee_of(plant_of(machines=pl.DataFrame({"machine": ["M"]})))
    with pytest.raises(NothingMeasured, match="no time between"):
        oee_of(plant_of([("M", 0, 10, "running", None, False)]), since=tick(20), until=tick(10))
    with pytest.raises(ValueError, match="by must be of"):
        oee_of(plant_of([("M", 0, 10, "running", None, False)]), "colour")


def test_the_bundled_plant_is_measured_whole():
    rows = oee_of(sample("bearings"))
    assert (rows.ticks >= 0).all()
    assert len(rows) == 8
    assert (rows.waterfall.oee > 0.6).all()
    assert (rows.waterfall.oee < 0.95).all()
    assert (rows.unknown * 24 < 0.1).all()


def test_machines_at_their_ideal_pace_lose_nothing_to_rounding():
    """A hundred machines of odd cycles, each three counts at full pace: no slow running of 1e-14 hours, nor a gain of it."""
    names, cycles, begin = [f"M{k}" for k in range(100)], [1.1 + k / 7 for k in range(100)], dt.datetime(2026, 5, 4, 6)
    rows = []
    for name, cycle in zip(names, cycles, strict=True):
        edges = [begin + dt.timedelta(microseconds=round(cycle * 1e6) * 10 * part) for part in range(4)]
        rows += [{"machine": name, "start": a, "end": b, "state": "running", "total": 10.0} for a, b in pairwise(edges)]
    told = pl.DataFrame(rows)
    machines = pl.DataFrame({"machine": names, "ideal_cycle_seconds": [round(cycle * 1e6) / 1e6 for cycle in cycles]})
    tables = {"machines": machines, "events": told.drop("total"), "counts": told.drop("state")}
    flow = oee_of(Plant.from_frames(currency="EUR", demand_period="day", **tables), "machine").waterfall
    assert flow.performance.tolist() == [1.0] * 100
    assert flow.performance_loss.tolist() == [0.0] * 100

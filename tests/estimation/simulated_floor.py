"""Simulated floor: a plant's machines that fail and are repaired by known laws, as events."""

from __future__ import annotations

import datetime as dt

import polars as pl

from justenough.domain.plant import Plant

FIRST = dt.datetime(2026, 3, 2)
COLUMNS = {"machine": pl.String, "start": pl.Datetime("us"), "end": pl.Datetime("us"), "state": pl.String, "reason": pl.String}


def plant_of(events, calendar=(), reasons=()):
    """Events as (machine, start hour, end hour, state, reason, planned); calendar as (start hour, end hour, kind)."""
    at = [FIRST + dt.timedelta(hours=hour) for row in events for hour in row[1:3]]
    frame = pl.DataFrame(
        {
            "machine": [row[0] for row in events],
            "start": at[::2],
            "end": at[1::2],
            "state": [row[3] for row in events],
            "reason": pl.Series([row[4] for row in events], dtype=pl.String),
            "planned": [bool(row[5:] and row[5]) for row in events],
        }
    )
    tables = {"events": frame, "machines": pl.DataFrame({"machine": sorted({row[0] for row in events})})}
    if calendar:
        hours = [(FIRST + dt.timedelta(hours=a), FIRST + dt.timedelta(hours=b), kind) for a, b, kind in calendar]
        tables["calendar"] = pl.DataFrame(hours, schema=["start", "end", "kind"], orient="row")
    if reasons:
        tables["reasons"] = pl.DataFrame(reasons, schema=["reason", "loss"], orient="row")
    return Plant.from_frames(currency="EUR", demand_period="day", **tables)


def run_to_failure(rng, machines, cycles, up, repair, reasons=("jam",)):
    """Events of machines through so many cycles; ``up`` and ``repair`` draw hours."""
    rows = []
    for name in machines:
        now = 0.0
        for _ in range(cycles):
            broke = now + up(rng)
            fixed = broke + repair(rng)
            rows += [(name, now, broke, "running", None), (name, broke, fixed, "down", str(rng.choice(reasons)))]
            now = fixed
        rows.append((name, now, now + 1.0, "running", None))
    return rows

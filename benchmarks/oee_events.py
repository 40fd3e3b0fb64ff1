"""OEE of ten million machine states, beside Polars merely grouping the same columns by machine and state.

python benchmarks/oee_events.py [EVENTS] [MACHINES]
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import DAY, SECOND, Loss, State, States
from justenough.domain.plant import Plant, Terms
from justenough.estimation.floor import Floor, floor_of
from justenough.estimation.intervals import disjoint
from justenough.estimation.oee import oee_by

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = dt.datetime(2026, 1, 5)  # noqa: DTZ001 - a clock that is never changed
SINCE = round((FIRST - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))  # noqa: DTZ001
REASONS = ("change-over", "jam", "leak", "no parts", "service")
LOSSES = (Loss.SETUP, Loss.MINOR_STOP, Loss.BREAKDOWN, Loss.STARVED, Loss.PLANNED)


def states_of(events: int, machines: int, seed: int = 1) -> States:
    """Each machine runs 20 minutes on average, then stands 4 for one of five reasons, and so on."""
    draws = np.random.default_rng(seed)
    each = events // machines
    took = (draws.exponential(1.0, (machines, each)) * np.where(np.arange(each) % 2 == 0, 1200, 240) * SECOND).astype(np.int64) + SECOND
    end = SINCE + np.cumsum(took, axis=1)
    stop = np.tile(np.arange(each) % 2, machines).astype(bool)
    reason = np.where(stop, draws.integers(0, len(REASONS), stop.size), -1).astype(np.int32)
    state = np.where(stop, int(State.DOWN), int(State.RUNNING)).astype(np.int8)
    names = tuple(f"M{k:05}" for k in range(machines))
    start = (end - took).ravel()
    offsets = np.arange(machines + 1) * each
    planned = np.zeros(stop.size, bool)
    return States(names, offsets, start, end.ravel(), state, reason, planned, REASONS, np.array(LOSSES, np.int8))


def plant_of(states: States) -> Plant:
    """The same states as the tables of a plant: words, and moments of a clock; two shifts a day, and their counts."""
    reasons, words, names = pl.Series([None, *states.reasons]), pl.Series(State.labels()), pl.Series(states.machines)
    moments = [pl.Series(column).cast(pl.Datetime("us")) for column in (states.start, states.end)]
    events = pl.DataFrame(
        {
            "machine": names.gather(states.machine),
            "start": moments[0],
            "end": moments[1],
            "state": words.gather(states.state),
            "reason": reasons.gather(states.reason + 1),
            "planned": states.planned,
        }
    )
    days = int((states.end.max() - SINCE) // DAY) + 1
    begins = [FIRST + dt.timedelta(days=day, hours=hour) for day in range(days) for hour in (6, 14)]
    ends = [begin + dt.timedelta(hours=8) for begin in begins]
    calendar = pl.DataFrame({"start": begins, "end": ends, "kind": "shift"})
    shifts = calendar.select("start", "end").join(pl.DataFrame({"machine": states.machines}), how="cross")
    counts = shifts.with_columns(total=pl.lit(300.0), good=pl.lit(290.0))
    machines = pl.DataFrame({"machine": states.machines, "ideal_cycle_seconds": 60.0})
    losses = pl.DataFrame({"reason": REASONS, "loss": [loss.label for loss in LOSSES]})
    tables = {"machines": machines, "events": events, "calendar": calendar, "counts": counts, "reasons": losses}
    return Plant.of(Terms("EUR", "day"), tables)


def timed(work: Callable[[], object], runs: int = 7) -> float:
    """Seconds of the best of some runs."""
    best = np.inf
    for _ in range(runs):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def main(events: int, machines: int) -> None:
    states = states_of(events, machines)
    plant = plant_of(states)
    floor = floor_of(plant)
    no_counts = dataclasses.replace(floor.made, offsets=np.zeros(machines + 1, np.int64))

    def from_columns(*by: str, counts: bool) -> object:
        made = floor.made if counts else no_counts
        return oee_by(Floor(plant, floor.recorded, disjoint(states), made, floor.rules, floor.since, floor.until), *by)

    codes = pl.DataFrame({"machine": states.machine.astype(np.int32), "state": states.state, "took": states.end - states.start})
    work: dict[str, Callable[[], object]] = {
        "Polars, the bare grouping of codes": lambda: codes.group_by("machine", "state").agg(pl.col("took").sum()),
        "Polars, the bare grouping of words": lambda: plant.tables["events"]
        .group_by("machine", "state")
        .agg((pl.col("end") - pl.col("start")).sum()),
        "states to the time of every machine by use": lambda: from_columns("machine", counts=False),
        "the same by machine and day": lambda: from_columns("machine", "day", counts=False),
        "states and counts to OEE": lambda: from_columns("machine", counts=True),
        "words, clocks and counts to OEE (floor_of, oee_by)": lambda: oee_by(floor_of(plant), "machine"),
    }
    print(f"{len(states):,} states of {machines:,} machines, {len(plant.tables['counts']):,} counts, two shifts a day")
    base = 0.0
    for name, run in work.items():
        seconds = timed(run)
        base = base or seconds
        print(f"{name}: {seconds:.3f} s, {len(states) / seconds / 1e6:.1f} M states/s, {base / seconds:.2f} times the first")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)

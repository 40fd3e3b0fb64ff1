"""Machine changes: machines whose repairs, or times between failures, are not what they were."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import DAY, Use
from justenough.estimation.changes import YEAR, alarm_frame, compared, words_of
from justenough.estimation.clocks import moments_of
from justenough.estimation.detection import Streams, detect
from justenough.estimation.floor import NothingMeasured, floor_of, plant_zone
from justenough.estimation.uptimes import uptimes_of

if TYPE_CHECKING:
    from justenough.domain.machine import Codes
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints
    from justenough.estimation.floor import Floor
    from justenough.estimation.lifetimes import Lives
    from justenough.estimation.uptimes import Uptimes

_EPOCH = date(1970, 1, 1)


def machine_changes(plant: Plant, since: date, false_alarms_a_year: float) -> list[tuple[str, pl.DataFrame, Ints]]:
    """
    Test the repairs and the operating times between failures of each machine.

    A repair or life that has not ended is taken to be at least as long as it is. One that was going on at ``since`` is
    compared with, not tested: that it was going on just then makes it longer than most.
    """
    if not plant.tables["events"].height:
        return []
    try:
        now = floor_of(plant)
    except NothingMeasured:
        return []
    day = int(moments_of(pl.Series([datetime(since.year, since.month, since.day)]), pl.Series([plant_zone(plant)])).at[0])  # noqa: DTZ001
    if not now.since < day < now.until:
        return []
    told, before = uptimes_of(now), uptimes_of(floor_of(plant, until=day))
    found = [_tested("repair_time", told, told.repairs, _begun(before, told, "repairs"), now, false_alarms_a_year)]
    return [*found, _tested("up_time", told, told.lives, _begun(before, told, "lives"), now, false_alarms_a_year)]


def _begun(before: Uptimes, told: Uptimes, which: str) -> Ints:
    """Repairs or lives of each machine that had begun by then. (k,)"""
    counts = dict(zip(before.machines, np.diff(getattr(before, which).offsets), strict=True))
    return np.array([counts.get(machine, 0) for machine in told.machines], dtype=np.int64)


def _tested(
    name: str, told: Uptimes, lives: Lives, begun: Ints, floor: Floor, false_alarms_a_year: float
) -> tuple[str, pl.DataFrame, Ints]:
    begins = np.minimum(lives.offsets[:-1] + begun, lives.offsets[1:])
    years = max((floor.until - floor.since) / DAY / YEAR, 1.0 / YEAR)
    yearly = np.diff(lives.offsets) / years
    words = words_of([f"{name} {machine}" for machine in told.machines])
    streams = Streams(lives.days, ~lives.failed, lives.offsets, begins, yearly, words)
    alarms = detect(streams, false_alarms_a_year)
    frame, at = alarm_frame(told.machines, alarms)
    days = _days(floor, told, lives, name)
    rows = []
    for i, word in zip(at, frame["direction"], strict=True):
        first, last = begins[i] + alarms.since[i], begins[i] + alarms.at[i]
        mine = np.arange(lives.offsets[i], lives.offsets[i + 1])
        figures = compared(lives.days[mine[mine < first]], lives.days[mine[mine >= first]], word)
        rows.append((days[first], days[last], *figures))
    kinds = {"changed_on": pl.Date, "detected_on": pl.Date, "assumed": pl.Float64, "found": pl.Float64}
    return name, pl.concat([frame, pl.DataFrame(rows, schema=kinds, orient="row")], how="horizontal"), alarms.tested


def _days(floor: Floor, told: Uptimes, lives: Lives, name: str) -> list[date | None]:
    """Day on which each repair began, or each life ended: that of its breakdown; None where it did not end in one."""
    states = floor.disjoint.states
    out: list[date | None] = [None] * len(lives.days)
    for k in range(len(told.machines)):
        mine = slice(states.offsets[k], states.offsets[k + 1])
        begun = _breakdowns(states.start[mine], floor.use[mine])
        places = np.arange(lives.offsets[k], lives.offsets[k + 1])
        places = places[lives.failed[places]] if name == "up_time" else places
        if len(places) == len(begun):
            for place, tick in zip(places, begun, strict=True):
                out[int(place)] = _EPOCH + timedelta(days=int(tick) // DAY)
    return out


def _breakdowns(start: Ints, use: Codes) -> Ints:
    """When a machine broke down: the first breakdown since it last ran."""
    runs = np.cumsum(use == Use.RUNNING)
    broke = np.flatnonzero((use == Use.BREAKDOWN) & (runs > 0))
    _, first = np.unique(runs[broke], return_index=True)
    return start[broke[first]]

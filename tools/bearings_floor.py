"""Shop floor of the invented plant: lines, machines and eight weeks of what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine: seconds a part at full speed, operating hours between failures, hours a repair takes, money an hour, share rejected."""

    code: str
    line: str
    ideal_cycle_seconds: float
    mtbf_hours: float
    mttr_hours: float
    hour_value: float
    reasons: tuple[str, ...]
    rejects: float = 0.01


MACHINES = (
    Machine("PRS-4", "A", 150, 14, 1.6, 240, ("hydraulic leak", "die jam"), 0.02),
    Machine("WSH-1", "A", 140, 60, 0.5, 90, ("pump fault",)),
    Machine("ASM-1", "A", 155, 30, 0.4, 310, ("part missing", "screwdriver fault")),
    Machine("TST-1", "A", 120, 45, 0.6, 140, ("test bench fault",), 0.03),
    Machine("ASM-2", "B", 170, 35, 0.5, 260, ("screwdriver fault",)),
    Machine("TST-2", "B", 160, 50, 0.7, 140, ("test bench fault",), 0.02),
    Machine("LAT-1", "", 95, 25, 1.1, 75, ("tool broken", "spindle overload"), 0.015),
    Machine("MIL-1", "", 130, 40, 1.3, 85, ("tool broken", "coolant fault"), 0.02),
)
REASONS = {
    "hydraulic leak": "breakdown",
    "die jam": "breakdown",
    "pump fault": "breakdown",
    "screwdriver fault": "breakdown",
    "test bench fault": "breakdown",
    "tool broken": "breakdown",
    "spindle overload": "breakdown",
    "coolant fault": "breakdown",
    "part missing": "starved",
    "change-over": "setup",
    "short jam": "minor_stop",
    "maintenance": "planned",
    "start-up scrap": "startup_reject",
    "waiting for parts": "starved",
    "buffer full": "blocked",
    "dull tool": "speed",
    "burr": "reject",
}
ROUTING = (
    ("SHF-20", "LAT-1", 95, 25, 60),
    ("SHF-25", "LAT-1", 110, 25, 60),
    ("SHF-32", "LAT-1", 120, 30, 60),
    ("HSG-100", "MIL-1", 130, 40, 40),
    ("HSG-140", "MIL-1", 165, 40, 40),
    ("IMP-32", "MIL-1", 140, 35, 40),
    ("GMT-100", "ASM-1", 155, 10, 9),
    ("GMT-140", "ASM-1", 190, 10, 6),
    ("GMT-200", "ASM-1", 260, 15, 3),
    ("GMT-220", "ASM-1", 300, 15, 2),
    ("PMP-32", "ASM-2", 170, 10, 8),
    ("PMP-50", "ASM-2", 210, 10, 4),
    ("PMP-65", "ASM-2", 260, 15, 3),
)
BUFFERS = (("A", 1, 24, 95.0), ("A", 2, 12, 140.0), ("A", 3, 30, 182.0), ("B", 1, 10, 118.0))
WEEKS = 8
SHIFTS = (("early", 6, 14), ("late", 14, 22))
CLOCK = "Europe/Berlin"


def floor_tables(rng_of: Callable[..., np.random.Generator], last: dt.date) -> dict[str, Rows]:
    """Machines, lines, shifts, states and counts of the last eight weeks."""
    worked = [day for day in (last - dt.timedelta(days=k) for k in range(WEEKS * 7 - 1, -1, -1)) if day.weekday() < 6]
    events: Rows = []
    counts: Rows = []
    for machine in MACHINES:
        states, made = _lived(machine, rng_of("floor", machine.code), worked)
        _reworked(made, rng_of("rework", machine.code))
        events += states
        counts += made
    stations: dict[str, int] = {}
    placed = []
    for machine in MACHINES:
        if machine.line:
            stations[machine.line] = stations.get(machine.line, 0) + 1
            placed.append({"line": machine.line, "position": stations[machine.line], "machine": machine.code})
    return {
        "machines": [_machine(machine) for machine in MACHINES],
        "calendar": _calendar(worked),
        "events": events,
        "counts": counts,
        "reasons": [{"reason": reason, "loss": loss} for reason, loss in REASONS.items()],
        "stations": placed,
        "buffers": [{"line": line, "position": at, "capacity": room, "unit_value": value} for line, at, room, value in BUFFERS],
        "routing": [
            {"item": item, "machine": machine, "cycle_seconds": cycle, "setup_minutes": setup, "batch": batch}
            for item, machine, cycle, setup, batch in ROUTING
        ],
    }


def _machine(machine: Machine) -> dict[str, Any]:
    said = {"machine": machine.code, "line": machine.line or None, "ideal_cycle_seconds": machine.ideal_cycle_seconds}
    return said | {"hour_value": machine.hour_value, "time_zone": CLOCK}


def _calendar(worked: list[dt.date]) -> Rows:
    rows: Rows = []
    for day in worked:
        for name, start, end in SHIFTS:
            rows.append({"machine": None, "start": _at(day, start), "end": _at(day, end), "kind": "shift", "shift": name})
            rows.append({"machine": None, "start": _at(day, start + 4), "end": _at(day, start + 4.5), "kind": "break", "shift": None})
        if day.weekday() == 5:
            rows.append({"machine": "PRS-4", "start": _at(day, 20), "end": _at(day, 22), "kind": "planned_stop", "shift": None})
    return rows


def _lived(machine: Machine, rng: np.random.Generator, worked: list[dt.date]) -> tuple[Rows, Rows]:
    """Walk the shifts: run until a failure, a change-over, a wait or a short stop; repairs may outlast the shift."""
    events: Rows = []
    counts: Rows = []
    to_failure = float(rng.exponential(machine.mtbf_hours))
    repair_left, reason = 0.0, ""
    for day in worked:
        for _, start, end in SHIFTS:
            hour, running, stops = float(start), 0.0, end
            if machine.code == "PRS-4" and day.weekday() == 5 and end == 22:
                events.append(_event(machine, day, 20, 22, "down", "maintenance", planned=True))
                stops = 20
            while hour < stops - 1e-9:
                if repair_left > 1e-6:
                    stop = min(stops, hour + repair_left)
                    events.append(_event(machine, day, hour, stop, "down", reason))
                    repair_left -= stop - hour
                    hour = stop
                    continue
                run = min(to_failure, float(rng.exponential(2.5)), stops - hour)
                if run > 1 / 120:
                    events.append(_event(machine, day, hour, hour + run, "running", ""))
                hour, running, to_failure = hour + run, running + run, to_failure - run
                if to_failure <= 1e-9:
                    reason = str(rng.choice(machine.reasons))
                    repair_left = float(rng.lognormal(0, 0.8)) * machine.mttr_hours / 1.377  # the mean of that lognormal
                    to_failure = float(rng.exponential(machine.mtbf_hours))
                elif hour < stops - 0.05:
                    hour = _pause(machine, rng, events, day, hour, stops)
            total = int(running * 3600 / machine.ideal_cycle_seconds * rng.uniform(0.86, 0.99))
            bad = int(rng.binomial(total, machine.rejects))
            shift = {"machine": machine.code, "start": _at(day, start), "end": _at(day, stops)}
            counts.append(shift | {"item": None, "total": total, "good": total - bad})
    if machine.code == "PRS-4":  # still down as the export was made
        events.append(_event(machine, worked[-1], 21.5, 22, "down", "hydraulic leak") | {"end": None})
    return events, counts


def _reworked(made: Rows, rng: np.random.Generator) -> None:
    """Of the parts that are not good, those worth working again."""
    for row in made:
        row["rework"] = int(rng.binomial(row["total"] - row["good"], 0.4))


def _pause(machine: Machine, rng: np.random.Generator, events: Rows, day: dt.date, hour: float, end: float) -> float:
    state, reason, mean = {
        0: ("setup", "change-over", 0.3),
        1: ("down", "short jam", 0.03),
        2: ("down", "short jam", 0.03),
        3: ("starved", "waiting for parts", 0.15),
        4: ("blocked", "buffer full", 0.12),
    }[int(rng.integers(0, 5))]
    if state in ("starved", "blocked") and not machine.line:
        state, reason, mean = "idle", "", 0.1
    stop = min(end, hour + max(0.01, float(rng.exponential(mean))))
    events.append(_event(machine, day, hour, stop, state, reason))
    if state == "starved" and rng.random() < 0.08:  # two systems report the same stop, and overlap
        events.append(_event(machine, day, max(hour - 0.02, 0), stop, "idle", ""))
    return stop


def _event(machine: Machine, day: dt.date, start: float, end: float, state: str, reason: str, *, planned: bool = False) -> dict[str, Any]:
    when = {"start": _at(day, start), "end": _at(day, end)}
    return {"machine": machine.code, **when, "state": state, "reason": reason or None, "planned": planned}


def _at(day: dt.date, hour: float) -> str:
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=round(hour * 3600))
    return moment.isoformat()

"""
Make the bundled sample `brackets`: two years of an invented plant whose machines earn its stock, the same every time it is made.

Run from the repository: ``python tools/make_brackets.py``. What is true of the plant is in `brackets_catalogue`; every draw
is seeded by the name of the item, supplier or machine it belongs to (`make_bearings.rng_of`). The machines are lived for the
whole two years, so that the spare parts used are those of their failures; the export holds the last half year of states.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import brackets_catalogue as true
from make_bearings import DAYS, LAST, WARM_UP, days, item_row, lived, rng_of, wanted, write

if TYPE_CHECKING:
    from make_bearings import Floats, Rows

OUT = Path(__file__).parents[1] / "src" / "justenough" / "sources" / "bundled" / "brackets"
PLANT = """\
# The invented plant of `sample("brackets")`; made by tools/make_brackets.py.
currency = "EUR"
demand_period = "day"
returns = "undo_demand"
label = "Brackets: an invented plant whose machines stop"
"""
WEEKS = 39  # of states and counts that are exported
SHIFTS = (("early", 6, 14), ("late", 14, 22))
ROUND_THE_CLOCK = (("night", 0, 8), ("day", 8, 16), ("evening", 16, 24))
WORKED_IN = 3.0  # days that today's rule takes a made item to need
LONGEST_JAM = 0.06  # a short jam is over in minutes [hours]


def worked_days(machine: true.Machine) -> list[int]:
    """Places of the days on which a machine is meant to run."""
    return [place for place, day in enumerate(days()) if machine.always or day.weekday() < 5]


def machine_lives(machine: true.Machine) -> tuple[Rows, Rows, dict[int, list[str]]]:
    """States and counts of the exported weeks, and the reasons of the failures of every day lived."""
    rng = rng_of("brackets", machine.code)
    reasons, chances = zip(*machine.reasons, strict=True)
    first_shown = WARM_UP + DAYS - 7 * WEEKS
    events: Rows = []
    counts: Rows = []
    failed: dict[int, list[str]] = defaultdict(list)
    to_failure, repair_left, reason = float(rng.exponential(machine.mtbf_hours)), 0.0, ""
    shrink = float(np.exp(machine.log_sd**2 / 2.0))
    for place in worked_days(machine):
        day = days()[place]
        for _, start, end in ROUND_THE_CLOCK if machine.always else SHIFTS:
            hour, running = float(start), 0.0
            while hour < end - 1e-9:
                if not machine.always and start + 4.0 <= hour < start + 4.5 - 1e-9:
                    hour = start + 4.5
                    continue
                until = end if machine.always or hour >= start + 4.5 - 1e-9 else start + 4.0
                if repair_left > 1e-6:
                    stop = min(until, hour + repair_left)
                    events.append(_event(machine, day, hour, stop, "down", reason))
                    repair_left -= stop - hour
                    hour = stop
                    continue
                run = min(to_failure, float(rng.exponential(3.0)), until - hour)
                if run > 1 / 240:
                    events.append(_event(machine, day, hour, hour + run, "running", ""))
                hour, running, to_failure = hour + run, running + run, to_failure - run
                if to_failure <= 1e-9:
                    reason = str(rng.choice(reasons, p=chances))
                    failed[place].append(reason)
                    repair_left = float(rng.lognormal(0.0, machine.log_sd)) * machine.mttr_hours / shrink
                    to_failure = float(rng.exponential(machine.mtbf_hours))
                elif hour < until - 0.02:
                    hour = _pause(machine, rng, events, day, hour, until)
            total = int(running * 3600 / machine.cycle_seconds * rng.uniform(0.96, 1.0))
            bad = int(rng.binomial(total, machine.rejects))
            counts.append(
                {
                    "machine": machine.code,
                    "start": _at(day, start),
                    "end": _at(day, end),
                    "item": None,
                    "total": total,
                    "good": total - bad,
                    "rework": 0,
                }
            )
        if place < first_shown:
            events, counts = [], []
    return events, counts, failed


def _pause(machine: true.Machine, rng: np.random.Generator, events: Rows, day: dt.date, hour: float, until: float) -> float:
    kinds: tuple[tuple[str, str, float], ...] = (("down", "short jam", 0.03), ("idle", "", 1.4))
    if machine.line:
        kinds = (("down", "short jam", 0.03), ("starved", "waiting for parts", 0.7), ("blocked", "buffer full", 0.7))
    state, reason, mean = kinds[int(rng.integers(0, len(kinds)))]
    lasts = float(rng.exponential(mean))
    stop = min(until, hour + max(0.01, min(lasts, LONGEST_JAM) if state == "down" else lasts))
    events.append(_event(machine, day, hour, stop, state, reason))
    return stop


def _event(machine: true.Machine, day: dt.date, start: float, end: float, state: str, reason: str) -> dict[str, Any]:
    return {
        "machine": machine.code,
        "start": _at(day, start),
        "end": _at(day, end),
        "state": state,
        "reason": reason or None,
        "planned": False,
    }


def _at(day: dt.date, hour: float) -> str:
    return (dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=round(hour * 3600))).isoformat()


def usage(failures: dict[str, dict[int, list[str]]]) -> dict[str, Floats]:
    """Units of every item wanted each day: sold, used by what is built, used in repairs."""
    weekend = np.array([day.weekday() >= 5 for day in days()])
    by_item = {item.code: np.where(weekend, 0.0, wanted(item)) for item in true.ITEMS}
    whole = {item.code: item.whole for item in true.ITEMS}
    for parent, component, quantity in true.BOM:
        used = by_item[parent] * quantity
        by_item[component] = by_item[component] + (np.ceil(used) if whole[component] else np.round(used, 2))
    for item, machine, _, reason, quantity in true.INSTALLED:
        for place, reasons in failures[machine].items():
            by_item[item][place] += quantity * reasons.count(reason)
    return by_item


def tables() -> dict[str, Rows]:
    """Every canonical table of the plant."""
    named = {supplier.name: supplier for supplier in true.SUPPLIERS}
    lives = {machine.code: machine_lives(machine) for machine in true.MACHINES}
    demand, history = usage({code: failed for code, (_, _, failed) in lives.items()}), days()[WARM_UP:]
    out: dict[str, Rows] = defaultdict(list)
    for item in true.ITEMS:
        supplier, series = named.get(item.origin), demand[item.code]
        made = supplier is None
        life = lived(item if not made else _planned(item), supplier, series)
        row = item_row(item, supplier, life)
        if made:
            row["current_safety_stock"] = None
        out["items"].append(row)
        out["receipts"] += [] if made else life.receipts  # nobody books production orders here
        out["demand"] += [
            {"item": item.code, "date": day, "quantity": float(q)} for day, q in zip(history, series[WARM_UP:], strict=True) if q
        ]
    out["suppliers"] = [{"supplier": s.name, "country": s.country, "mode": s.mode} for s in true.SUPPLIERS]
    out["disruptions"] = [
        {"supplier": s.name, "start": a, "end": b or None, "cause": why} for s in true.SUPPLIERS for a, b, why in s.outages
    ]
    out["bom"] = [{"parent": parent, "component": component, "quantity": quantity} for parent, component, quantity in true.BOM]
    out["machines"] = [
        {"machine": m.code, "line": m.line or None, "ideal_cycle_seconds": m.cycle_seconds, "hour_value": m.hour_value, "time_zone": None}
        for m in true.MACHINES
    ]
    out["calendar"] = _calendar()
    out["events"] = [row for events, _, _ in lives.values() for row in events]
    out["counts"] = [row for _, counts, _ in lives.values() for row in counts]
    out["reasons"] = [{"reason": reason, "loss": loss} for reason, loss in true.LOSSES.items()]
    line = [machine.code for machine in true.MACHINES if machine.line == "F"]
    out["stations"] = [{"line": "F", "position": at, "machine": code} for at, code in enumerate(line, start=1)]
    out["buffers"] = [{"line": name, "position": at, "capacity": room, "unit_value": value} for name, at, room, value in true.BUFFERS]
    names = ("item", "machine", "cycle_seconds", "setup_minutes", "batch")
    out["routing"] = [dict(zip(names, row, strict=True)) for row in true.ROUTING]
    out["spares"] = [dict(zip(("item", "machine", "installed", "reason", "quantity"), row, strict=True)) for row in true.INSTALLED]
    return dict(out)


def _planned(item: true.Item) -> true.Item:
    """A made item as today's rule sees it; it has no plan in the books."""
    return replace(item, lead_time_days=WORKED_IN)


def _calendar() -> Rows:
    rows: Rows = []
    first = LAST - dt.timedelta(days=7 * WEEKS - 1)
    for machine in true.MACHINES:
        for day in (days()[place] for place in worked_days(machine)):
            if day < first:
                continue
            for name, start, end in ROUND_THE_CLOCK if machine.always else SHIFTS:
                row = {"machine": machine.code, "start": _at(day, start), "end": _at(day, end), "kind": "shift", "shift": name}
                rows.append(row)
                if not machine.always:
                    rows.append(row | {"start": _at(day, start + 4), "end": _at(day, start + 4.5), "kind": "break", "shift": None})
    return rows


if __name__ == "__main__":
    write(OUT, tables(), PLANT)

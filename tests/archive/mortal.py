"""A process made to be killed: imports and saves in a loop and writes down what was acknowledged.

Reads one line a job from stdin (JSON: workspace, log, first, recommend) and forks a child for each, so that a kill costs a fork and no
imports. Nothing but imports happens before the fork: Polars' threads would not survive it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from justenough.archive.workspace import Workspace
from justenough.domain.plant import Terms
from justenough.sources.profiles import Profile
from justenough.sources.read import QUARANTINE, FileCount, Imported
from justenough.strategy.decide import recommend
from justenough.strategy.plan import Plan
from justenough.strategy.settings import Settings

N_ITEMS = 30
TERMS = Terms("EUR", "day")
SETTINGS = Settings(holding_rate=0.2, target_cycle_service=0.95)


def export(k: int, source: str = "mortal") -> Imported:
    """The k-th export: k % 7 + 1 days of demand, every quantity k, one row in quarantine."""
    items = [f"I{i:02d}" for i in range(N_ITEMS)]
    days = [date(2026, 1, 1) + timedelta(days=d) for d in range(k % 7 + 1)]
    demand = pl.DataFrame({"item": items * len(days), "date": sorted(days * N_ITEMS), "quantity": float(k)})
    tables = {
        "items": _placed(pl.DataFrame({"item": items, "unit_cost": float(k + 1), "lead_time_days": 5.0}), "items.csv"),
        "demand": _placed(demand, "demand.csv"),
    }
    wrong = pl.DataFrame(
        [("demand", "demand.csv", 9999, "I00", "quantity", "'x'", "a number", "Correct it.", "{}")], schema=QUARANTINE, orient="row"
    )
    files = (
        FileCount("items.csv", f"i{source}{k}", N_ITEMS, N_ITEMS, 0),
        FileCount("demand.csv", f"d{source}{k}", demand.height + 1, demand.height, 1),
    )
    return Imported(TERMS, tables, wrong, files, Profile(source, {}, {}))


def plan_of(k: int, n_items: int = N_ITEMS) -> Plan:
    """A plan whose every reorder point is k."""
    items = [f"I{i:02d}" for i in range(n_items)]
    rows = pl.DataFrame({"item": items, "decision": "lean", "reorder_point": float(k), "reasons": [["because"]] * n_items})
    curves = pl.DataFrame({"item": items, "reorder_point": [[float(k)] * 32] * n_items})
    return Plan.of(rows, curves, TERMS, Settings(holding_rate=0.2, criticality_targets={"A": 0.98}), author="mortal")


def _placed(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(file).alias("__file__"), pl.int_range(2, pl.len() + 2).alias("__row__"))


def live(workspace: Path, log: Path, first: int, *, sized: bool) -> None:
    """Import, recommend (or take an invented plan) and save until killed; one line before and after each."""
    book = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(*words: object) -> None:
        os.write(book, (" ".join(map(str, words)) + "\n").encode())

    say("begin", "open", first)
    kept = Workspace.open(workspace)
    for k in range(first, first + 10_000):
        say("begin", "import", k)
        say("done", "import", k, kept.import_(export(k), author="mortal").import_id)
        plant = kept.plant()
        say("begin", "recommend" if sized else "plan", k)
        plan = recommend(plant, SETTINGS, author="sized") if sized else plan_of(k)
        say("begin", "save", k)
        say("done", "save", k, kept.save(plan))


def main() -> None:
    """Fork a child for each job; print its id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are killed by the test and reaped by the system
    print("ready", flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            live(Path(job["workspace"]), Path(job["log"]), job["first"], sized=job["recommend"])
        print(child, flush=True)


if __name__ == "__main__":
    main()

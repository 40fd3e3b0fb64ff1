"""A plant to listen for, in a process that can be killed, and a count of what came of it."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from live_servers import wait_for

from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from

if TYPE_CHECKING:
    import polars as pl

TABLES = {
    "items.csv": "item,unit_cost\nA,2\n",
    "demand.csv": "item,date,quantity\nA,2026-01-01,3\n",
    "plant.toml": 'currency = "EUR"\ndemand_period = "day"\n',
    "reasons.csv": "reason,loss\njam,breakdown\n",
}


def planted(folder: Path, machines: int = 4) -> Path:
    """A workspace whose plant declares M0, M1, ..."""
    (folder / "export").mkdir(parents=True)
    rows = "".join(f"M{number},1,\n" for number in range(machines))
    for name, text in {**TABLES, "machines.csv": f"machine,ideal_cycle_seconds,time_zone\n{rows}"}.items():
        (folder / "export" / name).write_text(text)
    with Workspace.open(folder / "workspace") as workspace:
        workspace.import_(import_from(folder / "export", "canonical"))
    return folder / "workspace"


@cache
def _server() -> subprocess.Popen:
    """The process that starts listeners; one for all tests, since it takes long to load."""
    mortal = [sys.executable, str(Path(__file__).with_name("live_mortal.py"))]
    server = subprocess.Popen(mortal, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "ready\n"

    def close() -> None:
        server.stdin.close()
        server.wait(timeout=60)
        server.stdout.close()

    atexit.register(close)
    return server


class Listening:
    """`justenough listen` in a process of its own, which can be killed and started again."""

    def __init__(self, workspace: Path, file: Path) -> None:
        self.workspace, self.file = workspace, file
        self.log = file.with_suffix(".log")
        self.log.touch()
        self.server = _server()
        self.child = 0

    def start(self, ready: str = ": connected") -> None:
        said = len(self.log.read_text())
        job = {"workspace": str(self.workspace), "file": str(self.file), "log": str(self.log)}
        self.server.stdin.write(json.dumps(job) + "\n")
        self.server.stdin.flush()
        self.child = int(self.server.stdout.readline())
        wait_for(lambda: ready in self.log.read_text()[said:], what=f"{ready!r} in the log")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """End it as a person does."""
        self._signal(signal.SIGTERM)

    def _signal(self, which: signal.Signals) -> None:
        os.kill(self.child, which)
        wait_for(lambda: not Path(f"/proc/{self.child}").exists(), what="the end of the listener")


def settled(workspace: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everything, settled: the live rows of events and counts."""
    with Workspace.open(workspace) as kept:
        settling = kept.live().settling(kept.plant())
        while settling.settle(2**62).n_readings:
            pass
        plant = kept.plant()
        return plant.tables["events"], plant.tables["counts"]


def kept_in(workspace: Path) -> int:
    with Workspace.open(workspace) as kept:
        return kept.live().journal.tally().get("kept", 0)


def count_message(number: int, parts: int, at: int | None = None) -> bytes:
    return json.dumps(
        {"time": time.time_ns() // 1000 if at is None else at, "n": number, "total": parts, "good": parts - parts // 3}
    ).encode()

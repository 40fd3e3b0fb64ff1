"""Floor book: what machines did and do, measured in the background for the pages that show it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from justenough.archive.errands import Errands, Found
from justenough.archive.running import Running
from justenough.estimation.findings import machine_findings, machine_reason_findings
from justenough.estimation.floor import Floor, floor_of
from justenough.estimation.losses import Losses, losses_of
from justenough.estimation.oee import Oee, oee_by
from justenough.estimation.reliability import reliability_of
from justenough.estimation.strip import Strip, strip_of
from justenough.estimation.uptimes import uptimes_of
from justenough.strategy.line_bounds import LineBounds, bounded
from justenough.strategy.masking import LineStudy, study
from justenough.strategy.plant_line import line_of, lines_of

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.domain.plant import Plant

SLOTS = 288  # of a machine's last day: five minutes each
LOOK_SECONDS = 0.5  # between two looks at the running shift; with a page's own second a stop is seen within two
MACHINE_TABLES = ("machines", "calendar", "events", "counts", "reasons", "stations", "buffers", "routing", "items")


@dataclass(frozen=True, slots=True)
class Measured:
    """
    Machines as their records show them, all time together.

    Parameters
    ----------
    whole, machines
        All machines as one row, and one row each.
    findings, reasons
        Rows of `justenough.estimation.findings.machine_findings` and `machine_reason_findings`, in the machines' order.
    lines
        Names of the lines that stations are declared for.
    """

    floor: Floor
    whole: Oee
    machines: Oee
    losses: Losses
    strip: Strip
    findings: pl.DataFrame
    reasons: pl.DataFrame
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """A line lived with its buffers and without each, its bounds where stops were counted, and what its description leaves out."""

    study: LineStudy
    bounds: LineBounds | None
    notes: tuple[str, ...]
    currency: str


class FloorBook:
    """What is known of one workspace's machines; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._errands = Errands()
        self._turn = threading.Lock()
        self._running: tuple[object, Running | None] = (None, None)
        self._seen: tuple[float, pl.DataFrame] = (0.0, pl.DataFrame())

    def measured(self, *, wait: bool = False) -> Found:
        """A `Measured`, made anew where machines told more since; nothing where there are none."""
        if not (state := self._state()):
            return Found()
        return self._errands.ask("floor", state, self._measure, wait=wait)

    def lived(self, line: str, *, wait: bool = False) -> Found:
        """A `Lived` of one line."""
        return self._errands.ask(("line", line), self._state(), lambda: self._live(line), wait=wait)

    def lines(self) -> list[str]:
        """Names of the lines that can be shown."""
        return lines_of(self._plant(("machines", "stations"))) if self._state() else []

    def machines(self) -> tuple[str, ...]:
        """Names of the machines that were declared."""
        return tuple(self._plant(("machines",)).tables["machines"]["machine"].sort()) if self._state() else ()

    def running(self, now: int | None = None) -> pl.DataFrame:
        """OEE of the shift that is on (`justenough.archive.running.Running.oee`); empty where nothing was heard live."""
        with self._turn:
            if now is None and time.monotonic() - self._seen[0] < LOOK_SECONDS:
                return self._seen[1]
            running = self._follower()
            found = running.oee(time.time_ns() // 1000 if now is None else now) if running else pl.DataFrame()
            self._seen = (time.monotonic(), found)
            return found

    def _follower(self) -> Running | None:
        live = self._workspace.live()
        state = tuple(entry.import_id for entry in self._workspace.imports() if entry.status == "live" and "machines" in entry.tables)
        if state != self._running[0] or self._running[1] is None:
            heard = bool(state) and live.journal.listened() > 0
            silence = live.journal.silence()
            self._running = (state, Running(live.journal, self._plant(), silent_after=silence) if heard else None)
        return self._running[1]

    def _state(self) -> tuple[tuple[str, int], ...]:
        """What was imported and settled of machines."""
        entries = [entry for entry in self._workspace.imports() if entry.status == "live"]
        machines = [entry for entry in entries if any(name in entry.tables for name in MACHINE_TABLES[:-1])]
        return tuple((entry.import_id, entry.rows_accepted) for entry in machines)

    def _plant(self, tables: tuple[str, ...] = MACHINE_TABLES) -> Plant:
        return self._workspace.plant(tables)

    def _measure(self) -> Measured:
        plant = self._plant()
        floor = floor_of(plant)
        found = reliability_of(uptimes_of(floor))
        return Measured(
            floor,
            oee_by(floor),
            oee_by(floor, "machine"),
            losses_of(floor),
            strip_of(floor, SLOTS),
            machine_findings(found),
            machine_reason_findings(found),
            tuple(lines_of(plant)),
        )

    def _live(self, name: str) -> Lived:
        described = line_of(self._plant(), name)
        lived = study(described.line)
        return Lived(lived, bounded(lived, described.failures), described.notes, described.currency)

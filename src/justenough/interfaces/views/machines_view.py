"""Machines view: OEE of the running shift, and what all records say of machines' time, stops and repairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from justenough.estimation.clocks import local_texts
from justenough.estimation.losses import LOST_SHARE
from justenough.interfaces.floor_tables import Step, caveats, period, waterfall_steps, whole_sentence

if TYPE_CHECKING:
    import polars as pl

    from justenough.archive.errands import Found
    from justenough.archive.floor_book import Measured

MOST_DRAWN = 40  # machines of the strip
MOST_LOSSES = 12


@dataclass(frozen=True, slots=True)
class Between:
    """A figure with its bounds at 95 %; the middle is None where only a bound is known."""

    low: float | None
    middle: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A machine in the shift that is on: its state now, and its OEE since the shift began; ratios are fractions."""

    machine: str
    state: str
    reason: str | None
    since: str
    availability: float | None
    performance: float | None
    quality: float | None
    oee: float | None
    total: float


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A machine by all its records; ratios are fractions."""

    machine: str
    oee: float | None
    availability: float | None
    performance: float | None
    quality: float | None
    planned_hours: float
    unknown_hours: float
    failures: int
    mtbf_hours: Between
    mttr_hours: Between
    available: Between
    trend: str | None
    law: str | None
    fits: str | None


@dataclass(frozen=True, slots=True)
class LossLine:
    """Time lost for one reason; ``money`` is None where an hour of the machine has no value."""

    machine: str | None
    reason: str | None
    loss: str
    stops: int | None
    hours: float
    share: float | None
    money: float | None


@dataclass(frozen=True, slots=True)
class StripLine:
    """What a machine did in equal parts of its last day, as `justenough.domain.machine.Use` codes."""

    machine: str
    uses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """The last day of machines, on the plant's clock."""

    since: str
    until: str
    n_machines: int
    lines: tuple[StripLine, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What all records say of all machines together."""

    period: str
    sentence: str
    caveats: tuple[str, ...]
    currency: str
    steps: tuple[Step, ...]
    machines: tuple[MachineLine, ...]
    losses: tuple[LossLine, ...]
    strips: Strips


@dataclass(frozen=True, slots=True)
class MachinesView:
    """
    All machines.

    Parameters
    ----------
    running
        The shift that is on, lowest OEE first; empty where nobody listens.
    recorded
        None where there is nothing yet: ``working`` while it is being measured, else ``why`` says why not.
    """

    running: tuple[RunningLine, ...]
    recorded: Recorded | None
    why: str
    working: bool


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How often one reason stopped a machine, and how long it runs between two such stops."""

    reason: str
    failures: int
    mtbf_hours: Between


@dataclass(frozen=True, slots=True)
class MachineView:
    """One machine; ``by_reason`` says how often each reason stopped it. ``line`` is None while nothing is measured."""

    machine: str
    running: RunningLine | None
    line: MachineLine | None
    why: str
    working: bool
    period: str = ""
    currency: str = ""
    steps: tuple[Step, ...] = ()
    strips: Strips | None = None
    losses: tuple[LossLine, ...] = ()
    by_reason: tuple[ReasonLine, ...] = ()


def machines_view(running: pl.DataFrame, found: Found) -> MachinesView:
    """Everything known of all machines."""
    known: Measured | None = found.value
    if known is None:
        return MachinesView(_running(running), None, found.why, found.working)
    recorded = Recorded(
        period(known.floor),
        whole_sentence(known.whole),
        tuple(caveats(known.whole, known.losses)),
        known.floor.plant.terms.currency,
        waterfall_steps(known.whole),
        tuple(_line(known, at) for at in range(len(known.floor.machines))),
        _losses(known.losses.by("loss", "reason").head(MOST_LOSSES)),
        _strips(known, range(min(MOST_DRAWN, len(known.strip.machines)))),
    )
    return MachinesView(_running(running), recorded, "", found.working)


def machine_view(machine: str, running: pl.DataFrame, found: Found) -> MachineView | None:
    """Everything known of one machine; None where there is no such machine among those measured."""
    known: Measured | None = found.value
    now = next((one for one in _running(running) if one.machine == machine), None)
    if known is None:
        return MachineView(machine, now, None, found.why, found.working)
    if machine not in known.floor.machines:
        return None
    at = known.floor.machines.index(machine)
    losses = known.losses.by("machine", "loss", "reason")
    mine = losses.filter(losses["machine"] == machine)
    reasons = known.reasons.filter(known.reasons["machine"] == machine).sort("failures", "reason", descending=[True, False])
    return MachineView(
        machine,
        now,
        _line(known, at),
        "",
        found.working,
        period(known.floor),
        known.floor.plant.terms.currency,
        waterfall_steps(known.machines, at),
        _strips(known, (at,)),
        _losses(mine.with_columns(share=LOST_SHARE)),
        tuple(ReasonLine(row["reason"] or "not said", row["failures"], _between(row, "mtbf", "_days", 24.0)) for row in reasons.to_dicts()),
    )


def _running(rows: pl.DataFrame) -> tuple[RunningLine, ...]:
    if not rows.height:
        return ()
    worst = sorted(rows.to_dicts(), key=lambda row: (_known(row["oee"]) is None, row["oee"], row["machine"]))
    since = local_texts(np.array([row["since"] for row in worst]), "", "%H:%M")
    return tuple(_running_line(row, at) for row, at in zip(worst, since, strict=True))


def _running_line(row: dict[str, Any], since: str) -> RunningLine:
    ratios = {name: _known(row[name]) for name in ("availability", "performance", "quality", "oee")}
    return RunningLine(row["machine"], row["state"] or "unknown", row["reason"], since, total=float(row["total"]), **ratios)


def _line(known: Measured, at: int) -> MachineLine:
    oee, row = known.machines, known.findings.row(at, named=True)
    flow = oee.waterfall
    return MachineLine(
        known.floor.machines[at],
        _known(flow.oee[at]),
        _known(flow.availability[at]),
        _known(flow.performance[at]),
        _known(oee.quality[at]),
        float(flow.planned[at] * 24),
        float(oee.unknown[at] * 24),
        row["failures"],
        _between(row, "mtbf", "_days", 24.0),
        _between(row, "mttr", "_days", 24.0),
        _between(row, "availability", "", 1.0),
        row["trend"],
        row["law"],
        row["fits"],
    )


def _losses(rows: pl.DataFrame) -> tuple[LossLine, ...]:
    return tuple(
        LossLine(
            row.get("machine"), row["reason"], row["loss"].replace("_", " "), row["stops"], row["hours"], row["share"], _known(row["money"])
        )
        for row in rows.to_dicts()
    )  # fmt: skip


def _strips(known: Measured, places: range | tuple[int, ...]) -> Strips:
    strip = known.strip
    since, until = local_texts(np.array([strip.since, strip.until]), known.floor.zone, "%d %b %H:%M")
    lines = tuple(StripLine(strip.machines[at], tuple(strip.use[at].tolist())) for at in places)
    return Strips(str(since), str(until), len(strip.machines), lines)


def _between(row: dict[str, Any], name: str, unit: str, per: float) -> Between:
    low, middle, high = (_known(row[f"{name}{part}{unit}"]) for part in ("_lower", "", "_upper"))
    return Between(*(None if one is None else per * one for one in (low, middle, high)))


def _known(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

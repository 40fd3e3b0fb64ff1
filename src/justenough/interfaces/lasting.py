"""Lasting: the command that says how long machines run, how long repairs take, and how well that is known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.figures import count, figure, known, percent
from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.measuring import DATES, FolderArgument
from justenough.interfaces.options import DEFAULT_WORKSPACE, ForceOption, JsonOption, ProfileOption, WorkspaceOption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from justenough.estimation.reliability import Reliability

FEW = 5  # failures below which bounds are all that should be read


def reliability(
    folder: FolderArgument = None,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    since: Annotated[dt.datetime | None, typer.Option("--since", formats=DATES, help="First moment, on the plant's clock.")] = None,
    until: Annotated[
        dt.datetime | None, typer.Option("--until", formats=DATES, help="Moment at which it ends, on the plant's clock.")
    ] = None,
    minor_stop_minutes: Annotated[
        float, typer.Option("--minor-stop-minutes", help="Longest stop of its own that is no failure; below 0: reasons alone decide.")
    ] = 5.0,
    confidence: Annotated[float, typer.Option("--confidence", min=0.5, max=0.999, help="Confidence of all bounds [fraction].")] = 0.95,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows shown of a table; --json always holds all.")] = 20,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw a probability plot with bounds into this SVG file.", show_default=False)
    ] = None,
    of: Annotated[
        str, typer.Option("--of", help="Machine or reason to plot. Left out: the machine that failed most often.", show_default=False)
    ] = "",
    *,
    repairs: Annotated[bool, typer.Option("--repairs", help="Plot the repair times of the machine, not its lives.")] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say how long each machine runs between failures and how long its repairs take, with bounds, trend and law.

    Example: justenough reliability --plot press.svg --of "Press 4"
    """
    from justenough.estimation.findings import machine_findings, machine_reason_findings, reason_findings
    from justenough.estimation.floor import floor_of
    from justenough.estimation.intervals import Rules
    from justenough.estimation.reliability import ReliabilityParams, reliability_of
    from justenough.estimation.uptimes import uptimes_of
    from justenough.interfaces.measuring import _plant

    if plot is not None:
        refuse_overwrite(plot, force=force)
    with working("Measuring", 2) as step:
        step("Reading")
        plant = _plant(folder, profile, workspace)
        step("Telling lives from repairs")
        uptimes = uptimes_of(floor_of(plant, since=since, until=until, rules=Rules(minor_stop_minutes)))
        found = reliability_of(uptimes, ReliabilityParams(confidence=confidence))
        machines, reasons = machine_findings(found), reason_findings(found)
    if plot is not None:
        plot.write_text(_drawn(found, of, repairs=repairs), encoding="utf-8")
    if as_json:
        settings = {"confidence": confidence, "minor_stop_minutes": minor_stop_minutes, "failures_are_moments": uptimes.moments}
        pairs = machine_reason_findings(found)
        say_json({**settings, "machines": machines, "reasons": reasons, "machine_reasons": pairs})
        return
    rows = machines.sort("failures", "machine", descending=[True, False]).to_dicts()
    for sentence in sentences(found, rows):
        say(sentence)
    say()
    show(machine_table(rows, top, confidence, width()))
    if any(row["repairs"] for row in rows):
        say()
        show(repair_table(rows, top, confidence, width()))
        say(AVAILABLE)
    if reasons.height:
        say()
        show(reason_table(reasons.to_dicts(), top, confidence, width()))
    if plot is not None:
        say()
        say(f"Drew {plot}.")


AVAILABLE = (
    "Available: time in operation over time in operation and in repair, of the whole record. Time to repair is the mean of the law that "
    "fits, and of a machine with a trend the time between failures is today's, so these need not give the same share."
)


def sentences(found: Reliability, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was found in words, and what cannot be known from these records."""
    failures = sum(row["failures"] for row in rows)
    operated = count(float(found.uptimes.operated_days.sum()), "day")
    said = [f"{count(failures, 'failure')} in {operated} of operation of {count(len(rows), 'machine')}."]
    if found.uptimes.moments:
        said.append(
            "Failures are moments without a duration and no running is recorded: machines are taken to have run from the first "
            "moment to the last, and repair times, availability and MTTR cannot be known from these records."
        )
    elif not any(row["repairs"] for row in rows):
        said.append("No repair was seen to end, so repair times and availability cannot be said.")
    going = [row["machine"] for row in rows if row["trend"] in ("improving", "worsening")]
    if going:
        one = len(going) == 1
        said.append(
            f"{count(len(going), 'machine')} {'fails' if one else 'fail'} more or less often than at the start "
            f"({', '.join(going[:3])}{', ...' if len(going) > 3 else ''}): the MTBF told is today's, by the power law."
        )
    few = sum(row["failures"] < FEW for row in rows)
    if few:
        said.append(f"{few} of {len(rows)} machines failed fewer than {FEW} times: read their bounds, not their figures.")
    wrong = sum(row["fits"] == "does not fit" for row in rows)
    if wrong:
        said.append(f"The likeliest law does not fit {wrong} of {len(rows)} machines: read the law as a summary only.")
    return said


def machine_table(rows: Sequence[Mapping[str, Any]], top: int, confidence: float, width: int) -> Table:
    """Operating time between failures, trend and law; most failures first."""
    from justenough.interfaces.tables import Column, laid_out

    shown = rows[:top]
    columns = (
        Column("machine", [row["machine"] for row in shown]),
        Column("failures", [f"{row['failures']:,}" for row in shown], number=True, rank=1),
        Column("operated\n[h]", [figure(24 * row["operating_days"]) for row in shown], number=True, rank=5),
        Column("between failures\n[h]", [_hours(row, "mtbf") for row in shown], number=True),
        Column("trend", [row["trend"] for row in shown], rank=2),
        Column("law", [row["law"] or "" for row in shown], rank=3),
        Column("shape", [_between(row, "shape", "", 1.0) if row["law"] not in (None, "exponential") else "" for row in shown], rank=4),
        Column("fits", ["too few to tell" if row["fits"] == "too few" else row["fits"] for row in shown], rank=6),
    )
    return laid_out(_title("Operating time between failures", confidence, shown, rows), columns, width)


def repair_table(rows: Sequence[Mapping[str, Any]], top: int, confidence: float, width: int) -> Table:
    """Repair times and availability; longest repairs first."""
    from justenough.interfaces.tables import Column, laid_out

    repaired = sorted((row for row in rows if row["repairs"]), key=lambda row: -row["mttr_days"])
    shown = repaired[:top]

    def share(row: Mapping[str, Any]) -> str:
        return f"{percent(row['availability'])} ({percent(row['availability_lower'])} to {percent(row['availability_upper'])})"

    columns = (
        Column("machine", [row["machine"] for row in shown]),
        Column("repairs", [f"{row['repairs']:,}" for row in shown], number=True, rank=2),
        Column("to repair\n[min]", [_between(row, "mttr", "_days", 1440.0) for row in shown], number=True),
        Column("CV² of repairs", [_between(row, "repair_scv", "", 1.0) for row in shown], number=True, rank=1),
        Column("law", [row["repair_law"] or "" for row in shown], rank=4),
        Column("available", [share(row) for row in shown], number=True, rank=3),
    )
    return laid_out(_title("Time to repair", confidence, shown, repaired), columns, width)


def reason_table(rows: Sequence[Mapping[str, Any]], top: int, confidence: float, width: int) -> Table:
    """What machines fail of, all machines together; other reasons censor."""
    from justenough.interfaces.tables import Column, laid_out

    shown = rows[:top]
    columns = (
        Column("reason", [row["reason"] for row in shown]),
        Column("failures", [f"{row['failures']:,}" for row in shown], number=True, rank=1),
        Column("machines", [f"{row['machines']:,}" for row in shown], number=True, rank=4),
        Column("between failures\n[h]", [_hours(row, "mtbf") for row in shown], number=True),
        Column("law", [row["law"] or "" for row in shown], rank=2),
        Column("shape", [_between(row, "shape", "", 1.0) if row["law"] not in (None, "exponential") else "" for row in shown], rank=3),
        Column("to repair\n[min]", [figure(1440 * row["mttr_days"]) for row in shown], number=True, rank=5),
    )
    return laid_out(_title("Failures by reason, machines taken as alike", confidence, shown, rows), columns, width)


def _drawn(found: Reliability, of: str, *, repairs: bool) -> str:
    from justenough.domain.errors import JustenoughError
    from justenough.estimation.findings import plotted
    from justenough.interfaces.probability_plot import probability_plot

    machines, reasons = found.machines, found.uptimes.reasons
    name = of or max(zip(machines, found.failures, strict=True), key=lambda pair: pair[1])[0]
    if name in machines:
        times, place = (found.repairs if repairs else found.times), machines.index(name)
    elif name in reasons and not repairs:
        times, place = found.by_reason, reasons.index(name)
    else:
        near = ", ".join([*machines, *reasons][:8])
        raise JustenoughError(f"--of {name}: no such machine{'' if repairs else ' or reason that stopped one'}; there are {near}, ...")
    told = plotted(times, place, name, confidence=found.params.confidence)
    if told is None:
        raise JustenoughError(f"{name}: fewer than two different times were seen to their end, so there is nothing to plot.")
    return probability_plot(told, what="time to repair" if repairs else "operating time to failure")


def _hours(row: Mapping[str, Any], name: str) -> str:
    if not known(row[f"{name}_days"]):
        return f"over {figure(24 * row[f'{name}_lower_days'])}" if known(row[f"{name}_lower_days"]) else "–"
    return _between(row, name, "_days", 24.0)


def _between(row: Mapping[str, Any], name: str, unit: str, per: float) -> str:
    middle, low, high = (row[f"{name}{part}{unit}"] for part in ("", "_lower", "_upper"))
    if not known(middle):
        return "–"
    return f"{figure(per * middle)} ({figure(per * low)} to {figure(per * high)})"


def _title(what: str, confidence: float, shown: Sequence[object], rows: Sequence[object]) -> str:
    return f"{what}, {percent(confidence)} bounds ({len(shown):,} of {len(rows):,})"

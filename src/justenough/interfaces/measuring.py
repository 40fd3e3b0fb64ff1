"""Measuring: the command that says what machines' time was used for, and what was lost of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, ForceOption, JsonOption, ProfileOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.estimation.floor import Floor
    from justenough.estimation.oee import Oee

BY = ("machine",)
STRIP_MACHINES = 12  # more are not drawn on a terminal
DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

FolderArgument = Annotated[
    Path | None,
    typer.Argument(help="Export to read directly (with --profile); nothing is saved. Left out: the workspace.", show_default=False),
]


def oee(
    folder: FolderArgument = None,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Add up by machine, line, plant, shift, product, day or week; may be repeated. Left out: machine."),
    ] = None,
    since: Annotated[dt.datetime | None, typer.Option("--since", formats=DATES, help="First moment, on the plant's clock.")] = None,
    until: Annotated[
        dt.datetime | None, typer.Option("--until", formats=DATES, help="Moment at which it ends, on the plant's clock.")
    ] = None,
    minor_stop_minutes: Annotated[
        float, typer.Option("--minor-stop-minutes", help="Longest stop of its own that counts as minor; below 0: reasons alone decide.")
    ] = 5.0,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows shown of a table; --json always holds all.")] = 20,
    charts: Annotated[
        Path | None, typer.Option("--charts", help="Draw waterfall, last day and losses into this HTML file.", show_default=False)
    ] = None,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say what machines' time was used for: from calendar time to good parts, and every loss by its reason.

    Example: justenough oee --by line --by week
    """
    from justenough.estimation.floor import floor_of
    from justenough.estimation.intervals import Rules
    from justenough.estimation.losses import losses_of
    from justenough.estimation.oee import KEYS, oee_by

    keys = tuple(dict.fromkeys(by or BY))
    for key in keys:
        if key not in KEYS:
            raise typer.BadParameter(f"{key!r} is not one of {', '.join(KEYS)}.", param_hint="--by")
    if charts is not None:
        refuse_overwrite(charts, force=force)
    with working("Measuring", 2) as step:
        step("Reading")
        plant = _plant(folder, profile, workspace)
        step("Adding up every moment")
        floor = floor_of(plant, since=since, until=until, rules=Rules(minor_stop_minutes))
        rows, whole, losses = oee_by(floor, *keys), oee_by(floor), losses_of(floor)
    if charts is not None:
        from justenough.interfaces.floor_charts import floor_page

        charts.write_text(floor_page(floor, whole, losses), encoding="utf-8")
    if as_json:
        say_json({**_told(floor, rows, whole), "losses": losses.by("machine", "loss", "reason"), "unvalued": losses.unvalued})
        return
    from justenough.interfaces import floor_tables

    say(floor_tables.whole_sentence(whole))
    for sentence in floor_tables.caveats(whole, losses):
        say(sentence)
    say()
    show(floor_tables.waterfall_table(whole, width()))
    say()
    show(floor_tables.oee_table(rows, top, width()))
    say()
    if losses.by().height:
        show(floor_tables.pareto_table(losses, top, width()))
    elif floor.recorded.states.start.size:
        say("No lost time is on record. Records of moments, such as failures without a repair time, are for: justenough reliability")
    if len(floor.machines) <= STRIP_MACHINES:
        say()
        for line in floor_tables.strip_lines(floor, width()):
            say(line)
    if charts is not None:
        say()
        say(f"Drew {charts}; it opens without a network.")


def _plant(folder: Path | None, profile: str | None, workspace: Path) -> Plant:
    from justenough.interfaces.direct import directly

    if folder is not None:
        return directly(folder, profile)
    with opened(workspace) as kept:
        return kept.plant()


def _told(floor: Floor, rows: Oee, whole: Oee) -> dict[str, object]:
    """What was measured, and all that had to be settled on the way, as the API returns it."""
    import numpy as np

    from justenough.estimation.clocks import local_texts
    from justenough.estimation.oee import semi_frame

    since, until = local_texts(np.array([floor.since, floor.until]), floor.zone, "%Y-%m-%dT%H:%M:%S")
    settled = floor.disjoint.settled
    machines = {name: getattr(settled, name) for name in settled.__slots__}
    counted = [{"machine": name} | {key: int(column[k]) for key, column in machines.items()} for k, name in enumerate(floor.machines)]
    return {
        "since": since,
        "until": until,
        "time_zone": floor.zone,
        "minor_stop_minutes": floor.rules.minor_stop_minutes,
        "by": rows.by,
        "rows": rows.frame(),
        "whole": whole.frame(),
        "iso22400": rows.iso22400,
        "semi_e10_hours": semi_frame(rows),
        "semi_e79": rows.semi_e79,
        "settled": counted,
        "counts_while_standing": whole.stood,
        "clock_twice": floor.recorded.clock_twice,
        "clock_never": floor.recorded.clock_never,
        "undeclared_machines": floor.recorded.undeclared,
        "machines_without_calendar": floor.without_calendar,
        "unmapped_reasons": floor.unmapped,
    }

"""Keeping: the commands about plans that were saved."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.errors import JustenoughError
from justenough.domain.figures import money
from justenough.interfaces.answering import plain, refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    DecimalOption,
    ForceOption,
    JsonOption,
    PlanOption,
    TopOption,
    WorkspaceOption,
    at,
    opened,
)

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.strategy.plan import Plan


class Form(StrEnum):
    """File formats of a plan."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; the same as the argument.", show_default=False)]
FileArgument = Annotated[Path | None, typer.Argument(help="File to write; left out: plan-ID in this folder.", show_default=False)]


def plans(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    last: Annotated[int, typer.Option("--last", min=1, help="Plans shown, the newest ones; --json holds all.")] = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    List the saved plans, oldest first.

    Example: justenough plans --json
    """
    with opened(workspace) as kept:
        entries = kept.plans()
        shown = entries if as_json else entries[-last:]
        summaries = {one.plan_id: kept.plan(one.plan_id).summary() for one in shown}
    if as_json:
        say_json([{**plain(one), "summary": plain(summaries[one.plan_id])} for one in entries])
        return
    if not entries:
        say(f"No plan is saved in {workspace} yet. Make one: justenough recommend{at(workspace)}")
        return
    from justenough.interfaces.lacking import given_in
    from justenough.interfaces.printing import frame_table

    rows = [
        {
            "plan": one.plan_id,
            "items": one.n_items,
            "decided": one.n_items - summaries[one.plan_id].by_decision["cannot_decide"],
            "ties up": money(summaries[one.plan_id].stock_value, one.currency),
            "given": ", ".join(given_in(one.settings)) or "defaults",
            "by": one.author or "not said",
        }
        for one in shown
    ]
    title = "Saved plans" if len(shown) == len(entries) else f"Saved plans, the last {len(shown):,} of {len(entries):,}"
    show(frame_table(title, rows, {name: lambda n: f"{n:,}" for name in ("items", "decided")}, width()))


def diff(
    earlier: Annotated[str, typer.Argument(help="Id of the earlier plan, or the beginning of it; left out: the last but one.")] = "",
    later: Annotated[str, typer.Argument(help="Id of the later plan; left out: the latest.")] = "latest",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: TopOption = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Say what changes from one saved plan to another; without ids, between the last two.

    Example: justenough diff 20260105T0900 latest
    """
    with opened(workspace) as kept:
        before, after = kept.plan(earlier or _last_but_one(kept)), kept.plan(later)
    change = after.diff(before)
    if as_json:
        sums = {"change_value": change.change_value, "change_total_cost": change.change_total_cost}
        say_json({"earlier": before.plan_id, "later": after.plan_id, "n_same": change.n_same, **sums, "rows": change.rows})
        return
    from justenough.interfaces.printing import diff_table
    from justenough.interfaces.wording import diff_sentence

    say(diff_sentence(change, after.terms.currency))
    if change.rows.height:
        say()
        show(diff_table(change, after.terms.currency, top, width()))


def export(
    file: FileArgument = None,
    plan_id: PlanOption = "latest",
    form: Annotated[
        Form | None, typer.Option("--format", help="File format; left out: as the output's name ends, else csv.", show_default=False)
    ] = None,
    output: OutputOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    decimal: DecimalOption = ".",
    delimiter: Annotated[
        str | None,
        typer.Option("--delimiter", help="Sign between the cells of a CSV; left out: ',', or ';' with --decimal ,.", show_default=False),
    ] = None,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Write a saved plan as CSV, Excel or Parquet, one row an item.

    For a German Excel: justenough export plan.csv --decimal ,

    Example: justenough export plan.xlsx
    """
    output = _one_file(file, output)
    chosen = form_of(output, form)
    with opened(workspace) as kept, working("Writing", 2) as step:
        step("Reading the plan")
        plan = kept.plan(plan_id)
        path = output or Path(f"plan-{plan.plan_id}.{chosen.value}")
        refuse_overwrite(path, force=force)
        from justenough.interfaces.exports import Csv, write_plan

        csv = Csv.marked(decimal, delimiter)
        step(f"Writing {path}")
        write_plan(plan, path, chosen.value, csv=csv)
    if as_json:
        say_json({"plan": plan.plan_id, "file": path, "format": chosen.value, "items": len(plan)})
    else:
        say(f"Wrote {len(plan):,} items of plan {plan.plan_id} to {path}.")


def report(
    file: FileArgument = None,
    plan_id: PlanOption = "latest",
    output: OutputOption = None,
    items: Annotated[int, typer.Option("--items", min=0, help="Items drawn with their curve, biggest money first.")] = 20,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Write a saved plan as one HTML file that opens without a network.

    Example: justenough report plan.html --items 50
    """
    output = _one_file(file, output)
    with opened(workspace) as kept, working("Writing the report", 2) as step:
        step("Reading the plan")
        plan = kept.plan(plan_id)
        path = output or Path(f"plan-{plan.plan_id}.html")
        refuse_overwrite(path, force=force)
        step("Drawing")
        write_report(kept, plan, path, items)
    if as_json:
        say_json({"plan": plan.plan_id, "file": path, "items_drawn": min(items, len(plan)), "summary": plain(plan.summary())})
    else:
        say(f"Wrote the report of plan {plan.plan_id} to {path}. Open it in any browser; it needs no network.")


def form_of(output: Path | None, asked: Form | None) -> Form:
    """The format of a file: as its name ends; a name that says another format than the one asked is refused."""
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    said = next((form for form in Form if form.value == ending), None)
    if asked is not None and said is not None and asked is not said:
        raise JustenoughError(f"{output}: the name says {said.value}, --format says {asked.value}; nothing was written. Drop one of them.")
    if asked is None and said is None and ending:
        known = ", ".join(f".{form.value}" for form in Form)
        raise JustenoughError(f"{output}: a plan is written as {known}, not as .{ending}; nothing was written. Name the file so.")
    return asked or said or Form.CSV


def _one_file(file: Path | None, output: Path | None) -> Path | None:
    """The file to write, named by the argument or by --output."""
    if file is not None and output is not None and file != output:
        raise JustenoughError(f"{file} and --output {output} name two files; nothing was written. Name one.")
    return output or file


def _last_but_one(kept: Workspace) -> str:
    entries = kept.plans()
    if len(entries) < 2:
        raise JustenoughError("Fewer than two plans are saved, so there is nothing to compare; make another: justenough recommend")
    return entries[-2].plan_id


def write_report(kept: Workspace, plan: Plan, path: Path, items: int) -> None:
    """Draw a plan with the demand its workspace holds, and write it."""
    from justenough.interfaces.report import drawn

    path.write_text(drawn(plan, kept.plant() if kept.imports() else None, items=items), encoding="utf-8")

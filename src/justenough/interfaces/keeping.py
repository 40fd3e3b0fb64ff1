"""Keeping: the commands about plans that were saved."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.answering import plain, refuse_overwrite, say, say_json, show, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, ForceOption, JsonOption, TopOption, WorkspaceOption, opened
from justenough.interfaces.planning import PlanOption

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.strategy.plan import Plan


class Form(StrEnum):
    """File formats of a plan."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write.", show_default=False)]


def plans(workspace: WorkspaceOption = DEFAULT_WORKSPACE, *, as_json: JsonOption = False) -> None:
    """
    List the saved plans, oldest first.

    Example: justenough plans --json
    """
    with opened(workspace) as kept:
        entries = kept.plans()
    if as_json:
        say_json(entries)
        return
    if not entries:
        say(f"No plan is saved in {workspace} yet. Make one: justenough recommend")
        return
    from justenough.interfaces.printing import frame_table

    rows = [
        {
            "plan": one.plan_id,
            "made (UTC)": f"{one.created:%Y-%m-%d %H:%M}",
            "by": one.author or "not said",
            "version": one.version,
            "items": one.n_items,
        }
        for one in entries
    ]
    show(frame_table("Saved plans", rows, {"items": lambda n: f"{n:,}"}))


def diff(
    earlier: Annotated[str, typer.Argument(help="Id of the earlier plan, or the beginning of it.")],
    later: Annotated[str, typer.Argument(help="Id of the later plan; left out: the latest.")] = "latest",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: TopOption = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Say what changes from one saved plan to another.

    Example: justenough diff 20260105T0900 latest
    """
    with opened(workspace) as kept:
        before, after = kept.plan(earlier), kept.plan(later)
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
        show(diff_table(change, after.terms.currency, top))


def export(
    plan_id: PlanOption = "latest",
    form: Annotated[Form, typer.Option("--format", help="File format.")] = Form.CSV,
    output: OutputOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Write a saved plan as CSV, Excel or Parquet, one row an item.

    Example: justenough export --format xlsx --output plan.xlsx
    """
    with opened(workspace) as kept, working("Writing", 2) as step:
        step("Reading the plan")
        plan = kept.plan(plan_id)
        path = output or Path(f"plan-{plan.plan_id}.{form.value}")
        refuse_overwrite(path, force=force)
        from justenough.interfaces.exports import write_plan

        step(f"Writing {path}")
        write_plan(plan, path, form.value)
    if as_json:
        say_json({"plan": plan.plan_id, "file": path, "format": form.value, "items": len(plan)})
    else:
        say(f"Wrote {len(plan):,} items of plan {plan.plan_id} to {path}.")


def report(
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

    Example: justenough report --output plan.html --items 50
    """
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


def write_report(kept: Workspace, plan: Plan, path: Path, items: int) -> None:
    """Draw a plan with the demand its workspace holds, and write it."""
    from justenough.interfaces.report import drawn

    path.write_text(drawn(plan, kept.plant() if kept.imports() else None, items=items), encoding="utf-8")

"""Unmasking: the command that names every buffer that hides a loss, and the next step until it may go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from justenough.domain.figures import figure, in_currency, percent
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, JsonOption, PlanOption, TopOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table


def masking(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, plan: PlanOption = "latest", top: TopOption = 10, *, as_json: JsonOption = False
) -> None:
    """
    Name every buffer that hides a loss, whose loss, what would show without it, and the next step until it may go.

    Example: justenough masking --top 5
    """
    from justenough.strategy.decide import decided
    from justenough.strategy.masked_supply import masked_plant, steps_of
    from justenough.strategy.situation import situation_of

    with working("Looking behind buffers", 3) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            made, plant = kept.plan(plan), kept.plant()
        step(f"Sizing {len(plant):,} items")
        light = replace(made.settings, anatomy_items=0, coming_items=0, gate_items=0)
        situation = situation_of(decided(plant, light), plant) if plant.tables["routing"].height else None
        step("Living each line with and without its buffers")
        found = masked_plant(plant, made, situation=situation)
    if as_json:
        say_json({"plan": made.plan_id, "currency": made.terms.currency, "buffers": found, "causes": steps_of(found)})
        return
    if not found.height:
        say(
            "No buffer is known to hide a loss: the plan has no reserve for a supplier or a machine, and no line is imported. "
            f"Import receipts, stations, buffers and events; then justenough recommend{at(workspace)}"
        )
        return
    show(masking_table(found, made.terms.currency, top, width()))
    say()
    if not found["lost_money"].count():
        say("What would show in money is not known: nobody has said what a stockout costs (stockout_cost, or an hour of the line).")
    for line in step_lines(found, top):
        say(line)


def masking_table(found: pl.DataFrame, currency: str, top: int, columns: int) -> Table:
    """One row a buffer: what it holds, what it hides, and what would show without it."""
    from justenough.interfaces.tables import Column, laid_out

    rows = found.head(top).to_dicts()
    unit = in_currency(currency, "[{}]", "[money]")
    shown = [f"{percent(row['shown'])} > {percent(row['without'])}" if row["shown"] is not None else "" for row in rows]
    return laid_out(
        f"Buffers that hide a loss ({len(rows):,} of {found.height:,})",
        (
            Column("buffer", [row["stock"] for row in rows]),
            Column("hides", [row["loss"] if row["kind"] == "WIP" else f"{row['cause']}: {row['loss']}" for row in rows]),
            Column(f"holds\n{unit}", [figure(row["money"]) for row in rows], number=True),
            Column(f"would show\n{unit} a year", [figure(row["lost_money"]) for row in rows], number=True),
            Column("OEE or service\nwithout it", shown, number=True, rank=1),
            Column("next", [row["step"] for row in rows]),
        ),
        columns,
    )


def step_lines(found: pl.DataFrame, top: int) -> list[str]:
    """The next step of each buffer, in words."""
    return [f"{row['stock']}: {step_words(row)}" for row in found.head(top).iter_rows(named=True)]


def step_words(row: dict[str, Any]) -> str:
    """
    What to do next about one buffer, and by which figure it will be done.

    Examples
    --------
    >>> hours = {"kind": "WIP", "cause": "PRS-4", "figure": 1.5, "bound": 2.1, "needed": 1.7, "strip": 12.0, "observations": 42, "more": 66}
    >>> step_words({**hours, "step": "confirm"})
    'confirm: repairs of PRS-4 take 1.5 hours, at most 2.1 by 42 of them; 1.7 is enough, and 66 more like these would say so.'
    >>> step_words({**hours, "kind": "component", "loss": "stops of PRS-4", "step": "fix", "needed": 1.0, "more": 31})
    'fix: repairs of PRS-4 take 1.5 hours, at most 2.1 by 42 of them; at most 1 lets 12 units go; 31 of 0.75 on average would show it.'
    """
    from justenough.interfaces.wording import reserve_units

    cause, step, machine = row["cause"], row["step"], row["kind"] == "WIP"
    write = figure if machine else percent
    stops = row.get("loss") == f"stops of {cause}"
    if row["figure"] is None:
        if stops:
            return f"fix: the stops of {cause} first (justenough roadmap), then strip {reserve_units(row['strip'])} units."
        return f"confirm: no promised day is on record for {cause}, so nobody knows how late it is; import them."
    if stops and not machine:
        return _of_repairs(row)
    if machine:
        now = f"repairs of {cause} take {write(row['figure'])} hours"
        bound = f"at most {write(row['bound'])} by {row['observations']} of them" if row["bound"] is not None else "on no repair seen"
        stock, enough = f"{figure(row['strip'])} places", f"{write(row['needed'])} is enough"
    else:
        now = f"{write(row['figure'])} of {cause}'s orders come late"
        bound = f"at most {write(row['bound'])} by {row['observations']} of them"
        stock, enough = f"{reserve_units(row['strip'])} units", f"{write(row['needed'])} is allowed"
    if step == "fix":
        return f"fix: {now}, {enough}; then {stock} may go."
    if step == "confirm":
        return f"confirm: {now}, {bound}; {enough}, and {row['more']:,} more like these would say so."
    if step == "strip":
        return f"strip {stock}: {now}, {bound}, and {enough}; then watch (justenough review)."
    return "watch: nothing is left to strip; justenough review says if it changes."


def _of_repairs(row: dict[str, Any]) -> str:
    """The step for a reserve behind a machine: what its repairs take, and what would have to be known of them."""
    from justenough.interfaces.wording import reserve_units
    from justenough.strategy.masking_plan import USUAL

    bound = f"at most {figure(row['bound'])} by {row['observations']} of them" if row["bound"] is not None else "on few repairs"
    now = f"repairs of {row['cause']} take {figure(row['figure'])} hours, {bound}"
    if row["needed"] is None:
        return (
            f"fix: {now}; shorter repairs alone let nothing go, as what else is uncertain needs it too: justenough explain {row['stock']}"
        )
    needed, aim = row["needed"], USUAL.aim * row["needed"]
    return (
        f"fix: {now}; at most {figure(needed)} lets {reserve_units(row['strip'])} units go; "
        f"{row['more']:,} of {figure(aim)} on average would show it."
    )

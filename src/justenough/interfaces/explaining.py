"""Explaining: the command that says why one item is held as the plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.errors import UnknownItem
from justenough.interfaces.answering import plain, say, say_json, show, width
from justenough.interfaces.options import DEFAULT_WORKSPACE, JsonOption, PlanOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan

PLACES = ("items", "machines", "stations", "suppliers")  # tables that name what is no item


def explain(
    item: Annotated[str, typer.Argument(help="Code of the item, as in the plan.")],
    plan_id: PlanOption = "latest",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Say why one item is held as the plan says: the change, its price, the reasons, what lies beside it.

    Example: justenough explain BRG-6204
    """
    with opened(workspace) as kept:
        plan = kept.plan(plan_id)
        item = code_in(plan, item)
        live = any(entry.status == "live" for entry in kept.imports())
        if item not in plan.figures["item"] and live and (elsewhere := answered_by(kept.plant(PLACES), item, at(workspace))):
            raise UnknownItem(elsewhere)
    found = plan[item]
    if as_json:
        from justenough.strategy.in_hand import with_orders

        rows = with_orders(plan.figures.filter(plan.figures["item"] == item))
        asked = rows.select("this_week", "order_now", "order_now_value").row(0, named=True)
        told = {"anatomy": found.anatomy, "levers": plan.levers_of(item), "coming": plan.coming_of(item), "curve": plan.curve(item)}
        say_json({**plain(found), **plain(asked), "plan": plan.plan_id, **plain(told)})
        return
    show_item(plan, item)


def answered_by(plant: Plant, name: str, where: str) -> str:
    """What to ask of a machine, a line or a supplier that was taken for an item; empty where it is none of these."""
    from shlex import quote

    machines, lines = (plant.tables["machines"][column].drop_nulls() for column in ("machine", "line"))
    if name in machines:
        return (
            f"{name!r} is a machine, not an item. How often it fails: justenough reliability{where}; its time: justenough oee{where}; "
            f"what improving it would free: justenough roadmap{where} --of {quote(name)}."
        )
    if name in lines or name in plant.tables["stations"]["line"]:
        return f"{name!r} is a line, not an item. What it makes and what holds it back: justenough line show {quote(name)}{where}."
    if name in plant.items["supplier"].drop_nulls() or name in plant.tables["suppliers"]["supplier"]:
        return (
            f"{name!r} is a supplier, not an item. What its outage would do: justenough whatif{where} --outage {quote(name)}=30; "
            f"what improving it would free: justenough roadmap{where} --of {quote(name)}; how late it is: justenough suppliers{where}."
        )
    return ""


def code_in(plan: Plan, item: str) -> str:
    """The item's code in the plan; leading zeros may be left out where that leaves one item."""
    codes = plan.figures["item"]
    if item in codes:
        return item
    bare = item.lstrip("0")
    same = codes.filter(codes.str.strip_chars_start("0") == bare).to_list() if bare else []
    return str(same[0]) if len(same) == 1 else item


def show_item(plan: Plan, item: str) -> None:
    """Print one item in sentences, then its levels by coming period, its reserve by cause and what would let it be stripped."""
    from justenough.interfaces.parts import coming_table, levers_table, notes_of, parts_table
    from justenough.interfaces.printing import explained

    found = plan[item]
    for line in explained(found):
        say(line)
    ahead = coming_table(plan.coming_of(item), width())
    if ahead is not None:
        say()
        show(ahead)
    split = parts_table(found, width())
    if split is None:
        return
    say()
    show(split)
    for note in notes_of(found):
        say(note)
    strip = levers_table(plan.levers_of(item), found.currency, width())
    if strip is not None:
        say()
        show(strip)

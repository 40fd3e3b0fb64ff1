"""Deciding: the commands that answer proposals, set levels by hand, take decisions back and tell their history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.figures import count, units
from justenough.interfaces.answering import say, say_json, show, width
from justenough.interfaces.options import DEFAULT_WORKSPACE, AuthorOption, JsonOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    from justenough.archive.decisions import Decisions

ItemsArgument = Annotated[list[str] | None, typer.Argument(help="Items, or ids of proposals.", show_default=False)]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]


def approve(
    items: ItemsArgument = None,
    plan: Annotated[
        str | None, typer.Option("--plan", help="Put this plan's own levels in force, not the queue's.", show_default=False)
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits, or all items of the plan.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Put proposed levels in force; from then on they are today's levels.

    Example: justenough approve BRG-6204 BRG-6306
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        decisions = Decisions(kept)
        if plan is not None:
            made = kept.plan(plan)
            _some(items, every)
            ids = decisions.adopt(made, None if every else items, author=author, reason=reason)
        else:
            ids = decisions.approve(_chosen(decisions, items, every), author=author, reason=reason)
        _say_decided(decisions, "approved", ids, at(workspace), as_json=as_json)


def reject(
    items: ItemsArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Leave levels as they are; the same proposal does not come again.

    Example: justenough reject BRG-6204 --reason "phased out in spring"
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        decisions = Decisions(kept)
        ids = decisions.reject(_chosen(decisions, items, every), reason=reason, author=author)
        _say_decided(decisions, "rejected", ids, at(workspace), as_json=as_json)


def defer(
    until: Annotated[str, typer.Option("--until", help="Day from which the proposals wait again.", metavar="YYYY-MM-DD")],
    items: ItemsArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Put proposals off until a day.

    Example: justenough defer BRG-6204 --until 2030-01-31
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        decisions = Decisions(kept)
        ids = decisions.defer(_chosen(decisions, items, every), until=_day("--until", until), author=author, reason=reason)
        _say_decided(decisions, f"put off until {until}", ids, at(workspace), as_json=as_json)


def override(
    item: Annotated[str, typer.Argument(help="Code of the item.")],
    reorder_point: Annotated[float, typer.Option("--reorder-at", help="Reorder point [units].")],
    order_up_to: Annotated[float, typer.Option("--up-to", help="Order-up-to level [units].")],
    safety_stock: Annotated[float | None, typer.Option("--safety-stock", help="Safety stock [units].", show_default=False)] = None,
    expires: Annotated[
        str | None,
        typer.Option("--until", help="Day the override ends; left out: when it is undone.", metavar="YYYY-MM-DD", show_default=False),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Set an item's levels by hand, for a time or until it is undone.

    Example: justenough override BRG-6204 --reorder-at 300 --up-to 400 --until 2030-01-31 --reason "strike in the port"
    """
    from justenough.archive.by_hand import Levels
    from justenough.archive.decisions import Decisions
    from justenough.domain.errors import SettingsError

    try:
        levels = Levels(reorder_point, order_up_to, float("nan") if safety_stock is None else safety_stock)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    with opened(workspace) as kept:
        decisions = Decisions(kept)
        ends = None if expires is None else _day("--until", expires)
        one = decisions.override(item, levels, reason=reason, author=author, expires=ends)
        _say_decided(decisions, "overridden", [one], at(workspace), as_json=as_json)


def undo(
    which: Annotated[str, typer.Argument(help="An item, to take back its last decision, or the id of a decision.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Take a decision back: what was in force before is in force again, and the proposal waits again.

    Example: justenough undo BRG-6204
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        decisions = Decisions(kept)
        one = decisions.undo(which, author=author, reason=reason)
        _say_decided(decisions, "taken back", [one], at(workspace), as_json=as_json)


def decisions(
    item: Annotated[str | None, typer.Argument(help="One item; left out: all.", show_default=False)] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    last: Annotated[int, typer.Option("--last", min=1, help="Decisions shown, the newest ones; --json holds all.")] = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Tell who decided what, when and why, newest first; what was undone is marked.

    Example: justenough decisions BRG-6204
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        told = Decisions(kept).history(item)
    if as_json:
        say_json(told)
        return
    if not told.height:
        say(f"Nothing was decided{'' if item is None else f' of {item}'} yet. See what waits: justenough review --list{at(workspace)}")
        return
    from justenough.interfaces.tables import Column, laid_out

    rows = told.head(last).to_dicts()
    moves = [_moved(row) for row in rows]
    columns = (
        Column("when", [f"{row['created']:%Y-%m-%d %H:%M}" for row in rows], number=True),
        Column("item", [row["item"] for row in rows]),
        Column("what", [row["action"] + (" (undone)" if row["undone_by"] else "") for row in rows]),
        Column("reorder at\n[units]", moves, number=True),
        Column("by", [row["author"] or "not said" for row in rows]),
        Column("why", ["; ".join(filter(None, (row["cause"], row["reason"]))) for row in rows], rank=1),
        Column("until", [f"{row['expires']:%Y-%m-%d}" if row["expires"] else "" for row in rows], number=True, rank=2),
    )
    show(laid_out(f"Decisions ({len(rows):,} of {told.height:,})", columns, width()))


def _moved(row: dict[str, Any]) -> str:
    """Reorder point before and after; one figure where it stayed."""
    old, new = row["old_reorder_point"], row["new_reorder_point"]
    return units(old) if new is None else f"{units(old)} > {units(new)}"


def _chosen(decisions: Decisions, items: list[str] | None, every: bool) -> list[str]:  # noqa: FBT001
    _some(items, every)
    if not every:
        return list(items or [])
    waiting = decisions.queue()["entry_id"].to_list()
    if not waiting:
        from justenough.domain.errors import JustenoughError

        raise JustenoughError(
            "No proposal waits for an answer. Look for some: justenough review. A whole plan: justenough approve --plan latest --all"
        )
    return waiting


def _some(items: list[str] | None, every: bool) -> None:  # noqa: FBT001
    if bool(items) == every:
        from justenough.domain.errors import SettingsError

        raise SettingsError("Name the items, or say --all; not both. See what waits: justenough review --list")


def _say_decided(decisions: Decisions, word: str, ids: list[str], where: str, *, as_json: bool) -> None:
    import polars as pl

    told = decisions.history().filter(pl.col("decision_id").is_in(ids))
    if as_json:
        say_json(told)
        return
    for row in told.head(20).iter_rows(named=True):
        levels = (
            f"reorder at {units(row['new_reorder_point'])}, up to {units(row['new_order_up_to'])}"
            if row["new_reorder_point"] is not None
            else ""
        )
        say(f"{row['item']}: {word}" + (f"; {levels}" if levels else "") + ".")
    if told.height > 20:
        say(f"... and {count(told.height - 20, 'item')} more.")
    say(f"To take it back: justenough undo {told['item'][0] if told.height == 1 else 'ITEM'}{where}")


def _day(flag: str, text: str) -> datetime:
    from justenough.domain.errors import SettingsError

    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise SettingsError(f"{flag} {text}: expected a day, such as 2030-01-31.") from None

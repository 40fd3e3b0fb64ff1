"""Reviewing: the command that looks for what has changed since levels were set, and lists what waits for an answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.figures import count, figure, in_currency, signed, units
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, AuthorOption, JsonOption, PlanOption, TopOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from justenough.archive.workspace import Workspace
    from justenough.strategy.review import Review


def review(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    plan: PlanOption = "latest",
    since: Annotated[
        str | None,
        typer.Option("--since", help="First day to test; left out: the day after the plan's own records end.", metavar="YYYY-MM-DD"),
    ] = None,
    false_alarms: Annotated[
        float, typer.Option("--false-alarms", help="Chance that what did not change gives an alarm within a year [fraction].")
    ] = 0.01,
    dead_band: Annotated[
        float, typer.Option("--dead-band", help="Smallest move of a level that is queued [fraction of the order-up-to level].")
    ] = 0.1,
    top: TopOption = 20,
    author: AuthorOption = "",
    *,
    listed: Annotated[bool, typer.Option("--list", help="Only list what waits for an answer; test nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """
    Test whether what levels were sized on still holds, and queue the items whose level should move.

    Example: justenough review --since 2026-01-01
    """
    from justenough.archive.decisions import Decisions

    with opened(workspace) as kept:
        decisions = Decisions(kept)
        told: dict[str, Any] = {}
        found = None
        if not listed:
            found, receipt = _reviewed(kept, plan, since, false_alarms, dead_band, author)
            tested = {"since": found.since, "known_to": found.known_to, "tested": found.changes.tested, "changes": found.changes.rows}
            counted = {
                "n_changed": found.n_changed,
                "n_answered": found.n_answered,
                "expected_by_chance_a_year": found.changes.chance_alone,
            }
            told = {"review": receipt, **tested, **counted}
        queue, expired = decisions.queue(), decisions.expired()
        currency = kept.plan_entry(plan).currency if kept.latest() else ""
        moves = moves_left(kept, plan) if kept.latest() else 0
    if as_json:
        say_json({**told, "queue": queue, "expired": expired, "plan_moves_not_in_force": moves})
        return
    if found is not None:
        for sentence in review_sentences(found):
            say(sentence)
        say()
    show_queue(queue, expired, currency, top, at(workspace))
    if moves:
        how = f"justenough approve --plan {plan}{at(workspace)} ITEM, or --all"
        say(f"The plan itself moves {count(moves, 'level')} not in force yet: {how}.")


def moves_left(kept: Workspace, plan_id: str = "latest") -> int:
    """How many levels a plan moves that nobody put in force."""
    from justenough.archive.decisions import Decisions

    entry = kept.plan_entry(plan_id)
    rows = kept.plan(entry.plan_id, drawn=False).figures
    moved = rows.filter(rows["reorder_point"].is_not_null() & (rows["change_value"] != 0))
    settled = Decisions(kept).in_force().filter(plan_id=entry.plan_id)["item"]
    return moved.filter(~moved["item"].is_in(settled.implode())).height


def review_sentences(found: Review) -> list[str]:
    """What was tested, and what came of it."""
    if found.since > found.known_to:  # only orders that were open already could be tested
        ended = found.since - timedelta(days=1)
        advice = "Import newer records, or name an earlier plan (--plan) or day (--since)."
        return [f"Nothing came after {ended}, where the plan's records end, so there is nothing to test. {advice}"]
    tested = ", ".join(
        f"{row['streams']:,} {_STREAMS[row['assumption']]}" for row in found.changes.tested.iter_rows(named=True) if row["streams"]
    )
    chance = f"{figure(found.changes.chance_alone, 2)} false alarms a year to be expected"
    said = [f"Tested from {found.since} to {found.known_to}: {tested}; {chance}."]
    changed = found.changes.rows.height
    said.append(
        f"{count(changed, 'assumption')} changed, {count(found.n_changed, 'item')} concerned; "
        f"{found.queue.height:,} would move by more than the dead band of {found.params.dead_band:.0%}."
    )
    if found.n_answered:
        said.append(f"{count(found.n_answered, 'proposal')} left out: rejected before, or put off.")
    return said


def show_queue(queue: pl.DataFrame, expired: pl.DataFrame, currency: str, top: int, where: str) -> None:
    """Print what waits for an answer, and what to say next."""
    for one in expired.iter_rows(named=True):
        whose = f"the override of {one['author'] or 'somebody'}"
        say(f"{one['item']}: {whose} expired on {one['expires']:%Y-%m-%d}; what was in force before is again.")
    if not queue.height:
        say("No proposal waits for an answer.")
        return
    show(queue_table(queue.head(top), queue.height, currency, width()))
    more = "" if queue.height <= top else f" {count(queue.height - top, 'proposal')} more: --top or --json."
    first = queue["item"][0]
    say(f"Answer: justenough approve {first}{where} | reject {first} --reason TEXT | defer {first} --until DAY.{more}")


def queue_table(queue: pl.DataFrame, n: int, currency: str, columns: int) -> Table:
    """One row a proposal: why, from which level to which, and what it does to money and service."""
    from justenough.interfaces.tables import Column, laid_out

    rows = queue.to_dicts()
    unit = in_currency(currency, "[{}]", "[money]")

    def moved(name: str) -> list[str]:
        return [f"{units(row[f'old_{name}'])} > {units(row[f'new_{name}'])}" for row in rows]

    return laid_out(
        f"Waiting for an answer ({queue.height:,} of {n:,})",
        (
            Column("item", [row["item"] for row in rows]),
            Column("why", [row["cause"] for row in rows]),
            Column("reorder at\n[units]", moved("reorder_point"), number=True),
            Column("up to\n[units]", moved("order_up_to"), number=True, rank=2),
            Column(f"stock\n{unit}", [signed(row["change_value"]) for row in rows], number=True),
            Column(f"cost a year\n{unit}", [signed(row["change_total_cost"]) for row in rows], number=True, rank=1),
        ),
        columns,
    )


def _reviewed(kept: Workspace, plan_id: str, since: str | None, false_alarms: float, dead_band: float, author: str) -> tuple[Review, Any]:
    from justenough.archive.second_look import looked_again
    from justenough.domain.errors import SettingsError
    from justenough.strategy.review import ReviewParams

    try:
        params = ReviewParams(false_alarms_a_year=false_alarms, dead_band=dead_band)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    with working("Reviewing", 3) as step:
        return looked_again(kept, plan_id, None if since is None else _day(since), params, author=author, step=step)


def _day(text: str) -> date:
    from justenough.domain.errors import SettingsError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--since {text}: expected a day, such as 2026-01-31.") from None


_STREAMS = {
    "demand": "items' demand",
    "lead_time": "items' lead times",
    "supplier_lead_time": "suppliers",
    "repair_time": "machines' repairs",
    "up_time": "machines' times between failures",
}

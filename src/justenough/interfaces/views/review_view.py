"""Review view: what waits for an answer, the plan's own moves not yet in force, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from justenough.archive.decisions import Decisions
from justenough.archive.plan_shelf import Wanted
from justenough.archive.review_queue import MANY
from justenough.interfaces.views.items_view import ItemLine, lines_of
from justenough.interfaces.views.plan_head import PlanHead, plan_head

if TYPE_CHECKING:
    from justenough.archive.errands import Found
    from justenough.archive.plan_shelf import Shelf
    from justenough.archive.workspace import Workspace

PER_PAGE = 50
MOVES = 50  # of the plan that are offered at once
MOST = 20_000  # rows that are looked through for them
DECIDED = 50  # the last decisions; what was approved in one go stays in sight
WORDS = {
    "demand": "demand", "lead_time": "lead time", "supplier_lead_time": "supplier's lead times", "repair_time": "repair time",
    "up_time": "time between failures",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """
    An assumption that no longer holds.

    Parameters
    ----------
    subject
        The item, supplier or machine it was made of.
    changed_on, detected_on
        Since when, by the evidence, and when that was enough.
    assumed, found
        The figure that the level was sized on, and the one since; a day's demand [units] or days.
    """

    assumption: str
    subject: str
    direction: str
    changed_on: date | None
    detected_on: date | None
    assumed: float | None
    found: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A level that should move, and why; levels are units, ``change_value`` money tied up, ``change_total_cost`` money a year."""

    entry_id: str
    item: str
    cause: str
    old_decision: str | None
    new_decision: str | None
    old_reorder_point: float | None
    new_reorder_point: float | None
    old_order_up_to: float | None
    new_order_up_to: float | None
    change_value: float | None
    change_total_cost: float | None
    created: datetime
    plan_id: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """What somebody decided; ``undone`` where it was taken back."""

    decision_id: str
    item: str
    action: str
    author: str
    created: datetime
    expires: datetime | None
    reason: str
    cause: str
    old_reorder_point: float | None
    new_reorder_point: float | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """
    The review queue.

    Parameters
    ----------
    plan
        The latest plan; None where none was made yet.
    n_waiting, page, n_pages, proposals
        What changed since levels were set, most money first.
    moves
        Levels of the latest plan that are not in force yet, most money first.
    n_sized
        Items that have a level in the latest plan.
    decided
        The last decisions.
    working, why, looked
        Whether newer records are being tested just now; why they could not be; what was found last.
    """

    plan: PlanHead | None
    n_waiting: int
    page: int
    n_pages: int
    proposals: tuple[Proposal, ...]
    moves: tuple[ItemLine, ...]
    n_sized: int
    decided: tuple[DecisionLine, ...]
    working: bool
    why: str
    looked: tuple[str, ...]


def review_view(workspace: Workspace, shelf: Shelf | None, looking: Found, page: int) -> ReviewView:
    """One page of what waits."""
    decisions = Decisions(workspace)
    n_waiting = sum(decisions.waiting().values())
    shown = decisions.queue(part=slice((page - 1) * PER_PAGE, page * PER_PAGE))
    causes: dict[str, list[Cause]] = {}
    for row in decisions.causes(shown["entry_id"].to_list()).iter_rows(named=True) if shown.height else ():
        told = {name: row[name] for name in Cause.__dataclass_fields__ if name != "assumption"}
        causes.setdefault(row["entry_id"], []).append(Cause(WORDS.get(row["assumption"], row["assumption"]), **told))
    proposals = tuple(_proposal(row, tuple(causes.get(row["entry_id"], ()))) for row in shown.iter_rows(named=True))
    moves = _moves(decisions, shelf) if shelf else ()
    said = looking.value or ()
    pages = max(1, -(-n_waiting // PER_PAGE))
    head = plan_head(shelf) if shelf else None
    decided = tuple(decision_line(row) for row in decisions.history(last=DECIDED).iter_rows(named=True))
    n_sized = shelf.n_items - shelf.listing["reorder_point"].null_count() if shelf else 0
    return ReviewView(head, n_waiting, page, pages, proposals, moves, n_sized, decided, looking.working, looking.why, said)


def _moves(decisions: Decisions, shelf: Shelf) -> tuple[ItemLine, ...]:
    """The plan's greatest moves of items that nobody has decided since; then its first levels of items that have none, dearest first."""
    plan_id, known = shelf.about["plan_id"], shelf.about["known"]
    found: list[dict[str, Any]] = []
    for sort, some in (("move", pl.col("change_value") != 0), ("mean_stock_value", pl.col("change_value").is_null())):
        for offset in range(0, min(known[sort], MOST), MANY):
            rows = shelf.find(Wanted(sort=sort, offset=offset, limit=MANY)).rows
            moved = rows.filter(pl.col("reorder_point").is_not_null() & some)
            if not moved.height and sort == "move":  # what follows does not move
                break
            if not moved.height:
                continue
            settled = decisions.in_force(items=moved["item"].to_list()).filter(plan_id=plan_id)["item"].to_list()
            found += moved.filter(~moved["item"].is_in(settled)).head(MOVES - len(found)).to_dicts()
            if len(found) == MOVES:
                return lines_of(found)
    return lines_of(found)


def _proposal(row: dict[str, Any], causes: tuple[Cause, ...]) -> Proposal:
    return Proposal(**{name: row[name] for name in Proposal.__dataclass_fields__ if name != "causes"}, causes=causes)


def decision_line(row: dict[str, Any]) -> DecisionLine:
    """A row of `justenough.archive.decisions.Decisions.history` as it is shown."""
    told = {name: row[name] for name in DecisionLine.__dataclass_fields__ if name != "undone"}
    return DecisionLine(**told, undone=row["undone_by"] is not None)

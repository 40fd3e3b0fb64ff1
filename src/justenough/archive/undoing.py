"""Undoing: which decision an undo takes back, and what waits again after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.place import WorkspaceError
from justenough.archive.review_queue import read_queue
from justenough.archive.review_records import DECISIONS, QUEUE, STATUS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_undo(connection: sql.Connection, which: str) -> dict[str, Any]:
    """The decision of that id, or the last of that item that still stands and is no undo itself."""
    standing = sql.select(DECISIONS).where(DECISIONS.c.undone_by.is_(None))
    found = connection.execute(standing.where(DECISIONS.c.decision_id == which)).mappings().first()
    if found is None:
        of_item = standing.where(DECISIONS.c.item == which, DECISIONS.c.action != "undo").order_by(DECISIONS.c.seq.desc())
        found = connection.execute(of_item.limit(1)).mappings().first()
    if found is None:
        raise WorkspaceError(f"{which}: no decision of that item or id stands, so there is nothing to undo. See: justenough decisions")
    return dict(found)


def reopen(connection: sql.Connection, undone: Mapping[str, Any]) -> None:
    """Bring the proposal, and what an undo had taken back, to where they were before the decision."""
    if undone["action"] == "undo":
        again = connection.execute(sql.select(DECISIONS).where(DECISIONS.c.decision_id == undone["undoes"])).mappings().one()
        connection.execute(sql.update(DECISIONS).where(DECISIONS.c.decision_id == undone["undoes"]).values(undone_by=None))
        if again["entry_id"]:
            status, until = STATUS_OF[again["action"]], again["expires"] if again["action"] == "defer" else None
            connection.execute(sql.update(QUEUE).where(QUEUE.c.entry_id == again["entry_id"]).values(status=status, until=until))
    elif undone["entry_id"]:
        newer = read_queue(connection, statuses=("waiting",), items=[undone["item"]])
        status = "overtaken" if newer.filter(pl.col("entry_id") != undone["entry_id"]).height else undone["status_before"]
        connection.execute(sql.update(QUEUE).where(QUEUE.c.entry_id == undone["entry_id"]).values(status=status, until=None))

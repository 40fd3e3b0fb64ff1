"""Item history: the last decisions about one item, and the one whose levels are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from justenough.archive.entries import utc
from justenough.archive.in_force import SETS_LEVELS, levels_in_force
from justenough.archive.review_records import DECISIONS

if TYPE_CHECKING:
    from justenough.archive.records import Records

LAST = 20  # decisions that are told


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """
    What was decided about one item.

    Parameters
    ----------
    rows
        The last `LAST` decisions, newest first, as rows of `justenough.archive.decisions.Decisions.history`.
    in_force
        Id of the one whose levels are today's; empty where none is.
    """

    rows: tuple[dict[str, Any], ...]
    in_force: str


def item_history(records: Records, item: str, last: int = LAST) -> ItemHistory:
    """The last decisions about an item; one question of the records where a decision among them is in force, or nothing was decided."""
    newest = sql.select(DECISIONS).where(DECISIONS.c.item == item).order_by(DECISIONS.c.seq.desc()).limit(last)
    now = datetime.now(UTC)
    with records.reading() as connection:
        found = connection.execute(newest).mappings()
        rows = tuple({**row, **{name: row[name] and utc(row[name]) for name in ("created", "expires")}} for row in found)
        stands = next((str(row["decision_id"]) for row in rows if _stands(row, now)), "")
        if not stands and len(rows) == last:  # an older one may stand
            older = levels_in_force(connection, now, [item])["decision_id"]
            stands = str(older[0]) if len(older) else ""
    return ItemHistory(rows, stands)


def _stands(row: dict[str, Any], now: datetime) -> bool:
    return row["action"] in SETS_LEVELS and row["undone_by"] is None and (row["expires"] is None or row["expires"] > now)

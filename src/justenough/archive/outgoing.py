"""Outgoing: the levels that go back to the system they came from, and what went there when, by whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.audit_log import AuditEntry, Doer, entries_of, note
from justenough.archive.decisions import Decisions
from justenough.archive.entries import stored
from justenough.archive.in_force import OF_ITEMS, with_levels_in_force
from justenough.archive.place import WorkspaceError
from justenough.archive.review_records import DECISIONS
from justenough.sources.returning import Wording, wording_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.archive.workspace import Workspace

EXPORT = "export"
APPROVED, NEWS, PLAN = "approved", "news", "plan"
LEVELS = tuple(OF_ITEMS)


@dataclass(frozen=True, slots=True)
class Read:
    """How far decisions were read: the last one's number, and when."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What may leave one workspace."""

    workspace: Workspace

    def read(self) -> Read:
        """How far decisions are on record now: to be asked before `levels`, and given to `record` when these leave."""
        with self.workspace.records.reading() as connection:
            at = datetime.now(UTC)
            return Read(connection.execute(sql.select(sql.func.max(DECISIONS.c.seq))).scalar() or 0, at)

    def levels(self, what: str) -> pl.DataFrame:
        """
        Levels of today of the items that people decided on.

        Parameters
        ----------
        what
            ``approved``: of every item whose level in force was approved or set by hand, and of those decided on since levels left
            last. ``news``: of these alone. One whose decision was taken back, or expired since, has the level that is in force again.

        Returns
        -------
        pl.DataFrame
            ``item, description``, the levels by the plan's names [units], and ``action, author, decided, reason`` of the last
            decision. By item.
        """
        decisions = Decisions(self.workspace)
        history = decisions.history(numbered=True)
        told = history.filter(pl.col("action").is_in(["approve", "override", "undo"])).unique("item", keep="first", maintain_order=True)
        in_force, last, news = decisions.in_force(), self.last(), told
        if last is not None:
            expired = decisions.in_force(last.at).join(in_force, on=["item", "decision_id"], how="anti")
            expired = expired.select("decision_id", ended="expires")
            ended = history.join(expired, on="decision_id").with_columns(action=pl.lit("expire"), created="ended").drop("ended")
            news = told.filter(pl.col("seq") > last.seq)
            news = pl.concat([news, ended.join(news, on="item", how="anti")])
        if what == NEWS:
            told = news
        else:
            told = told.join(in_force.select("item"), on="item", how="semi")
            if last is not None:  # where the file goes there may still be the level that was taken back
                told = pl.concat([told, news.join(told, on="item", how="anti")])
        items = told["item"].to_list()
        today = with_levels_in_force(self.workspace.imported_items(items), in_force.filter(pl.col("item").is_in(items)))
        levels = today.select("item", "description", *(pl.col(column).alias(name) for name, column in OF_ITEMS.items()))
        who = told.select("item", "action", "author", decided=pl.col("created"), reason="reason")
        return levels.join(who, on="item").sort("item")

    def waiting(self) -> int:
        """How many items were decided on since levels left last."""
        return self.levels(NEWS).height if self.workspace.imports() else 0

    def wording(self) -> Wording:
        """How the export of the newest items names and writes their levels."""
        live = [entry for entry in self.workspace.imports() if entry.status == "live" and "items" in entry.tables and not entry.corrects]
        return wording_of(json.loads(live[-1].profile)) if live else Wording()

    def record(self, by: Doer, what: str, n_items: int, read: Read | None = None, **detail: Any) -> None:
        """Write down that a file was made for somebody to take away, of what was decided until it was ``read`` (by default: until now)."""
        with self.workspace.records.writing() as connection:
            read = read or self.read()
            note(connection, by, EXPORT, what, items=n_items, decision=read.seq, read=read.at.isoformat(), **detail)

    def recorded(self, last: int = 20) -> list[AuditEntry]:
        """What left, the latest first."""
        with self.workspace.records.reading() as connection:
            return entries_of(connection, limit=last, action=EXPORT)

    def last(self) -> Read | None:
        """Until when decisions were read for the levels that left last."""
        with self.workspace.records.reading() as connection:
            found = [one for what in (APPROVED, NEWS) for one in entries_of(connection, limit=1, action=EXPORT, subject=what)]
            if not found:
                return None
            one = max(found, key=lambda entry: entry.seq)
            if "decision" in one.detail:
                return Read(int(one.detail["decision"]), datetime.fromisoformat(one.detail["read"]))
            until = sql.select(sql.func.max(DECISIONS.c.seq)).where(DECISIONS.c.created <= stored(one.at))
            return Read(connection.execute(until).scalar() or 0, one.at)


def renamed(levels: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """
    The levels under an export's own names for item and levels, and nothing else.

    Parameters
    ----------
    names
        The export's column by canonical column; see `justenough.sources.returning.wording_of`.

    Raises
    ------
    WorkspaceError
        The export has no column for any level.
    """
    taken = {name: names[column] for name, column in OF_ITEMS.items() if column in names}
    if not taken or "item" not in names:
        raise WorkspaceError("The export these items came from has no column for a level. Take the plan's own column names.")
    return levels.select(pl.col("item").alias(names["item"]), *(pl.col(name).alias(column) for name, column in taken.items()))

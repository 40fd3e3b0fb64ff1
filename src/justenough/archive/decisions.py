"""Decisions: what people answered to proposals, which levels they put in force, with its history and its undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.entries import stored, utc
from justenough.archive.in_force import OF_ITEMS, SETS_LEVELS, imported_levels, levels_in_force, with_levels_in_force
from justenough.archive.place import WorkspaceError
from justenough.archive.review_queue import MANY, ReviewReceipt, count_waiting, read_changes, read_queue, read_reviews, record_review
from justenough.archive.review_records import DECISIONS, LEVEL_NAMES, QUEUE, STATUS_OF, Action
from justenough.archive.stamps import new_id
from justenough.archive.undoing import reopen, to_undo
from justenough.strategy.in_hand import reserve_to_enter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.by_hand import Levels
    from justenough.archive.workspace import Workspace
    from justenough.strategy.plan import Plan
    from justenough.strategy.review import Review


@dataclass(frozen=True, slots=True)
class Decisions:
    """
    The answers of people in one workspace. Every method that changes something does it in one transaction.

    Parameters
    ----------
    workspace
        Where imports and plans are.
    """

    workspace: Workspace

    def record(self, review: Review, plan_id: str, *, author: str = "") -> ReviewReceipt:
        """Keep a review of that plan and queue its proposals."""
        with self.workspace.records.writing() as connection:
            return record_review(connection, review, plan_id, author)

    def queue(self, *, every: bool = False, now: datetime | None = None, part: slice = slice(None)) -> pl.DataFrame:
        """Proposals that wait for an answer, or every one there ever was, newest review and most money first; or a part of them."""
        with self.workspace.records.reading() as connection:
            return read_queue(connection, statuses=None if every else ("waiting",), now=now, part=part)

    def waiting(self) -> dict[str, int]:
        """How many proposals of each review wait for an answer, newest review first."""
        with self.workspace.records.reading() as connection:
            return count_waiting(connection)

    def causes(self, entries: Sequence[str]) -> pl.DataFrame:
        """What was found changed behind each of these proposals."""
        with self.workspace.records.reading() as connection:
            return read_changes(connection, entries)

    def reviews(self) -> pl.DataFrame:
        """Every review, newest first."""
        with self.workspace.records.reading() as connection:
            return read_reviews(connection)

    def approve(self, which: Sequence[str], *, author: str = "", reason: str = "") -> list[str]:
        """
        Put the proposed levels of these items (or proposals, by id) in force; gives the decisions' ids.

        Raises
        ------
        WorkspaceError
            An item has no proposal that waits; nothing was decided.
        """
        return self._answer("approve", which, author=author, reason=reason)

    def reject(self, which: Sequence[str], *, reason: str, author: str = "") -> list[str]:
        """Leave the levels as they are; the same proposal does not come again. A reason must be given."""
        if not reason.strip():
            raise WorkspaceError(
                "A rejection needs its reason, so that the next reader knows why. Say it with --reason; nothing was decided."
            )
        return self._answer("reject", which, author=author, reason=reason)

    def defer(self, which: Sequence[str], *, until: datetime, author: str = "", reason: str = "") -> list[str]:
        """Put proposals off; they wait again from ``until`` on."""
        if until <= datetime.now(UTC):
            raise WorkspaceError(f"{until:%Y-%m-%d} is over. Name a day to come; nothing was decided.")
        return self._answer("defer", which, author=author, reason=reason, until=until)

    def adopt(self, plan: Plan, items: Sequence[str] | None = None, *, author: str = "", reason: str = "") -> list[str]:
        """Put a plan's own levels in force, of these items or of all it decided."""
        rows = plan.figures
        return self.adopt_rows(
            plan.plan_id, rows if items is None else rows.filter(pl.col("item").is_in(list(items))), items, author, reason
        )

    def adopt_rows(
        self, plan_id: str, rows: pl.DataFrame, items: Sequence[str] | None = None, author: str = "", reason: str = ""
    ) -> list[str]:
        """`adopt`, with the plan's rows of the items at hand; every one of ``items`` must have a level there."""
        rows = rows.filter(pl.col("reorder_point").is_not_null())
        lost = sorted(set(items or ()) - set(rows["item"]))
        if lost:
            raise WorkspaceError(f"Plan {plan_id} has no level for {_listed(lost)}; nothing was decided.")
        known_to = self.workspace.last_day(self.workspace.plan_entry(plan_id).imports)
        entered = rows.with_columns(reserve_to_enter())
        new = entered.select("item", *(pl.col(name).alias(f"new_{name}") for name in LEVEL_NAMES), "change_value", "change_total_cost")
        said = new.with_columns(plan_id=pl.lit(plan_id), known_to=pl.lit(known_to, pl.Date), cause=pl.lit("plan"))
        with self.workspace.records.writing() as connection:
            ids = self._write(connection, "approve", said, author=author, reason=reason)
            _answered(connection, rows["item"].to_list(), "overtaken")
            return ids

    def override(self, item: str, levels: Levels, *, reason: str, author: str = "", expires: datetime | None = None) -> str:
        """
        Set levels of one's own, until they are undone or expire; then what was in force before counts again.

        Raises
        ------
        WorkspaceError
            The item is not known, no reason was given, or the day is over.
        """
        if not reason.strip():
            raise WorkspaceError("An override needs its reason. Say it with --reason; nothing was decided.")
        if expires is not None and expires <= datetime.now(UTC):
            raise WorkspaceError(f"{expires:%Y-%m-%d} is over. Name a day to come; nothing was decided.")
        said: dict[str, Any] = {f"new_{name}": getattr(levels, name) for name in OF_ITEMS}
        said |= {"item": item, "new_order_quantity": levels.order_up_to - levels.reorder_point, "cause": "own judgement"}
        with self.workspace.records.writing() as connection:
            open_entry = read_queue(connection, statuses=("waiting",), items=[item]).head(1)
            if open_entry.height:
                said |= {"entry_id": open_entry["entry_id"][0], "known_to": open_entry["known_to"][0], "status_before": "waiting"}
            frame = pl.DataFrame([said]).with_columns(pl.col("new_safety_stock").fill_nan(None))
            ids = self._write(connection, "override", frame, author=author, reason=reason, expires=expires)
            _answered(connection, [item], "overridden")
            return ids[0]

    def undo(self, which: str, *, author: str = "", reason: str = "") -> str:
        """
        Take back a decision, by its id, or the last of an item that still stands; an undo can be undone too.

        Raises
        ------
        WorkspaceError
            There is nothing to take back.
        """
        with self.workspace.records.writing() as connection:
            found = to_undo(connection, which)
            said = {name: found[name] for name in ("item", "entry_id", "plan_id", "known_to", "cause")} | {"undoes": found["decision_id"]}
            said |= {f"new_{name}": found[f"old_{name}"] for name in LEVEL_NAMES}
            said |= {name: None if found[name] is None else -found[name] for name in ("change_value", "change_total_cost")}
            made = self._write(connection, "undo", pl.DataFrame([said], infer_schema_length=None), author=author, reason=reason)[0]
            mark = sql.update(DECISIONS).where(DECISIONS.c.decision_id == found["decision_id"])
            connection.execute(mark.values(undone_by=made))
            reopen(connection, found)
            return made

    def history(self, item: str | None = None, *, last: int | None = None, numbered: bool = False) -> pl.DataFrame:
        """Every decision, newest first, of one item or the ``last`` few, with its ``seq`` if ``numbered``; says what it was undone by."""
        query = sql.select(DECISIONS).order_by(DECISIONS.c.seq.desc()).limit(last)
        if item is not None:
            query = query.where(DECISIONS.c.item == item)
        with self.workspace.records.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row |= {name: row[name] and utc(row[name]) for name in ("created", "expires")}
        found = pl.DataFrame(rows, schema=_HISTORY, orient="row")
        return found if numbered else found.drop("seq")

    def in_force(self, now: datetime | None = None, items: Sequence[str] | None = None) -> pl.DataFrame:
        """The levels that decisions put in force, one row an item; see `justenough.archive.in_force.levels_in_force`."""
        with self.workspace.records.reading() as connection:
            return levels_in_force(connection, now, items)

    def expired(self, now: datetime | None = None) -> pl.DataFrame:
        """Overrides whose time is over and that nobody undid or replaced: ``item, decision_id, author, expires, reason``."""
        moment = stored(now or datetime.now(UTC))
        later = DECISIONS.alias()
        newer = sql.select(later.c.seq).where(
            later.c.item == DECISIONS.c.item, later.c.seq > DECISIONS.c.seq, later.c.action.in_(SETS_LEVELS)
        )
        names = ("item", "decision_id", "author", "expires", "reason")
        query = sql.select(*(DECISIONS.c[name] for name in names)).where(
            DECISIONS.c.action == "override", DECISIONS.c.undone_by.is_(None), DECISIONS.c.expires <= moment, ~newer.exists()
        )
        with self.workspace.records.reading() as connection:
            rows = [{**row, "expires": utc(row["expires"])} for row in connection.execute(query.order_by(DECISIONS.c.seq)).mappings()]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"expires": pl.Datetime("us", "UTC")})

    def sized_on(self) -> pl.DataFrame:
        """
        ``item, since, demand_from, orders_from`` of items whose level in force was decided: the day after the last then on
        record, and the days of the changes it was sized after; see `justenough.estimation.changes.Since`.
        """
        known = self.in_force().drop_nulls("known_to")
        told = self.causes(known["entry_id"].drop_nulls().to_list())
        of_orders = pl.col("assumption").is_in(["lead_time", "supplier_lead_time"])
        begins = told.group_by("entry_id").agg(
            demand_from=pl.col("changed_on").filter(pl.col("assumption") == "demand").max(),
            orders_from=pl.col("changed_on").filter(of_orders).max(),
        )
        since = known.select("item", "entry_id", since=pl.col("known_to").dt.offset_by("1d"))
        return since.join(begins, on="entry_id", how="left").drop("entry_id")

    def answered(self, now: datetime | None = None) -> pl.DataFrame:
        """``item, reorder_point, order_up_to, put_off`` of the last proposal of each item that was rejected or put off."""
        with self.workspace.records.reading() as connection:
            said = read_queue(connection, statuses=("rejected", "deferred"), now=now)
        last = said.unique("item", keep="first", maintain_order=True)
        levels = {"reorder_point": pl.col("new_reorder_point"), "order_up_to": pl.col("new_order_up_to")}
        return last.select("item", **levels, put_off=pl.col("status") == "deferred")

    def _answer(self, action: Action, which: Sequence[str], *, author: str, reason: str, until: datetime | None = None) -> list[str]:
        with self.workspace.records.writing() as connection:
            chosen = read_queue(connection, statuses=("waiting",), which=which)
            lost = sorted(set(which) - set(chosen["item"]) - set(chosen["entry_id"]))
            if lost:
                ways = f"justenough review --list{', or the plan itself: justenough approve ITEM --plan latest' * (action == 'approve')}"
                raise WorkspaceError(f"No proposal waits for {_lost(connection, lost)}; nothing was decided. See: {ways}")
            columns = [*(f"new_{name}" for name in LEVEL_NAMES), "change_value", "change_total_cost"]
            kept = [column if action == "approve" else pl.lit(None, pl.Float64).alias(column) for column in columns]
            said = chosen.select("item", "entry_id", "cause", "plan_id", "known_to", *kept, status_before=pl.lit("waiting"))
            ids = self._write(connection, action, said, author=author, reason=reason, expires=until)
            changed = sql.update(QUEUE).where(QUEUE.c.entry_id == sql.bindparam("which"))
            values = changed.values(status=STATUS_OF[action], until=None if until is None else stored(until))
            connection.execute(values, [{"which": one} for one in chosen["entry_id"]])
            return ids

    def _write(
        self,
        connection: sql.Connection,
        action: Action,
        said: pl.DataFrame,
        *,
        author: str,
        reason: str,
        expires: datetime | None = None,
    ) -> list[str]:
        """Record decisions with the levels imported and in force as they are made; gives their ids."""
        imported = self.workspace.imported_items(said["item"].to_list())
        lost = sorted(set(said["item"]) - set(imported["item"]))
        if lost:
            raise WorkspaceError(f"{_listed(lost)} is not an item of this workspace; nothing was decided.")
        names = said["item"].to_list() if said.height <= MANY else None
        now = with_levels_in_force(imported, levels_in_force(connection, items=names))
        before = imported_levels(imported).rename({name: f"imported_{name}" for name in OF_ITEMS})
        before = before.join(imported_levels(now).rename({name: f"old_{name}" for name in OF_ITEMS}), on="item")
        quantity = (pl.col("old_order_up_to") - pl.col("old_reorder_point")).alias("old_order_quantity")
        whole = said.join(before, on="item", how="left", maintain_order="left").with_columns(quantity)
        stamp, moment = new_id(), stored(datetime.now(UTC))
        ends = None if expires is None else stored(expires)
        common = {"action": action, "author": author, "reason": reason, "created": moment, "expires": ends}
        rows = [{"cause": "", **one, **common, "decision_id": f"{stamp}-{n}"} for n, one in enumerate(whole.iter_rows(named=True))]
        if rows:
            connection.execute(sql.insert(DECISIONS), rows)
        return [str(row["decision_id"]) for row in rows]


def _answered(connection: sql.Connection, items: Sequence[str], status: str) -> None:
    """Let no proposal for these items wait any more."""
    if items:
        waits = sql.or_(QUEUE.c.status == "waiting", QUEUE.c.status == "deferred")
        changed = sql.update(QUEUE).where(QUEUE.c.item == sql.bindparam("which"), waits)
        connection.execute(changed.values(status=status, until=None), [{"which": one} for one in items])


def _lost(connection: sql.Connection, names: Sequence[str]) -> str:
    """Names of which none waits, with who answered the first of them if somebody did: two may have had the same page open."""
    last = sql.select(DECISIONS.c.action, DECISIONS.c.author, DECISIONS.c.created)
    last = last.where(sql.or_(DECISIONS.c.entry_id == names[0], DECISIONS.c.item == names[0]), DECISIONS.c.undone_by.is_(None))
    said = connection.execute(last.order_by(DECISIONS.c.seq.desc()).limit(1)).first()
    if said is None or said.action not in STATUS_OF:
        return _listed(names)
    by = f" by {said.author}" if said.author else ""
    return f"{_listed(names)} ({names[0]} was {STATUS_OF[said.action]}{by} on {said.created:%Y-%m-%d at %H:%M} UTC)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


_HISTORY: dict[str, Any] = {
    column.name: pl.Date if column.name == "known_to" else pl.Datetime("us", "UTC") if column.name in ("created", "expires")
    else pl.Int64 if column.name == "seq" else pl.Float64 if isinstance(column.type, sql.Float) else pl.String
    for column in DECISIONS.columns
}  # fmt: skip

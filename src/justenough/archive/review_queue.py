"""Review queue: what reviews found, written and read back; a proposal waits until somebody answers it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import sqlalchemy as sql

from justenough.archive.entries import stored, utc
from justenough.archive.review_records import CHANGES, LEVEL_NAMES, QUEUE, REVIEWS
from justenough.archive.stamps import new_id, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.strategy.review import Review

Status = Literal["waiting", "approved", "rejected", "deferred", "overridden", "overtaken"]
MANY = 500  # names from which a query is not narrowed to them: databases take only so many
_LEVELS = tuple(f"{which}_{name}" for which in ("old", "new") for name in LEVEL_NAMES)
_TOLD = ("assumption", "subject", "direction", "changed_on", "detected_on", "evidence", "assumed", "found")
_FIGURES = (*_LEVELS, "change_value", "change_total_cost")
_SCHEMA: dict[str, Any] = {
    "entry_id": pl.String, "item": pl.String, "status": pl.String, "until": pl.Datetime("us", "UTC"), "cause": pl.String,
    "old_decision": pl.String, "new_decision": pl.String, **dict.fromkeys(_FIGURES, pl.Float64),
    "review_id": pl.String, "plan_id": pl.String, "known_to": pl.Date, "created": pl.Datetime("us", "UTC"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewReceipt:
    """
    What a review did to the queue.

    Parameters
    ----------
    outcome
        ``recorded``, or ``unchanged``: the last review found the very same and nothing was written.
    queued
        Proposals added.
    waiting
        Proposals that waited already, and still do.
    overtaken
        Proposals that no longer wait: another took their place, or the level fits again.
    """

    outcome: Literal["recorded", "unchanged"]
    review_id: str
    queued: int
    waiting: int
    overtaken: int


def record_review(connection: sql.Connection, review: Review, plan_id: str, author: str) -> ReviewReceipt:
    """Record a review and queue what it proposes; the same proposal for an item does not come twice."""
    digest = _digest(review, plan_id)
    last = connection.execute(sql.select(REVIEWS.c.review_id, REVIEWS.c.digest).order_by(REVIEWS.c.seq.desc()).limit(1)).first()
    before = read_queue(connection, statuses=("waiting",))
    if last is not None and last.digest == digest:
        return ReviewReceipt("unchanged", last.review_id, 0, before.height, 0)
    proposed = review.queue.select("item", *_LEVELS)
    kept = before.join(proposed, on=["item", *(name for name in _LEVELS if name.startswith("new_"))], how="semi", nulls_equal=True)
    gone = before.join(kept, on="entry_id", how="anti")
    fresh = review.queue.join(kept, on="item", how="anti", maintain_order="left")
    review_id = new_id()
    row = {
        "review_id": review_id, "plan_id": plan_id, "digest": digest, "settings": json.dumps(asdict(review.params), sort_keys=True),
        "known_to": review.known_to, "n_items": len(review.plan), "n_tests": review.changes.n_tests,
        "n_changed": review.n_changed, "n_queued": fresh.height,
    }  # fmt: skip
    connection.execute(sql.insert(REVIEWS), {**row, **signed(author)})
    _set_status(connection, gone["entry_id"].to_list(), "overtaken")
    if fresh.height:
        named = fresh.with_row_index("_n").with_columns(pl.format("{}-{}", pl.lit(review_id), "_n").alias("entry_id"))
        columns = ("entry_id", "item", "cause", "old_decision", "new_decision", *_FIGURES)
        ranked = named.select(*columns, rank=-pl.col("change_value").fill_null(0.0).abs())
        entries = [{**one, "review_id": review_id, "status": "waiting"} for one in ranked.iter_rows(named=True)]
        connection.execute(sql.insert(QUEUE), entries)
        told = review.causes.join(named.select("item", "entry_id"), on="item", how="inner").select("entry_id", *_TOLD)
        connection.execute(sql.insert(CHANGES), told.to_dicts())
    return ReviewReceipt("recorded", review_id, fresh.height, kept.height, gone.height)


def read_queue(
    connection: sql.Connection,
    *,
    statuses: Sequence[Status] | None = None,
    items: Sequence[str] | None = None,
    entries: Sequence[str] | None = None,
    which: Sequence[str] | None = None,
    now: datetime | None = None,
    part: slice = slice(None),
) -> pl.DataFrame:
    """
    Proposals, newest review first and most money first, with the review and plan they come from.

    Parameters
    ----------
    statuses
        Only these; one put off waits again from its day on.
    items, entries, which
        Only of these items; only these; only those whose item or id is one of these.
    part
        Only so many of them, from one on: a page of a long queue costs a page.
    """
    status = _status(connection, now)
    plainly = [QUEUE.c[name] for name in ("entry_id", "item", "until", "cause", "old_decision", "new_decision", *_FIGURES)]
    query = sql.select(*plainly, status, REVIEWS.c.review_id, REVIEWS.c.plan_id, REVIEWS.c.known_to, REVIEWS.c.created)
    query = query.join(REVIEWS, REVIEWS.c.review_id == QUEUE.c.review_id)
    for column, chosen in ((status, statuses), (QUEUE.c.item, items), (QUEUE.c.entry_id, entries)):
        if chosen is not None:
            query = query.where(column.in_(list(chosen)))
    if which is not None and len(which) <= MANY:
        query = query.where(sql.or_(QUEUE.c.item.in_(list(which)), QUEUE.c.entry_id.in_(list(which))))
    query = query.order_by(REVIEWS.c.seq.desc(), QUEUE.c.rank, QUEUE.c.item)
    if part != slice(None):
        query = query.offset(part.start or 0).limit(part.stop - (part.start or 0))
    rows = [
        {**row, "until": row["until"] and utc(row["until"]), "created": utc(row["created"])} for row in connection.execute(query).mappings()
    ]
    found = pl.DataFrame(rows, schema=_SCHEMA)
    return found if which is None else found.filter(pl.col("item").is_in(list(which)) | pl.col("entry_id").is_in(list(which)))


def count_waiting(connection: sql.Connection) -> dict[str, int]:
    """How many proposals of each review wait, newest review first."""
    query = sql.select(REVIEWS.c.review_id, sql.func.count()).join(QUEUE, QUEUE.c.review_id == REVIEWS.c.review_id)
    query = query.where(_status(connection, None) == "waiting").group_by(REVIEWS.c.review_id, REVIEWS.c.seq).order_by(REVIEWS.c.seq.desc())
    return {str(review_id): int(n) for review_id, n in connection.execute(query)}


def read_changes(connection: sql.Connection, entries: Sequence[str]) -> pl.DataFrame:
    """What was found changed behind each of these proposals: ``entry_id`` and the columns of `Changes.rows`."""
    query = sql.select(*(CHANGES.c[name] for name in ("entry_id", *_TOLD))).order_by(CHANGES.c.seq)
    if len(entries) <= MANY:
        query = query.where(CHANGES.c.entry_id.in_(list(entries)))
    kinds: dict[str, Any] = dict.fromkeys(("entry_id", *_TOLD[:3]), pl.String)
    kinds |= dict.fromkeys(("changed_on", "detected_on"), pl.Date) | dict.fromkeys(("evidence", "assumed", "found"), pl.Float64)
    told = pl.DataFrame([tuple(row) for row in connection.execute(query)], schema=kinds, orient="row")
    return told.filter(pl.col("entry_id").is_in(list(entries)))


def read_reviews(connection: sql.Connection) -> pl.DataFrame:
    """Every review, newest first."""
    names = ("review_id", "plan_id", "created", "author", "known_to", "n_items", "n_tests", "n_changed", "n_queued")
    query = sql.select(*(REVIEWS.c[name] for name in names)).order_by(REVIEWS.c.seq.desc())
    kinds: dict[str, Any] = dict.fromkeys(names[:2], pl.String) | {"created": pl.Datetime("us", "UTC"), "author": pl.String}
    kinds |= {"known_to": pl.Date} | dict.fromkeys(names[5:], pl.Int64)
    rows = [{**row, "created": utc(row["created"])} for row in connection.execute(query).mappings()]
    return pl.DataFrame(rows, schema=kinds)


def _status(connection: sql.Connection, now: datetime | None) -> sql.ColumnElement[str]:
    """A proposal's status at a moment; as it stands in the table, and so by its index, unless one put off waits again."""
    again = sql.and_(QUEUE.c.status == "deferred", QUEUE.c.until.is_not(None), QUEUE.c.until <= stored(now or datetime.now(UTC)))
    if connection.execute(sql.select(QUEUE.c.seq).where(again).limit(1)).first() is None:
        return QUEUE.c.status
    return sql.case((again, "waiting"), else_=QUEUE.c.status).label("status")


def _set_status(connection: sql.Connection, entries: Sequence[str], status: Status) -> None:
    if entries:
        changed = sql.update(QUEUE).where(QUEUE.c.entry_id == sql.bindparam("which")).values(status=status, until=None)
        connection.execute(changed, [{"which": one} for one in entries])


def _digest(review: Review, plan_id: str) -> str:
    """What must be the same for two reviews to be the same: the plan, the knobs, the records' last day and what is proposed."""
    said = json.dumps([plan_id, asdict(review.params), str(review.known_to)], sort_keys=True) + review.queue.write_csv()
    return hashlib.sha256(said.encode()).hexdigest()

"""Review records: what was tested and found changed, what waits for a decision, and what people decided."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Column, Date, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from justenough.archive.records import METADATA

Action = Literal["approve", "reject", "defer", "override", "undo"]
STATUS_OF: dict[Action, str] = {"approve": "approved", "reject": "rejected", "defer": "deferred", "override": "overridden"}
LEVEL_NAMES = ("safety_stock", "reorder_point", "order_up_to", "order_quantity")  # [units]


def _levels(*prefixes: str) -> list[Column[float]]:
    return [Column(f"{prefix}_{name}", Float) for prefix in prefixes for name in LEVEL_NAMES]


REVIEWS = Table(
    "reviews",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("review_id", String(40), nullable=False, unique=True),
    Column("plan_id", String(60), ForeignKey("plans.plan_id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("settings", Text, nullable=False),
    Column("known_to", Date, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("version", String(40), nullable=False),
    Column("n_items", Integer, nullable=False),
    Column("n_tests", Integer, nullable=False),
    Column("n_changed", Integer, nullable=False),
    Column("n_queued", Integer, nullable=False),
)
QUEUE = Table(
    "review_queue",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String(40), nullable=False, unique=True),
    Column("review_id", String(40), ForeignKey("reviews.review_id"), nullable=False, index=True),
    Column("item", Text, nullable=False),
    Column("status", String(12), nullable=False),
    Column("until", DateTime),
    Column("cause", Text, nullable=False),
    Column("old_decision", String(20)),
    Column("new_decision", String(20)),
    *_levels("old", "new"),
    Column("change_value", Float),
    Column("change_total_cost", Float),
    Column("rank", Float, nullable=False, server_default="0"),  # less the money it moves: most money first
    Index("ix_review_queue_item", "item"),
    Index("ix_review_queue_waiting", "status", "review_id", "rank", "item"),
)
CHANGES = Table(
    "review_changes",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String(40), ForeignKey("review_queue.entry_id"), nullable=False, index=True),
    Column("assumption", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("direction", String(12), nullable=False),
    Column("changed_on", Date),
    Column("detected_on", Date),
    Column("evidence", Float, nullable=False),
    Column("assumed", Float),
    Column("found", Float),
)
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("decision_id", String(40), nullable=False, unique=True),
    Column("item", Text, nullable=False),
    Column("action", String(12), nullable=False),
    Column("entry_id", String(40), ForeignKey("review_queue.entry_id")),
    Column("plan_id", String(60), ForeignKey("plans.plan_id")),
    Column("undoes", String(40), ForeignKey("decisions.decision_id")),
    Column("undone_by", String(40)),
    Column("author", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("expires", DateTime),
    Column("known_to", Date),
    Column("reason", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("status_before", String(12)),
    *_levels("imported", "old", "new"),
    Column("change_value", Float),
    Column("change_total_cost", Float),
    Index("ix_decisions_item_seq", "item", "seq"),
    Index("ix_decisions_action", "action"),
)

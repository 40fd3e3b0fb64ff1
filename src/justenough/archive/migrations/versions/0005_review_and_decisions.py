"""What was tested and found changed, the queue of changes that wait, and every decision with its undo."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LEVELS = ("safety_stock", "reorder_point", "order_up_to", "order_quantity")


def upgrade() -> None:
    """Create the tables; written out, because a revision must not change when the records do."""
    op.create_table(
        "reviews",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("review_id", sql.String(40), nullable=False, unique=True),
        sql.Column("plan_id", sql.String(60), sql.ForeignKey("plans.plan_id"), nullable=False),
        sql.Column("digest", sql.String(64), nullable=False),
        sql.Column("settings", sql.Text, nullable=False),
        sql.Column("known_to", sql.Date, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("author", sql.Text, nullable=False),
        sql.Column("version", sql.String(40), nullable=False),
        *(sql.Column(name, sql.Integer, nullable=False) for name in ("n_items", "n_tests", "n_changed", "n_queued")),
    )
    op.create_table(
        "review_queue",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("entry_id", sql.String(40), nullable=False, unique=True),
        sql.Column("review_id", sql.String(40), sql.ForeignKey("reviews.review_id"), nullable=False, index=True),
        sql.Column("item", sql.Text, nullable=False),
        sql.Column("status", sql.String(12), nullable=False),
        sql.Column("until", sql.DateTime),
        sql.Column("cause", sql.Text, nullable=False),
        *(sql.Column(name, sql.String(20)) for name in ("old_decision", "new_decision")),
        *(sql.Column(f"{which}_{name}", sql.Float) for which in ("old", "new") for name in LEVELS),
        *(sql.Column(name, sql.Float) for name in ("change_value", "change_total_cost")),
        sql.Index("ix_review_queue_item", "item"),
        sql.Index("ix_review_queue_status", "status"),
    )
    op.create_table(
        "review_changes",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("entry_id", sql.String(40), sql.ForeignKey("review_queue.entry_id"), nullable=False, index=True),
        sql.Column("assumption", sql.String(20), nullable=False),
        sql.Column("subject", sql.Text, nullable=False),
        sql.Column("direction", sql.String(12), nullable=False),
        *(sql.Column(name, sql.Date) for name in ("changed_on", "detected_on")),
        sql.Column("evidence", sql.Float, nullable=False),
        *(sql.Column(name, sql.Float) for name in ("assumed", "found")),
    )
    op.create_table(
        "decisions",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("decision_id", sql.String(40), nullable=False, unique=True),
        sql.Column("item", sql.Text, nullable=False),
        sql.Column("action", sql.String(12), nullable=False),
        sql.Column("entry_id", sql.String(40), sql.ForeignKey("review_queue.entry_id")),
        sql.Column("plan_id", sql.String(60), sql.ForeignKey("plans.plan_id")),
        sql.Column("undoes", sql.String(40), sql.ForeignKey("decisions.decision_id")),
        sql.Column("undone_by", sql.String(40)),
        sql.Column("author", sql.Text, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("expires", sql.DateTime),
        sql.Column("known_to", sql.Date),
        sql.Column("reason", sql.Text, nullable=False),
        sql.Column("cause", sql.Text, nullable=False),
        sql.Column("status_before", sql.String(12)),
        *(sql.Column(f"{which}_{name}", sql.Float) for which in ("imported", "old", "new") for name in LEVELS),
        *(sql.Column(name, sql.Float) for name in ("change_value", "change_total_cost")),
        sql.Index("ix_decisions_item_seq", "item", "seq"),
        sql.Index("ix_decisions_action", "action"),
    )

"""Proposals keep their rank in the queue, so that a page of a long queue is found by an index and not by sorting all of it."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the rank, give it to what is there, and index by it."""
    op.add_column("review_queue", sql.Column("rank", sql.Float, nullable=False, server_default="0"))
    op.execute(sql.text("UPDATE review_queue SET rank = -abs(coalesce(change_value, 0))"))
    op.drop_index("ix_review_queue_status", "review_queue")
    op.create_index("ix_review_queue_waiting", "review_queue", ["status", "review_id", "rank", "item"])

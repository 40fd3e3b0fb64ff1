"""Alerts, and what became of each on its way out."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; written out, because a revision must not change when the records do."""
    op.create_table(
        "alerts",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("key", sql.String(200), nullable=False, unique=True),
        sql.Column("kind", sql.String(20), nullable=False),
        sql.Column("subject", sql.Text, nullable=False),
        sql.Column("said", sql.Text, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("seen_by", sql.Text, nullable=False),
    )
    op.create_table(
        "alert_deliveries",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("alert", sql.Integer, sql.ForeignKey("alerts.seq"), nullable=False, index=True),
        sql.Column("channel", sql.String(20), nullable=False),
        sql.Column("tries", sql.Integer, nullable=False),
        sql.Column("again", sql.DateTime),
        sql.Column("done", sql.DateTime),
        sql.Column("fault", sql.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("alert_deliveries")
    op.drop_table("alerts")

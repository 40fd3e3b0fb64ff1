"""Live readings, the batches they are settled in, what was refused of what was heard, and how often."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables; written out, because a revision must not change when the records do."""
    op.create_table(
        "live_readings",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("key", sql.LargeBinary(16), nullable=False, unique=True),
        sql.Column("batch", sql.Integer),
        sql.Column("machine", sql.String(200), nullable=False),
        sql.Column("stream", sql.Text, nullable=False),
        sql.Column("kind", sql.SmallInteger, nullable=False),
        sql.Column("at", sql.BigInteger, nullable=False),
        sql.Column("sequence", sql.BigInteger, nullable=False),
        sql.Column("state", sql.SmallInteger, nullable=False),
        sql.Column("reason", sql.Text, nullable=False),
        sql.Column("planned", sql.Boolean, nullable=False),
        *(sql.Column(name, sql.Float) for name in ("total", "good", "rework")),
        sql.Column("item", sql.Text, nullable=False),
        sql.Column("since", sql.BigInteger),
        sql.Column("received", sql.BigInteger, nullable=False),
        sql.Index("ix_live_readings_machine_at", "machine", "at"),
        sql.Index("ix_live_readings_batch", "batch"),
    )
    op.create_table(
        "live_batches",
        sql.Column("batch", sql.Integer, primary_key=True, autoincrement=False),
        sql.Column("import_id", sql.String(40), nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("settled", sql.Boolean, nullable=False),
        sql.Column("silent_after", sql.BigInteger, nullable=False),
        sql.Column("n_readings", sql.Integer, nullable=False),
    )
    op.create_table(
        "live_refused",
        sql.Column("key", sql.LargeBinary(16), primary_key=True),
        sql.Column("stream", sql.Text, nullable=False),
        sql.Column("fault", sql.String(40), nullable=False),
        sql.Column("found", sql.Text, nullable=False),
        sql.Column("machine", sql.Text, nullable=False),
        sql.Column("payload", sql.LargeBinary, nullable=False),
        sql.Column("times", sql.Integer, nullable=False),
        sql.Column("first", sql.BigInteger, nullable=False),
        sql.Column("last", sql.BigInteger, nullable=False),
    )
    op.create_table(
        "live_tally",
        sql.Column("name", sql.String(40), primary_key=True),
        sql.Column("n", sql.BigInteger, nullable=False),
    )

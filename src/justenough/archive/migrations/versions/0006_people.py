"""Users, their sessions and keys, tries to sign in, replies kept, and what everybody did."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; written out, because a revision must not change when the records do."""
    op.create_table("workspace_identity", sql.Column("workspace_id", sql.String(40), primary_key=True))
    op.create_table(
        "users",
        sql.Column("user_id", sql.String(40), primary_key=True),
        sql.Column("name", sql.String(200), nullable=False, unique=True),
        sql.Column("role", sql.String(12), nullable=False),
        sql.Column("password", sql.Text),
        sql.Column("issuer", sql.Text, nullable=False),
        sql.Column("subject", sql.Text, nullable=False),
        sql.Column("disabled", sql.Boolean, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Index("ix_users_issuer_subject", "issuer", "subject"),
    )
    op.create_table(
        "sessions",
        sql.Column("digest", sql.LargeBinary(32), primary_key=True),
        sql.Column("user_id", sql.String(40), sql.ForeignKey("users.user_id"), nullable=False, index=True),
        *(sql.Column(name, sql.DateTime, nullable=False) for name in ("created", "seen", "ends")),
    )
    op.create_table(
        "access_keys",
        sql.Column("key_id", sql.String(40), primary_key=True),
        sql.Column("digest", sql.LargeBinary(32), nullable=False),
        sql.Column("user_id", sql.String(40), sql.ForeignKey("users.user_id"), nullable=False, index=True),
        sql.Column("label", sql.Text, nullable=False),
        sql.Column("scope", sql.String(12), nullable=False),
        *(sql.Column(name, sql.DateTime, nullable=False) for name in ("created", "ends")),
        sql.Column("revoked", sql.Boolean, nullable=False),
    )
    op.create_table(
        "sign_in_tries",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("subject", sql.String(300), nullable=False),
        sql.Column("at", sql.BigInteger, nullable=False),
        sql.Index("ix_sign_in_tries_subject_at", "subject", "at"),
    )
    op.create_table(
        "replies",
        sql.Column("key", sql.LargeBinary(32), primary_key=True),
        sql.Column("digest", sql.LargeBinary(32), nullable=False),
        sql.Column("status", sql.Integer, nullable=False),
        sql.Column("kind", sql.Text, nullable=False),
        sql.Column("body", sql.LargeBinary, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
    )
    op.create_table(
        "audit_log",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("at", sql.DateTime, nullable=False),
        sql.Column("who", sql.Text, nullable=False),
        sql.Column("through", sql.String(40), nullable=False),
        sql.Column("address", sql.Text, nullable=False),
        sql.Column("action", sql.String(60), nullable=False),
        sql.Column("subject", sql.Text, nullable=False),
        sql.Column("detail", sql.Text, nullable=False),
        sql.Index("ix_audit_log_subject", "subject"),
    )

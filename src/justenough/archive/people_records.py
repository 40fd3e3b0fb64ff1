"""People's records: users, their sessions and keys, tries to sign in, replies kept, and what everybody did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from justenough.archive.records import METADATA

USERS = Table(
    "users",
    METADATA,
    Column("user_id", String(40), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("password", Text),  # argon2id, with its salt and cost; empty for who signs in elsewhere only
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", DateTime, nullable=False),
    Index("ix_users_issuer_subject", "issuer", "subject"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("user_id", String(40), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created", DateTime, nullable=False),
    Column("seen", DateTime, nullable=False),
    Column("ends", DateTime, nullable=False),
)
KEYS = Table(
    "access_keys",
    METADATA,
    Column("key_id", String(40), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("user_id", String(40), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("scope", String(12), nullable=False),
    Column("created", DateTime, nullable=False),
    Column("ends", DateTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
)
TRIES = Table(
    "sign_in_tries",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(300), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_sign_in_tries_subject_at", "subject", "at"),
)
REPLIES = Table(
    "replies",
    METADATA,
    Column("key", LargeBinary(32), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created", DateTime, nullable=False),
)
AUDIT = Table(
    "audit_log",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("through", String(40), nullable=False),
    Column("address", Text, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_audit_log_subject", "subject"),
)

"""Alert records: what people were told of, and what became of each telling."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table, Text

from justenough.archive.records import METADATA

ALERTS = Table(
    "alerts",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),  # the same thing is told once
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("seen_by", Text, nullable=False),  # who put it away; empty: nobody yet
)
DELIVERIES = Table(
    "alert_deliveries",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("alert", Integer, ForeignKey("alerts.seq"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("again", DateTime),  # when it is tried next; empty: no more
    Column("done", DateTime),
    Column("fault", Text, nullable=False),
)

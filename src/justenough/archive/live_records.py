"""Live records: what machines said, row by row, until it is settled into the tables of facts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Float, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from justenough.archive.records import METADATA

READINGS = Table(
    "live_readings",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(16), nullable=False, unique=True),
    Column("batch", Integer),
    Column("machine", String(200), nullable=False),
    Column("stream", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("planned", Boolean, nullable=False),
    Column("total", Float),
    Column("good", Float),
    Column("rework", Float),
    Column("item", Text, nullable=False),
    Column("since", BigInteger),
    Column("received", BigInteger, nullable=False),
    Index("ix_live_readings_machine_at", "machine", "at"),
    Index("ix_live_readings_batch", "batch"),
)
BATCHES = Table(
    "live_batches",
    METADATA,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("import_id", String(40), nullable=False),
    Column("created", DateTime, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("silent_after", BigInteger, nullable=False),
    Column("n_readings", Integer, nullable=False),
)
REFUSED = Table(
    "live_refused",
    METADATA,
    Column("key", LargeBinary(16), primary_key=True),
    Column("stream", Text, nullable=False),
    Column("fault", String(40), nullable=False),
    Column("found", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
)
TALLY = Table("live_tally", METADATA, Column("name", String(40), primary_key=True), Column("n", BigInteger, nullable=False))

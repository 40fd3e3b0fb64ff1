"""
Records: what was imported and planned, by whom and when; the list of what counts.

A row of facts or plans counts only if its import or plan is recorded here, so the commit of one
SQL transaction is the moment an import or a plan exists.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Text

from justenough.archive.place import WorkspaceError
from justenough.archive.postgres import postgres_engine, reached

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")  # every revision in migrations/versions, oldest first
METADATA = sql.MetaData()

IMPORTS = sql.Table(
    "imports",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("import_id", String(40), nullable=False, unique=True),
    Column("source", String(200), nullable=False),
    Column("status", String(12), nullable=False),
    Column("corrects", String(40), ForeignKey("imports.import_id")),
    Column("digest", String(64), nullable=False),
    Column("profile", Text, nullable=False),
    Column("currency", String(10), nullable=False),
    Column("demand_period", String(10), nullable=False),
    Column("returns", String(20), nullable=False),
    Column("label", Text, nullable=False),
    Column("rows_in", Integer, nullable=False),
    Column("rows_accepted", Integer, nullable=False),
    Column("rows_quarantined", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("version", String(40), nullable=False),
    Index("ix_imports_source_status", "source", "status"),
)
IMPORT_FILES = sql.Table(
    "import_files",
    METADATA,
    Column("import_id", String(40), ForeignKey("imports.import_id"), primary_key=True),
    Column("file", Text, primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("rows_in", Integer, nullable=False),
    Column("rows_accepted", Integer, nullable=False),
    Column("rows_quarantined", Integer, nullable=False),
)
IMPORT_TABLES = sql.Table(
    "import_tables",
    METADATA,
    Column("import_id", String(40), ForeignKey("imports.import_id"), primary_key=True),
    Column("table_name", String(40), primary_key=True),
    Column("n_rows", Integer, nullable=False),
)
QUARANTINE = sql.Table(
    "quarantine",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("import_id", String(40), ForeignKey("imports.import_id"), nullable=False, index=True),
    Column("corrected_by", String(40), ForeignKey("imports.import_id")),
    *(Column(name, String(40) if name == "table" else Integer if name == "row" else Text) for name in (
        "table", "file", "row", "item", "column", "found", "expected", "remedy", "raw",
    )),
)  # fmt: skip
PLANS = sql.Table(
    "plans",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("plan_id", String(60), nullable=False, unique=True),
    Column("created", DateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("version", String(40), nullable=False),
    Column("settings", Text, nullable=False),
    Column("currency", String(10), nullable=False),
    Column("demand_period", String(10), nullable=False),
    Column("returns", String(20), nullable=False),
    Column("label", Text, nullable=False),
    Column("n_items", Integer, nullable=False),
)
PLAN_IMPORTS = sql.Table(
    "plan_imports",
    METADATA,
    Column("plan_id", String(60), ForeignKey("plans.plan_id"), primary_key=True),
    Column("import_id", String(40), ForeignKey("imports.import_id"), primary_key=True),
)


IDENTITY = sql.Table("workspace_identity", METADATA, Column("workspace_id", String(40), primary_key=True))


class Records:
    """
    The SQL side of a workspace, each commit on the disk before it is acknowledged.

    Parameters
    ----------
    path
        The SQLite file, kept in write-ahead mode.
    database
        Address of a PostgreSQL database that holds the records instead, such as ``postgresql://user@host/stock``.
    """

    def __init__(self, path: Path, database: str = "") -> None:
        self.path = path
        self.database = database
        self.elsewhere = bool(database)
        self._engine = postgres_engine(database) if database else _sqlite_engine(path)
        self._mine = threading.local()  # the transaction this thread is in the midst of writing

    def reach(self) -> None:
        """See that they answer; says what is in the way where they do not."""
        reached(self._engine)

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """Give one consistent view of the records; within `writing` of the same thread what was written there is seen."""
        mine = self._open
        if mine is not None:
            yield mine
            return
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sql.Connection]:
        """
        Be the only writer; commits at the end, and leaves no trace where an error is raised.

        Asked for again by the same thread it is the same transaction: what must be kept together (a decision, the note of who
        made it, and the reply it was given) is written by parts that need not know each other.
        """
        mine = self._open
        if mine is not None:
            yield mine
            return
        with self._engine.connect().execution_options(alone=True) as connection, connection.begin():
            self._mine.connection = connection
            try:
                yield connection
            finally:
                self._mine.connection = None

    @property
    def _open(self) -> sql.Connection | None:
        return getattr(self._mine, "connection", None)

    def revision(self) -> str:
        """Revision of the schema on disk; empty where there is none yet."""
        with self.reading() as connection:
            if not sql.inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(sql.text("select version_num from alembic_version")).scalar() or "")

    def is_up_to_date(self) -> bool:
        """
        Whether the schema on disk is the one this version writes.

        Raises
        ------
        WorkspaceError
            The workspace was written by a newer version of this package.
        """
        found = self.revision()
        if found and found not in REVISIONS:
            from justenough import __version__

            raise WorkspaceError(
                f"{self.path.parent}: was written by a newer justenough (schema {found}; this is {__version__}, which knows up to "
                f"{REVISIONS[-1]}). Update justenough, or name another workspace; nothing was changed."
            )
        return found == REVISIONS[-1]

    def bring_up_to_date(self, revision: str = "head") -> None:
        """Create the schema or move it to the newest (or a named) revision, in one transaction; the caller holds the creation lock."""
        if self.is_up_to_date():
            return
        from alembic import command
        from alembic.config import Config

        with resources.as_file(resources.files("justenough.archive") / "migrations") as scripts, self.writing() as connection:
            config = Config()
            config.set_main_option("script_location", str(scripts).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def give_back(self) -> None:
        """
        Write SQLite's log into its file and cut it short, so that it takes no more room than what came since.

        The log grows to the largest transaction ever (a day forgotten at once) and never shrinks by itself. Who reads or writes
        just now is not waited for: the next time does it.
        """
        if self.elsewhere:
            return
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute("PRAGMA busy_timeout=0")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            driver.execute(f"PRAGMA busy_timeout={patience}")

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()


def _sqlite_engine(path: Path) -> sql.Engine:
    engine = sql.create_engine(f"sqlite:///{path}", connect_args={"timeout": 60.0})
    sql.event.listen(engine, "connect", _prepared)
    sql.event.listen(engine, "begin", _begun)
    return engine


def _prepared(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that schema changes are transactions too
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sql.Connection) -> None:
    # IMMEDIATE waits for the other writer here; a plain BEGIN would fail later, at its first write.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("alone") else "BEGIN")

"""PostgreSQL: records in a database that several computers reach, under the same rules as in SQLite."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sql

from justenough.archive.place import WorkspaceError

WRITER = 0x6A65_5772_6974_6572  # the advisory lock of whoever is the only writer
PATIENCE_SECONDS = 10
SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


def postgres_engine(database: str) -> sql.Engine:
    """
    An engine whose transactions keep what SQLite's keep: one consistent view to read, one writer at a time.

    Raises
    ------
    WorkspaceError
        The address is not PostgreSQL's, or its driver is not installed.
    """
    try:
        address = sql.make_url(database)
    except sql.exc.ArgumentError as error:
        raise WorkspaceError("The database's address cannot be read. It looks like postgresql://user@host/name.") from error
    if address.drivername not in SCHEMES:
        raise WorkspaceError(f"Records are kept in SQLite or PostgreSQL, not in {address.drivername}. Name postgresql://user@host/name.")
    try:
        engine = sql.create_engine(
            address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE_SECONDS}
        )
    except ModuleNotFoundError as error:
        raise WorkspaceError("PostgreSQL needs its driver: pip install 'justenough[pg]'.") from error
    sql.event.listen(engine, "connect", _prepared)
    sql.event.listen(engine, "begin", _begun)
    return engine


def reached(engine: sql.Engine) -> None:
    """
    See that the database answers.

    Raises
    ------
    WorkspaceError
        It does not; says what it said, never the password.
    """
    try:
        with engine.connect():
            pass
    except sql.exc.OperationalError as error:
        where = engine.url.set(drivername="postgresql").render_as_string(hide_password=True)
        said = " ".join(str(error.orig).split())
        raise WorkspaceError(f"The database {where} cannot be reached: {said}. Check JUSTENOUGH_DATABASE, and that it runs.") from error


def _prepared(connection: Any, _record: Any) -> None:
    from psycopg.types.string import StrDumper

    class Plain(StrDumper):
        """Text without NUL, which PostgreSQL cannot keep."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, Plain)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begun(connection: sql.Connection) -> None:
    if connection.get_execution_options().get("alone"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

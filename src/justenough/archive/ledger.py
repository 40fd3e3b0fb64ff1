"""Ledger: the sentences that are written into the records and read back from them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.entries import FileEntry, ImportEntry, ImportReceipt, PlanEntry, utc
from justenough.archive.place import WorkspaceError
from justenough.archive.records import IMPORT_FILES, IMPORT_TABLES, IMPORTS, PLAN_IMPORTS, PLANS, QUARANTINE
from justenough.domain.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justenough.domain.plant import Terms
    from justenough.sources.read import FileCount

LIVE = IMPORTS.c.status == "live"


def same(connection: sql.Connection, source: str, digest: str) -> ImportReceipt | None:
    """Give the receipt of a live import of the very same files read the same way, if there is one."""
    found = connection.execute(sql.select(IMPORTS).where(LIVE, IMPORTS.c.source == source, IMPORTS.c.digest == digest)).mappings().first()
    if found is None:
        return None
    return ImportReceipt("unchanged", found["import_id"], source, found["rows_in"], found["rows_accepted"], found["rows_quarantined"])


def refuse_misfit(connection: sql.Connection, source: str, terms: Terms, files: Sequence[FileCount], tables: Iterable[str]) -> None:
    """
    Refuse an import that cannot stand beside the other live sources.

    Raises
    ------
    WorkspaceError
        Other currency, period or returns rule; or a file whose rows already count under another source's name.
    """
    others = connection.execute(sql.select(IMPORTS).where(LIVE, IMPORTS.c.source != source, IMPORTS.c.corrects.is_(None))).mappings().all()
    for other in others:
        for name in ("currency", "demand_period", "returns"):
            if other[name] != getattr(terms, name):
                raise WorkspaceError(
                    f"{source}: {name} is {getattr(terms, name)}, but {other['source']} in this workspace has {other[name]}; "
                    "they cannot be added up. "
                    f"Declare the same {name} in both profiles, or keep the plants in two workspaces."
                )
    keyless = [name for name in tables if not TABLES[name].key]
    mine = {one.sha256: one.file for one in files}
    double = (
        sql.select(IMPORTS.c.source, IMPORT_FILES.c.sha256, IMPORT_TABLES.c.table_name)
        .join(IMPORT_FILES, IMPORT_FILES.c.import_id == IMPORTS.c.import_id)
        .join(IMPORT_TABLES, IMPORT_TABLES.c.import_id == IMPORTS.c.import_id)
        .where(LIVE, IMPORTS.c.source != source, IMPORT_FILES.c.sha256.in_(list(mine)), IMPORT_TABLES.c.table_name.in_(keyless))
    )
    found = connection.execute(double).first()
    if found is not None:
        raise WorkspaceError(
            f"{mine[found.sha256]}: the same file is already here as part of source {found.source}; "
            f"its {found.table_name} rows would count twice. "
            f"Import it as source {found.source} to replace that, or leave it out."
        )


def supersede(connection: sql.Connection, source: str) -> tuple[str, ...]:
    """Let no import of the source count any more; gives those that did."""
    mine = (LIVE, IMPORTS.c.source == source)
    gone = tuple(connection.execute(sql.select(IMPORTS.c.import_id).where(*mine).order_by(IMPORTS.c.seq)).scalars())
    connection.execute(sql.update(IMPORTS).where(*mine).values(status="superseded"))
    return gone


def record(
    connection: sql.Connection,
    row: Mapping[str, Any],
    files: Sequence[FileCount],
    tables: Mapping[str, int],
    quarantine: pl.DataFrame | None,
) -> None:
    """Record a live import with its files, tables and quarantine."""
    counts = {
        "rows_in": sum(one.rows_in for one in files),
        "rows_accepted": sum(one.accepted for one in files),
        "rows_quarantined": sum(one.quarantined for one in files),
    }
    import_id = row["import_id"]
    connection.execute(sql.insert(IMPORTS), {"status": "live", "corrects": None, **row, **counts})
    if files:
        connection.execute(
            sql.insert(IMPORT_FILES),
            [
                {
                    "import_id": import_id,
                    "file": one.file,
                    "sha256": one.sha256,
                    "rows_in": one.rows_in,
                    "rows_accepted": one.accepted,
                    "rows_quarantined": one.quarantined,
                }
                for one in files
            ],
        )
    if tables:
        connection.execute(
            sql.insert(IMPORT_TABLES), [{"import_id": import_id, "table_name": name, "n_rows": n} for name, n in tables.items()]
        )
    if quarantine is not None:
        put_in(connection, import_id, quarantine)


def put_in(connection: sql.Connection, import_id: str, quarantine: pl.DataFrame) -> None:
    """Add rows to an import's quarantine."""
    for part in quarantine.iter_slices(50_000):
        connection.execute(sql.insert(QUARANTINE), [{"import_id": import_id, **row} for row in part.iter_rows(named=True)])


def quarantined(connection: sql.Connection, import_id: str) -> pl.DataFrame:
    """Give what is in an import's quarantine now, one row a problem."""
    names = ("table", "file", "row", "item", "column", "found", "expected", "remedy", "raw")
    query = sql.select(*(QUARANTINE.c[name] for name in names)).where(
        QUARANTINE.c.import_id == import_id, QUARANTINE.c.corrected_by.is_(None)
    )
    kinds = {name: pl.Int64 if name == "row" else pl.String for name in names}
    rows = connection.execute(query.order_by(QUARANTINE.c.file, QUARANTINE.c.row, QUARANTINE.c.seq))
    return pl.DataFrame([tuple(row) for row in rows], schema=kinds, orient="row")


def corrected_places(connection: sql.Connection, import_id: str) -> set[tuple[str, int]]:
    """Give the places (file, row) of rows that left the import's quarantine."""
    query = sql.select(QUARANTINE.c.file, QUARANTINE.c.row).where(
        QUARANTINE.c.import_id == import_id, QUARANTINE.c.corrected_by.is_not(None)
    )
    return {(row.file, row.row) for row in connection.execute(query)}


def take_out(connection: sql.Connection, import_id: str, places: Iterable[tuple[str, int]], corrected_by: str) -> None:
    """Let corrected rows (file, row) leave an import's quarantine."""
    _at_places(connection, sql.update(QUARANTINE).values(corrected_by=corrected_by), import_id, places)


def drop(connection: sql.Connection, import_id: str, places: Iterable[tuple[str, int]]) -> None:
    """Forget what was said of rows still in quarantine, to say it anew."""
    _at_places(connection, sql.delete(QUARANTINE), import_id, places)


def _at_places(connection: sql.Connection, change: sql.Update | sql.Delete, import_id: str, places: Iterable[tuple[str, int]]) -> None:
    """Change what is said of these rows where they are still in quarantine."""
    mine = change.where(
        QUARANTINE.c.import_id == import_id,
        QUARANTINE.c.corrected_by.is_(None),
        QUARANTINE.c.file == sql.bindparam("at_file"),
        QUARANTINE.c.row == sql.bindparam("at_row"),
    )
    values = [{"at_file": file, "at_row": row} for file, row in places]
    if values:
        connection.execute(mine, values)


def is_live(connection: sql.Connection, import_id: str) -> bool:
    """Whether the import counts."""
    return connection.execute(sql.select(IMPORTS.c.seq).where(LIVE, IMPORTS.c.import_id == import_id)).first() is not None


def live_with(connection: sql.Connection, tables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By table, the live imports that have rows of it, oldest first."""
    named = tuple(tables)
    query = sql.select(IMPORT_TABLES.c.table_name, IMPORTS.c.import_id).join(IMPORTS, IMPORTS.c.import_id == IMPORT_TABLES.c.import_id)
    found: dict[str, list[str]] = {name: [] for name in named}
    for table, import_id in connection.execute(query.where(LIVE, IMPORT_TABLES.c.table_name.in_(named)).order_by(IMPORTS.c.seq)):
        found[table].append(import_id)
    return {name: tuple(ids) for name, ids in found.items()}


def import_entries(connection: sql.Connection) -> list[ImportEntry]:
    """Every import, oldest first."""
    files: dict[str, list[FileEntry]] = defaultdict(list)
    for row in connection.execute(sql.select(IMPORT_FILES).order_by(IMPORT_FILES.c.file)):
        files[row.import_id].append(FileEntry(*row[1:]))
    tables: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(sql.select(IMPORT_TABLES)):
        tables[row.import_id][row.table_name] = row.n_rows
    still = (
        sql.select(QUARANTINE.c.import_id, QUARANTINE.c.file, QUARANTINE.c.row)
        .where(QUARANTINE.c.corrected_by.is_(None))
        .distinct()
        .subquery()
    )
    counted = sql.select(still.c.import_id, sql.func.count().label("n")).group_by(still.c.import_id)
    left = {row.import_id: row.n for row in connection.execute(counted)}
    return [
        ImportEntry(
            **{name: row[name] for name in _PLAIN},
            corrects=row["corrects"] or "",
            n_quarantined_now=left.get(row["import_id"], 0),
            created=utc(row["created"]),
            files=tuple(files[row["import_id"]]),
            tables=tables[row["import_id"]],
        )
        for row in connection.execute(sql.select(IMPORTS).order_by(IMPORTS.c.seq)).mappings()
    ]


_PLAIN = (
    "import_id", "source", "status", "rows_in", "rows_accepted", "rows_quarantined", "author", "version",
    "currency", "demand_period", "returns", "label", "profile",
)  # fmt: skip


def has_plan(connection: sql.Connection, plan_id: str) -> bool:
    """Whether the plan is recorded."""
    return connection.execute(sql.select(PLANS.c.seq).where(PLANS.c.plan_id == plan_id)).first() is not None


def record_plan(connection: sql.Connection, row: Mapping[str, Any], imports: Sequence[str]) -> None:
    """Record a plan and the imports it was made from."""
    connection.execute(sql.insert(PLANS), dict(row))
    if imports:
        connection.execute(sql.insert(PLAN_IMPORTS), [{"plan_id": row["plan_id"], "import_id": one} for one in imports])


def plan_entries(connection: sql.Connection) -> list[PlanEntry]:
    """Every plan, oldest first."""
    imports: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(
        sql.select(PLAN_IMPORTS).join(IMPORTS, IMPORTS.c.import_id == PLAN_IMPORTS.c.import_id).order_by(IMPORTS.c.seq)
    ):
        imports[row.plan_id].append(row.import_id)
    return [
        PlanEntry(
            row.plan_id,
            utc(row.created),
            row.author,
            row.version,
            json.loads(row.settings),
            row.currency,
            row.demand_period,
            row.returns,
            row.label,
            row.n_items,
            tuple(imports[row.plan_id]),
        )
        for row in connection.execute(sql.select(PLANS).order_by(PLANS.c.seq))
    ]

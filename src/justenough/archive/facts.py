"""Facts: the canonical tables of every import as append-only Delta tables, partitioned by import and item bucket."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from justenough.archive.delta_files import added, enter_files, entered, on_disk, place_of, settle
from justenough.domain.address import Address
from justenough.domain.checks import FILE, ROW, typed
from justenough.domain.columns import Table
from justenough.domain.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake.transaction import AddAction, RemoveAction

BUCKETS = 16  # of a large table; a small one is one bucket
LARGE_ROWS = 1_000_000
_GROUP_ROWS = 100_000  # a page about one item reads no more than one such group
_WRITERS = 3  # files of a table written at once: one may be waiting for the disk
IMPORT, BUCKET = "import_id", "bucket"
_LAST_DAYS = (("demand", "date"), ("receipts", "ordered"), ("receipts", "received"), ("stock", "date"), ("events", "start"))
_ORDER = ("item", "supplier", "machine", "line", "date", "ordered", "start", "position")


@dataclass(frozen=True, slots=True)
class Facts:
    """The Delta tables under one folder, here or in an object store; knows nothing of which imports count."""

    folder: Path | Address

    def create(self) -> None:
        """Create every table that is not there yet, empty; the caller holds the creation lock."""
        for name, table in TABLES.items():
            create_table(self.folder / name, _empty(table), IMPORT)

    def append(self, import_id: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """
        Write the rows of one import and wait until they are on the disk.

        Parameters
        ----------
        import_id
            Tag of the rows.
        tables
            Canonical frames by table name; columns they lack become null.
        """
        for name, frame in tables.items():
            if frame.height:
                whole = pl.concat([_empty(TABLES[name]), _typed(TABLES[name], frame)], how="diagonal")
                append_rows(self.folder / name, whole, IMPORT, import_id)

    def enter(self, import_id: str, name: str, parts: Sequence[Path]) -> None:
        """
        Take rows of one import in as they lie in Parquet files of this table's columns, each sorted by item and date.

        They lie in no bucket of their own, so whoever looks for an item looks at the foot of each.
        """
        enter_files(self.folder / name, parts, {IMPORT: import_id, BUCKET: "0"})

    def read(self, name: str, import_ids: Sequence[str], items: Sequence[str] | None = None) -> pl.DataFrame:
        """Rows of one table from these imports (of these items alone, if named), with their place in the files; by item and date."""
        frame = read_rows(self.folder / name, IMPORT, import_ids, items)
        lacking = [column for column in _empty(TABLES[name]).schema.items() if column[0] not in frame.columns]
        frame = frame.with_columns(pl.lit(None, kind).alias(column) for column, kind in lacking)
        order = [column for column in _ORDER if column in frame.columns]
        return frame.drop(BUCKET).sort(order, maintain_order=True)

    def merged(self, name: str, import_ids: Sequence[str], items: Sequence[str] | None = None) -> pl.DataFrame:
        """
        Rows of one table as these imports give them together, oldest first.

        Of a row with a key the latest value counts, column by column, and an empty one hides nothing; rows without are added up.
        """
        if not import_ids:  # most tables of most plants: the disk need not be asked
            return _empty(TABLES[name]).select(TABLES[name].names)
        key = TABLES[name].key
        frame = self.read(name, import_ids, items)
        if key and len(import_ids) > 1:
            turn = {import_id: turn for turn, import_id in enumerate(import_ids)}
            ordered = frame.sort(pl.col(IMPORT).replace_strict(turn), maintain_order=True)
            frame = ordered.group_by(key, maintain_order=True).agg(pl.all().drop_nulls().last())
        return frame.select(TABLES[name].names)

    def last_day(self, import_ids: Sequence[str]) -> date | None:
        """Last day that demand, orders, stock or events of these imports speak of; None where there are none."""
        told = [
            _last_day(uri, column)
            for name, column in _LAST_DAYS
            for uri in (_files_of(self.folder / name, IMPORT, import_ids) if import_ids else ())
        ]
        return max((day for day in told if day is not None), default=None)

    def forget(self, kept: Sequence[str]) -> int:
        """Delete the rows of every import but these; gives how many. Only safe while nobody writes."""
        return sum(forget_rows(self.folder / name, IMPORT, kept) for name in TABLES)


def create_table(path: Path | Address, empty: pl.DataFrame, tag: str) -> None:
    """Create a Delta table of the empty frame's columns, partitioned by tag and item bucket, unless it is there."""
    if not DeltaTable.is_deltatable(str(path)):
        tagged = empty.with_columns(pl.lit("").alias(tag), pl.lit(0, pl.Int32).alias(BUCKET))
        write_deltalake(str(path), tagged, mode="append", partition_by=[tag, BUCKET])


def append_rows(path: Path | Address, frame: pl.DataFrame, tag: str, tag_value: str, *, group_rows: int = _GROUP_ROWS) -> None:
    """
    Append a frame under one tag, sorted by item and date inside its buckets, and wait until it is on the disk.

    The files are written by Polars, several times as quick as the Delta library's own writer, and then entered into the
    table's log in one commit. In an object store, where what was put is there, that library writes them.
    """
    begun = time.time()
    table = DeltaTable(str(path))
    if set(frame.columns) - {column.name for column in table.schema().fields}:
        # A table made by an earlier version takes the columns it did not know.
        empty = frame.clear().with_columns(pl.lit("").alias(tag), pl.lit(0, pl.Int32).alias(BUCKET))
        write_deltalake(table, empty, mode="append", schema_mode="merge")
        table = DeltaTable(str(path))
    kinds = pl.scan_delta(table).collect_schema()
    buckets = _Buckets.of(frame.with_columns(pl.col(name).cast(kinds[name]) for name in frame.columns))
    if isinstance(path, Address):
        tags = (pl.lit(tag_value).alias(tag),)
        for bucket in buckets.numbers:
            rows = buckets.rows_of(bucket)
            write_deltalake(table, rows.with_columns(*tags, pl.lit(bucket, pl.Int32).alias(BUCKET)), mode="append", schema_mode="merge")
        return

    def written(bucket: int) -> AddAction | RemoveAction:
        rows, part_of = buckets.rows_of(bucket), {tag: tag_value, BUCKET: str(bucket)}
        place = place_of(path, part_of)
        rows.write_parquet(place, compression="zstd", compression_level=1, row_group_size=group_rows)
        on_disk(place)  # while another is packed
        return added(path, place, rows.height, part_of)

    with ThreadPoolExecutor(_WRITERS) as pool:  # what one sorts and another packs overlap
        actions = list(pool.map(written, buckets.numbers))
    entered(path, table, actions, {tag: tag_value, BUCKET: ""}, begun)


@dataclass(frozen=True, slots=True)
class _Buckets:
    """The rows of a frame by the bucket they belong to, in order; of a small table all are in one."""

    frame: pl.DataFrame
    bucket: pl.Series | None
    numbers: list[int]
    order: list[str]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> _Buckets:
        order = [column for column in _ORDER if column in frame.columns]
        first = frame[order[0]] if order else pl.Series([0])
        if first.is_sorted() and not first.eq_missing(first.shift(1))[1:].any():
            order = []  # sorted already
        if frame.height <= LARGE_ROWS or "item" not in frame.columns:
            return cls(frame, None, [0], order)
        bucket = bucket_of(frame["item"], BUCKETS)
        return cls(frame, bucket, bucket.unique().sort().to_list(), order)

    def rows_of(self, number: int) -> pl.DataFrame:
        rows = self.frame if self.bucket is None else self.frame.filter(self.bucket == number)
        return rows.sort(self.order, maintain_order=True) if self.order else rows


def appended_once(path: Path | Address, name: str, frame: pl.DataFrame, import_id: str, transaction: tuple[str, int]) -> bool:
    """
    Append rows of a canonical table unless they are there; gives whether they had to be.

    Parameters
    ----------
    transaction
        Who writes, and the number of what is written; numbers only rise. It goes into the same commit as the rows, so
        whoever was killed on the way finds out here whether they arrived.
    """
    writer, number = transaction
    table = DeltaTable(str(path))
    if (table.transaction_version(writer) or 0) >= number:
        return False
    whole = pl.concat([_empty(TABLES[name]), _typed(TABLES[name], frame)], how="diagonal")
    tagged = whole.with_columns(pl.lit(import_id).alias(IMPORT), pl.lit(0, pl.Int32).alias(BUCKET))
    said, begun = CommitProperties(app_transactions=[Transaction(writer, number)]), time.time()
    write_deltalake(table, tagged, mode="append", schema_mode="merge", commit_properties=said)
    if isinstance(path, Path):
        if (path / f"{IMPORT}={import_id}").is_dir():
            settle(path / f"{IMPORT}={import_id}", begun)
        settle(path / "_delta_log", begun)
    return True


def read_rows(path: Path | Address, tag: str, tag_values: Sequence[str], items: Sequence[str] | None = None) -> pl.DataFrame:
    """Rows of these tags (and items), whatever else the table holds."""
    rows = pl.scan_delta(str(path)).filter(pl.col(tag).is_in(list(tag_values)))
    return (rows if items is None else rows.filter(pl.col("item").is_in(list(items)))).collect()


def _files_of(path: Path | Address, tag: str, tag_values: Sequence[str]) -> list[str]:
    """The files of a table that hold rows of these tags."""
    named = ", ".join("'" + value.replace("'", "''") + "'" for value in tag_values)
    return DeltaTable(str(path)).file_uris(file_pruning_predicate=f"{tag} IN ({named})")


@lru_cache(maxsize=10_000)
def _last_day(uri: str, column: str) -> date | None:
    """
    Last day in a column of one file, which is never written again.

    Its foot says the greatest value of every group of rows; only where it does not is the column read.
    """
    if "://" not in uri:
        from pyarrow import parquet  # a command that decides nothing need not wait for it

        foot = parquet.read_metadata(uri)
        at = {foot.schema.column(n).name: n for n in range(foot.num_columns)}.get(column)
        if at is None:  # a file of an earlier version lacks it
            return None
        told = [foot.row_group(n).column(at).statistics for n in range(foot.num_row_groups)]
        if all(one is not None and (one.has_min_max or not one.num_values) for one in told):
            most = max((one.max for one in told if one.has_min_max), default=None)
            return most.date() if isinstance(most, datetime) else most
    found: date | None = pl.scan_parquet(uri).select(pl.col(column).cast(pl.Date).max()).collect().item()
    return found


def forget_rows(path: Path | Address, tag: str, kept: Sequence[str]) -> int:
    """Delete the rows of all other tags, and every file no row of the table lies in."""
    table = DeltaTable(str(path))
    present = {str(part[tag]) for part in table.partitions()}
    gone = ", ".join("'" + tag_value.replace("'", "''") + "'" for tag_value in sorted(present - set(kept)))
    n_rows = int(table.delete(f"{tag} IN ({gone})")["num_deleted_rows"] or 0) if gone else 0
    # Nobody can be reading these files: readers ask for recorded tags only. So they need not be kept for a week.
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    return n_rows


def bucket_of(items: pl.Series, n_buckets: int) -> pl.Series:
    """
    Bucket of each row by its item's name.

    CRC-32 rather than the engine's own hash: an item keeps its bucket whatever version writes it.
    """
    from justenough.domain.spelling import check_sums_of  # compiled code, which few rows need not wait for

    return pl.Series((check_sums_of(items) % n_buckets).astype(np.int32))


@cache
def _empty(table: Table) -> pl.DataFrame:
    text = dict.fromkeys(table.names, pl.String)
    frame = typed(table, pl.DataFrame({name: [] for name in table.names}, schema=text))
    return frame.with_columns(pl.lit(None, pl.String).alias(FILE), pl.lit(None, pl.Int64).alias(ROW)).clear()


def _typed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    frame = typed(table, frame)
    places = {FILE: pl.String(), ROW: pl.Int64()}
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in places.items() if name in frame.columns)

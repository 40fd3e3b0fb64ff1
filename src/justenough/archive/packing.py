"""Packing: the many small files that a day of live settlements leaves, made few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from deltalake import DeltaTable

from justenough.archive.chosen import LIVE
from justenough.archive.facts import IMPORT

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.domain.address import Address

FILES = 16  # of one import, from which on they are packed
LARGEST_BYTES = 16 << 20  # a file of this size is left as it is, so that a row is written again a few times only
LOG_KEPT = "interval 1 hours"  # entries of the log that a checkpoint already tells
READING_HOURS = 1  # a file that was packed stays as long as somebody may still be reading it


def packed(path: Path | Address, *, keep_hours: int = READING_HOURS) -> int:
    """
    Pack the files of each live import of a Delta table, and let go of what nobody needs; gives how many files were packed.

    One commit swaps the files, so a reader sees the same rows before and after, and a process killed on the way leaves a
    file that nobody counts. The numbers of settled batches (`justenough.archive.facts.appended_once`) go on in the log's checkpoint.
    """
    table = DeltaTable(str(path))
    files = pl.DataFrame(table.get_add_actions(flatten=True)).filter(pl.col("size_bytes") < LARGEST_BYTES)
    many = (
        files.group_by(pl.col(f"partition.{IMPORT}").alias("id")).len().filter(pl.col("len") >= FILES, pl.col("id").str.starts_with(LIVE))
    )
    if not many.height:
        return 0
    gone = 0
    for import_id in many["id"].sort():
        done = table.optimize.compact(partition_filters=[(IMPORT, "=", import_id)], target_size=LARGEST_BYTES)
        gone += int(done["numFilesRemoved"])
    if table.metadata().configuration.get("delta.logRetentionDuration") != LOG_KEPT:
        table.alter.set_table_properties({"delta.logRetentionDuration": LOG_KEPT})
    table = DeltaTable(str(path))
    table.create_checkpoint()
    table.cleanup_metadata()
    table.vacuum(retention_hours=keep_hours, enforce_retention_duration=False, dry_run=False)
    return gone

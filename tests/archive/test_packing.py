"""Packing a live day's files: the same rows, few files, and batches that are still known."""

from __future__ import annotations

import polars as pl
import pytest
from deltalake import DeltaTable

from justenough.archive.facts import Facts, appended_once
from justenough.archive.packing import FILES, packed

IDS = ("live-20260506", "live-20260507", "20260506-files")


@pytest.fixture
def counts(tmp_path):
    Facts(tmp_path).create()
    for number in range(1, 41):
        rows = pl.DataFrame({"machine": [f"M{number}"], "total": [float(number)]})
        assert appended_once(tmp_path / "counts", "counts", rows, IDS[number % 3], ("test", number))
    return tmp_path / "counts"


def files_of(path, import_id):
    return len(DeltaTable(str(path)).file_uris(file_pruning_predicate=[("import_id", "=", import_id)]))


def rows_of(path):
    return pl.scan_delta(str(path)).select("import_id", "machine", "total").sort("total").collect()


def test_the_same_rows_in_few_files(counts):
    before = rows_of(counts)
    for more in range(41, 60):
        appended_once(counts, "counts", pl.DataFrame({"machine": ["M"], "total": [float(more)]}), IDS[0], ("test", more))
    assert files_of(counts, IDS[0]) > FILES
    told = packed(counts, keep_hours=0)
    assert told == 32
    assert files_of(counts, IDS[0]) == 1
    assert files_of(counts, IDS[1]) == 14, "few enough to be left alone"
    assert files_of(counts, IDS[2]) == 13, "an import from files is never touched"
    assert rows_of(counts).filter(pl.col("total") <= 40).equals(before)
    assert rows_of(counts)["total"].to_list() == [float(one) for one in range(1, 60)]
    assert len(list(counts.rglob("*.parquet"))) == 1 + 14 + 13 + 1, "what was packed is gone; one checkpoint"
    assert packed(counts) == 0


def test_a_batch_is_still_known_after_packing(counts):
    """The number of the last batch outlives the log entry that told it."""
    for more in range(41, 60):
        appended_once(counts, "counts", pl.DataFrame({"machine": ["M"], "total": [float(more)]}), IDS[0], ("test", more))
    packed(counts)
    DeltaTable(str(counts)).alter.set_table_properties({"delta.logRetentionDuration": "interval 0 seconds"})
    DeltaTable(str(counts)).create_checkpoint()
    DeltaTable(str(counts)).cleanup_metadata()
    assert not appended_once(counts, "counts", pl.DataFrame({"machine": ["M"], "total": [1.0]}), IDS[0], ("test", 59))
    assert appended_once(counts, "counts", pl.DataFrame({"machine": ["M"], "total": [60.0]}), IDS[0], ("test", 60))


def test_who_reads_meanwhile_reads_on(counts):
    """A reader that opened the table before it was packed still finds its files."""
    for more in range(41, 60):
        appended_once(counts, "counts", pl.DataFrame({"machine": ["M"], "total": [float(more)]}), IDS[0], ("test", more))
    reader = pl.scan_delta(str(counts)).select(pl.col("total").sum())
    assert packed(counts) > 0
    assert reader.collect().item() == sum(range(1, 60))

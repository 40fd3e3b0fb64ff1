"""Facts on disk: partitions, order, and rows nobody recorded."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime

import polars as pl
import pytest
from deltalake import DeltaTable

from justenough.archive import facts as facts_file
from justenough.archive.facts import BUCKETS, Facts, append_rows, bucket_of, create_table
from justenough.domain.schema import TABLES


@pytest.fixture
def facts(tmp_path):
    one = Facts(tmp_path)
    one.create()
    return one


def demand(n_items, n_days=2):
    items = [f"I{i}" for i in reversed(range(n_items))] * n_days
    days = [date(2026, 1, 1 + d) for d in range(n_days) for _ in range(n_items)]
    return pl.DataFrame({"item": items, "date": days, "quantity": 1.0})


def test_every_canonical_table_is_made_empty(facts, tmp_path):
    for name, table in TABLES.items():
        assert facts.read(name, ["any"]).height == 0
        assert {field.name for field in DeltaTable(str(tmp_path / name)).schema().fields} >= set(table.names)
    facts.create()  # again changes nothing
    assert DeltaTable(str(tmp_path / "items")).version() == 0


def test_what_no_import_gave_is_as_the_disk_would_tell_it_and_the_disk_is_not_asked(facts, monkeypatch):
    told = {name: facts.read(name, []).select(table.names) for name, table in TABLES.items()}
    monkeypatch.setattr(facts_file, "read_rows", lambda *_: pytest.fail("a table of no import was read"))
    for name, frame in told.items():
        found = facts.merged(name, [])
        assert (found.schema, found.height) == (frame.schema, 0)


def test_rows_are_read_by_import_sorted_by_item_and_date(facts):
    facts.append("a", {"demand": demand(5)})
    facts.append("b", {"demand": demand(3)})
    assert facts.read("demand", ["b"]).height == 6
    both = facts.read("demand", ["a", "b"])
    assert both.height == 16
    assert both.select("item", "date").equals(both.select("item", "date").sort("item", "date"))
    assert facts.read("demand", []).height == 0


def test_rows_that_name_nothing_lie_in_order_too(facts, tmp_path):
    """Shifts of the whole plant, no machine named, out of order."""
    shift = pl.DataFrame({"start": [datetime(2026, 1, day) for day in (3, 1, 2)], "end": [datetime(2026, 1, day, 8) for day in (3, 1, 2)]})
    facts.append("a", {"calendar": shift.with_columns(machine=pl.lit(None, pl.String), kind=pl.lit("shift"))})
    (file,) = (tmp_path / "calendar" / "import_id=a").rglob("*.parquet")
    assert pl.read_parquet(file, hive_partitioning=False)["start"].is_sorted()


def test_small_imports_are_one_bucket_large_ones_sixteen(facts, tmp_path, monkeypatch):
    monkeypatch.setattr(facts_file, "LARGE_ROWS", 100)
    facts.append("small", {"demand": demand(50)})
    facts.append("large", {"demand": demand(500)})
    parts = {(part["import_id"], int(part["bucket"])) for part in DeltaTable(str(tmp_path / "demand")).partitions()}
    assert {bucket for tag, bucket in parts if tag == "small"} == {0}
    assert {bucket for tag, bucket in parts if tag == "large"} == set(range(BUCKETS))
    assert facts.read("demand", ["large"]).drop("import_id", "__file__", "__row__").equals(demand(500).sort("item", "date"))
    file = next((tmp_path / "demand" / "import_id=large" / "bucket=3").iterdir())
    inside = pl.read_parquet(file, hive_partitioning=False).select("item", "date")
    assert inside.equals(inside.sort("item", "date"))
    assert {zlib.crc32(item.encode()) % BUCKETS for item in inside["item"]} == {3}


def test_bucket_of_an_item_never_moves():
    """CRC-32 of the check string 123456789 is CBF43926 (ITU-T V.42); CBF43926 mod 16 = 6."""
    assert bucket_of(pl.Series(["123456789", "123456789"]), 16).to_list() == [6, 6]


def test_unrecorded_rows_are_forgotten_and_their_files_removed(facts, tmp_path):
    facts.append("kept", {"demand": demand(5)})
    facts.append("lost", {"demand": demand(3)})
    orphan = tmp_path / "demand" / "import_id=lost" / "bucket=0" / "part-written-but-never-committed.parquet"
    orphan.write_bytes(b"half")
    assert facts.forget(["kept"]) == 6
    assert facts.forget(["kept"]) == 0
    assert facts.read("demand", ["kept", "lost"]).height == 10
    assert not list((tmp_path / "demand" / "import_id=lost").rglob("*.parquet"))


def test_a_table_of_an_earlier_version_is_read_and_takes_the_columns_it_did_not_know(tmp_path):
    """Machines once had no `hour_value` and no `time_zone`."""
    kept = Facts(tmp_path)
    old = pl.DataFrame({"machine": ["OLD"], "line": ["A"], "ideal_cycle_seconds": [60.0], "__file__": ["m.csv"], "__row__": [2]})
    create_table(tmp_path / "machines", old.clear(), "import_id")
    append_rows(tmp_path / "machines", old, "import_id", "one")
    assert kept.read("machines", ["one"]).select("machine", "hour_value").rows() == [("OLD", None)]
    kept.append("two", {"machines": pl.DataFrame({"machine": ["NEW"], "hour_value": [240.0], "time_zone": ["Europe/Berlin"]})})
    assert kept.read("machines", ["one", "two"]).select("machine", "hour_value").rows() == [("NEW", 240.0), ("OLD", None)]


def test_the_last_day_is_that_of_the_rows(facts, tmp_path, monkeypatch):
    """From the feet of the files, as reading every row finds it: nulls, times of a day, several files and groups of rows, other imports."""
    monkeypatch.setattr(facts_file, "LARGE_ROWS", 10)
    facts.append("a", {"demand": demand(30, n_days=3)})
    facts.append("b", {"receipts": pl.DataFrame({"item": ["I1", "I2"], "ordered": [date(2026, 2, 1), None], "received": [None, None]})})
    start = [datetime(2026, 3, 1, 23, 59, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)]
    facts.append("c", {"events": pl.DataFrame({"machine": ["M1", "M2"], "start": start, "state": ["down", "up"]})})
    facts.append("d", {"items": pl.DataFrame({"item": ["I1"]})})
    for ids in ([], ["d"], ["a"], ["b"], ["c"], ["a", "b"], ["a", "b", "c", "d"]):
        told = [
            pl.scan_delta(str(tmp_path / name)).filter(pl.col("import_id").is_in(ids)).select(pl.col(column).cast(pl.Date).max()).collect()
            for name, column in facts_file._LAST_DAYS
        ]
        assert facts.last_day(ids) == max((one.item() for one in told if one.item() is not None), default=None)
    assert facts.last_day(["c"]) == date(2026, 3, 1)


def test_a_last_day_that_no_foot_tells_is_read(tmp_path):
    plain = tmp_path / "plain.parquet"
    demand(3).write_parquet(plain, statistics=False)
    assert facts_file._last_day(str(plain), "date") == date(2026, 1, 2)
    assert facts_file._last_day(str(plain), "start") is None

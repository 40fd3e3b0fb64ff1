"""Direct: an export in an object store is planned, and its plan written there, without a workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from justenough.domain.address import AddressError
from justenough.domain.errors import SettingsError
from justenough.interfaces.advancing import advancing
from justenough.interfaces.direct import _scanned, directly, target_of
from justenough.sources.samples import sample, sample_folder
from justenough.strategy.spread import serially

FILES = ("items.csv", "receipts.csv", "plant.toml")
RATE = ("--holding-rate", 0.25, "--target-cycle-service", 0.95)


@pytest.fixture
def folder(tmp_path):
    """Some tables of the invented plant, the demand of it as Parquet."""
    here = tmp_path / "export"
    here.mkdir()
    for name in FILES:
        shutil.copy(sample_folder("bearings") / name, here)
    sample("bearings").demand.select("item", "date", "quantity").write_parquet(here / "demand.parquet")
    return here


@pytest.fixture
def export(object_store, put, folder):
    """The same in an object store."""
    for file in folder.iterdir():
        put(object_store, file.name, file.read_bytes())
    return object_store


def test_an_export_in_an_object_store_gives_the_plan_of_the_same_folder(export, folder, run) -> None:
    there = run("recommend", export, "-p", "canonical", *RATE, "--to", f"{export}/plans")
    here = run("recommend", folder, "-p", "canonical", *RATE, "--to", folder / "plans")
    assert f"to {export}/plans." in " ".join(there.stdout.split())
    assert f"to {folder / 'plans'}." in " ".join(here.stdout.split())
    for table in ("rows", "curves", "levers", "coming"):
        one, other = (pl.read_delta(f"{place}/plans/{table}").drop("plan_id") for place in (export, folder))
        assert one.sort(one.columns[:2]).equals(other.sort(one.columns[:2])), table
    assert "not-to-be-printed" not in there.stdout


def test_an_export_that_cannot_be_scanned_is_fetched_and_read(export, put, capsys) -> None:
    put(export, "stock.csv", b"item,date,on_hand\nBAR-20,2025-01-01,0\n")
    with advancing("Recommending") as advance:
        plant = _scanned(export, "canonical", serially, advance)
    assert plant.demand.height == sample("bearings").demand.height
    assert "Fetched and read here as a whole" in capsys.readouterr().err


def test_the_rows_read_of_it_are_told(export) -> None:
    class Heard:
        def __init__(self) -> None:
            self.rows: list[tuple[int, int]] = []

        def read(self, rows: int, of: int) -> None:
            self.rows.append((rows, of))

    heard = Heard()
    plant = _scanned(export, "canonical", serially, heard)
    assert heard.rows[-1] == (plant.recorded.rows, plant.recorded.rows) == (sample("bearings").demand.height,) * 2


def test_what_is_rehearsed_is_fetched_whole(export) -> None:
    assert directly(export, "canonical").demand.height == sample("bearings").demand.height


def test_where_a_plan_goes_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="name the export"):
        target_of(None, "s3://bucket/plans")
    with pytest.raises(AddressError, match="belong into the environment"):
        target_of("exports", "s3://key:secret@bucket/plans")
    assert target_of("exports", str(tmp_path)) == tmp_path
    assert target_of("exports", None) is None

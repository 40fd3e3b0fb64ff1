"""Store: an export in a real S3-compatible object store is scanned as the same export in a folder."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from deltalake import write_deltalake

from justenough.domain.address import Address, AddressError
from justenough.domain.errors import ImportFailed
from justenough.sources.profiles import Profile
from justenough.sources.scanning import scan
from justenough.sources.store import demand_at, fetched, matching

TERMS = b'currency = "EUR"\ndemand_period = "day"\n'
PROFILE = "canonical"


def tables():
    random = np.random.default_rng(11)
    names = pl.Series("item", [f"BOLT-{i:04d}" for i in range(12)])
    wanted = random.poisson(1.5, (12, 60)) * (random.random((12, 60)) < 0.5)
    row, day = np.nonzero(wanted)
    dates = [date(2025, 3, 1) + timedelta(days=int(d)) for d in day]
    demand = pl.DataFrame({"item": names.gather(row), "date": dates, "quantity": wanted[row, day].astype(float)})
    return {"items": pl.DataFrame({"item": names, "unit_cost": 2.0, "lead_time_days": 14.0}), "demand": demand}


@pytest.fixture
def export(object_store, put):
    for name, frame in tables().items():
        frame.write_parquet(f"{object_store}/{name}.parquet")
    put(object_store, "plant.toml", TERMS)
    return object_store


def alone(work, blocks):
    return [work(block) for block in blocks]


def same(one, other):
    assert one.items.equals(other.items)
    assert np.array_equal(one.recorded.series.values, other.recorded.series.values, equal_nan=True)
    assert (one.terms, one.recorded.rows) == (other.terms, other.recorded.rows)


def test_an_export_there_is_the_export_here(export, tmp_path):
    for name, frame in tables().items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "plant.toml").write_bytes(TERMS)
    here = scan(tmp_path)
    same(scan(export), here)
    same(scan(export, spread=alone), here)


def test_delta_tables_stand_for_the_files_of_their_names(object_store, export, put):
    place = f"{object_store}/delta"
    for name, frame in tables().items():
        write_deltalake(f"{place}/{name}", frame)
    put(place, "plant.toml", TERMS)
    same(scan(place, spread=alone), scan(export))


def test_all_read_the_version_of_the_table_that_was_there_at_first(object_store):
    write_deltalake(f"{object_store}/demand", tables()["demand"])
    places, version = demand_at(Address(object_store), Profile.load(PROFILE))
    write_deltalake(f"{object_store}/demand", tables()["demand"], mode="append")
    assert (places, version) == ((f"{object_store}/demand",), 0)


def test_demand_is_fetched_only_if_asked(export):
    profile = Profile.load(PROFILE)
    with fetched(Address(export), profile) as folder:
        assert sorted(one.name for one in folder.iterdir()) == ["items.parquet", "plant.toml"]
    with fetched(Address(export), profile, demand=True) as folder:
        assert sorted(one.name for one in folder.iterdir()) == ["demand.parquet", "items.parquet", "plant.toml"]
    assert not folder.exists()


def test_an_address_where_nothing_is_says_who_may_read(object_store):
    with pytest.raises(AddressError, match="nothing is there.*AWS_ACCESS_KEY_ID") as refused:
        scan(f"{object_store}/nowhere")
    assert "not-to-be-printed" not in str(refused.value)


def test_an_export_without_demand_is_refused_as_in_a_folder(object_store, put):
    tables()["items"].write_parquet(f"{object_store}/items.parquet")
    put(object_store, "plant.toml", TERMS)
    with pytest.raises(ImportFailed, match="no file like demand"):
        scan(object_store)


def test_names_match_as_in_a_folder():
    names = {"items.csv", "deep/items.csv", "items.toml", "items.parquet", "demand/_delta_log", "parts/a.parquet"}
    assert matching(names, "items.*") == ["items.csv", "items.parquet"]
    assert matching(names, "parts/*.parquet") == ["parts/a.parquet"]

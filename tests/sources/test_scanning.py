"""Scanning: the plan of an export read a part at a time is that of the export read whole."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import justenough as je
from justenough.domain.errors import JustenoughError, ProfileError
from justenough.kernels import backed
from justenough.sources.scanning import scan


@pytest.fixture
def export(tmp_path):
    """A folder of Parquet files, rows in no order."""
    random = np.random.default_rng(11)
    names = pl.Series("item", [f"BOLT-{i:04d}" for i in range(30)])
    wanted = random.poisson(1.5, (30, 200)) * (random.random((30, 200)) < 0.5)
    row, day = np.nonzero(wanted)
    order = random.permutation(len(row))
    row, day = row[order], day[order]
    dates = [date(2025, 3, 1) + timedelta(days=int(d)) for d in day]
    demand = pl.DataFrame({"item": names.gather(row), "date": dates, "quantity": wanted[row, day].astype(float)})
    items = pl.DataFrame({"item": names, "unit_cost": random.lognormal(2, 1, 30), "lead_time_days": [14.0] * 30})
    demand.write_parquet(tmp_path / "demand.parquet", row_group_size=500)
    items.write_parquet(tmp_path / "items.parquet")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    return tmp_path


@pytest.mark.parametrize("least_bytes", [1, backed.LEAST_BYTES])
def test_the_plan_is_that_of_the_rows(export, monkeypatch, least_bytes):
    monkeypatch.setattr(backed, "LEAST_BYTES", least_bytes)  # all large arrays let go of meanwhile, and none
    settings = je.Settings(holding_rate=0.25, target_cycle_service=0.95)
    whole, laid = je.recommend(je.read(export), settings), je.recommend(scan(export), settings)
    assert laid.rows.equals(whole.rows)
    assert laid.curves.equals(whole.curves)
    assert laid.levers.equals(whole.levers)


def test_fewer_items_are_planned_on_their_own_record(export):
    plant = scan(export)
    some = plant.only(plant.items["item"].to_list()[3:7])
    assert len(some) == len(some.recorded.series) == 4


def test_what_cannot_be_scanned_says_what_to_do(export):
    pl.read_parquet(export / "demand.parquet").write_csv(export / "demand.csv")
    (export / "demand.parquet").unlink()
    with pytest.raises(ProfileError, match="read it with `read`"):
        scan(export)


def test_stock_levels_need_the_rows(export):
    pl.DataFrame({"item": ["BOLT-0001"], "date": [date(2025, 4, 1)], "on_hand": [0.0]}).write_parquet(export / "stock.parquet")
    with pytest.raises(ProfileError, match="when shelves were empty"):
        scan(export)


def test_a_scanned_plant_cannot_be_rehearsed_on_what_it_did_not_keep(export):
    with pytest.raises(JustenoughError, match="read it with `read`"):
        je.rehearse(scan(export), je.Settings(holding_rate=0.25, target_cycle_service=0.95))

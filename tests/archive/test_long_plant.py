"""Long plant: the plan of demand laid straight onto the grid is that of its rows, to the bit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from long_exports import ITEMS, write_export

import justenough as je
from justenough.archive.long_plant import plant_to_size
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from

SETTINGS = je.Settings(holding_rate=0.25, target_cycle_service=0.95)


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "workspace") as one:
        one.import_(import_from(write_export(tmp_path / "export", "parquet")))
        yield one


def same_plan(workspace):
    plan, rows = je.recommend(plant_to_size(workspace, least=1), SETTINGS), je.recommend(workspace.plant(), SETTINGS)
    return plan.rows.equals(rows.rows) and plan.curves.equals(rows.curves)


def test_the_plan_is_that_of_the_rows(workspace):
    heard = []
    plant = plant_to_size(workspace, least=1, told=lambda *now: heard.append(now))
    assert plant.demand.height == 0
    assert heard[-1] == (plant.recorded.rows,) * 2
    assert same_plan(workspace)
    workspace.save(je.recommend(plant, SETTINGS))
    assert workspace.plan_entry().imports == (workspace.imports()[0].import_id,)


def test_short_demand_is_held_as_rows(workspace):
    assert plant_to_size(workspace).recorded is None


def test_of_items_nobody_told_of_nothing_is_said(workspace, tmp_path):
    imported = import_from(write_export(tmp_path / "second", "parquet"))
    strange = imported.tables["demand"].with_columns(item=pl.lit("STRANGE"))
    workspace.import_(replace(imported, tables={"demand": strange}, files=()), source="strange")
    assert "STRANGE" not in ITEMS
    assert same_plan(workspace)


def test_stock_levels_need_the_rows(workspace, tmp_path):
    export = write_export(tmp_path / "stocked", "parquet")
    pl.DataFrame({"item": ["BOLT-001"], "date": [date(2025, 2, 1)], "on_hand": [0.0]}).write_parquet(export / "stock.parquet")
    workspace.import_(import_from(export))
    assert plant_to_size(workspace, least=1).recorded is None

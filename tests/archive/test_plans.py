"""Plans on disk, also those an older version wrote."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
import sqlalchemy as sql
from deltalake import DeltaTable
from polars.testing import assert_frame_equal

from justenough.archive.facts import append_rows, create_table
from justenough.archive.plans import PLAN, Plans
from justenough.archive.records import Records
from justenough.archive.workspace import Workspace
from justenough.domain.plant import Plant
from justenough.strategy.coming_rows import coming_schema
from justenough.strategy.decide import recommend
from justenough.strategy.lever import lever_schema
from justenough.strategy.recommendation import row_schema
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def small_plan():
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(60)]
    demand = pl.DataFrame({"item": ["A"] * 60, "date": days, "quantity": [float(k // 3) for k in range(60)]})
    items = pl.DataFrame({"item": ["A"], "unit_cost": [4.0], "lead_time_days": [10.0]})
    plant = Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="day")
    plan = recommend(plant, Settings(holding_rate=0.25, target_cycle_service=0.95))
    assert plan["A"].anatomy
    assert plan.levers.height
    assert plan.coming.height == 12  # it is wanted more and more
    return plan


def test_a_plan_of_a_version_with_fewer_columns_is_still_read(tmp_path):
    old = pl.DataFrame({"item": ["A"], "decision": ["JIT"]})
    create_table(tmp_path / "rows", old.clear(), PLAN)
    append_rows(tmp_path / "rows", old, PLAN, "old")
    plans = Plans(tmp_path)
    plans.create()
    new = pl.DataFrame({"item": ["B", "A"], "decision": ["lean", "JIC"], "safety_stock": [3.0, 4.0], "reasons": [["x"], ["y", "z"]]})
    levers = pl.DataFrame({"item": ["B", "A", "A"], "lever": ["review", "lot", "demand"], "saved_cost": [3.0, 2.0, 1.0]})
    coming = pl.DataFrame({"item": ["B", "B"], "start": [date(2026, 2, 1), date(2026, 3, 1)], "reorder_point": [5.0, 6.0]})
    plans.append("new", new, pl.DataFrame({"item": ["A"], "reorder_point": [[1.0, 2.0]]}), levers, coming)
    was, now = plans.read("rows", "old"), plans.read("rows", "new")
    assert was.schema == now.schema == pl.Schema(row_schema())
    assert was.select("item", "decision", "safety_stock").rows() == [("A", "JIT", None)]
    assert was["reasons"].to_list() == [[]]
    assert now.select("item", "safety_stock").rows() == [("A", 4.0), ("B", 3.0)]
    assert now["reasons"].to_list() == [["y", "z"], ["x"]]
    assert was["anatomy_demand"].to_list() == [None]
    assert plans.read("levers", "old").height == 0
    assert plans.read("levers", "new").schema == pl.Schema(lever_schema())
    assert plans.read("coming", "old").height == 0
    assert plans.read("coming", "new").schema == pl.Schema(coming_schema())
    assert plans.read("coming", "new").select("start", "reorder_point").rows() == [(date(2026, 2, 1), 5.0), (date(2026, 3, 1), 6.0)]
    assert plans.read("levers", "new")["lever"].to_list() == ["lot", "demand", "review"]


def test_making_the_tables_again_changes_nothing(tmp_path):
    plans = Plans(tmp_path)
    plans.create()
    plans.create()
    assert [DeltaTable(str(tmp_path / name)).version() for name in ("rows", "curves", "levers", "coming")] == [0, 0, 0, 0]


def test_unrecorded_plans_are_forgotten(tmp_path):
    plans = Plans(tmp_path)
    plans.create()
    one, two = pl.DataFrame({"item": ["A"]}), pl.DataFrame({"item": ["A", "B"]})
    for name in ("kept", "lost"):
        plans.append(name, two, one, two, one)
    assert plans.forget(["kept"]) == 6
    assert plans.read("rows", "kept").height == 2
    assert plans.read("rows", "lost").height == 0


def test_a_workspace_from_before_the_anatomy_is_brought_up_to_date(tmp_path, small_plan):
    """No anatomy columns, no tables of levers and coming levels, and a record of an earlier revision."""
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        workspace.save(small_plan)
    for name in ("levers", "coming"):
        shutil.rmtree(tmp_path / "w" / "plans" / name)
    names = list(row_schema())
    later = names[names.index("unit_cost") : names.index("reasons")]
    rows = small_plan.rows.drop(later)  # with its reasons in words
    shutil.rmtree(tmp_path / "w" / "plans" / "rows")
    create_table(tmp_path / "w" / "plans" / "rows", rows.clear(), PLAN)
    append_rows(tmp_path / "w" / "plans" / "rows", rows, PLAN, small_plan.plan_id)
    earlier = Records(tmp_path / "earlier.db")
    earlier.bring_up_to_date("0003")
    with earlier.reading() as connection:
        known = set(sql.inspect(connection).get_table_names())
    earlier.close()
    with sqlite3.connect(tmp_path / "w" / "records.db") as records:
        there = {name for (name,) in records.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")}
        for name in there - known:
            records.execute(f"drop table {name}")
        records.execute("update alembic_version set version_num = '0003'")
    records.close()
    with Workspace.open(tmp_path / "w") as workspace:
        old = workspace.plan()
        assert_frame_equal(old.rows.drop(later), small_plan.rows.drop(later))
        assert old["A"].anatomy == ()
        assert old.levers.height == 0
        assert old.coming.height == 0
        again = replace(small_plan, plan_id=small_plan.plan_id + "-again")
        workspace.save(again)
        kept = workspace.plan(again.plan_id)
        assert_frame_equal(kept.rows, small_plan.rows)
        assert_frame_equal(kept.levers, small_plan.levers)
        assert_frame_equal(kept.coming, small_plan.coming)
        assert workspace.plan(small_plan.plan_id)["A"].anatomy == ()


def test_a_workspace_from_before_causes_were_priced_is_brought_up_to_date(tmp_path, small_plan):
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        workspace.save(small_plan)
    priced = [name for name in row_schema() if name.startswith("anatomy_") and name.endswith("_cost")]
    rows = small_plan.rows.drop(priced)
    shutil.rmtree(tmp_path / "w" / "plans" / "rows")
    create_table(tmp_path / "w" / "plans" / "rows", rows.clear(), PLAN)
    append_rows(tmp_path / "w" / "plans" / "rows", rows, PLAN, small_plan.plan_id)
    with sqlite3.connect(tmp_path / "w" / "records.db") as records:
        records.execute("update alembic_version set version_num = '0008'")
    records.close()
    with Workspace.open(tmp_path / "w") as workspace:
        assert [part.yearly_cost for part in workspace.plan()["A"].anatomy] == 7 * [None]
        again = replace(small_plan, plan_id=small_plan.plan_id + "-again")
        workspace.save(again)
        assert_frame_equal(workspace.plan(again.plan_id).rows, small_plan.rows)

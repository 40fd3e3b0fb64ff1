"""Plans on disk, also those an older version wrote."""

from __future__ import annotations

import polars as pl
from deltalake import DeltaTable

from justenough.archive.facts import append_rows, create_table
from justenough.archive.plans import PLAN, Plans
from justenough.strategy.recommendation import row_schema


def test_a_plan_of_a_version_with_fewer_columns_is_still_read(tmp_path):
    old = pl.DataFrame({"item": ["A"], "decision": ["JIT"]})
    create_table(tmp_path / "rows", old.clear(), PLAN)
    append_rows(tmp_path / "rows", old, PLAN, "old")
    plans = Plans(tmp_path)
    plans.create()
    new = pl.DataFrame({"item": ["B", "A"], "decision": ["lean", "JIC"], "safety_stock": [3.0, 4.0], "reasons": [["x"], ["y", "z"]]})
    plans.append("new", new, pl.DataFrame({"item": ["A"], "reorder_point": [[1.0, 2.0]]}))
    was, now = plans.read("rows", "old"), plans.read("rows", "new")
    assert was.schema == now.schema == pl.Schema(row_schema())
    assert was.select("item", "decision", "safety_stock").rows() == [("A", "JIT", None)]
    assert was["reasons"].to_list() == [[]]
    assert now.select("item", "safety_stock").rows() == [("A", 4.0), ("B", 3.0)]
    assert now["reasons"].to_list() == [["y", "z"], ["x"]]


def test_making_the_tables_again_changes_nothing(tmp_path):
    plans = Plans(tmp_path)
    plans.create()
    plans.create()
    assert [DeltaTable(str(tmp_path / name)).version() for name in ("rows", "curves")] == [0, 0]


def test_unrecorded_plans_are_forgotten(tmp_path):
    plans = Plans(tmp_path)
    plans.create()
    for name in ("kept", "lost"):
        plans.append(name, pl.DataFrame({"item": ["A", "B"]}), pl.DataFrame({"item": ["A"]}))
    assert plans.forget(["kept"]) == 3
    assert plans.read("rows", "kept").height == 2
    assert plans.read("rows", "lost").height == 0

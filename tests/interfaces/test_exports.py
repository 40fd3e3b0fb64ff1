"""Exports: every format reads back, and no spreadsheet runs what an export wrote."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import fastexcel
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.domain.errors import JustenoughError
from justenough.domain.plant import Plant
from justenough.interfaces import exports
from justenough.sources.samples import sample, sample_names
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

HOSTILE = ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "'=1", "''=1"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    """The beginnings OWASP lists for CSV injection: = + - @ tab carriage-return."""
    safe = exports.safe_cells(pl.DataFrame({"item": [cell]}))["item"][0]
    assert safe[0] == "'"


@pytest.mark.parametrize("cell", ["-5", "+4.5", "-1,200.50", "A=1", "plain", "", "it's"])
def test_numbers_and_words_stay(cell: str) -> None:
    assert exports.safe_cells(pl.DataFrame({"item": [cell]}))["item"][0] == cell


@given(st.lists(st.text(alphabet="=+-@\t'a1 ", max_size=6) | st.none(), min_size=1))
def test_raw_cells_undo_safe_cells(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"=head": cells}, schema={"=head": pl.String})
    assert exports.raw_cells(exports.safe_cells(frame)).equals(frame)


def test_csv_reads_back(plan, tmp_path) -> None:
    path = tmp_path / "plan.csv"
    exports.write_plan(plan, path, "csv")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    back = pl.read_csv(io.BytesIO(data), infer_schema_length=None)
    assert sorted(back.columns) == sorted([*plan.rows.columns, "this_week", "order_now", "order_now_value"])
    assert back.columns[-1] == "reasons"
    assert back["item"].to_list() == plan.rows["item"].to_list()
    levels = back["reorder_point"].cast(pl.Float64).to_list()
    assert levels == [one and pytest.approx(one, rel=1e-5) for one in plan.rows["reorder_point"]]
    whole = [one for one in plan.rows["reorder_point"].drop_nulls() if one == round(one)]
    assert set(whole) <= set(levels)


def test_csv_for_a_german_excel_has_short_numbers(plan, tmp_path) -> None:
    path = tmp_path / "plan.csv"
    exports.write_plan(plan, path, "csv", csv=exports.Csv(";", ","))
    back = pl.read_csv(path, separator=";", decimal_comma=True, infer_schema_length=None)
    assert back["item"].to_list() == plan.rows["item"].to_list()
    for name in ("total_cost", "reorder_point", "stated_cycle_service"):
        assert back[name].cast(pl.Float64).to_list() == [one and pytest.approx(one, rel=1e-5) for one in plan.rows[name]]
    longest = max(len(cell) for cell in pl.read_csv(path, separator=";", infer_schema=False)["total_cost"].drop_nulls())
    assert longest <= 9
    with pytest.raises(JustenoughError, match="do not go together"):
        exports.Csv(",", ",")


def test_parquet_is_the_rows_and_says_where_they_come_from(plan, tmp_path) -> None:
    path = tmp_path / "plan.parquet"
    exports.write_plan(plan, path, "parquet")
    names = [name for name in plan.rows.columns if name != "safety_stock"]
    assert pl.read_parquet(path).select(names).equals(plan.rows.select(names))
    assert json.loads(pl.read_parquet_metadata(path)["justenough"])["plan"] == plan.plan_id


def test_excel_opens_with_numbers_as_numbers(plan, tmp_path) -> None:
    path = tmp_path / "plan.xlsx"
    hostile = plan.rows.with_columns(pl.lit("=1+1").alias("description"))
    exports.write_plan(replace(plan, figures=hostile), path, "xlsx")
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["Plan", "Levers", "Coming", "Notes"]
    sheet = book.load_sheet("Plan").to_polars()
    assert sheet.height == len(plan)
    assert sheet["reorder point [units]"].to_list() == [value and pytest.approx(value) for value in plan.rows["reorder_point"]]
    assert book.load_sheet("Levers").to_polars()["saved cost [EUR/year]"].to_list() == pytest.approx(plan.levers["saved_cost"].to_list())
    coming = book.load_sheet("Coming").to_polars()
    assert coming["reorder point [units]"].to_list() == pytest.approx(plan.coming["reorder_point"].to_list())
    assert [str(day)[:10] for day in coming["start"]] == [str(day) for day in plan.coming["start"]]
    assert {"unit cost [EUR/unit]", "holding rate [1/year]", "reserve for lead time [units]", "cost of lead time [EUR/year]"} <= set(
        sheet.columns
    )
    assert set(sheet["description"]) == {"=1+1"}  # text, not 2
    notes = dict(book.load_sheet("Notes", header_row=None).to_polars().iter_rows())
    assert notes["plan"] == plan.plan_id
    assert "setting holding_rate" in notes


def _slow_movers(n: int, seed: int) -> Plant:
    """Items of which anything from next to nothing to some units are wanted in a lead time."""
    rng, first = np.random.default_rng(seed), date(2025, 1, 6)
    codes = [f"R{at:03}" for at in range(n)]
    items = pl.DataFrame(
        {
            "item": codes,
            "unit_cost": rng.uniform(1.0, 500.0, n),
            "lead_time_days": rng.integers(1, 40, n).astype(float),
            "target_cycle_service": rng.uniform(0.8, 0.995, n),
        }
    )
    days = [
        (code, first + timedelta(days=int(day)), float(rng.integers(1, 4)))
        for code in codes
        for day in rng.integers(0, 400, rng.integers(3, 30))
    ]
    demand = pl.DataFrame(days, schema=["item", "date", "quantity"], orient="row")
    return Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="week", returns="undo_demand")


@pytest.mark.parametrize("name", [*sample_names(), "random"])
def test_no_safety_stock_leaves_that_is_more_than_its_reorder_point(name: str, tmp_path) -> None:
    """A system that adds expected demand to a safety stock refuses one above the reorder point: demand is never below nothing."""
    plant = _slow_movers(200, 7) if name == "random" else sample(name)
    plan = recommend(plant, Settings(holding_rate=0.2, ordering_cost=20.0, target_cycle_service=0.95))
    exports.write_plan(plan, tmp_path / "plan.csv", "csv")
    levels = pl.read_csv(tmp_path / "plan.csv", infer_schema_length=None).select("safety_stock", "reorder_point").drop_nulls()
    assert (levels["safety_stock"] <= levels["reorder_point"]).all()
    inside = plan.rows.select("item", "safety_stock", "reorder_point").drop_nulls()
    assert levels.height == inside.height >= 5
    over = inside.filter(pl.col("safety_stock") > pl.col("reorder_point"))
    assert (over["safety_stock"] - over["reorder_point"]).max() is None or (over["safety_stock"] - over["reorder_point"]).max() <= 1.0
    if name in ("random", "bearings"):
        assert over.height, "the case there is to be tested for"

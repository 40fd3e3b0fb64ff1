"""Workbook: opened by another library, heads stay in sight, numbers are numbers and words are words."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime

import fastexcel
import polars as pl

from justenough.interfaces.workbook import write_workbook

ROWS = pl.DataFrame({"item": ["=1+1", "B"], "reorder_point": [5.0, None], "decided": [datetime(2026, 3, 1, 9, 30, tzinfo=UTC)] * 2})


def test_it_opens_well(tmp_path):
    path = tmp_path / "levels.xlsx"
    write_workbook(path, (("Levels", ROWS),), {"taken by": "Ana"}, "EUR")
    book = fastexcel.read_excel(path)
    assert book.sheet_names == ["Levels", "Notes"]
    sheet = book.load_sheet("Levels").to_polars()
    assert sheet.columns == ["item", "reorder point [units]", "decided"]
    assert sheet["item"].to_list() == ["=1+1", "B"]
    assert sheet["decided"][0] == datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001  a workbook knows no zones
    inside = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in inside
    assert "<f>" not in inside, "a formula"


def test_another_system_reads_its_own_heads(tmp_path):
    path = tmp_path / "levels.xlsx"
    write_workbook(path, (("Levels", ROWS.rename({"reorder_point": "Melde_bestand"})),), {}, "", exact=True)
    assert fastexcel.read_excel(path).load_sheet("Levels").to_polars().columns == ["item", "Melde_bestand", "decided"]


def test_numbers_are_written_for_people(tmp_path):
    """Whole levels without a point, services in percent, money whole."""
    rows = pl.DataFrame({
        "item": ["A", "B"], "reorder_point": [1250.0, None], "order_quantity": [34.5, 2.0], "stated_cycle_service": [0.9876, None],
        "mean_stock_value": [1234.5, 0.0], "lead_time_days": [7.25, 3.0], "demand_per_day": [1.5, 2.0], "on_hand": [3, 4],
    })  # fmt: skip
    path = tmp_path / "plan.xlsx"
    write_workbook(path, (("Plan", rows),), {}, "EUR")
    inside = {name: zipfile.ZipFile(path).read(name).decode() for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml")}
    forms = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', inside["xl/styles.xml"])) | {
        "3": "#,##0",
        "4": "#,##0.00",
        "10": "0.00%",
    }
    of_style = re.findall(r'numFmtId="(\d+)"', inside["xl/styles.xml"].partition("<cellXfs")[2].partition("</cellXfs>")[0])
    styles = re.findall(r'<c r="([A-H])2" s="(\d+)"', inside["xl/worksheets/sheet1.xml"])
    assert {column: forms[of_style[int(style)]] for column, style in styles} == {
        "B": "#,##0", "C": "#,##0.00", "D": "0.00%", "E": "#,##0", "F": "#,##0.0", "G": "#,##0.00", "H": "#,##0",
    }  # fmt: skip
    assert fastexcel.read_excel(path).load_sheet("Plan").to_polars().columns == [
        "item", "reorder point [units]", "order quantity [units]", "stated cycle service", "mean stock value [EUR]", "lead time [days]",
        "demand [units/day]", "on hand [units]",
    ]  # fmt: skip

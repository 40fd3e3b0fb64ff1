"""Workbook: opened by another library, heads stay in sight, numbers are numbers and words are words."""

from __future__ import annotations

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

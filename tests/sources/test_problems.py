"""A raw row kept as JSON comes back as it was; long values are shown cut."""

from __future__ import annotations

import json

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.sources.problems import PROBLEM, problems_at, raw_json, shown

RAW = pl.DataFrame({"item": ["A", "B"], "note": ["x", None], "big": ["y" * 2000, "z"], FILE: ["f.csv", "f.csv"], ROW: [2, 3]})


def test_raw_rows_keep_their_blanks_and_lose_only_what_is_too_long():
    rows = raw_json(RAW, RAW.select(FILE, ROW), most=1500)
    assert rows["row"].to_list() == [2, 3]
    assert json.loads(rows["raw"][1]) == {"item": "B", "note": None, "big": "z"}
    assert len(json.loads(rows["raw"][0])["big"]) == 1000


def test_found_is_quoted_and_cut():
    assert RAW.select(shown(pl.col("note"))).to_series().to_list() == ["'x'", "nothing"]
    assert RAW.select(shown(pl.col("big"))).to_series()[0] == f"'{'y' * 60}'... (2000 characters)"


def test_problem_rows_have_the_columns_of_the_quarantine():
    rows = problems_at("items", RAW, pl.col("item"), "note", shown(pl.col("note")), "text", "Fill it in.")
    assert dict(rows.schema) == PROBLEM
    assert rows.height == 2

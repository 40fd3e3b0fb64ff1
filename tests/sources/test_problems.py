"""A raw row kept as JSON comes back as it was; long values are shown cut."""

from __future__ import annotations

import json

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.sources.problems import MOST_COMPLAINTS, PROBLEM, failed, problems_at, raw_json, shown

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


def test_a_file_that_failed_says_how_much_is_wrong_and_keeps_the_first_of_it():
    rows = problems_at("items", RAW, pl.col("item"), "note", shown(pl.col("note")), "text", "Fill it in.")
    found = failed(pl.concat([rows] * MOST_COMPLAINTS), "Try again.")
    assert len(found.complaints) == MOST_COMPLAINTS
    assert str(found).startswith(f"{2 * MOST_COMPLAINTS:,} problems in at least 1 file; nothing was imported.")
    assert str(found).endswith(f"... and {MOST_COMPLAINTS:,} more.\nTry again.")

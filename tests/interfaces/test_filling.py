"""Filling: the command says min and max, what they cost, and writes them down."""

import json

import polars as pl


def test_words_and_table_say_min_and_max(demo, run):
    result = run("minmax", "-w", demo, "--top", 3)
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "When a review finds on hand + on order at or below min, order up to max." in said
    assert "with the plan's lots" in said


def test_file_and_json_hold_every_item(demo, run, tmp_path):
    told = json.loads(run("minmax", "-w", demo, "--out", tmp_path / "levels.csv", "--json").output)
    written = pl.read_csv(tmp_path / "levels.csv")
    assert written.height == len(told) > 10
    assert written["item"].to_list() == [one["item"] for one in told]
    assert all(one["order_up_to"] > one["reorder_point"] for one in told)

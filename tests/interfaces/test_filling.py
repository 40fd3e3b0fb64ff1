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


def test_a_comma_is_the_decimal_sign_of_a_file_that_asks_for_it(demo, run, tmp_path):
    run("minmax", "-w", demo, "--out", tmp_path / "levels.csv", "--decimal", ",")
    text = (tmp_path / "levels.csv").read_text("utf-8-sig")
    assert text.startswith("item;reorder_point;")
    written = pl.read_csv(tmp_path / "levels.csv", separator=";", decimal_comma=True)
    assert written["cost_a_year"].dtype == pl.Float64
    digits = [cell.replace(",", "").lstrip("-0") for line in text.splitlines()[1:] for cell in line.split(";")[4:]]
    assert max(len(one) for one in digits if one.isdigit()) <= 8  # six, or one behind the comma from 100,000 on

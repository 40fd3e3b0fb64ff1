"""Printing: tables of 100 columns, words as look.md has them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from rich.console import Console

from justenough.interfaces import printing


def _lines(table, width: int = 100) -> list[str]:
    console = Console(width=width, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def test_a_plan_fits_and_keeps_its_words_whole(plan) -> None:
    lines = _lines(printing.plan_table(plan, 60))
    assert max(map(len, lines)) <= 100
    for row in printing.biggest(plan.rows, 60).iter_rows(named=True):
        assert any(row["item"] in line for line in lines)
    assert any("just-in-case" in line for line in lines)


def test_a_long_item_code_folds_and_names_with_brackets_stay(plan) -> None:
    long = "[bold]" + "X" * 60
    rows = plan.rows.with_columns(pl.lit(long).alias("item")).head(1)
    lines = _lines(printing.plan_table(replace(plan, figures=rows), 1))
    assert max(map(len, lines)) <= 100
    assert sum(line.count("X") for line in lines) == 60
    assert "[bold]" in "".join(lines)


def test_the_biggest_moves_come_first_and_undecided_ones_never(plan) -> None:
    rows = printing.biggest(plan.rows, 10)
    moved = rows["change_value"].abs().fill_null(0).to_list()
    assert moved == sorted(moved, reverse=True)
    assert "cannot_decide" not in rows["decision"].to_list()


def test_an_item_is_explained_once(plan) -> None:
    lines = printing.explained(plan["BRG-6204"])
    assert lines[0].startswith("BRG-6204  ")
    assert sum("Hold " in line for line in lines) == 1
    assert "Why" in lines
    assert "Beside it on the curve" in lines


def test_a_diff_fits(plan) -> None:
    moved = plan.rows.with_columns(pl.col("reorder_point") + 1)
    change = replace(plan, figures=moved).diff(plan)
    lines = _lines(printing.diff_table(change, "EUR", 100))
    assert max(map(len, lines)) <= 100
    assert sum("changed" in line for line in lines) == change.rows.height


def test_what_is_in_stock_and_what_it_asks_for_stand_where_todays_level_stood(plan) -> None:
    rows = plan.rows.filter(pl.col("item") == "BRG-6204")
    point, lot = rows["reorder_point"][0], rows["order_quantity"][0]
    short = replace(plan, figures=rows.with_columns(on_hand=pl.lit(point), on_order=pl.lit(0.0)))
    *_, head, _, _, line = [one for one in _lines(printing.plan_table(short, 1, 100), 100) if one.strip()]
    assert "in stock" in head
    assert "level today" not in head
    assert line.split()[5:7] == [f"{point:,.0f}", f"{lot:,.0f}"], "stock, and what to order now"
    nobody = replace(plan, figures=rows.with_columns(on_hand=pl.lit(None, pl.Float64)))
    said = " ".join(_lines(printing.plan_table(nobody, 1, 100), 100))
    assert "level today" in said
    assert "in stock" not in said

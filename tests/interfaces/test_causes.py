"""Causes: an item's own row is named before the hundreds of rows that only wait for it."""

from __future__ import annotations

import polars as pl

from justenough.interfaces.causes import grouped


def test_rows_that_wait_for_an_item_come_last_and_name_it() -> None:
    waiting = [
        ("demand", "use.csv", row, f"P{row % 2}", "item", f"'P{row % 2}'", "an item of items.csv", "Add it.") for row in range(2, 12)
    ]
    own = [("items", "items.csv", 14 + n, f"P{n}", "unit_cost", "'x'", "a number", "Mend it.") for n in range(2)]
    names = ("table", "file", "row", "item", "column", "found", "expected", "remedy")
    said = [str(group) for group in grouped(pl.DataFrame(waiting + own, schema=list(names), orient="row"))]
    assert said[0].startswith("items.csv, 2 rows (14, 15): unit_cost: found 'x'; expected a number.")
    assert said[1].startswith("use.csv: 10 rows of 2 items (P0, P1) only wait for items.csv rows 14, 15: correct that first.")


def test_a_row_of_no_item_is_told_by_its_place_alone() -> None:
    names = ("table", "file", "row", "item", "column", "found", "expected", "remedy")
    row = ("machines", "machines.csv", 3, "", "ideal_cycle_seconds", "'-5'", "a number > 0", "Mend it.")
    (group,) = grouped(pl.DataFrame([row], schema=list(names), orient="row"))
    assert str(group).startswith("machines.csv row 3: ideal_cycle_seconds: found '-5'")

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.domain.checks import FILE, ROW, check, typed, untyped
from justenough.domain.schema import TABLES

DAY = dt.date(2026, 1, 5)


def rows(table, **columns):
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame(columns | {FILE: [f"{table}.csv"] * height, ROW: list(range(2, height + 2))}, strict=False)
    return typed(TABLES[table], frame)


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "", None]), st.one_of(st.none(), st.floats(-3, 3))), max_size=12))
def test_rows_in_are_rows_accepted_and_rows_quarantined(given):
    frame = pl.DataFrame(
        {"item": [i for i, _ in given], "unit_cost": [c for _, c in given], FILE: ["f"] * len(given), ROW: list(range(len(given)))},
        schema={"item": pl.String, "unit_cost": pl.Float64, FILE: pl.String, ROW: pl.Int64},
    )
    checked = check(TABLES["items"], frame)
    assert checked.accepted.height + checked.quarantined.height == frame.height
    assert set(checked.quarantined[ROW]) == {complaint.row for complaint in checked.complaints}
    assert not checked.accepted["item"].is_duplicated().any()


@pytest.mark.parametrize(
    ("table", "columns", "column", "found", "expected"),
    [
        ("items", {"item": ["A"], "unit_cost": [-1.0]}, "unit_cost", "'-1'", "a number >= 0 [money/unit]"),
        ("items", {"item": ["A"], "holding_rate": [0.0]}, "holding_rate", "'0'", "a number > 0 <= 5 [1/year]"),
        ("items", {"item": ["A"], "target_fill_rate": [1.0]}, "target_fill_rate", "'1'", "a number > 0 <= 0.99999 [fraction]"),
        ("items", {"item": ["A"], "lead_time_days": [float("nan")]}, "lead_time_days", "'nan'", "a number >= 0 [days]"),
        ("items", {"item": ["A"], "lead_time_days": [float("inf")]}, "lead_time_days", "'inf'", "a number >= 0 [days]"),
        ("items", {"item": ["A"], "source": ["stolen"]}, "source", "'stolen'", "one of buy, make"),
        ("items", {"item": ["  "]}, "item", "'  '", "text"),
        ("demand", {"item": ["A"], "date": [None], "quantity": [1.0]}, "date", "nothing", "a date"),
        (
            "receipts",
            {"order": ["1"], "item": ["A"], "ordered": [DAY], "received": [DAY - dt.timedelta(7)]},
            "received",
            "'2025-12-29'",
            "received on or after ordered",
        ),
    ],
)
def test_what_a_row_may_not_hold(table, columns, column, found, expected):
    checked = check(TABLES[table], rows(table, **columns))
    (complaint,) = checked.complaints
    assert (complaint.column, complaint.found, complaint.expected) == (column, found, expected)
    assert complaint.remedy
    assert checked.accepted.height == 0


def test_an_empty_quantity_is_a_period_nobody_recorded_not_a_fault():
    checked = check(TABLES["demand"], rows("demand", item=["A"], date=[DAY], quantity=[None]))
    assert checked.accepted.height == 1


def test_of_two_rows_with_one_key_the_first_is_kept_and_the_second_named():
    checked = check(TABLES["items"], rows("items", item=["A", "B", "A"], unit_cost=[1.0, 2.0, 3.0]))
    assert checked.accepted["unit_cost"].to_list() == [1.0, 2.0]
    (complaint,) = checked.complaints
    assert (complaint.row, complaint.expected) == (4, "no second row with the same item")


def test_a_faulty_first_row_does_not_take_the_place_of_a_good_second():
    checked = check(TABLES["items"], rows("items", item=["A", "A"], unit_cost=[-1.0, 3.0]))
    assert checked.accepted["unit_cost"].to_list() == [3.0]


def test_a_very_long_cell_is_shown_by_its_first_signs_and_its_length():
    checked = check(TABLES["items"], rows("items", item=["A"], source=["x" * 10_000_000]))
    assert checked.complaints[0].found.endswith("... (10,000,000 characters)")
    assert len(checked.complaints[0].found) < 100


def test_every_column_that_cannot_be_cast_is_named_with_its_first_bad_row():
    costs = ["1.5", None, *["2"] * 40, "1,5", "3,5"]
    items = pl.DataFrame({"item": [f"I{k}" for k in range(44)], "unit_cost": costs, "last_reviewed": [None, *["5.1.2026"] * 43]})
    found = untyped(TABLES["items"], items)
    assert [(each.row, each.item, each.column, each.found) for each in found] == [
        (43, "I42", "unit_cost", "'1,5'"),
        (2, "I1", "last_reviewed", "'5.1.2026'"),
    ]
    assert "str.to_date" in found[1].remedy
    assert untyped(TABLES["items"], items.head(2).drop("last_reviewed")) == []


def test_an_empty_frame_is_nothing_in_nothing_out():
    checked = check(TABLES["items"], rows("items", item=["A"]).head(0))
    assert (checked.accepted.height, checked.quarantined.height, checked.complaints) == (0, 0, ())


def test_more_good_or_reworked_parts_than_there_are_is_refused():
    made = rows("counts", machine=["M"] * 4, total=[10.0] * 4, good=[11.0, 8.0, 8.0, None], rework=[0.0, 3.0, 2.0, 11.0])
    checked = check(TABLES["counts"], made)
    assert checked.accepted["rework"].to_list() == [2.0]
    assert [(one.row, one.column, one.found) for one in checked.complaints] == [
        (2, "good", "'11'"),
        (5, "rework", "'11'"),
        (3, "rework", "'3'"),
    ]

"""Stock in hand and on order against an item's levels: what a planner does by hand, item by item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.strategy.in_hand import (
    MADE_HERE,
    NO_LEVELS,
    NO_QUANTITY,
    NO_STOCK,
    NOTHING,
    ORDER,
    STOP,
    on_order_of,
    orders_of,
    this_week,
    week_of,
    week_of_one,
    with_orders,
)
from justenough.strategy.recommendation import Recommendation

LEVELS = {
    "decision": "lean", "reorder_point": 100.0, "order_quantity": 40.0, "order_up_to": 140.0, "demand_per_day": 10.0, "unit_cost": 2.0,
}  # fmt: skip


def rows(**columns):
    n = max(len(values) for values in columns.values())
    frame = {name: [value] * n for name, value in LEVELS.items()} | {"on_order": [None] * n} | columns
    return pl.DataFrame(frame, schema_overrides={"on_order": pl.Float64, "on_hand": pl.Float64})


@pytest.mark.parametrize("held", [-30.0, 0.0, 59.0, 60.0, 61.0, 99.0, 100.0])
def test_orders_bring_the_position_above_the_reorder_point_and_no_further(held):
    found = this_week(rows(on_hand=[held])).row(0, named=True)
    ordered = 0.0
    while held + ordered <= 100.0:  # one order after another, as the policy says
        ordered += 40.0
    assert (found["week"], found["week_units"]) == (ORDER, ordered)


def test_what_is_on_order_counts_and_what_lies_above_waits():
    found = this_week(rows(on_hand=[60.0, 60.0, 140.0, 141.0, None], on_order=[None, 80.0, None, None, 9.0]))
    assert found["week"].to_list() == [ORDER, NOTHING, NOTHING, STOP, None]
    assert found["week_days"].to_list() == [None, None, None, 4.1, None]


def test_what_nobody_wants_is_not_ordered():
    found = this_week(
        rows(on_hand=[50.0, 0.0]).with_columns(decision=pl.lit("ended"), reorder_point=0.0, order_up_to=0.0, order_quantity=0.0)
    )
    assert found["week"].to_list() == [STOP, NOTHING]
    assert found["week_units"].to_list() == [None, None]


def test_all_items_together():
    week = week_of(rows(on_hand=[60.0, 150.0, 120.0, None]))
    assert (week.n_known, week.n_order, week.n_stop) == (3, 1, 1)
    assert (week.stock_value, week.above_value, week.order_value) == (660.0, 20.0, 160.0)  # two orders of 40 at 2


def test_what_leaves_says_nothing_to_order_and_nobody_knows_apart():
    told = with_orders(
        rows(
            on_hand=[60.0, 120.0, 150.0, None, 60.0, 60.0],
            on_order=[None, None, None, None, float("nan"), None],
            reorder_point=[*[100.0] * 5, None],
        )
    )
    assert told["this_week"].to_list() == [ORDER, NOTHING, STOP, NO_STOCK, NO_QUANTITY, NO_LEVELS]
    assert told["order_now"].to_list() == [80.0, 0.0, 0.0, None, None, None]
    assert told["order_now_value"].to_list() == [160.0, 0.0, 0.0, None, None, None]


def test_orders_stand_by_supplier_and_money():
    held = [60.0, 60.0, 20.0, 120.0, 60.0, 60.0]
    suppliers, bases = pl.Series(["Z", "A", "A", "A", None, None]), pl.Series(["planned"] * 5 + ["machines"])
    named = rows(on_hand=held, item=list("abcdef"), description=[""] * 6).with_columns(supplier=suppliers, lead_time_basis=bases)
    due = orders_of(named)
    expected = [("A", "c", 120.0), ("A", "b", 80.0), ("Z", "a", 80.0), (MADE_HERE, "f", 80.0), (None, "e", 80.0)]
    assert due.select("supplier", "item", "order_now").rows() == expected
    assert due["order_now_value"].sum() == week_of(named).order_value


def test_one_item_is_told_as_in_the_plan():
    one = Recommendation(item="A", **{**LEVELS, "on_hand": 60.0, "on_order": 20.0})
    assert (week_of_one(one).word, week_of_one(one).units) == (ORDER, 40.0)
    assert week_of_one(replace(one, on_hand=None)).word == ""


def test_open_orders_of_each_item():
    plant = Plant.from_frames(
        items=pl.DataFrame({"item": ["A", "B", "C"]}),
        receipts=pl.DataFrame(
            {
                "order": ["1", "2", "3", "4"],
                "item": ["A", "A", "A", "C"],
                "ordered": ["2026-01-01"] * 4,
                "received": ["2026-01-09", None, None, None],
                "quantity_ordered": [10.0, 10.0, 5.0, None],
                "quantity_received": [10.0, 4.0, None, None],
            }
        ).with_columns(pl.col("ordered", "received").str.to_date()),
        currency="EUR",
        demand_period="day",
    )
    due = on_order_of(plant)
    assert due.to_list()[:2] == [11.0, 0.0]
    assert np.isnan(due[2]), "of C nobody says how much"
    assert on_order_of(replace(plant, tables={**plant.tables, "receipts": plant.tables["receipts"].clear()})).to_list() == [None] * 3


def test_an_open_order_of_unknown_size_asks_for_nothing():
    """5 in stock, reorder point 10: an order is due, unless one of unknown size is on its way."""
    row = {"decision": "lean", "on_hand": 5.0, "reorder_point": 10.0, "order_quantity": 20.0, "order_up_to": 30.0, "demand_per_day": 1.0}
    rows = pl.DataFrame([{**row, "on_order": None}, {**row, "on_order": np.nan}, {**row, "on_order": 0.0}])
    assert this_week(rows)["week"].to_list() == [ORDER, None, ORDER]

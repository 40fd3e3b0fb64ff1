"""Rests of order lines: on order where rests come, and not where lines are settled short."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import justenough as je
from justenough.domain.plant import Plant
from justenough.estimation.forgotten import expected
from justenough.estimation.remainders import remainders
from justenough.strategy.in_hand import on_order_of

LAST = dt.date(2026, 6, 30)


def plant_of(*, parted, settled, waits=3, supplier="S", extra=()):
    """
    So many lines of S whose rest came 5 days after the first part, so many settled short long ago, and one of 12 half of which came.

    Item A of supplier ``supplier`` had 6 of 12 units ``waits`` days ago.
    """
    rows = []
    for at in range(parted):
        first = LAST - dt.timedelta(days=100 + at)
        for received in (first, first + dt.timedelta(days=5)):
            rows.append((f"done{at}", "1", "B", "S", first - dt.timedelta(days=20), None, received, 10.0, 5.0))
    for at in range(settled):
        day = LAST - dt.timedelta(days=200 + at)
        rows.append((f"short{at}", "1", "B", "S", day - dt.timedelta(days=20), None, day, 10.0, 4.0))
    day = LAST - dt.timedelta(days=waits)
    rows.append(("open", "1", "A", supplier, day - dt.timedelta(days=20), LAST, day, 12.0, 6.0))
    rows.append(("last", "1", "B", "S", LAST, None, None, 7.0, None))
    rows += extra
    names = ["order", "order_line", "item", "supplier", "ordered", "promised", "received", "quantity_ordered", "quantity_received"]
    receipts = pl.DataFrame(rows, schema=names, schema_overrides={"promised": pl.Date, "received": pl.Date}, orient="row")
    return Plant.from_frames(items=pl.DataFrame({"item": ["A", "B"]}), receipts=receipts, currency="EUR", demand_period="week")


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ({"parted": 10, "settled": 0}, 6.0),
        ({"parted": 10, "settled": 10}, 6.0),
        ({"parted": 10, "settled": 11}, 0.0),  # most rests never came
        ({"parted": 9, "settled": 0}, 0.0),  # too few to tell
        ({"parted": 10, "settled": 0, "waits": 10}, 6.0),
        ({"parted": 10, "settled": 0, "waits": 11}, 0.0),  # more than twice as long as any rest took
        ({"parted": 10, "settled": 0, "supplier": "T"}, 6.0),  # by the plant's lines
    ],
)
def test_half_a_line_is_on_order_where_rests_come(said, units):
    """A planner's ledger from Business Central: 3 of 78 items on order lacked the rest, and `orders` asked for it again."""
    plant = plant_of(**said)
    assert on_order_of(plant).to_list() == [units, 7.0]
    rest = remainders(plant)
    assert rest.columns == plant.receipts.columns
    assert rest.select("order", "item", "promised", "received", "quantity_ordered", "quantity_received").rows() == (
        [("open", "A", LAST, None, 12.0, 6.0)] if units else []
    )
    assert expected(plant).columns == plant.receipts.columns


def test_a_line_that_names_its_rest_as_an_open_row_counts_it_once():
    row = ("open", "1", "A", "S", LAST - dt.timedelta(days=23), LAST, None, 6.0, None)
    assert on_order_of(plant_of(parted=10, settled=0, extra=[row])).to_list() == [6.0, 7.0]


@pytest.mark.parametrize("sample", ["bearings", "brackets", "deliveries"])
def test_the_samples_keep_what_they_have_on_order(sample):
    """Their rests are settled short, or there are none."""
    assert remainders(je.sample(sample)).is_empty()

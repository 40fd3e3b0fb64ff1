"""Lanes: who sends what, and what is said of nobody."""

import datetime as dt

import polars as pl

from justenough.domain.plant import Plant
from justenough.estimation.lanes import lanes_of, supplier_names

DAY = dt.date(2026, 1, 1)


def plant(suppliers=None):
    items = pl.DataFrame({"item": ["A", "B", "C", "D"], "supplier": ["S", None, None, "T"]})
    receipts = pl.DataFrame(
        {
            "order": ["1", "2", "3"],
            "item": ["B", "B", "A"],
            "supplier": ["S", "U", "T"],
            "ordered": [DAY, DAY + dt.timedelta(days=3), DAY],
        }
    )
    tables = {} if suppliers is None else {"suppliers": pl.DataFrame(suppliers)}
    return Plant.from_frames(items=items, receipts=receipts, currency="EUR", demand_period="day", **tables)


def test_the_items_table_speaks_first_then_the_latest_order():
    assert supplier_names(plant()).to_list() == ["S", "U", None, "T"]


def test_lanes_are_country_and_mode():
    found = lanes_of(plant({"supplier": ["S", "T"], "country": ["CN", "CN"], "mode": ["sea", "air"]}))
    assert found.names == ["S", "T", "U"]
    assert found.supplier.tolist() == [0, 2, -1, 1]
    assert len(set(found.lane[:3].tolist())) == 3
    together = lanes_of(plant({"supplier": ["S", "T"], "country": ["CN", "CN"], "mode": ["sea", "sea"]}))
    assert together.lane[0] == together.lane[1] != together.lane[2]


def test_without_a_suppliers_table_all_share_one_lane():
    assert set(lanes_of(plant()).lane.tolist()) == {0}
    empty = Plant.from_frames(items=pl.DataFrame({"item": ["A"]}), currency="EUR", demand_period="day")
    assert (lanes_of(empty).supplier.tolist(), lanes_of(empty).lane.tolist()) == ([-1], [0])

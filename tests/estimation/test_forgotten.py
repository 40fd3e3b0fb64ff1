"""Forgotten: open lines against how long orders took, by a supplier's own receipts or the plant's."""

import datetime as dt

import polars as pl
import pytest

import justenough as je
from justenough.domain.plant import Plant
from justenough.estimation.forgotten import expected, forgotten, open_lines

LAST = dt.date(2026, 6, 30)


def plant_of(waiting, took=(20,) * 12, supplier="S"):
    """
    Orders of one supplier that took so many days, and open ones of item A: (days open, days since it was promised, units).

    The last order came on the last day of the record.
    """
    rows = [("done", "A", supplier, LAST - dt.timedelta(days=days), None, LAST, 10.0) for days in took]
    for age, late, units in waiting:
        promised = None if late is None else LAST - dt.timedelta(days=late)
        rows.append(("open", "A", supplier, LAST - dt.timedelta(days=age), promised, None, units))
    names = ["order", "item", "supplier", "ordered", "promised", "received", "quantity_ordered"]
    kinds = {"promised": pl.Date, "received": pl.Date, "quantity_ordered": pl.Float64}
    return Plant.from_frames(
        items=pl.DataFrame({"item": ["A", "B"], "supplier": ["S", "S"], "on_hand": [0.0, 0.0]}),
        receipts=pl.DataFrame(rows, schema=names, schema_overrides=kinds, orient="row"), currency="EUR", demand_period="week",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("age", "late", "gone"),
    [(40, 20, False), (41, 21, True), (41, -10, False), (41, None, True), (700, 690, True), (5, None, False)],
)
def test_a_line_is_given_up_after_twice_the_longest_and_past_its_promise(age, late, gone):
    plant = plant_of([(age, late, 75.0)])
    assert open_lines(plant)["forgotten"].to_list() == [gone]
    assert expected(plant).height == (0 if gone else 1)
    assert expected(plant).columns == plant.receipts.columns
    told = [{"item": "A", "lines": 1, "units": 75.0, "age_days": age, "longest_days": 20}] if gone else []
    assert forgotten(plant).to_dicts() == told


def test_few_receipts_of_a_supplier_give_way_to_the_plants_and_without_any_nothing_is_given_up():
    slow = plant_of([(90, 70, 1.0)], took=(20,) * 9)
    assert not open_lines(slow)["forgotten"].any()  # nine lines in all tell nothing
    others = [("other", "B", "T", LAST - dt.timedelta(days=50), None, LAST, 1.0)]
    rows = pl.concat([slow.receipts, pl.DataFrame(others, schema=["order", "item", "supplier", "ordered", "promised", "received",
                      "quantity_ordered"], schema_overrides={"promised": pl.Date}, orient="row")], how="diagonal_relaxed")  # fmt: skip
    both = Plant.of(slow.terms, {**slow.tables, "receipts": rows})
    assert open_lines(both).select("longest_days", "forgotten").rows() == [(50, False)]
    assert open_lines(plant_of([(400, 380, 1.0)], took=()))["forgotten"].to_list() == [False]


def test_a_line_that_was_planned_to_take_long_is_waited_for():
    """From overseas, never received yet: planned for 90 days where the plant's orders took 20."""
    plant = plant_of([(150, None, 1.0), (181, None, 1.0)])
    planned = Plant.of(plant.terms, {**plant.tables, "items": plant.items.with_columns(lead_time_days=pl.lit(90.0))})
    assert dict(open_lines(planned).select("age_days", "forgotten").rows()) == {150: False, 181: True}


def test_what_does_not_say_how_much_is_told_without_units():
    plant = plant_of([(300, 280, None), (200, 180, 5.0)])
    assert forgotten(plant).to_dicts() == [{"item": "A", "lines": 2, "units": None, "age_days": 200, "longest_days": 20}]


@pytest.mark.parametrize("sample", ["bearings", "brackets"])
def test_no_order_of_the_samples_is_given_up(sample):
    plant = je.sample(sample)
    assert open_lines(plant).height > 0
    assert not forgotten(plant).height


def test_an_order_nobody_expects_does_not_stop_the_next():
    """Nothing in stock and an order open for two years: ten a week are wanted, and the plan orders now and says why."""
    plant = plant_of([(730, 700, 75.0)])
    weeks = [LAST - dt.timedelta(days=7 * at) for at in range(104)]
    demand = pl.DataFrame({"item": ["A"] * 104, "date": weeks, "quantity": [9.0 + at % 3 for at in range(104)]})
    items = pl.DataFrame({"item": ["A"], "supplier": ["S"], "unit_cost": [2.0], "on_hand": [0.0], "holding_rate": [0.2],
                          "target_cycle_service": [0.95]})  # fmt: skip
    found = je.recommend(Plant.from_frames(items=items, demand=demand, receipts=plant.receipts, currency="EUR", demand_period="week"))["A"]
    assert found.on_order == 0.0
    said = "Not counted on: 75 in 1 open line, ordered 730 days ago or more; no order of its supplier took more than 20."
    assert f"{said} Close what will not come, or chase it." in found.reasons

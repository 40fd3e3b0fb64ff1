"""Changes of lead times: a slower supplier, and one that no longer delivers at all, are found; steady ones are not."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.changes import Since, changes_of
from justenough.estimation.order_changes import order_changes

FIRST, CUT, END = date(2024, 1, 1), 400, 700


def plant_of(lead_days, suppliers, *, seed=0, items_each=4, every=14, lasts=END):
    """Each item orders every ``every`` days; ``lead_days(supplier, day, rng)`` is how long an order takes."""
    rng = np.random.default_rng(seed)
    items, receipts = [], []
    for supplier in suppliers:
        for k in range(items_each):
            item = f"{supplier}-{k}"
            items.append((item, supplier, 5.0 + 10.0 * k))
            for n, day in enumerate(range(3 * k, lasts, every)):
                took = round(max(lead_days(supplier, day, rng) * (0.5 + k), 1.0))
                came = FIRST + timedelta(days=day + took) if day + took <= lasts else None
                receipts.append((f"{item}/{n}", item, supplier, FIRST + timedelta(days=day), came))
    frame = pl.DataFrame(items, schema=["item", "supplier", "lead_time_days"], orient="row").with_columns(unit_cost=1.0)
    orders = pl.DataFrame(receipts, schema=["order", "item", "supplier", "ordered", "received"], orient="row", infer_schema_length=None)
    return Plant.from_frames(items=frame, receipts=orders, currency="EUR", demand_period="day")


def changed_in(plant, since=CUT, chance=0.01):
    day = FIRST + timedelta(days=since)
    return {name: (rows, counts) for name, rows, counts in order_changes(plant, Since.of(plant, day), chance)}


def test_a_slower_supplier_is_found_and_the_steady_one_is_not():
    found = changed_in(plant_of(lambda s, day, rng: rng.gamma(25.0, (0.8 if s == "SLOW" and day >= CUT + 50 else 0.4)), ["SLOW", "SAME"]))
    rows, counts = found["supplier_lead_time"]
    assert rows["subject"].to_list() == ["SLOW"]
    assert rows["direction"].to_list() == ["higher"]
    assert abs((rows["changed_on"][0] - FIRST).days - (CUT + 50)) <= 30
    assert rows["found"][0] > 1.6 * rows["assumed"][0]
    assert (counts > 0).all()


def test_a_supplier_that_stopped_delivering_is_found_while_nothing_has_come():
    """Orders of its last 100 days never came; that they wait is all there is to see, and it is enough."""
    stopped = plant_of(lambda s, day, rng: 900.0 if s == "STOP" and day >= 600 else rng.gamma(25.0, 0.4), ["STOP", "SAME"])
    rows, _ = changed_in(stopped)["supplier_lead_time"]
    assert rows["subject"].to_list() == ["STOP"]
    assert rows["direction"][0] == "higher"
    ended = Plant.from_frames(
        items=stopped.items, receipts=stopped.receipts.filter(pl.col("received").is_not_null()), currency="EUR", demand_period="day"
    )
    assert changed_in(ended)["supplier_lead_time"][0].height == 0  # received orders alone say nothing


def test_orders_still_open_at_the_end_make_no_false_alarm():
    """Lead times of up to 60 days leave many orders open at the end, short so far: no supplier seems faster or slower."""
    suppliers = [f"S{i:03}" for i in range(150)]
    plant = plant_of(lambda s, day, rng: rng.gamma(4.0, 6.0), suppliers, items_each=2, every=20)
    found = changed_in(plant, chance=0.05)
    alarms, tested = found["supplier_lead_time"]
    expected = 0.05 * 300 / 365 * (tested > 0).sum()
    assert alarms.height <= expected + 3 * np.sqrt(expected)
    alarms, tested = found["lead_time"]
    expected = 0.05 * 300 / 365 * (tested > 0).sum()
    assert alarms.height <= expected + 3 * np.sqrt(expected)


def test_an_item_of_its_own_is_told_from_its_supplier():
    """One of four items becomes slower: the item is named; the reasons that concern others are not its supplier's alone."""

    def lead(supplier, day, rng):
        return rng.gamma(25.0, 0.4)

    plant = plant_of(lead, ["S"])
    slow = pl.col("item").eq("S-3") & (pl.col("ordered") >= FIRST + timedelta(days=CUT))
    later = plant.receipts.with_columns(
        pl.when(slow).then(pl.col("received") + pl.duration(days=60)).otherwise("received").alias("received")
    )
    plant = Plant.from_frames(items=plant.items, receipts=later, currency="EUR", demand_period="day")
    rows, _ = changed_in(plant)["lead_time"]
    assert rows["subject"].to_list() == ["S-3"]


def test_a_plant_without_receipts_has_nothing_to_test():
    items = pl.DataFrame({"item": ["A"], "unit_cost": [1.0]})
    plant = Plant.from_frames(items=items, currency="EUR", demand_period="day")
    assert changes_of(plant, FIRST).n_tests == 0
    assert order_changes(plant, Since.of(plant, FIRST), 0.01) == []


@pytest.mark.parametrize("items_each", [4, 8])
def test_few_orders_share_a_stratum(items_each):
    """With four orders or fewer before, items are ranked among their supplier's others; a supplier's change is found all the same."""
    plant = plant_of(
        lambda s, day, rng: rng.gamma(25.0, 1.2 if day >= 400 else 0.4),
        ["S", "T"],
        items_each=items_each,
        every=110,
        lasts=1100,
    )
    found = changed_in(plant, since=CUT)
    assert set(found["supplier_lead_time"][0]["subject"]) == {"S", "T"}


def test_an_item_approved_after_its_change_is_held_against_what_came_since():
    """Twice as slow from day 400 on, approved on day 600: steady since then; but a change held against all its past."""
    plant = plant_of(lambda s, day, rng: rng.gamma(25.0, 0.8 if day >= CUT else 0.4), ["S"], lasts=900)
    since = FIRST + timedelta(days=600)
    days = {"since": [since] * 4, "orders_from": [FIRST + timedelta(days=CUT)] * 4, "demand_from": [None] * 4}
    later = pl.DataFrame({"item": [f"S-{k}" for k in range(4)], **days}, schema_overrides={"demand_from": pl.Date})
    with_start = order_changes(plant, Since.of(plant, since, later), 0.01)
    without = order_changes(plant, Since.of(plant, since, later.drop("orders_from", "demand_from")), 0.01)
    assert [rows.height for _, rows, _ in with_start] == [0, 0]
    assert [rows.height > 0 for _, rows, _ in without] == [True, True]

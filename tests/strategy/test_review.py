"""Review: what changed is sized again on what came since, queued with its cause and money, and not proposed twice."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.changes import changes_of
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import known_before
from justenough.strategy.review import ReviewParams, cause_of, concerned, records_since, review
from justenough.strategy.settings import Settings

FIRST, WEEKS, CUT = date(2023, 1, 2), 130, 104
DAY = FIRST + timedelta(weeks=CUT)
SETTINGS = Settings(holding_rate=0.25, target_cycle_service=0.95, anatomy_items=0, coming_items=0)


def plant_of(after: float, *, slower: int = 0, today: bool = True) -> Plant:
    """Six steady items; after the cut A's demand is ``after`` a week instead of 50, and supplier S is ``slower`` days later."""
    rng = np.random.default_rng(3)
    items = pl.DataFrame(
        {
            "item": ["A", "B", "C", "D", "E", "F"],
            "supplier": ["S", "S", "S", "T", "T", "T"],
            "unit_cost": 10.0,
            "lead_time_days": 14.0,
            "machine": ["M", None, None, "M", None, None],
            "current_reorder_point": [150.0, None, None, None, None, None] if today else None,
            "current_max": [230.0, None, None, None, None, None] if today else None,
        },
        schema_overrides={"current_reorder_point": pl.Float64, "current_max": pl.Float64},
    )
    demand = [
        (item, FIRST + timedelta(weeks=week), float(rng.poisson(after if item == "A" and week >= CUT else 50.0)))
        for item in items["item"]
        for week in range(WEEKS)
    ]
    orders = []
    for item, supplier in items.select("item", "supplier").iter_rows():
        for week in range(0, WEEKS - 5, 2):
            late = slower if supplier == "S" and week >= CUT else 0
            day = FIRST + timedelta(weeks=week)
            orders.append((f"{item}{week}", item, supplier, day, day + timedelta(days=int(rng.integers(12, 17)) + late)))
    return Plant.from_frames(
        items=items,
        demand=pl.DataFrame(demand, schema=["item", "date", "quantity"], orient="row"),
        receipts=pl.DataFrame(orders, schema=["order", "item", "supplier", "ordered", "received"], orient="row"),
        currency="EUR",
        demand_period="week",
    )


@pytest.fixture(scope="module")
def plant():
    return plant_of(100.0)


@pytest.fixture(scope="module")
def plan(plant):
    return recommend(known_before(plant, DAY), SETTINGS)


@pytest.fixture(scope="module")
def found(plant, plan):
    return review(plant, plan, DAY)


def test_what_changed_is_queued_with_old_new_cause_and_money(found, plant):
    assert found.queue["item"].to_list() == ["A"]
    row = found.queue.row(0, named=True)
    assert (row["old_reorder_point"], row["old_order_up_to"]) == (150.0, 230.0)  # today's, not the plan's
    assert row["cause"].startswith("demand higher since 20")
    alone = recommend(records_since(plant, found.changes), SETTINGS).rows.filter(pl.col("item") == "A").row(0, named=True)
    assert row["new_reorder_point"] == alone["reorder_point"]
    assert row["change_value"] == pytest.approx(alone["mean_stock_value"] - alone["today_mean_stock_value"])
    assert row["new_reorder_point"] > 250.0  # 100 a week over three weeks
    assert row["old_cycle_service"] < 0.1 < 0.95 <= row["new_cycle_service"]
    assert found.known_to == FIRST + timedelta(weeks=WEEKS - 1)


def test_the_plans_levels_stand_where_today_has_none(plan):
    slow = plant_of(50.0, slower=25)
    queue = review(slow, plan, DAY).queue
    assert queue["item"].to_list() == sorted(queue["item"], key=lambda item: -abs(queue.filter(item=item)["change_value"][0]))
    assert {"B", "C"} <= set(queue["item"]) <= {"A", "B", "C"}
    b = queue.filter(pl.col("item") == "B").row(0, named=True)
    assert b["old_reorder_point"] == plan["B"].reorder_point
    assert b["new_reorder_point"] > b["old_reorder_point"] + 25 / 7 * 50 * 0.8
    assert "lead times of S higher" in b["cause"]


def test_what_is_within_the_dead_band_is_not_queued(plant, plan):
    wide = review(plant, plan, DAY, params=ReviewParams(dead_band=0.99))
    assert (wide.n_changed, wide.queue.height) == (1, 0)


def test_a_rejected_proposal_comes_again_only_if_it_moved(plant, plan, found):
    row = found.queue.row(0, named=True)
    said = pl.DataFrame(
        {"item": ["A"], "reorder_point": [row["new_reorder_point"]], "order_up_to": [row["new_order_up_to"]], "put_off": [False]}
    )
    again = review(plant, plan, DAY, answered=said)
    assert (again.queue.height, again.n_answered) == (0, 1)
    moved = said.with_columns(pl.col("reorder_point") * 0.5)
    assert review(plant, plan, DAY, answered=moved).queue.height == 1
    assert review(plant, plan, DAY, answered=moved.with_columns(put_off=True)).queue.height == 0


def test_nothing_new_tests_nothing(plant, plan):
    quiet = review(plant, plan, FIRST + timedelta(weeks=WEEKS))
    assert (quiet.changes.n_tests, quiet.queue.height, quiet.n_changed) == (0, 0, 0)


def test_records_before_a_change_are_left_out_of_what_changed_alone(plant, found):
    changed_on = found.changes.of("demand")["changed_on"][0]
    kept = records_since(plant, found.changes)
    assert kept.demand.filter(pl.col("item") == "A")["date"].min() == changed_on
    assert kept.demand.filter(pl.col("item") == "B").height == WEEKS
    assert kept.receipts.equals(plant.receipts)
    late = records_since(plant, found.changes, ReviewParams(least_periods=60))
    assert late.demand.filter(pl.col("item") == "A").height == 60
    lifted = records_since(plant, found.changes, seasonal=["A"]).demand.filter(pl.col("item") == "A")
    assert lifted.height == WEEKS
    assert lifted.filter(pl.col("date") < changed_on)["quantity"].mean() == pytest.approx(100.0, rel=0.05)


def test_orders_before_a_change_are_left_out_of_the_suppliers_items():
    slow = plant_of(50.0, slower=25)
    changes = changes_of(slow, DAY)
    kept = records_since(slow, changes)
    of_s = pl.col("supplier") == "S"
    assert kept.receipts.filter(of_s)["ordered"].min() >= DAY - timedelta(weeks=4)
    assert kept.receipts.filter(~of_s).equals(slow.receipts.filter(~of_s))


def test_a_change_concerns_the_items_behind_it(plant):
    """A machine's repairs concern what it makes, by the items table or the routing; a supplier what it sends."""
    from justenough.estimation.changes import SCHEMA, Changes

    rows = [("repair_time", "M"), ("repair_time", "N"), ("supplier_lead_time", "T"), ("demand", "B")]
    frame = pl.DataFrame([{"assumption": a, "subject": s, "direction": "higher", "evidence": 9.0} for a, s in rows], schema=SCHEMA)
    routed = Plant.from_frames(
        items=plant.items, receipts=plant.receipts, routing=pl.DataFrame({"item": ["C"], "machine": ["N"], "cycle_seconds": [1.0]}),
        currency="EUR", demand_period="week",
    )  # fmt: skip
    who = concerned(routed, Changes(frame, pl.DataFrame(), 0.01)).group_by("subject").agg(pl.col("item").sort())
    assert dict(who.iter_rows()) == {"M": ["A", "D"], "N": ["C"], "T": ["D", "E", "F"], "B": ["B"]}


def test_a_change_in_words():
    assert cause_of("lead_time", "A", "wider", date(2026, 1, 2), 1.0, 3.0) == (
        "lead time wider since 2026-01-02: standard deviation 1 day, now 3 days"
    )
    assert cause_of("up_time", "M4", "lower", None, None, 3.0) == "time between failures of M4 lower"


def test_knobs_are_checked():
    with pytest.raises(ValueError, match="dead_band must be between 0 and 1"):
        ReviewParams(dead_band=10)
    with pytest.raises(ValueError, match="least_orders must be 1 or more"):
        ReviewParams(least_orders=0)

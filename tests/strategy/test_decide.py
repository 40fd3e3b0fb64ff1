"""Deciding: a whole small plant, every reason not to decide, and edges."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from justenough.domain.plant import Plant
from justenough.strategy import decide, estimates, spread
from justenough.strategy.settings import Settings


def one_item(quantities, settings=Settings(holding_rate=0.25, target_cycle_service=0.95), **columns):
    """Plan of a plant of one item."""
    items = pl.DataFrame({"item": ["I"], "unit_cost": [4.0], "lead_time_days": [10.0]} | {name: [value] for name, value in columns.items()})
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(len(quantities))]
    demand = pl.DataFrame({"item": ["I"] * len(days), "date": days, "quantity": quantities}, schema_overrides={"quantity": pl.Float64})
    plant = Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="day")
    return decide.recommend(plant, settings)["I"]


def test_every_item_gets_a_row_and_a_decision(plan):
    decisions = dict(plan.rows.select("item", "decision").iter_rows())
    assert decisions.pop("A") in ("buffered", "JIC")  # there for outages, mostly or in part
    assert decisions.pop("B") in ("lean", "buffered")
    assert decisions == {
        "C": "JIC", "E": "ended", "J": "JIT",
        "N": "cannot_decide", "P": "cannot_decide", "Z": "cannot_decide",
    }  # fmt: skip


def test_every_item_without_a_decision_says_what_is_missing(plan):
    missing = {item: plan[item].missing for item in "NPZ"}
    assert missing == {
        "N": ["no target for criticality class Q", estimates.NO_LEAD_TIME, estimates.NO_HISTORY],
        "P": ["no unit cost (0 or empty)", "stockout cost without what it is charged by", estimates.INSTANT_SUPPLY, estimates.NO_HISTORY],
        "Z": ["no stockout cost and no service target", estimates.NO_DEMAND],
    }
    assert plan.summary().undecided["no demand history"] == 2


def test_no_holding_rate_is_said_of_every_item(small_plant):
    without = decide.recommend(small_plant, Settings(criticality_targets={"X": 0.98}))
    assert without.summary().undecided["no holding rate"] == 7  # all but the ended one
    assert without["A"].missing == ["no holding rate"]


def test_settings_that_spoke_are_counted(plan):
    assumed = plan.summary().assumed
    assert assumed["holding_rate 0.25"] == 8
    assert assumed["target_cycle_service 0.98 (class X)"] == 3
    assert not any("class" in word for word in plan["J"].assumed)


def test_the_class_target_is_kept_and_no_more(plan):
    assert plan["A"].stated_cycle_service >= 0.98
    assert plan["A"].leaner_stated_cycle_service < plan["A"].stated_cycle_service < plan["A"].safer_stated_cycle_service
    assert plan["A"].leaner_reorder_point < plan["A"].reorder_point < plan["A"].safer_reorder_point


def test_sums_hold_together(plan):
    sized = plan.rows.filter(pl.col("gate").is_not_null())
    parts = sized["holding_cost"] + sized["ordering_cost"] + sized["stockout_cost"]
    assert (parts - sized["total_cost"]).abs().max() == pytest.approx(0.0, abs=1e-6)
    assert (sized["order_up_to"] - sized["reorder_point"] - sized["order_quantity"]).abs().max() == pytest.approx(0.0, abs=1e-9)
    compared = sized.drop_nulls("change_value")
    assert (compared["mean_stock_value"] - compared["today_mean_stock_value"]).to_list() == pytest.approx(
        compared["change_value"].to_list()
    )


def test_an_ended_item_is_not_reordered(plan):
    ended = plan["E"]
    assert (ended.kind, ended.reorder_point, ended.order_up_to, ended.gate) == ("ended", 0.0, 0.0, None)
    assert ended.reasons[0].startswith("Do not reorder: wanted in 60 of 300 periods")


def test_just_in_time_needs_receipts(plan):
    assert plan["J"].gate == "passed"
    assert plan["C"].gate == "no evidence"
    assert plan["A"].gate == "not yet"


def test_blocks_and_workers_do_not_change_the_plan(small_plant, settings, plan, monkeypatch):
    monkeypatch.setattr(decide, "BLOCK_ITEMS", 2)
    backwards = decide.recommend(small_plant, settings, lambda work, blocks: [work(block) for block in blocks[::-1]][::-1])
    assert_frame_equal(backwards.rows, plan.rows, check_exact=True)
    assert_frame_equal(backwards.curves, plan.curves, check_exact=True)
    pooled = decide.recommend(small_plant, settings, spread.Pool(workers=1))
    assert_frame_equal(pooled.rows, plan.rows, check_exact=True)


def test_blocks_are_done_at_the_same_time_unless_another_spread_is_given(small_plant, settings, monkeypatch):
    """The first two blocks wait for each other: one after the other they would wait for ever."""
    monkeypatch.setattr(decide, "BLOCK_ITEMS", 2)
    alone = decide.recommend(small_plant, settings, spread.serially)
    sized, together, begun = decide.trace, threading.Barrier(2), itertools.count()

    def meeting(known, settings):
        if next(begun) < 2:
            together.wait(timeout=60.0)
        return sized(known, settings)

    monkeypatch.setattr(decide, "trace", meeting)
    together_made = decide.recommend(small_plant, settings)
    assert_frame_equal(together_made.rows, alone.rows, check_exact=True)
    assert_frame_equal(together_made.curves, alone.curves, check_exact=True)


def test_a_reorder_point_of_today_that_equals_its_maximum_means_fill_up(plan):
    assert plan["J"].today_order_up_to == 900.0
    assert plan["J"].today_reorder_point == 899.0


def test_today_is_unknown_where_nobody_stated_it(plan):
    assert plan["C"].today_reorder_point is None
    assert plan["C"].change_value is None


def test_today_may_be_a_safety_stock_alone():
    found = one_item([float(k % 3) for k in range(200)], current_safety_stock=5.0)
    assert found.today_safety_stock == 5.0
    assert found.today_reorder_point > 5.0


def test_one_item_of_one_period_is_decided_with_what_there_is():
    found = one_item([3.0])
    assert found.kind == "new"
    assert found.decision in ("lean", "buffered", "JIC")
    assert found.stated_cycle_service >= 0.95


def test_an_empty_plant_gives_an_empty_plan():
    plant = Plant.from_frames(items=pl.DataFrame({"item": []}, schema={"item": pl.String}), currency="EUR", demand_period="day")
    assert len(decide.recommend(plant)) == 0


def test_moq_and_lots_are_respected():
    found = one_item([float(k % 3) for k in range(200)], moq=30.0, lot_multiple=20.0)
    assert found.order_quantity == 40.0


def test_a_target_of_the_item_beats_settings():
    strict, loose = (one_item([float(k % 4) for k in range(200)], target_cycle_service=target) for target in (0.99, 0.7))
    assert strict.stated_cycle_service >= 0.99
    assert loose.reorder_point < strict.reorder_point


def test_more_promised_never_holds_less():
    demand = [float((k * 7) % 11) for k in range(250)]
    points = [one_item(demand, Settings(holding_rate=0.25, target_cycle_service=target)).reorder_point for target in (0.5, 0.8, 0.95, 0.99)]
    assert points == sorted(points)


def test_the_terms_travel_with_the_plan(small_plant, plan, settings):
    assert plan.terms == small_plant.terms
    assert plan.settings == settings
    assert plan.author == "a test"
    assert replace(plan, author="b").author == "b"


def test_a_lead_time_hardly_known_withholds_just_in_time():
    """Three receipts, 8 to 30 days: the mean allows just-in-time, the 95 % bound of the mean does not; with 150 it does."""
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(200)]
    demand = pl.DataFrame({"item": ["I"] * 200, "date": days, "quantity": [15.0 + 7 * k % 11 for k in range(200)]})
    receipts = pl.DataFrame({"order": ["a", "b", "c"], "item": ["I"] * 3, "ordered": days[:3], "received": [days[8], days[31], days[14]]})
    found = {}
    for target in (0.7, 0.65, 0.6, 0.55):
        items = pl.DataFrame({"item": ["I"], "unit_cost": [4.0], "target_cycle_service": [target]})
        plant = Plant.from_frames(items=items, demand=demand, receipts=receipts, currency="EUR", demand_period="day")
        found[target] = decide.recommend(plant, Settings(holding_rate=0.25, review_days=3.0))["I"]
    assert found[0.55].safety_stock < 3.0 * found[0.55].demand_per_day  # just-in-time, had the mean to decide
    assert (found[0.55].gate, found[0.55].decision) == ("not yet", "lean")
    levels = [item.reorder_point for item in found.values()]
    assert levels == sorted(levels, reverse=True)
    assert "more order lines would show that" in found[0.55].reasons[-1]
    known = [days[8 + k] for k in range(150)]  # always 8 days: nothing is left to be shown
    often = pl.DataFrame({"order": [f"{k}" for k in range(150)], "item": ["I"] * 150, "ordered": days[:150], "received": known})
    plant = Plant.from_frames(items=items, demand=demand, receipts=often, currency="EUR", demand_period="day")
    told = decide.recommend(plant, Settings(holding_rate=0.25, review_days=3.0))["I"]
    assert (told.gate, told.decision) == ("passed", "JIT")


def test_what_nobody_wants_any_more_is_compared_with_what_lies_there():
    """Forty units at 4 EUR lie there: 160 EUR to free, and a quarter of it a year."""
    ended = one_item([5.0] * 60 + [0.0] * 240, on_hand=40.0, current_reorder_point=30.0, current_max=60.0)
    assert (ended.kind, ended.reorder_point, ended.today_reorder_point, ended.today_order_up_to) == ("ended", 0.0, 30.0, 60.0)
    assert (ended.today_mean_stock_value, ended.change_value) == (160.0, -160.0)
    assert (ended.today_total_cost, ended.change_total_cost) == (40.0, -40.0)

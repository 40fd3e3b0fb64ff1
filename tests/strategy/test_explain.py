"""Explaining: the sentences a planner reads."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from justenough.domain import figures
from justenough.sizing.shared_limits import Limits
from justenough.strategy.daily_look import DAILY_SERVED, DAILY_TODAY, DAILY_VALUE, ORDERED_EVERY
from justenough.strategy.decide import recommend
from justenough.strategy.explain import EVIDENCE, reasons_of


def starting(plan, item, words):
    found = [sentence for sentence in plan[item].reasons if sentence.startswith(words)]
    assert len(found) == 1, plan[item].reasons
    return found[0]


def test_the_first_sentence_says_what_to_do(plan):
    item = plan["A"]
    assert item.reasons[0] == f"Hold {item.safety_stock:.0f} in reserve and reorder at {item.reorder_point:.0f}. Today: nothing and 100."
    assert plan["C"].reasons[0].endswith("Today's levels are not known.")


def test_the_change_is_said_in_money_and_service(plan):
    assert plan["B"].reasons[1].startswith("Ties up ")
    moves = "rises" if plan["B"].change_total_cost > 0 else "falls"
    assert f" EUR more; the cost of a year {moves} by " in plan["B"].reasons[1]
    assert plan["J"].reasons[1].startswith("Frees ")


def test_each_of_the_four_factors_is_spoken_of(plan):
    for item in "ABCJ":
        for factor in ("Supply:", "Demand:", "Lead time:", "A stockout:"):
            assert starting(plan, item, factor)


def test_supply_says_what_it_rests_on(plan):
    assert starting(plan, "A", "Supply:").startswith("Supply: 10 lines received; lead time ")
    assert starting(plan, "B", "Supply:").startswith("Supply: nothing received yet; from its supplier's other items, lead time ")
    assert starting(plan, "C", "Supply:").startswith("Supply: nothing received; the planned time of 5 days is taken at its word")
    assert "of orders meet one and then wait" in starting(plan, "A", "Supplier outages:")


def test_a_stockout_says_its_charge_its_promise_and_what_decided(plan):
    assert "it costs 500 EUR each time the shelf runs empty; stated is" in starting(plan, "B", "A stockout:")
    assert "promised is 98 % cycle service; stated is 98 % cycle" in starting(plan, "C", "A stockout:")
    assert starting(plan, "C", "A stockout:").endswith("The cycle service promised asks for this much and no more.")


def test_the_cover_of_a_just_in_time_item_is_told_to_be_its_lots(plan):
    """A reserve of two hours, and yet a week on the shelf: 152 come at a time."""
    item = plan["J"]
    assert item.decision == "JIT"
    assert item.days_of_cover > 7.0 > 4.0 * item.safety_stock / item.demand_per_day
    assert f"covers {figures.figure(item.days_of_cover)} days on average, because an order is of {item.order_quantity:.0f}:" in starting(
        plan, "J", "JIT: the reserve"
    )


def test_labels_show_their_thresholds(plan):
    by_outages, by_service = (
        "of the reserve would go if the supplier never failed (from 50 %).",
        "is at the far end (from 99.9 %).",
    )
    ends = {
        "JIC": ("JIC:", (by_outages, by_service)),
        "lean": ("Lean:", ("days of demand, at most 45.",)),
        "buffered": ("Buffered:", ("days of demand, more than 45.",)),
        "JIT": ("JIT: the reserve is less than half a day of demand, at most 7.", ("that is the lot, not the reserve.",)),
    }
    for item in "ABCJ":
        begin, end = ends[plan[item].decision]
        assert starting(plan, item, begin).endswith(end)


def test_the_gate_says_what_would_have_to_be_true(plan):
    assert starting(plan, "A", "JIT:").startswith("JIT: not yet, because of S1: ")
    assert starting(plan, "C", "JIT:") == "JIT: no evidence, because no receipt shows how long an order takes."
    assert starting(plan, "J", "JIT: the evidence allows it")


def test_undecided_items_say_only_what_is_missing(plan):
    assert plan["Z"].reasons == ["Cannot decide: no stockout cost and no service target; demand never positive."]


def test_a_planned_lead_time_far_from_the_measured_is_named(small_plant, settings):
    items = small_plant.items.with_columns(lead_time_days=pl.when(pl.col("item") == "J").then(12.0).otherwise("lead_time_days"))
    told = recommend(replace(small_plant, tables={**small_plant.tables, "items": items}), settings)
    assert starting(told, "J", "Supply:").startswith("Supply: 95 lines received; lead time 4 days (planned: 12), give or take ")
    assert "planned:" not in starting(told, "A", "Supply:")  # planned 10, measured within half as much again


def test_a_reserve_of_whole_units_is_told_whole_and_squares_with_the_reorder_point(bearings):
    above = bearings[1].plan.rows.filter(pl.col("safety_stock").round() > pl.col("reorder_point"), pl.col("reorder_point") >= 0)
    assert above.height
    for row in above.iter_rows(named=True):
        kept = round(row["reorder_point"]) + 1  # counted in whole units
        said = f"Hold {kept - 1 or 'nothing'} in reserve and reorder at {kept - 1}, so that each review leaves {kept} or more"
        assert row["reasons"][0].startswith(said)


def test_a_reserve_that_is_not_taken_apart_says_why(small_plant, settings, plan):
    held = plan.figures.filter(pl.col("safety_stock") > 0).sort(pl.col("safety_stock") * pl.col("unit_cost"), descending=True)["item"]
    few = recommend(small_plant, replace(settings, anatomy_items=1))
    assert few[held[0]].anatomy
    assert starting(few, held[1], "Reserve of ").endswith(": not taken apart by cause, since it is none of the largest 1 reserve in money.")
    none = recommend(small_plant, replace(settings, anatomy_items=0))
    assert not any("taken apart" in sentence for reasons in none.rows["reasons"] for sentence in reasons)
    limits = Limits(money=0.8 * plan.summary().stock_value, aim="service")
    together = recommend(small_plant, replace(settings, limits=limits))
    assert any(
        sentence.endswith("not taken apart by cause, since it was set together with other items'.")
        for reasons in together.rows["reasons"]
        for sentence in reasons
    )


def test_where_spoiling_was_weighed_the_reserve_says_so(bearings):
    rows = bearings[1].plan.rows.filter(pl.col("safety_stock") > 0, pl.col("anatomy_rounding").is_null())
    assert rows.height == 1
    said = next(sentence for sentence in rows["reasons"][0] if sentence.startswith("Reserve of "))
    assert said.endswith(": not taken apart by cause, since what would spoil was weighed with it.")


def test_reasons_need_no_evidence_that_no_item_has(plan):
    """A saved plan leaves out what nobody knows; its sentences are those of the plan that was not saved."""
    empty = [name for name in plan.figures.columns if name.startswith("_") and plan.figures[name].null_count() == len(plan)]
    assert empty
    kept = plan.figures.drop(empty)
    said = reasons_of(kept, plan.levers, plan.coming, plan.settings, plan.terms.currency)
    assert said.to_list() == plan.rows["reasons"].to_list()


def test_every_evidence_is_known_by_its_kind(plan):
    beside = (DAILY_VALUE, DAILY_TODAY, DAILY_SERVED, ORDERED_EVERY)  # for the headline; no sentence of an item rests on them
    evidence = {name: kind for name, kind in plan.figures.schema.items() if name.startswith("_") and name not in beside}
    assert evidence
    assert {name: EVIDENCE[name] for name in evidence} == evidence


def test_a_plan_says_who_is_out_and_whose_end_was_forgotten(small_plant, settings):
    """S1 answered orders since its first outage began; nothing that was ordered since the second has come."""
    last = small_plant.receipts["ordered"].max()
    down = small_plant.tables["disruptions"].clear()
    starts = [small_plant.receipts.filter(pl.col("item") == "A")["ordered"].min(), last]
    open_ones = pl.DataFrame({"supplier": ["S1", "S1"], "start": starts})
    down = pl.concat([down, open_ones], how="diagonal")
    plan = recommend(replace(small_plant, tables={**small_plant.tables, "disruptions": down}), settings)
    item = plan["A"]
    assert f"that began on {starts[0]}; what was ordered since had come by " in starting(plan, "A", "No end is written down of S1's")
    out = starting(plan, "A", "S1 is out since ")
    assert f"{item.recover_days:.0f} days on average, {item.recover_p95_days:.0f} with 95 %" in out
    assert "If S1 stopped today" not in " ".join(item.reasons)

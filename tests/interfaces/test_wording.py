"""Wording: sentences of a recommendation written out by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from justenough.interfaces import wording
from justenough.strategy.recommendation import Recommendation, row_schema

BEARING = Recommendation(
    item="BRG-6204",
    decision="buffered",
    gate="not yet",
    safety_stock=126.2,
    reorder_point=310,
    order_quantity=80,
    mean_stock_value=9_000,
    total_cost=4_000,
    stockout_cost=1_000,
    stated_cycle_service=0.98,
    stated_fill_rate=0.995,
    today_safety_stock=60,
    today_reorder_point=180,
    today_order_up_to=260,
    today_stated_cycle_service=0.91,
    today_mean_stock_value=2_400,
    today_stockout_cost=42_000,
    today_total_cost=43_000,
    change_value=6_600,
    change_total_cost=-39_000,
    safer_reorder_point=330,
    safer_mean_stock_value=9_500,
    safer_total_cost=4_100,
    safer_stated_cycle_service=0.985,
    currency="EUR",
)


def test_the_sentence_of_look_md() -> None:
    assert wording.hold_sentence(BEARING) == "Hold 126 in reserve and reorder at 310, 80 at a time."
    assert wording.today_sentence(BEARING) == "Level today: 60 in reserve, reorder at 180, up to 260."
    assert wording.money_sentence(BEARING) == (
        "Ties up 6,600 EUR more; expected cost of stockouts falls by 41,000 EUR a year; costs 39,000 EUR less a year."
    )
    assert wording.service_sentence(BEARING) == "States 98 % of cycles without a stockout (today 91 %); 99.5 % of units from the shelf."


def test_neighbours_name_the_price_of_the_step() -> None:
    said = "Safer: reorder at 330; ties up 500 EUR more; costs 100 EUR more a year; 98.5 % of cycles without a stockout."
    assert wording.neighbour_sentence(BEARING, "safer") == said
    assert wording.neighbour_sentence(BEARING, "leaner") == ""


def test_what_cannot_be_decided_says_what_is_missing() -> None:
    lost = Recommendation(item="X", decision="cannot_decide", missing=["no lead time", "no unit cost"])
    assert wording.hold_sentence(lost) == "Cannot decide: no lead time; no unit cost."
    assert wording.money_sentence(lost) == wording.service_sentence(lost) == ""


def test_without_todays_levels_nothing_is_compared() -> None:
    alone = replace(BEARING, today_reorder_point=None, change_value=None, today_stated_cycle_service=None, safety_stock=-3.0)
    assert wording.hold_sentence(alone) == "Hold nothing in reserve and reorder at 310, 80 at a time."
    assert wording.today_sentence(alone) == "Today's levels are not known."
    assert wording.money_sentence(alone) == "Ties up 9,000 EUR and costs 4,000 EUR a year."
    assert "today" not in wording.service_sentence(alone)


def test_an_item_ordered_when_wanted_holds_nothing() -> None:
    waits = replace(BEARING, reorder_point=-1.0, order_quantity=1.0, safety_stock=-0.06)
    assert wording.hold_sentence(waits) == "Hold nothing and order when it is wanted, 1 at a time."
    assert wording.reserve_units(-0.06) == wording.reserve_units(7.2e-7) == "0"
    assert wording.reserve_units(0.0005) == "0.0005"


def test_where_nothing_is_decided_the_flags_are_named(plan) -> None:
    counted = dict.fromkeys(plan.summary().by_decision, 0) | {"cannot_decide": 52}
    lost = replace(plan.summary(), by_decision=counted, undecided={"no holding rate": 52, "no stockout cost and no service target": 50})
    assert wording.summary_sentence(lost) == (
        "None of 52 items can be decided yet. Give --holding-rate 0.2 and --target-cycle-service 0.98 "
        "(your own figures; a settings file does as well)."
    )


def test_an_ended_item_is_not_told_to_be_ordered_none_at_a_time() -> None:
    gone = replace(BEARING, decision="ended", gate=None, reorder_point=0.0, order_quantity=0.0, safety_stock=0.0)
    assert wording.hold_sentence(gone) == "Reorder nothing."
    assert wording.gate_sentence(gone) == "No longer wanted"
    assert set(wording.DECISIONS) == {"JIT", "lean", "buffered", "JIC", "ended", "cannot_decide"}


def test_items_at_the_end_of_their_curve_in_a_sentence() -> None:
    from justenough.strategy.summary import summary_of

    none = summary_of(pl.DataFrame(schema=row_schema()), "EUR")
    assert wording.end_sentence(none) == ""
    said = wording.end_sentence(replace(none, n_at_end=4, at_end=("A", "B", "C")))
    assert "4 items stand at the safest point of the curve, their stockouts are dear enough to ask for more: first A, B, C." in said
    one = wording.end_sentence(replace(none, n_at_end=1, at_end=("A",)))
    assert "1 item stands at the safest point of the curve, its stockouts are dear enough to ask for more: A." in one


def test_the_plants_outages_in_a_sentence() -> None:
    from justenough.strategy.summary import summary_of

    rows = pl.DataFrame(schema=row_schema())
    none = summary_of(rows, "EUR")
    assert wording.outage_sentence(none) == ""
    said = wording.outage_sentence(replace(none, n_faced=52, n_run_out=14, run_out=("A", "B", "C")))
    assert said == "If a supplier stopped today, 14 of 52 items would run out before it is back, more likely than not: first A, B, C."
    one = wording.outage_sentence(replace(none, n_faced=1, n_run_out=1, run_out=("A",)))
    assert one == "If a supplier stopped today, 1 of the 1 item would run out before it is back, more likely than not: A."


def test_what_is_freed_and_what_is_tied_up_are_both_said(plan) -> None:
    whole = replace(plan.summary(), n_compared=9, change_value=-50.0, n_freed=5, freed_value=120.0, n_tied=3, tied_value=70.0)
    assert ": 5 items free 120 EUR, 3 tie up 70 EUR more. Weighed by price" in wording.summary_sentence(whole)
    assert "tie up" not in wording.summary_sentence(replace(whole, n_tied=0, tied_value=0.0)).split("Against")[1]


def test_a_reserve_is_never_said_above_the_reorder_point() -> None:
    slow = replace(BEARING, safety_stock=4.4, reorder_point=4.0, order_quantity=2.0)
    assert wording.hold_sentence(slow) == (
        "Hold 4 in reserve and reorder at 4, 2 at a time, so that each review leaves 5 or more on hand and on order."
    )
    assert wording.hold_sentence(replace(slow, safety_stock=0.9, reorder_point=0.0)).startswith("Hold nothing in reserve and reorder at 0,")


def test_a_cost_that_stays_does_not_read_as_that_much() -> None:
    assert wording.cost_words(0.0, "EUR") == "leaves the cost of a year as it is"
    stays = replace(BEARING, change_value=-6790.0, change_total_cost=0.0, stockout_cost=None)
    assert wording.money_sentence(stays) == "Frees 6,790 EUR; leaves the cost of a year as it is."


def test_the_service_stands_beside_the_money(plan) -> None:
    both = replace(plan.summary(), fill_rate=0.98, compared_fill_rate=0.989, today_fill_rate=0.862)
    said = "Weighed by price, 86.2 % of demand is served from stock today, 98.9 % under the plan."
    assert wording.summary_sentence(both).endswith(said)
    alone = replace(both, n_compared=0, compared_fill_rate=None, today_fill_rate=None)
    assert wording.summary_sentence(alone).endswith("Weighed by price, 98 % of demand is served from stock.")
    assert "served" not in wording.summary_sentence(replace(alone, fill_rate=None))

"""Recommendation: one sentence an item, and what its parts cost."""

from __future__ import annotations

from justenough.strategy.recommendation import CAUSES, PARTS, Recommendation


def test_a_decided_item_in_one_sentence():
    found = Recommendation(
        item="BRG-6204", decision="lean", reorder_point=310.0, order_up_to=400.0, stated_cycle_service=0.98,
        mean_stock_value=9450.0, change_value=6600.0, currency="EUR",
    )  # fmt: skip
    assert str(found) == "BRG-6204: lean; reorder at 310, up to 400; cycle service 98 %; 9,450 EUR held; 6,600 more than today"


def test_an_undecided_item_says_what_it_lacks():
    found = Recommendation(item="X", decision="cannot_decide", missing=["no lead time", "no unit cost (0 or empty)"])
    assert str(found) == "X: cannot decide: no lead time; no unit cost (0 or empty)"


def test_the_anatomy_prices_each_part():
    parts = {f"anatomy_{cause}": 0.0 for cause in PARTS} | {"anatomy_demand": 30.0, "anatomy_review_lot": -5.0}
    found = Recommendation(item="X", safety_stock=25.0, unit_cost=4.0, holding_rate=0.25, **parts)
    assert [part.cause for part in found.anatomy] == list(PARTS)
    assert sum(part.units for part in found.anatomy) == 25.0
    assert (found.anatomy[0].value, found.anatomy[0].holding_cost) == (120.0, 30.0)
    assert {part.yearly_cost for part in found.anatomy} == {None}  # a plan from before they were priced
    assert Recommendation(item="X", safety_stock=25.0, unit_cost=4.0).anatomy == ()  # was not split


def test_yearly_costs_of_the_parts_are_the_total():
    figures = {f"anatomy_{part}": 0.0 for part in PARTS} | {f"anatomy_{cause}_cost": 0.0 for cause in CAUSES}
    figures |= {"anatomy_demand_cost": 60.0, "anatomy_supplier_cost": 25.0}
    found = Recommendation(item="X", unit_cost=4.0, total_cost=90.0, **figures)
    assert [part.yearly_cost for part in found.anatomy] == [60.0, 0.0, 25.0, 0.0, 0.0, 0.0, 5.0]

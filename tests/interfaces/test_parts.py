"""Parts: what is shown of a reserve adds up to what is shown of the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import polars as pl
import pytest
from rich.console import Console

from justenough.domain.figures import money
from justenough.interfaces import parts
from justenough.interfaces.wording import reserve_units
from justenough.strategy.recommendation import PARTS, Recommendation

SPLIT = {"anatomy_demand": 33.7, "anatomy_lead_time": 50.8, "anatomy_supplier": 0.0, "anatomy_machine": 0.0}
BEARING = Recommendation(
    item="B", decision="lean", safety_stock=64.7, unit_cost=10.0, holding_rate=0.2, currency="EUR",
    **SPLIT, anatomy_review_lot=-20.3, anatomy_estimate=0.25, anatomy_rounding=0.25,
)  # fmt: skip


def printed(table) -> str:
    out = StringIO()
    Console(file=out, width=100).print(table)
    return out.getvalue()


def test_shown_parts_add_up_to_the_reserve_as_it_is_shown() -> None:
    shares = parts.shares_of(BEARING)
    assert [(share.words, share.said) for share in shares] == [
        ("lead time varies", "51"), ("demand varies", "34"), ("review and lot size", "-20"),
    ]  # fmt: skip
    assert str(sum(int(share.said) for share in shares)) == reserve_units(BEARING.safety_stock)
    assert [share.holding_cost for share in shares] == pytest.approx([101.6, 67.4, -40.6])


def test_shown_parts_of_every_item_add_up(plan) -> None:
    split = [plan[item] for item in plan.rows.filter(pl.col("anatomy_rounding").is_not_null())["item"]]
    for item in split:
        shares = parts.shares_of(item)
        if item.safety_stock > 0:
            assert sum(float(share.said.replace(",", "")) for share in shares) == pytest.approx(
                float(reserve_units(item.safety_stock).replace(",", "")), abs=0.011 if item.safety_stock < 10 else 1e-9
            )
        else:
            assert shares == ()
    assert split


def test_a_reserve_of_nothing_has_no_parts() -> None:
    assert parts.shares_of(replace(BEARING, safety_stock=-0.5)) == ()
    assert parts.shares_of(replace(BEARING, anatomy_rounding=None)) == ()
    assert parts.parts_table(replace(BEARING, safety_stock=None), 100) is None


def test_the_table_has_a_bar_for_each_part_the_longest_for_the_largest() -> None:
    lines = printed(parts.parts_table(BEARING, 100)).splitlines()
    bars = {line.split("  ")[0].strip(): line.count("█") - line.count("░") for line in lines if "█" in line or "░" in line}
    assert bars["lead time varies"] == 24
    assert bars["demand varies"] == 16
    assert bars["review and lot size"] < 0


def test_levers_say_what_they_take_off(plan) -> None:
    item = plan.levers["item"][0]
    table = printed(parts.levers_table(plan.levers_of(item), "EUR", 100))
    assert table.count("if ") == plan.levers_of(item).height
    assert all(line.cost.startswith("-") for line in parts.lever_lines(plan.levers_of(item)))
    assert parts.levers_table(plan.levers_of(item).clear(), "EUR", 100) is None


def test_the_plants_bars_are_those_of_its_sentence(plan) -> None:
    held = dict.fromkeys(PARTS, 0.0) | {"demand": 400_400.0, "lead_time": 282_102.0, "rounding": 498.0}
    summary = replace(plan.summary(), n_split=3, reserve_value=683_000.0, reserve_for=held, currency="EUR")
    bars = dict(parts.plant_shares(summary))
    assert bars == {"demand varies": 400_000.0, "lead time varies": 282_000.0, "whole units": 1_000.0}
    assert all(f"{value:,.0f} " in parts.reserves_sentence(summary) for value in bars.values())
    assert parts.plant_shares(replace(summary, reserve_value=0.0, reserve_for=dict.fromkeys(PARTS, 0.0))) == ()


def test_the_plants_sentence_adds_up(plan) -> None:
    held = dict.fromkeys(PARTS, 0.0) | {"demand": 40.0, "lead_time": 60.0, "review_lot": -10.0}
    summary = replace(plan.summary(), n_split=3, reserve_value=90.0, reserve_for=held, currency="EUR")
    assert parts.reserves_sentence(summary) == (
        "The reserves of 3 items tie up 90 EUR: 60 because the lead time varies and 40 because demand varies, less 10 that large lots "
        "stand in for."
    )
    assert parts.plant_shares(summary) == (("lead time varies", 60.0), ("demand varies", 40.0), ("review and lot size", -10.0))
    none = replace(summary, n_split=0, reserve_value=0.0, reserve_for=dict.fromkeys(PARTS, 0.0))
    assert (parts.reserves_sentence(none), parts.plant_shares(none)) == ("", ())


def test_every_part_has_words() -> None:
    assert set(parts.CAUSE_WORDS) == set(PARTS)


def test_a_negative_part_is_explained_by_its_cause() -> None:
    calm = replace(BEARING, anatomy_review_lot=0.3, anatomy_rounding=-0.4)
    assert parts.notes_of(calm) == []
    assert parts.notes_of(BEARING) == [parts.LESS]
    (other,) = parts.notes_of(replace(calm, anatomy_supplier=-6.0))
    assert other.startswith("Where another cause is negative")


def test_what_a_year_costs_is_told_by_cause_and_adds_up() -> None:
    """A cause without stock is told of too; of a plan that an older version made nothing is told."""
    costs = {"demand": 40.2, "lead_time": 60.3, "supplier": 700.0, "machine": 0.0, "review_lot": 120.1, "estimate": 0.1}
    priced = replace(BEARING, total_cost=921.4, **{f"anatomy_{cause}_cost": cost for cause, cost in costs.items()})
    assert parts.costs_sentence(priced) == (
        "The item costs 921 EUR a year: 700 for supplier outages, 120 for the review and the lot size, 60 because the lead time varies, "
        "40 because demand varies and 1 when nothing goes wrong."
    )
    assert parts.notes_of(priced) == [parts.LESS, parts.costs_sentence(priced)]
    assert [share.yearly_cost for share in parts.shares_of(priced)] == [60.3, 40.2, 120.1]
    assert parts.costs_sentence(BEARING) == ""
    assert parts.costs_sentence(replace(priced, total_cost=None)) == ""


def test_what_every_item_costs_adds_up(plan) -> None:
    split = [plan[item] for item in plan.rows.filter(pl.col("anatomy_rounding").is_not_null())["item"]]
    told = [parts.costs_sentence(item) for item in split]
    assert sum(map(bool, told)) > 20
    for item, sentence in zip(split, told, strict=True):
        assert not sentence or sentence.startswith(f"The item costs {money(item.total_cost, 'EUR')} a year: ")


def test_coming_levels_as_they_are_shown() -> None:
    coming = pl.DataFrame(
        {
            "start": [date(2026, 7, 1)], "demand": [1234.5], "safety_stock": [45.6], "reorder_point": [310.0], "order_up_to": [470.0],
            "stated_cycle_service": [0.9567], "stated_fill_rate": [0.99],
        }
    )  # fmt: skip
    assert parts.coming_lines(coming) == [parts.ComingLine("2026-07-01", "1,230", "46", "310", "470", "95.6 %")]
    shown = printed(parts.coming_table(coming, 100))
    assert "Levels of the coming periods" in shown
    assert "2026-07-01" in shown
    assert parts.coming_table(coming.clear(), 100) is None

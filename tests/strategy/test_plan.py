"""Plan: look-ups, totals, differences, other libraries' tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from justenough import __version__
from justenough.domain.errors import UnknownItem
from justenough.strategy.lever import lever_schema
from justenough.strategy.plan import DRAWN_COLUMNS, Plan
from justenough.strategy.recommendation import PARTS, row_schema

# fmt: off
CONTRACT = [
    "item", "description", "kind", "decision", "gate", "gate_because", "gate_figure", "gate_estimate",
    "gate_bound", "gate_needed", "gate_observations", "gate_cycle_service", "gate_fill_rate",
    "supplier", "criticality", "lead_time_days", "lead_time_sd_days", "lead_time_basis",
    "demand_per_day", "review_days", "safety_stock", "reorder_point", "order_up_to", "order_quantity", "days_of_cover",
    "stated_cycle_service", "stated_fill_rate", "mean_stock_units", "mean_stock_value", "holding_cost", "ordering_cost", "stockout_cost",
    "total_cost", "today_reorder_point", "today_order_up_to", "today_safety_stock", "today_stated_cycle_service", "today_stated_fill_rate",
    "today_mean_stock_value", "today_holding_cost", "today_ordering_cost", "today_stockout_cost", "today_total_cost", "change_value",
    "change_total_cost", "leaner_reorder_point", "leaner_mean_stock_value", "leaner_stated_cycle_service", "leaner_total_cost",
    "safer_reorder_point", "safer_mean_stock_value", "safer_stated_cycle_service", "safer_total_cost", "unit_cost", "holding_rate",
    "anatomy_demand", "anatomy_lead_time", "anatomy_supplier", "anatomy_machine", "anatomy_review_lot", "anatomy_estimate",
    "anatomy_rounding", "anatomy_demand_cost", "anatomy_lead_time_cost", "anatomy_supplier_cost", "anatomy_machine_cost",
    "anatomy_review_lot_cost", "anatomy_estimate_cost",
    "expiry_cost", "today_expiry_cost", "usable_share", "survive_days", "recover_days", "recover_p95_days", "survives",
    "on_hand", "on_order", "reasons", "missing", "assumed",
]
# fmt: on


def test_columns_keep_their_names_and_order(plan):
    assert list(row_schema()) == CONTRACT
    assert plan.rows.columns == CONTRACT
    assert plan.curves.columns == ["item", *DRAWN_COLUMNS]


def test_rows_are_sorted_and_lists_are_never_null(two):
    assert two.rows["item"].to_list() == ["A", "B", "C"]
    assert two.rows["reasons"].null_count() == 0


def test_an_item_reads_the_same_before_and_after_all_were_put_into_words(plan):
    fresh = replace(plan)
    alone = {item: fresh[item] for item in fresh.figures["item"]}
    assert "rows" not in vars(fresh)
    assert fresh.rows.height == len(alone)
    assert {item: fresh[item] for item in alone} == alone
    assert len({tuple(one.reasons) for one in alone.values()}) > 5


def test_a_column_no_plan_has_is_refused(made):
    with pytest.raises(ValueError, match="a plan has no column colour; it has item, description"):
        made(item=["A"], colour=["red"])


def test_unknown_item_names_its_neighbours(two):
    with pytest.raises(UnknownItem, match=r"'AA' is not in this plan of 3 items\. Near it: A\."):
        two["AA"]
    with pytest.raises(UnknownItem):
        two.curve("nothing like it")


def test_summary_compares_only_what_is_known_today(two):
    summary = two.summary()
    assert (summary.n_items, summary.n_compared) == (3, 1)
    assert (summary.stock_value, summary.total_cost) == (40.0, 3.0)
    assert (summary.compared_stock_value, summary.today_stock_value, summary.change_value) == (10.0, 14.0, -4.0)
    assert summary.by_decision == {"JIT": 1, "lean": 1, "buffered": 0, "JIC": 0, "ended": 0, "cannot_decide": 1}
    assert summary.undecided == {"no lead time": 1, "no unit cost": 1}


def test_ended_items_have_a_place_of_their_own_also_in_plans_that_called_them_just_in_time(made):
    """A version before 0.3 wrote JIT, without a gate and with nothing to order."""
    old = made(item=["A", "B", "C"], decision=["JIT", "JIT", "ended"], gate=["passed", None, None], order_quantity=[5.0, 0.0, 0.0])
    assert old.summary().by_decision == {"JIT": 1, "lean": 0, "buffered": 0, "JIC": 0, "ended": 2, "cannot_decide": 0}


def test_reserves_are_summed_by_cause_where_something_is_held(made):
    parts = {f"anatomy_{cause}": [1.0, 1.0, None] for cause in PARTS}
    summary = made(item=["A", "B", "C"], decision=["lean"] * 3, safety_stock=[7.0, -1.0, 9.0], unit_cost=[2.0] * 3, **parts).summary()
    assert (summary.n_split, summary.reserve_value) == (1, 14.0)
    assert summary.reserve_for == dict.fromkeys(PARTS, 2.0)


def test_levers_are_looked_up_by_item(plan):
    assert plan.levers_of("A").columns == [name for name in lever_schema() if name != "item"]
    assert plan.levers_of("A").height
    assert plan.levers_of("E").height == 0
    with pytest.raises(UnknownItem):
        plan.levers_of("nothing like it")


def test_other_libraries_take_the_rows(two):
    assert two.to_polars().height == 3
    assert two.to_arrow().column_names == CONTRACT
    assert two.to_pandas().loc[0, "item"] == "A"


def test_a_plan_knows_its_version_and_its_time(two):
    assert two.version == __version__
    assert two.created.tzinfo is UTC
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    plans = [Plan.of(two.rows, two.curves, two.terms, two.settings, created=when) for _ in range(2)]
    assert plans[0].plan_id.startswith("20260102T030405-")
    assert plans[0].plan_id != plans[1].plan_id


def test_the_curve_rises_from_jit_to_jic(plan):
    curve = plan.curve("A")
    assert curve.height == 32
    assert curve["reorder_point"].is_sorted()
    assert curve["cycle_service"].is_sorted()
    assert plan.curve("N").height == 0

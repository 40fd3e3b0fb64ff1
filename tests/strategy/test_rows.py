"""Rows: what stands in them of outages and rejects, and what does not."""

import numpy as np
import polars as pl
import pytest

from justenough.estimation.supplier import recovery_of
from justenough.kernels.position import DUST
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.recommendation import row_schema
from justenough.strategy.rows import SURVIVAL, spread_out
from justenough.strategy.settings import Settings


def test_survival_is_said_where_a_disruption_is_on_record(plan, small_plant):
    known = plan.rows.filter(pl.col("survives").is_not_null())
    assert set(known["item"]) >= {"A", "B"}
    assert not {"E", "N", "P", "Z"} & set(known["item"])  # ended, without demand, or nobody knows who sends it
    found = plan["A"]
    place = small_plant.items["item"].to_list().index("A")
    assert found.recover_days == pytest.approx(recovery_of(small_plant).mean_days[place])
    assert found.survive_days == pytest.approx(found.mean_stock_units / found.demand_per_day)  # nobody counted the shelf
    assert 0 < found.survives < 1
    assert any(reason.startswith("If S1 stopped today, the plan's mean stock would last") for reason in found.reasons)


def test_without_a_disruption_nothing_is_said(small_plant, settings):
    tables = dict(small_plant.tables)
    calm = type(small_plant)(**{**vars(small_plant), "tables": {**tables, "disruptions": tables["disruptions"].clear()}})
    rows = recommend(calm, settings).rows
    assert all(rows[name].null_count() == rows.height for name in SURVIVAL)


def test_a_total_is_the_sum_of_its_parts(plan):
    rows = plan.rows.drop_nulls("total_cost")
    parts = rows.select(pl.sum_horizontal("holding_cost", "ordering_cost", "stockout_cost", "expiry_cost")).to_series()
    np.testing.assert_allclose(parts, rows["total_cost"])
    assert plan.rows.schema == pl.Schema(row_schema())
    assert plan.rows["usable_share"].null_count() == plan.rows.height  # no lot was judged


def test_refused_units_raise_the_level_and_are_shown(small_plant, settings):
    tables = dict(small_plant.tables)
    received = pl.when(pl.col("received").is_not_null()).then(100.0)
    judged = tables["receipts"].with_columns(received.alias("quantity_received"), (0.1 * received).alias("quantity_rejected"))
    plant = type(small_plant)(**{**vars(small_plant), "tables": {**tables, "receipts": judged}})
    asked = Settings(**{**{name: getattr(settings, name) for name in settings.__slots__}, "anatomy_items": 0})
    rejecting, plain = recommend(plant, asked), recommend(small_plant, asked)
    share = rejecting["A"].usable_share
    assert 0.89 < share < 0.93
    assert rejecting["A"].demand_per_day == plain["A"].demand_per_day
    assert rejecting["A"].lead_time_days == plain["A"].lead_time_days
    assert rejecting["A"].reorder_point > plain["A"].reorder_point
    assert any(reason.startswith("Rejects: ") for reason in rejecting["A"].reasons)


def test_sizes_are_laid_beside_their_items_and_nothing_beside_the_others():
    rows, sizes = pl.DataFrame({"item": list("ABCDE")}), pl.DataFrame({"item": ["B", "D"], "level": [2.0, 4.0], "why": ["b", "d"]})
    found = spread_out(rows, sizes, np.array([1, 3]))
    assert found.equals(rows.join(sizes, on="item", how="left", maintain_order="left"))
    whole = spread_out(rows.head(2), sizes.with_columns(item=pl.Series(["A", "B"])), np.array([0, 1]))
    assert whole["level"].to_list() == [2.0, 4.0]


@pytest.mark.parametrize("name", ["brackets", "bearings"])
def test_no_amount_is_what_rounding_left_over(name):
    """
    Stock and money of a plan are nothing, or more than a trillionth of what they were taken from.

    A reserve of `brackets` was worth 1.4e-15 EUR; today's levels of `bearings` cost up to 6e-11 EUR a year of stockouts.
    """
    plan = recommend(sample(name), Settings(holding_rate=0.2, target_cycle_service=0.95, ordering_cost=20.0, anatomy_items=60))
    rows, least = plan.figures.filter(pl.col("gate").is_not_null()), DUST * (1.0 - 1e-9)
    exposed = rows["demand_per_day"] * (rows["lead_time_days"] + rows["review_days"])
    scales = {
        "mean_stock_units": 0.5 * exposed,
        "mean_stock_value": 0.5 * exposed * rows["unit_cost"],
        "stated_fill_rate": exposed * 0.0 + 1.0,
    }
    for prefix in ("", "today_"):
        scales |= {f"{prefix}{cost}_cost": rows[f"{prefix}total_cost"] for cost in ("holding", "ordering", "stockout", "expiry")}
    scales |= {"change_value": rows["mean_stock_value"], "change_total_cost": rows["total_cost"]}
    for column, scale in scales.items():
        told = rows[column].abs() / scale
        assert ((rows[column] == 0.0) | (told >= least) | scale.is_null()).fill_null(value=True).all(), column
    saved = plan.levers.join(rows.select("item", "total_cost"), on="item")
    assert (saved["saved_cost"] > DUST * saved["total_cost"]).all()

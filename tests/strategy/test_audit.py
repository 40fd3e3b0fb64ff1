"""Audit: each mistake found where it is made and nowhere else, its money that of the plan, the test of one policy exact by another road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.strategy.audit import MISTAKES, AuditParams, audit
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings
from justenough.strategy.spreading import spread_over

FIRST, WEEKS = date(2023, 1, 2), 130
SETTINGS = Settings(holding_rate=0.25, ordering_cost=20.0, anatomy_items=0, coming_items=0)
NAMES = [f"I{k}" for k in range(8)]
LEADS = [7.0, 14.0, 21.0, 28.0, 42.0, 56.0, 70.0, 84.0]


def plant_of(reorder, *, reviewed=None, jump=None):
    """Eight items of 70 a week and lead times of one to twelve weeks; ``jump``: item whose demand doubles in the last half year."""
    rng = np.random.default_rng(1)
    up_to = [None if level is None else level + 140.0 for level in reorder]
    items = pl.DataFrame(
        {
            "item": NAMES, "unit_cost": 20.0, "lead_time_days": LEADS, "stockout_cost": 40.0, "stockout_basis": "per_unit",
            "current_reorder_point": reorder, "current_max": up_to, "last_reviewed": reviewed or [None] * 8,
        },
        schema_overrides={"current_reorder_point": pl.Float64, "current_max": pl.Float64, "last_reviewed": pl.Date},
    )  # fmt: skip
    rows = [
        (item, FIRST + timedelta(weeks=week), float(rng.poisson(140.0 if item == jump and week >= WEEKS - 26 else 70.0)))
        for item in NAMES
        for week in range(WEEKS)
    ]
    demand = pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row")
    return Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="week")


def audited(plant, **more):
    plan = recommend(plant, SETTINGS)
    return plan, audit(plant, plan, seed=1, **more)


@pytest.fixture(scope="module")
def best():
    """The plan's own levels as today's: nothing to find."""
    plan = recommend(plant_of([None] * 8), SETTINGS)
    return plan.figures["reorder_point"].to_list()


def test_levels_of_the_plan_itself_make_no_mistake(best):
    _, found = audited(plant_of(best))
    assert [one.items.height for one in found.mistakes] == [0, 0, 0, 0]
    assert found.spreading.explained > 0.99
    assert found.spreading.p_value < 0.001


def test_an_item_too_lean_is_dogmatic_and_one_too_fat_is_lazy(best):
    reorder = list(best)
    reorder[2], reorder[5] = best[2] - 130.0, best[5] * 4.0
    plan, found = audited(plant_of(reorder))
    lean, lazy = found["dogmatic_jit"], found["lazy_jic"]
    assert (lean.items["item"].to_list(), lazy.items["item"].to_list()) == (["I2"], ["I5"])
    assert lean.saving == pytest.approx(plan["I2"].today_total_cost - plan["I2"].total_cost)
    assert lean.released < 0 < lazy.released
    assert lazy.released == pytest.approx(plan["I5"].today_mean_stock_value - plan["I5"].mean_stock_value)
    one = plan["I2"]
    assert one.today_stockout_cost - one.stockout_cost > one.holding_cost - one.today_holding_cost  # what dogmatic means
    assert "to save" in lean.items["evidence"][0]
    assert "times the stock of the cheapest point" in lazy.items["evidence"][0]
    assert (lean.judged, lean.unknown) == (8, 0)


def test_the_same_cover_for_all_is_one_policy(best):
    rng = np.random.default_rng(2)
    alike = [float(round(450.0 * rng.uniform(0.95, 1.05))) for _ in NAMES]
    plan, found = audited(plant_of(alike))
    told = found.spreading
    assert told.explained < 0.5
    assert told.today_spread < 0.1 < told.needed_spread
    items = found["one_policy"].items
    assert items.height >= 5
    assert found["one_policy"].saving == pytest.approx(-sum(plan[item].change_total_cost for item in items["item"]))
    assert "days of demand" in items["evidence"][0]


def test_the_permutation_test_is_the_exact_one():
    """All 720 orders of six covers: the share that is explained as well is the p-value, within three standard errors."""
    today = np.exp(np.array([1.0, 0.9, 1.3, 1.2, 2.0, 1.5]))
    needed = np.exp(np.array([0.5, 1.0, 1.1, 2.0, 1.8, 1.2]))
    frame = pl.DataFrame({"demand_per_day": 1.0, "today_reorder_point": today, "reorder_point": needed, "decision": "lean"})
    found = spread_over(frame, np.random.default_rng(3), 9_999)
    squares = np.array([np.corrcoef(order, np.log(needed))[0, 1] ** 2 for order in permutations(np.log(today))])
    own = np.corrcoef(np.log(today), np.log(needed))[0, 1] ** 2
    exact = (squares >= own - 1e-12).mean()
    assert found.explained == pytest.approx(own)
    assert found.p_value == pytest.approx(exact, abs=3 * np.sqrt(exact * (1 - exact) / 9_999))
    assert spread_over(frame.head(2), np.random.default_rng(3), 99) is None
    flat = spread_over(frame.with_columns(today_reorder_point=5.0), np.random.default_rng(3), 99)
    assert (flat.explained, flat.p_value, flat.today_spread) == (0.0, 1.0, 0.0)


def test_levels_older_than_a_change_are_forgotten(best):
    old, new = FIRST + timedelta(weeks=WEEKS - 40), FIRST + timedelta(weeks=WEEKS - 2)
    _, found = audited(plant_of(best, reviewed=[old] * 8, jump="I4"))
    assert found["set_and_forget"].items["item"].to_list() == ["I4"]
    assert "demand higher since" in found["set_and_forget"].items["evidence"][0]
    assert f"set on {old}" in found["set_and_forget"].items["evidence"][0]
    assert found["set_and_forget"].judged == 8
    assert found.by_chance == pytest.approx(8 * 0.01 * 39 * 7 / 365.25, rel=0.05)
    dated = [new if name == "I4" else old for name in NAMES]
    assert audited(plant_of(best, reviewed=dated, jump="I4"))[1]["set_and_forget"].items.height == 0  # set after it
    _, undated = audited(plant_of(best, jump="I4"))
    assert (undated["set_and_forget"].judged, undated["set_and_forget"].unknown) == (0, 8)


def test_a_plant_without_levels_of_today_says_so():
    _, found = audited(plant_of([None] * 8))
    assert [one.name for one in found.mistakes] == list(MISTAKES)
    assert [(one.judged, one.items.height) for one in found.mistakes] == [(0, 0)] * 4
    assert found.spreading is None


def test_knobs_are_checked():
    with pytest.raises(ValueError, match="least_explained must be between 0 and 1"):
        AuditParams(least_explained=1.0)
    with pytest.raises(ValueError, match="far_right must be above 1"):
        AuditParams(far_right=1.0)


def test_a_level_that_breaks_its_promise_is_held_too_little_where_no_stockout_has_a_price(best):
    """Without a price no cost proves an item too lean; what is promised and broken is said apart, with what keeping it takes."""
    plant = plant_of([None] * 8)
    unpriced = plant.items.with_columns(stockout_cost=pl.lit(None, pl.Float64), stockout_basis=pl.lit(None, pl.String))
    asked = Settings(holding_rate=0.25, ordering_cost=20.0, anatomy_items=0, coming_items=0, target_cycle_service=0.97)
    bare = replace(plant, tables={**plant.tables, "items": unpriced})
    levels = recommend(bare, asked).figures["reorder_point"].to_list()
    levels[2] -= 60.0
    items = unpriced.with_columns(current_reorder_point=pl.Series(levels), current_max=pl.Series(levels) + 140.0)
    known = replace(plant, tables={**plant.tables, "items": items})
    plan = recommend(known, asked)
    found = audit(known, plan, seed=1)
    assert plan["I2"].stockout_cost is None
    assert (found["dogmatic_jit"].judged, found["dogmatic_jit"].items.height) == (0, 0)
    short = found.too_little
    assert (short.items["item"].to_list(), short.judged) == (["I2"], 8)
    assert -short.released == pytest.approx(plan["I2"].mean_stock_value - plan["I2"].today_mean_stock_value)
    assert -short.released > 0.9 * 60.0 * 20.0  # sixty units at 20, nearly all of them on the shelf
    assert "promised are 97" in short.items["evidence"][0]

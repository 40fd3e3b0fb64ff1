"""Possible years: levels of each policy in closed form, what the plan states is what it lives, and every policy meets the same years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.errors import JustenoughError
from justenough.domain.plant import Plant
from justenough.strategy.possible_years import PLAN, POLICIES, PURE_JIC, PURE_JIT, UNIFORM, possible_years
from justenough.strategy.settings import Settings

FIRST, WEEKS = date(2023, 1, 2), 104
SETTINGS = Settings(holding_rate=0.25, ordering_cost=15.0, anatomy_items=0, coming_items=0)
LEADS = {"A": 7.0, "B": 21.0, "C": 35.0, "D": 63.0, "E": 14.0, "F": 28.0}


def plant_of(items=tuple(LEADS)):
    rng = np.random.default_rng(1)
    draws = {item: rng.negative_binomial(4, 4 / (4 + 30.0 + 10 * k), WEEKS) for k, item in enumerate(LEADS)}
    hourly = ["per_line_hour" if item in "AB" else "per_unit" for item in items]
    costs = [10.0 + 5.0 * list(LEADS).index(item) for item in items]
    columns = {"item": list(items), "unit_cost": costs, "lead_time_days": [LEADS[item] for item in items], "stockout_basis": hourly}
    frame = pl.DataFrame({**columns, "stockout_cost": 5.0})
    rows = [(item, FIRST + timedelta(weeks=week), float(draws[item][week])) for item in items for week in range(WEEKS)]
    demand = pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row")
    return Plant.from_frames(items=frame, demand=demand, currency="EUR", demand_period="week")


@pytest.fixture(scope="module")
def lived():
    return possible_years(plant_of(), SETTINGS, years=60, seed=4)


def test_levels_of_the_policies_are_what_they_say(lived):
    """Stock in the long run: pure JIC lies three months of demand above pure JIT's; one policy holds the money of the plan's reserves."""
    rows = lived.plan.figures
    reserves = float((rows["unit_cost"] * rows["safety_stock"].clip(0.0)).sum())
    daily = float((rows["unit_cost"] * rows["demand_per_day"]).sum())
    assert lived.uniform_days == pytest.approx(reserves / daily)
    same = lived.of(UNIFORM, "stock_value")
    assert same["less_plan"] == pytest.approx(0.0, abs=0.12 * lived.of(PLAN, "stock_value")["mean"])
    held = lived.of(PURE_JIC, "stock_value")["mean"]
    assert held == pytest.approx(3 * 365.25 / 12 * daily, rel=0.15)  # months of reserve, and half a lot
    assert lived.of(PURE_JIT, "stock_value")["mean"] < 0.5 * lived.of(PLAN, "stock_value")["mean"]


def test_the_plan_lives_what_it_states(lived):
    """The sums of the plan's own figures, from formulas, against sixty lived years: within the interval, widened by half."""
    rows = lived.plan.figures
    for measure, stated in (("holding_cost", "holding_cost"), ("stock_value", "mean_stock_value"), ("ordering_cost", "ordering_cost")):
        row = lived.of(PLAN, measure)
        assert row["mean"] == pytest.approx(float(rows[stated].sum()), abs=1.5 * (row["high"] - row["low"]) / 2 + 0.01 * row["mean"])
    stockouts = lived.of(PLAN, "stockout_cost")
    assert stockouts["low"] / 1.25 < float(rows["stockout_cost"].sum()) < 1.25 * stockouts["high"]


def test_costs_add_up_and_the_order_is_that_of_the_tale(lived):
    for policy in POLICIES:
        parts = sum(lived.of(policy, name)["mean"] for name in ("holding_cost", "ordering_cost", "stockout_cost"))
        assert lived.of(policy, "cost")["mean"] == pytest.approx(parts)
    assert all(lived.of(policy, "cost")["less_plan_low"] > 0 for policy in (PURE_JIT, PURE_JIC))
    assert (lived.totals["low"] >= 0.0).all()  # no year has less than no stockouts
    assert lived.of(PURE_JIT, "occasions")["mean"] > 5 * lived.of(PLAN, "occasions")["mean"]
    assert lived.of(PURE_JIT, "fill_rate")["mean"] < lived.of(PLAN, "fill_rate")["mean"] <= lived.of(PURE_JIC, "fill_rate")["mean"] + 1e-3
    assert lived.of(PLAN, "cost")["less_plan_high"] == 0.0


def test_line_hours_are_the_hours_that_were_charged(lived):
    """Without a calendar a line runs always: the charge of an item charged by the hour is 5 for each of its hours."""
    charged = lived.items.filter(pl.col("item").is_in(["A", "B"]))
    np.testing.assert_allclose(charged["stockout_cost"], 5.0 * charged["line_hours"], rtol=1e-12)
    assert lived.items.filter(~pl.col("item").is_in(["A", "B"]))["line_hours"].sum() == 0.0
    assert lived.of(PURE_JIT, "line_hours")["mean"] == pytest.approx(charged.filter(pl.col("policy") == PURE_JIT)["line_hours"].sum())


def test_every_policy_meets_the_same_years(lived):
    """The difference to the plan varies less from year to year than the two apart would; the same seed gives the same years."""
    jic, plan = lived.of(PURE_JIC, "holding_cost"), lived.of(PLAN, "holding_cost")

    def reach(row, name=""):
        return row[f"{name}high"] - row[f"{name}low"]

    assert reach(jic, "less_plan_") < 0.5 * np.hypot(reach(jic), reach(plan))
    again = possible_years(plant_of(), SETTINGS, years=60, seed=4)
    assert again.totals.equals(lived.totals)
    other = possible_years(plant_of(), SETTINGS, years=60, seed=400)
    assert other.of(PLAN, "cost")["mean"] != plan["mean"]
    row = other.of(PLAN, "stock_value")
    assert row["low"] - reach(row) < lived.of(PLAN, "stock_value")["mean"] < row["high"] + reach(row)


def test_the_interval_is_students():
    """Mean and bounds of 1, 2, 3, 4, 5: 3 -+ 2.776 sqrt(2.5 / 5) (t of four degrees: any table)."""
    from justenough.strategy.possible_years import _interval

    assert _interval(np.arange(1.0, 6.0)) == pytest.approx((3.0, 3.0 - 2.776445 * np.sqrt(0.5), 3.0 + 2.776445 * np.sqrt(0.5)), abs=1e-6)


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="years must be 2 or more"):
        possible_years(plant_of(), SETTINGS, years=1)
    with pytest.raises(JustenoughError, match="nothing to live"):
        possible_years(plant_of(), replace(SETTINGS, holding_rate=None), years=2)


def test_years_lived_elsewhere_block_by_block_are_the_same(lived, carried, monkeypatch):
    monkeypatch.setattr("justenough.strategy.possible_years.LIVING_ITEMS", 4)
    again = possible_years(plant_of(), SETTINGS, years=60, seed=4, spread=carried)
    assert again.totals.equals(lived.totals)
    assert again.items.equals(lived.items)
    assert carried.blocks >= 2 * len(POLICIES)

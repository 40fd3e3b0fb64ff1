"""Daily look: what is said of a plan looked at every day is what planning it so comes to."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.rhythm import looked_every
from justenough.strategy.daily_look import DAILY_VALUE, hangs_on_review, looked_daily, with_daily_look
from justenough.strategy.decide import recommend
from justenough.strategy.settings import NO_REVIEW, Settings

SETTINGS = Settings(holding_rate=0.25, ordering_cost=20.0, target_cycle_service=0.95)


@pytest.fixture(scope="module")
def undeclared(small_plant: Plant) -> Plant:
    today = {"current_reorder_point": pl.lit(60.0), "current_max": pl.lit(90.0)}
    items = small_plant.items.with_columns(review_days=pl.lit(None, pl.Float64), **today)
    return replace(small_plant, tables={**small_plant.tables, "items": items})


def test_it_is_what_a_plan_of_daily_looks_comes_to(undeclared):
    """Second method: the figures are held beside a plan that was asked for with the flag the sentence names."""
    plan, asked = recommend(undeclared, SETTINGS), recommend(undeclared, replace(SETTINGS, review_days=1.0))
    told, then = plan.summary(), asked.summary()
    assert hangs_on_review(plan)
    assert told.n_unreviewed == sum(NO_REVIEW in row["assumed"] and row["gate"] is not None for row in plan.rows.iter_rows(named=True)) > 0
    assert told.daily_stock_value == pytest.approx(then.stock_value)
    assert told.daily_change_value == pytest.approx(then.change_value)
    assert told.daily_today_fill_rate == pytest.approx(then.today_fill_rate, abs=5e-4)  # what a day wants is estimated for the exposed time
    assert told.daily_today_fill_rate != pytest.approx(told.today_fill_rate, abs=0.001)
    assert told.ordered_every == looked_every(undeclared)
    assert told.daily_stock_value != pytest.approx(told.stock_value, rel=0.01)
    assert (then.n_unreviewed, then.daily_stock_value, then.daily_change_value) == (0, None, None)


@pytest.mark.parametrize("days", [1.0, 7.0])
def test_what_was_declared_is_not_tried(undeclared, days):
    """By all items in a setting, even if it is what would have been taken, and item by item."""
    assert not hangs_on_review(recommend(undeclared, replace(SETTINGS, review_days=days)))
    own = undeclared.items.with_columns(review_days=pl.lit(days))
    plan = recommend(replace(undeclared, tables={**undeclared.tables, "items": own}), SETTINGS)
    assert DAILY_VALUE not in plan.figures.columns


def test_large_plants_are_not_sized_twice(undeclared):
    plan = recommend(undeclared, replace(SETTINGS, anatomy_items=2))
    assert hangs_on_review(plan)
    assert plan.summary().daily_stock_value is None


def test_items_that_only_one_plan_knows_are_not_made_up(undeclared):
    plan = recommend(undeclared, replace(SETTINGS, anatomy_items=0))
    some = replace(plan, figures=plan.figures.head(1))
    assert with_daily_look(plan, some).figures[DAILY_VALUE].null_count() >= len(plan) - 1
    assert looked_daily(SETTINGS).review_days == 1.0

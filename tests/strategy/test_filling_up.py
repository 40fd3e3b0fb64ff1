"""Min-max levels of a plant beside its plan, and lived."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import justenough as je
from justenough.domain.policy import Reason
from justenough.strategy.decide import decided
from justenough.strategy.filling_up import SCHEMA, filled_up
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def brackets():
    return decided(je.sample("brackets"), Settings(holding_rate=0.25, ordering_cost=20.0, anatomy_items=0, gate_items=0))


@pytest.fixture(scope="module")
def rows(brackets):
    return filled_up(brackets)


def test_every_sized_item_is_there_once_the_largest_saving_first(brackets, rows):
    assert rows.schema == SCHEMA
    sized = brackets.plan.rows.filter(brackets.plan.rows["gate"].is_not_null())
    assert set(rows["item"]) <= set(sized["item"])
    assert rows["item"].n_unique() == rows.height > 20
    assert (np.diff(rows["saving_a_year"]) <= 0.0).all()


def test_the_plans_levels_are_priced_as_the_plan_prices_them(brackets, rows):
    both = rows.join(brackets.plan.rows.select("item", "total_cost", "mean_stock_value", "order_up_to"), on="item", suffix="_plan")
    assert both["plan_order_up_to"].equals(both["order_up_to_plan"])
    np.testing.assert_allclose(both["plan_cost_a_year"], both["total_cost"], rtol=1e-6)
    np.testing.assert_allclose(both["plan_stock_value"], both["mean_stock_value_plan"], rtol=1e-6)


def test_levels_chosen_together_cost_no_more_than_the_plans(rows):
    """The plan takes the economic lot first; where no floor binds, choosing both can only cost less (but for the grid's places)."""
    free = rows.filter(rows["reason"] == Reason.COST.label)
    assert free.height > 10
    assert (free["saving_a_year"] >= -0.01 * free["plan_cost_a_year"]).all()
    assert (rows["order_up_to"] > rows["reorder_point"]).all()
    assert rows["saving_a_year"].sum() > 0.0


def test_a_promise_of_cycles_means_what_it_means_in_the_plan():
    """Kept from the lowest position in both, so that nothing is saved by promising less under the same name."""
    found = decided(je.sample("brackets"), Settings(holding_rate=0.25, target_cycle_service=0.97, anatomy_items=0, gate_items=0))
    rows = filled_up(found).filter(pl.col("reason") == Reason.CYCLE_SERVICE_FLOOR.label)
    assert rows.height > 10
    assert (rows["stated_cycle_service"] >= 0.97).all()
    assert (rows["reorder_point"] - rows["plan_reorder_point"] >= 0.0).all()


def test_without_prices_there_is_none(brackets):
    bare = replace(
        brackets,
        known=replace(brackets.known, economics=replace(brackets.known.economics, unit_cost=np.full(len(brackets.plan.rows), np.nan))),
    )
    assert filled_up(bare).schema == SCHEMA
    assert not filled_up(bare).height

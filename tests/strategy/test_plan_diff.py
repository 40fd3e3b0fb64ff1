"""Plan diff: what came, went and changed, with its money."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.domain.plant import Terms
from justenough.strategy.plan import Plan
from justenough.strategy.settings import Settings


def made(**columns):
    return Plan.of(pl.DataFrame(columns), pl.DataFrame({"item": []}, schema={"item": pl.String}), Terms("EUR", "day"), Settings())


@pytest.fixture
def two():
    return made(
        item=["B", "A", "C"],
        decision=["JIT", "lean", "cannot_decide"],
        reorder_point=[3.0, 5.0, None],
        order_quantity=[2.0, 2.0, None],
        mean_stock_value=[10.0, 30.0, None],
        total_cost=[1.0, 2.0, None],
        today_mean_stock_value=[14.0, None, None],
        today_total_cost=[4.0, None, None],
        change_value=[-4.0, None, None],
        missing=[[], [], ["no lead time", "no unit cost"]],
    )


def test_diff_lists_what_changed_with_its_money(two):
    later = made(
        item=["A", "B", "D"],
        decision=["lean", "JIT", "JIC"],
        reorder_point=[6.0, 3.0, 1.0],
        order_quantity=[2.0, 2.0, 1.0],
        mean_stock_value=[42.0, 10.0, 5.0],
        total_cost=[2.5, 1.0, 1.0],
    )
    diff = later.diff(two)
    assert diff.rows.select("item", "change", "change_value").rows() == [("A", "changed", 12.0), ("D", "new", 5.0), ("C", "gone", 0.0)]
    assert diff.n_same == 1
    assert diff.change_value == 17.0
    assert diff.change_total_cost == 1.5
    assert two.diff(two).rows.height == 0

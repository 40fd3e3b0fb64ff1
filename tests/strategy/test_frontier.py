"""Frontier: against the linear programme of mixed points, and by hand where two items have three points."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from justenough.strategy.frontier import frontier_of
from justenough.strategy.plan import Plan


@pytest.fixture(scope="module")
def frontier(plan):
    return frontier_of(plan)


def columns(plan):
    today = ["today_mean_stock_value", "today_stated_fill_rate"]  # a stockout that nobody has priced hides no item
    rows = plan.rows.join(plan.curves.select("item", value="mean_stock_value", fill="fill_rate"), on="item").drop_nulls(today)
    wanted = rows["unit_cost"].to_numpy() * rows["demand_per_day"].to_numpy() * 365.25
    return rows, wanted, np.stack(rows["value"].to_list()), np.stack(rows["fill"].to_list())


def test_no_mix_of_points_serves_more_with_as_much(plan, frontier):
    """HiGHS on the programme in which items may mix their points: its best lies on the curve, and never above."""
    rows, wanted, value, fill = columns(plan)
    n, m = value.shape
    one_each = np.kron(np.eye(n), np.ones(m))
    for standing in frontier.best[:: max(1, len(frontier.best) // 6)]:
        found = linprog(
            -(fill * wanted[:, None]).ravel() / wanted.sum(),
            A_ub=value.ravel()[None],
            b_ub=[standing.stock_value * (1 + 1e-12)],
            A_eq=one_each,
            b_eq=np.ones(n),
        )
        assert standing.served == pytest.approx(-found.fun, rel=1e-9)


def test_more_stock_serves_more_at_a_lower_price(frontier):
    stock, served = [one.stock_value for one in frontier.best], [one.served for one in frontier.best]
    assert stock == sorted(stock)
    assert served == sorted(served)
    slopes = np.diff(served) / np.diff(stock)
    assert (np.diff(slopes) <= 1e-15).all()
    assert list(frontier.price) == sorted(frontier.price, reverse=True)


def test_standings_are_sums_of_the_rows(plan, frontier):
    rows, wanted, _, _ = columns(plan)
    assert frontier.n_items == rows.height
    assert frontier.plan.stock_value == pytest.approx(float(rows["mean_stock_value"].sum()))
    assert frontier.plan.served == pytest.approx(float((rows["stated_fill_rate"].to_numpy() * wanted).sum() / wanted.sum()))
    assert frontier.today.stockout_cost == pytest.approx(float(rows["today_stockout_cost"].sum()))


def by_hand(plan, **today):
    """Two items of three points each; steps by what they serve for their money: 10 for 1, 6 for 2, then 2 for 4."""
    rows = plan.rows.drop_nulls(["mean_stock_value"]).head(2)
    figures = {"unit_cost": [1.0, 1.0], "demand_per_day": [100 / 365.25, 100 / 365.25]} | today
    rows = rows.with_columns(pl.Series(name, column, dtype=pl.Float64) for name, column in figures.items())
    value = pl.Series("mean_stock_value", [[10.0, 11.0, 15.0], [20.0, 22.0, 22.0]])
    fill = pl.Series("fill_rate", [[0.80, 0.90, 0.92], [0.9, 0.96, 0.96]])
    lost = pl.Series("stockout_cost", [[3.0, 2.0, 1.0], [5.0, 4.0, 4.0]])
    curves = rows.select("item").with_columns(value, fill, lost)
    return frontier_of(Plan.of(rows, curves, plan.terms, plan.settings))


def test_two_items_by_hand(plan):
    found = by_hand(plan, today_mean_stock_value=[None, None])
    assert [one.stock_value for one in found.best] == [30.0, 31.0, 33.0, 37.0]
    assert [one.served for one in found.best] == pytest.approx([0.85, 0.9, 0.93, 0.94])
    assert [one.stockout_cost for one in found.best] == [8.0, 7.0, 6.0, 5.0]
    assert (found.today, found.freed) == (None, None)


def test_how_far_inside_today_lies_by_hand(plan):
    """Stock of 35 that serves 91.5 %: 32 would do for that, and 35 could serve 93.5 %."""
    today = {"today_mean_stock_value": [20.0, 15.0], "today_stated_fill_rate": [0.9, 0.93], "today_stockout_cost": [1.0, 2.0]}
    found = by_hand(plan, **today)
    assert (found.today.stock_value, found.today.stockout_cost) == (35.0, 3.0)
    assert found.today.served == pytest.approx(0.915)
    assert found.freed == pytest.approx(35.0 - 32.0)
    assert found.gained == pytest.approx(0.02)


def test_a_plan_without_curves_has_no_frontier(plan):
    assert frontier_of(Plan.of(plan.rows, plan.curves.clear(), plan.terms, plan.settings)) is None

"""Exchange: the plant's picture of stock against service, against the plan's own sums."""

from __future__ import annotations

import pytest

import justenough as je
from justenough.strategy.exchange import exchange_of


@pytest.fixture(scope="module")
def plan():
    return je.recommend(je.sample("bearings"), je.Settings(criticality_targets={"A": 0.98, "B": 0.95}))


def test_the_exchange_rises_and_the_plan_is_on_its_money(plan):
    exchange = exchange_of(plan)
    money, service = zip(*exchange.alike, strict=True)
    assert list(money) == sorted(money)
    assert list(service) == sorted(service)
    drawn = plan.rows.join(plan.curves, on="item", how="semi").drop_nulls("today_mean_stock_value")  # ended items have no curve
    assert exchange.plan[0] == pytest.approx(drawn["mean_stock_value"].sum())
    assert exchange.today[0] == pytest.approx(drawn["today_mean_stock_value"].sum())


def test_service_is_weighted_by_money_wanted(plan):
    """Second method: the plan's shelf service as one loop over its rows."""
    rows = plan.rows.drop_nulls(["mean_stock_value", "today_mean_stock_value", "stated_fill_rate", "today_stated_fill_rate"])
    wanted = served = 0.0
    for row in rows.iter_rows(named=True):
        value = row["mean_stock_value"] / row["mean_stock_units"] * row["demand_per_day"] if row["mean_stock_units"] else 0.0
        wanted += value
        served += value * row["stated_fill_rate"]
    assert exchange_of(plan).plan[1] == pytest.approx(served / wanted)


def test_nothing_decided_has_no_exchange(plan):
    assert exchange_of(type(plan).of(plan.rows.clear(), plan.curves.clear(), plan.terms, plan.settings)) is None

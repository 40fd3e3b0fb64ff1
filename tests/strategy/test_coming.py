"""Coming: levels that follow a season, a trend and a user's forecast."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from justenough.domain.plant import Plant
from justenough.estimation.ahead import demand_ahead
from justenough.estimation.history import history_of
from justenough.strategy.coming import PERIODS
from justenough.strategy.coming_rows import coming_schema
from justenough.strategy.decide import decided, recommend
from justenough.strategy.settings import Settings

MONTHS = 48
ASKED = Settings(holding_rate=0.25, ordering_cost=20.0, target_cycle_service=0.95)


def season(months):
    return 200.0 * (1.0 - 0.5 * np.cos(2 * np.pi * months / 12))


def of_the_year(exposed):
    """Least level that covers what S wants in so many days, from any day of the year on, 95 times in 100: a mixture of Poissons."""
    length = 365.25 / 12
    moments = np.arange(365.0)[:, None] + np.linspace(0.0, exposed, 100)
    wanted = season(np.floor(moments / length)).mean(axis=1) * exposed / length
    return int(np.searchsorted(poisson.cdf(np.arange(1000)[:, None], wanted).mean(axis=1), 0.95))


def month(place):
    return date(2021 + place // 12, place % 12 + 1, 1)


@pytest.fixture(scope="module")
def plant():
    """S: wanted in summer, thrice winter's. F: steady, but its user says it will double from the fourth month on. E: steady."""
    random = np.random.default_rng(3)
    wanted = {"S": random.poisson(season(np.arange(MONTHS))), "F": random.poisson(300, MONTHS), "E": random.poisson(300, MONTHS)}
    rows = [(item, month(k), float(units)) for item, series in wanted.items() for k, units in enumerate(series)]
    forecasts = [("F", month(MONTHS + k), 300.0 if k < 3 else 600.0) for k in range(12)]
    return Plant.from_frames(
        items=pl.DataFrame({"item": ["S", "F", "E"], "unit_cost": [4.0, 5.0, 6.0], "lead_time_days": [20.0, 20.0, 20.0]}),
        demand=pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row"),
        forecasts=pl.DataFrame(forecasts, schema=["item", "date", "mean"], orient="row"),
        currency="EUR",
        demand_period="month",
    )


@pytest.fixture(scope="module")
def plan(plant):
    return recommend(plant, ASKED)


def test_only_items_whose_demand_moves_have_levels_by_period(plan):
    assert plan.rows.filter(pl.col("item") == "S")["kind"].to_list() == ["seasonal"]
    assert plan.coming.schema == pl.Schema(coming_schema())
    assert plan.coming["item"].to_list() == ["F"] * PERIODS + ["S"] * PERIODS
    assert plan.coming_of("E").height == 0
    assert plan.coming_of("S")["start"].to_list() == [month(MONTHS + k) for k in range(PERIODS)]


def test_a_forecast_is_what_is_wanted_and_the_level_rises_before_it(plan):
    ahead = plan.coming_of("F")
    days = 365.25 / 12
    assert (ahead["demand"] / days).to_list() == pytest.approx(np.array([300.0] * 3 + [600.0] * 9) / days, rel=0.01)
    levels = ahead["reorder_point"].to_numpy()
    assert levels[2] > 1.15 * levels[0]  # a review at the end of March is exposed to April
    assert levels[6] == pytest.approx(2 * levels[0], rel=0.1)
    assert ahead["stated_cycle_service"].min() > 0.93


def test_levels_go_with_the_season(plan, plant):
    ahead = plan.coming_of("S")
    levels = ahead["reorder_point"].to_numpy()
    assert ahead["start"][int(levels.argmax())].month in (5, 6, 7)
    assert ahead["start"][int(levels.argmin())].month in (11, 12, 1)
    assert levels.max() > 2 * levels.min()
    made = decided(plant, ASKED)
    place = plant.items["item"].to_list().index("S")
    needed = of_the_year(made.known.review_days[place] + 20.0)
    assert needed <= plan["S"].reorder_point <= 1.15 * needed  # one level keeps its promise over the year
    course = demand_ahead(history_of(plant), made.known.demand, periods=PERIODS)
    np.testing.assert_allclose(ahead["demand"], course.mean[place] * course.period_days)


def test_the_sentence_says_where_the_level_goes(plan):
    ahead = plan.coming_of("S")["reorder_point"]
    said = next(reason for reason in plan["S"].reasons if reason.startswith("The level moves"))
    assert said == (
        f"The level moves with demand: {ahead[0]:,.0f} in the period from 2025-01-01, between {ahead.min():,.0f} and {ahead.max():,.0f} "
        "in the next 12. Those above are for an average time."
    )
    assert not any("level moves" in reason for reason in plan["E"].reasons)


def test_the_setting_keeps_the_dearest(plant, plan):
    one = recommend(plant, replace(ASKED, coming_items=1))
    dearest = plan.rows.filter(pl.col("item") != "E").sort("mean_stock_value")["item"][-1]
    assert one.coming["item"].unique().to_list() == [dearest]
    assert one.coming.equals(plan.coming.filter(pl.col("item") == dearest))
    none = recommend(plant, replace(ASKED, coming_items=0))
    assert none.coming.height == 0
    assert none.rows.drop("reasons").equals(plan.rows.drop("reasons"))


def test_days_are_taken_by_the_week():
    rows = [("D", date.fromordinal(738000 + k), float(k // 40)) for k in range(720)]  # 18 equal steps up
    plant = Plant.from_frames(
        items=pl.DataFrame({"item": ["D"], "unit_cost": [4.0], "lead_time_days": [20.0]}),
        demand=pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row"),
        currency="EUR",
        demand_period="day",
    )
    plan = recommend(plant, ASKED)
    starts = plan.coming_of("D")["start"]
    assert plan["D"].kind == "trending"
    assert starts.diff().drop_nulls().dt.total_days().unique().to_list() == [7]
    assert starts[0].toordinal() == 738720
    assert plan.coming_of("D")["reorder_point"].is_sorted()


def test_a_part_of_the_history_is_the_items_own(plant):
    history = history_of(plant)
    part = history.only(np.array([2, 0]))
    assert part.items == (history.items[2], history.items[0])
    assert part.series[0].tolist() == history.series[2].tolist()
    assert part.series[1].tolist() == history.series[0].tolist()

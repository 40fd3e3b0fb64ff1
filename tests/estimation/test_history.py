"""History: rows onto periods, returns, and what nobody recorded."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.history import history_of

NAN = float("nan")


def plant_of(rows, items=("A", "B"), period="day", returns="undo_demand"):
    demand = pl.DataFrame(rows, schema={"item": pl.String, "date": pl.Date, "quantity": pl.Float64}, orient="row")
    return Plant.from_frames(
        items=pl.DataFrame({"item": list(items)}), demand=demand, currency="EUR", demand_period=period, returns=returns
    )


def test_days_without_a_row_had_no_demand():
    history = history_of(
        plant_of([("A", date(2026, 3, 1), 2), ("A", date(2026, 3, 4), 1), ("A", date(2026, 3, 4), 4), ("B", date(2026, 3, 3), 7)])
    )
    assert history.items == ("A", "B")
    assert history.n_periods == 4
    assert history.starts[-1] == date(2026, 3, 4)
    np.testing.assert_array_equal(history.series[0], [2, 0, 0, 5])
    np.testing.assert_array_equal(history.series[1], [7, 0])
    np.testing.assert_array_equal(history.first_period, [0, 2])


def test_an_empty_quantity_is_unknown_and_does_not_start_a_series():
    history = history_of(
        plant_of([("A", date(2026, 3, 1), None), ("A", date(2026, 3, 2), 2), ("A", date(2026, 3, 3), None), ("B", date(2026, 3, 1), 1)])
    )
    np.testing.assert_array_equal(history.series[0], [2, NAN])
    np.testing.assert_array_equal(history.first_period, [1, 0])


def test_months_and_weeks():
    months = history_of(plant_of([("A", date(2025, 12, 31), 1), ("A", date(2026, 2, 28), 2), ("A", date(2026, 1, 1), 4)], period="month"))
    np.testing.assert_array_equal(months.series[0], [1, 4, 2])
    assert months.starts == (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert months.period_days == pytest.approx(30.4375)
    weeks = history_of(plant_of([("A", date(2026, 3, 1), 1), ("A", date(2026, 3, 2), 2)], period="week"))
    assert weeks.starts == (date(2026, 2, 23), date(2026, 3, 2))
    np.testing.assert_array_equal(weeks.series[0], [1, 2])


def test_unfinished_weeks_at_the_ends_are_left_out():
    days = [date(2026, 3, 5) + timedelta(days=k) for k in range(34)]  # Thursday to Tuesday
    history = history_of(plant_of([("A", day, 1) for day in days], period="week"))
    assert history.starts[0] == date(2026, 3, 9)
    np.testing.assert_array_equal(history.series[0], [7, 7, 7, 7])


def test_returns_undo_or_are_ignored():
    rows = [("A", date(2026, 3, 1), 5), ("A", date(2026, 3, 2), 1), ("A", date(2026, 3, 4), -3), ("B", date(2026, 3, 4), 1)]
    undone, ignored = history_of(plant_of(rows)), history_of(plant_of(rows, returns="ignore"))
    np.testing.assert_array_equal(undone.series[0], [3, 0, 0, 0])
    np.testing.assert_array_equal(ignored.series[0], [5, 1, 0, 0])
    np.testing.assert_array_equal(undone.returned, [3, 0])
    np.testing.assert_array_equal(ignored.returned, [3, 0])


def test_items_without_demand_have_an_empty_series_and_strange_items_none():
    history = history_of(plant_of([("B", date(2026, 3, 1), 5), ("Z", date(2026, 3, 1), 5)]))
    np.testing.assert_array_equal(history.series.lengths, [0, 1])
    nothing = history_of(plant_of([]))
    assert nothing.n_periods == 0
    assert nothing.until(3).n_periods == 0
    np.testing.assert_array_equal(nothing.series.lengths, [0, 0])


def test_until_and_since_part_the_history():
    history = history_of(plant_of([("A", date(2026, 3, 1), 2), ("A", date(2026, 3, 4), 5), ("B", date(2026, 3, 3), 7)]))
    before, after = history.until(2), history.since(2)
    assert (before.n_periods, after.n_periods) == (2, 2)
    np.testing.assert_array_equal(before.series.values, [2, 0])
    np.testing.assert_array_equal(after.series.values, [0, 5, 7, 0])
    np.testing.assert_array_equal(after.first_period, [0, 0])
    np.testing.assert_array_equal(before.series.lengths, [2, 0])


def test_polars_group_by_agrees_on_random_rows():
    draws = np.random.default_rng(3)
    rows = [
        (f"I{draws.integers(20):02}", date(2026, 1, 1) + timedelta(days=int(draws.integers(90))), float(draws.integers(9)))
        for _ in range(2000)
    ]
    rows += [(f"I{i:02}", date(2026, 1, 1), 0.0) for i in range(20)]
    plant = plant_of(rows, items=[f"I{i:02}" for i in range(20)])
    history = history_of(plant)
    days = pl.DataFrame({"date": history.starts})
    for i, item in enumerate(history.items):
        mine = plant.demand.filter(pl.col("item") == item).group_by("date").agg(pl.col("quantity").sum())
        expected = days.join(mine, on="date", how="left", maintain_order="left")["quantity"].fill_null(0.0)
        np.testing.assert_allclose(history.series[i], expected)


@pytest.mark.parametrize("day", range(1, 40, 3))
def test_a_cut_history_knows_only_the_returns_known_then(day):
    """The same as a history made of the rows before that day; the rows after it hold many returns."""
    draws = np.random.default_rng(8)
    start = date(2026, 3, 1)
    rows = [
        (item, start + timedelta(days=int(d)), float(q))
        for item in "AB"
        for d, q in zip(draws.integers(0, 40, 60), draws.integers(-4, 5, 60), strict=True)
    ]
    rows += [(item, start + timedelta(days=d), 0.0) for item in "AB" for d in range(40)]
    whole = history_of(plant_of(rows)).until(day)
    then = history_of(plant_of([row for row in rows if row[1] < start + timedelta(days=day)]))
    np.testing.assert_array_equal(whole.series.values, then.series.values)
    np.testing.assert_array_equal(whole.returned, then.returned)
    np.testing.assert_array_equal(whole.until(day - 1).series.values, then.until(day - 1).series.values)

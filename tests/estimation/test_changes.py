"""Changes of demand: seasons and trends that the plan foresaw are none; what changed says since when, from what and to what."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.changes import SCHEMA, Since, changes_of, compared, demand_changes
from justenough.estimation.history import history_of

FIRST = date(2022, 1, 3)
WEEKS, CUT = 208, 156
DAY = FIRST + timedelta(weeks=CUT)


def plant_of(series: dict[str, np.ndarray]) -> Plant:
    items = pl.DataFrame({"item": list(series), "unit_cost": 1.0, "lead_time_days": 7.0})
    rows = [(item, FIRST + timedelta(weeks=week), float(y)) for item, values in series.items() for week, y in enumerate(values)]
    demand = pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row")
    return Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="week")


@pytest.fixture(scope="module")
def changed():
    rng = np.random.default_rng(4)
    steady = {f"S{i:02}": rng.poisson(20.0, WEEKS) for i in range(30)}
    step = rng.poisson(np.where(np.arange(WEEKS) < CUT + 10, 20.0, 40.0))
    ended = np.where(np.arange(WEEKS) < CUT + 5, rng.poisson(20.0, WEEKS), 0)
    season = rng.poisson(40.0 * (1.0 + 0.7 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)))
    return changes_of(plant_of({**steady, "STEP": step, "ENDED": ended, "SEASON": season}), DAY)


def test_a_step_is_found_with_its_day_and_its_size(changed):
    row = changed.of("demand").filter(pl.col("subject") == "STEP").row(0, named=True)
    assert row["direction"] == "higher"
    assert abs((row["changed_on"] - (DAY + timedelta(weeks=10))).days) <= 21
    assert row["changed_on"] < row["detected_on"] <= DAY + timedelta(weeks=20)
    assert row["assumed"] == pytest.approx(20.0 / 7.0, rel=0.05)
    assert row["found"] == pytest.approx(40.0 / 7.0, rel=0.05)


def test_demand_that_ends_is_lower(changed):
    row = changed.of("demand").filter(pl.col("subject") == "ENDED").row(0, named=True)
    assert (row["direction"], row["found"]) == ("lower", 0.0)


def test_what_goes_on_as_foreseen_is_no_change(changed):
    """A season the record showed before is divided out; steady items alarm with 1 % a year each."""
    others = set(changed.of("demand")["subject"]) - {"STEP", "ENDED"}
    assert len(others) <= 1
    assert "SEASON" not in others


def test_the_same_season_is_a_change_where_nobody_foresaw_it():
    """Without the division, half of a season's year would look like a change: the item's first year is all that came before."""
    rng = np.random.default_rng(5)
    weeks = np.arange(104)
    season = rng.poisson(40.0 * (1.0 + 0.7 * np.sin(2 * np.pi * weeks / 52.18)))
    plant = plant_of({"SEASON": season})
    found = demand_changes(history_of(plant), Since.of(plant, FIRST + timedelta(weeks=26)), 0.01)[1]
    assert found.height == 1


def test_what_was_tested_is_counted(changed):
    counted = {row["assumption"]: (row["streams"], row["observations"]) for row in changed.tested.iter_rows(named=True)}
    assert counted["demand"] == (33, 33 * (WEEKS - CUT))
    assert changed.n_tests == 33
    assert changed.chance_alone == pytest.approx(0.33)
    assert changed.rows.schema == SCHEMA


def test_an_item_approved_after_its_change_is_held_against_what_came_since():
    """Both doubled at the cut; B was sized again half a year later on what came after, and has been steady since."""
    rng = np.random.default_rng(6)
    step = rng.poisson(np.where(np.arange(WEEKS) < CUT, 20.0, 40.0))
    plant = plant_of({"A": step, "B": step})
    later = pl.DataFrame({"item": ["B"], "since": [DAY + timedelta(weeks=26)], "demand_from": [DAY]})
    assert changes_of(plant, Since.of(plant, DAY, later)).of("demand")["subject"].to_list() == ["A"]
    whole = later.drop("demand_from")  # held against all its past B is still not what it was
    assert changes_of(plant, Since.of(plant, DAY, whole)).of("demand")["subject"].to_list() == ["A", "B"]


def test_figures_of_a_change_are_of_what_changed():
    before, after = np.array([1.0, 3.0]), np.array([4.0, np.nan, 8.0])
    assert compared(before, after, "higher") == (2.0, 6.0)
    assert compared(before, after, "wider") == (pytest.approx(np.sqrt(2.0)), pytest.approx(np.sqrt(8.0)))
    assert compared(before[:1], after, "narrower")[0] is None

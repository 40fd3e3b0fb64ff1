"""Seasons: found in invented items that have them, rarely in those that do not."""

from datetime import date, timedelta

import numpy as np
import pytest

from justenough.domain.item import DemandKind
from justenough.domain.ragged import Ragged
from justenough.estimation.ahead import demand_ahead
from justenough.estimation.demand import demand_of
from justenough.estimation.history import History
from justenough.estimation.seasons import months_of, seasons_of

WAVE = 1.0 + 0.6 * np.cos(2 * np.pi * np.arange(12) / 12)


def months_from(n):
    return tuple(date(2020 + k // 12, k % 12 + 1, 1) for k in range(n))


def monthly(series):
    n, months = np.shape(series)
    return History(tuple(f"I{i:04}" for i in range(n)), Ragged.of(series), np.zeros(n, int), months_from(months), 30.4375, np.zeros(n))


def test_the_month_of_a_week_is_that_of_its_middle():
    weeks = tuple(date(2023, 12, 25) + timedelta(days=7 * k) for k in range(3))
    assert months_of(weeks, 7.0).tolist() == [11, 0, 0]  # 25 December; 1 and 8 January
    assert months_of((date(2023, 12, 30),), 7.0).tolist() == [0]


@pytest.mark.parametrize("years", [2, 3])
@pytest.mark.parametrize("rate", [0.5, 5.0, 50.0])
def test_false_alarms_are_as_rare_as_declared(rate, years):
    draws = np.random.default_rng(1)
    found = seasons_of(monthly(draws.poisson(rate, (4000, 12 * years)).astype(float)))
    assert found.seasonal.mean() < 0.02
    assert found.trending.mean() < 0.02


def test_a_walk_without_aim_is_no_trend():
    draws = np.random.default_rng(2)
    walk = 100.0 * np.exp(np.cumsum(draws.normal(0.0, 0.08, (2000, 48)), axis=1))
    assert seasons_of(monthly(walk)).trending.mean() < 0.03


def test_a_season_is_found_and_its_profile_recovered():
    draws = np.random.default_rng(3)
    history = monthly(draws.poisson(20.0 * np.tile(WAVE, 3), (300, 36)).astype(float))
    demand, found = demand_of(history), seasons_of(history)
    assert (demand.kind == DemandKind.SEASONAL).mean() > 0.98
    assert found.factor.mean(axis=0) == pytest.approx(WAVE, abs=0.03)
    raw = history.series.values.reshape(300, 3, 12).mean(axis=1)
    raw = raw / raw.mean(axis=1, keepdims=True)
    assert np.square(found.factor - WAVE).mean() < 0.9 * np.square(raw - WAVE).mean()  # drawn to the others, nearer the truth
    ahead = demand_ahead(history, demand)
    assert (ahead.mean * 30.4375).mean(axis=0) == pytest.approx(20.0 * WAVE, rel=0.08)
    assert (ahead.variance * 30.4375).mean(axis=0).mean() == pytest.approx(20.0, rel=0.35)  # Poisson around the season
    assert (ahead.variance < demand.variance[:, None]).mean() > 0.8


def test_a_season_needs_two_years():
    draws = np.random.default_rng(4)
    assert not seasons_of(monthly(draws.poisson(20.0 * np.tile(WAVE, 2)[:23], (50, 23)).astype(float))).seasonal.any()


def test_a_trend_is_found_and_goes_on_ever_slower():
    draws = np.random.default_rng(5)
    level = 100.0 + 5.0 * np.arange(40)
    history = monthly(draws.poisson(level, (200, 40)).astype(float))
    demand = demand_of(history)
    trending = demand.kind == DemandKind.TRENDING
    assert trending.mean() > 0.9
    ahead = demand_ahead(history, demand).mean[trending].mean(axis=0) * 30.4375
    rises = np.diff(ahead)
    assert (rises > 0.0).all()
    assert (np.diff(rises) < 0.0).all()
    assert 280.0 < ahead[0] < 320.0  # 300 at the end of the record

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
    assert (demand.variance * 30.4375).mean() == pytest.approx(20.0, rel=0.35)  # so the season is in its swing, not in its noise


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


@pytest.mark.parametrize("begins", range(0, 12, 5))
def test_a_season_is_that_of_its_months_whenever_the_record_begins(begins):
    draws = np.random.default_rng(8)
    course = np.roll(WAVE, -begins)  # the record's first month lies so far into the year
    series = draws.poisson(200.0 * np.tile(course, 3)[:31], (50, 31)).astype(float)
    history = History(
        tuple(f"I{i}" for i in range(50)), Ragged.of(series), np.zeros(50, int), months_from(begins + 31)[begins:], 30.4375, np.zeros(50)
    )
    assert seasons_of(history).factor.mean(axis=0) == pytest.approx(WAVE, abs=0.05)
    ahead = demand_ahead(history, demand_of(history))
    assert ahead.mean.mean(axis=0) * 30.4375 == pytest.approx(200.0 * np.tile(course, 4)[31:43], rel=0.1)


@pytest.mark.parametrize("days", [1.0, 30.4375, 91.3125, 365.25, 500.0])
def test_swing_is_what_a_wave_brings_over_so_many_days(days):
    """A wave 1 + a cos(w t), seen for h days: sd of its mean is a sin(w h / 2) / (w h / 2) / sqrt(2), 0 over whole years."""
    draws = np.random.default_rng(7)
    found = seasons_of(monthly(draws.poisson(4000.0 * np.tile(WAVE, 3), (20, 36)).astype(float)))
    half = np.pi * days / 365.25
    assert found.seasonal.all()
    assert found.swing(np.full(20, days)).mean() == pytest.approx(abs(0.6 * np.sin(half) / half / np.sqrt(2.0)), abs=0.01)


def daily(mean, seed, days):
    """Poisson items with these means of each day, on the calendar."""
    starts = tuple(date(2023, 1, 1) + timedelta(days=k) for k in range(days))
    series = np.random.default_rng(seed).poisson(mean, (mean.shape[0], days)).astype(float)
    n = len(series)
    return History(tuple(f"I{i:04}" for i in range(n)), Ragged.of(series), np.zeros(n, int), starts, 1.0, np.zeros(n))


def test_what_is_seasonal_does_not_make_steady_items_uncertain():
    """Sixty steady items, alone and beside forty whose demand swings threefold through the year."""
    days = 3 * 365
    wave = 8.0 * (1.0 + 0.7 * np.cos(2 * np.pi * np.arange(days) / 365.25))
    steady = np.full((60, days), 8.0)
    alone = demand_of(daily(steady, 1, days), exposed_days=np.full(60, 20.0))
    beside = demand_of(daily(np.vstack([steady, np.tile(wave, (40, 1))]), 1, days), exposed_days=np.full(100, 20.0))
    assert (beside.kind[60:] == DemandKind.SEASONAL).all()
    assert beside.drift[:60].mean() == pytest.approx(alone.drift.mean(), abs=0.02)
    assert alone.drift.mean() < 0.1


def test_a_level_for_the_whole_year_keeps_its_promise_through_the_season():
    """Stated against kept over a year to come, daily Poisson demand around a wave: noise of a day is a day's, the wave is the year's."""
    years, h = 3, 30
    t = np.arange((years + 1) * 365)
    truth = np.tile(8.0 * (1.0 + 0.6 * np.cos(2 * np.pi * t / 365.25)), (60, 1))
    history = daily(truth, 3, len(t))
    demand = demand_of(history.until(years * 365), exposed_days=np.full(60, float(h)))
    assert demand.variance.mean() == pytest.approx(8.0, rel=0.25)  # Poisson's, whatever the season
    mean, relative = demand.mean * h, np.square(demand.drift) + np.square(demand.swing)
    spread = np.sqrt(demand.variance * h + relative * mean**2)
    came = np.array([np.convolve(history.series[i][years * 365 :], np.ones(h), "valid") for i in range(60)])
    assert came.std() == pytest.approx(spread.mean(), rel=0.12)
    assert (came <= (mean + 1.2 * spread)[:, None]).mean() == pytest.approx(0.87, abs=0.06)  # a wave is at its top for long

"""Demand: kinds, levels and dispersions of invented series whose truth is known."""

from datetime import date, timedelta

import numpy as np
import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.classes import classes_of
from justenough.estimation.demand import demand_of
from justenough.estimation.history import History
from justenough.estimation.knobs import DemandParams


def history_of_series(series, period_days=7.0):
    packed = Ragged.of(series)
    longest = int(packed.lengths.max(initial=0))
    starts = tuple(date(2020, 1, 6) + timedelta(days=round(period_days * k)) for k in range(longest))
    items = tuple(f"I{i:05}" for i in range(len(packed)))
    return History(items, packed, longest - packed.lengths, starts, period_days, np.zeros(len(packed)))


@pytest.fixture(scope="module")
def poisson():
    """600 items of steady Poisson demand, rates 0.1 to 20 a week, two years."""
    draws = np.random.default_rng(3)
    rates = np.exp(draws.uniform(np.log(0.1), np.log(20.0), 600))
    return rates, demand_of(history_of_series(draws.poisson(rates[:, None], (600, 104)).astype(float)), exposed_days=np.full(600, 28.0))


def test_steady_demand_is_read_as_steady(poisson):
    rates, demand = poisson
    seen = demand.mean > 0
    ratio = demand.mean * 7.0 / rates
    assert ratio[seen].mean() == pytest.approx(1.0, abs=0.05)
    many = rates > 2.0
    assert np.abs(ratio[many] - 1.0).mean() < 0.15
    assert demand.variance[many].sum() / demand.mean[many].sum() == pytest.approx(1.0, abs=0.1)
    assert np.median(demand.drift[many]) <= 0.25
    assert (demand.step == 1.0).all()


def test_shrinkage_brings_variances_nearer_the_truth(poisson):
    rates, demand = poisson
    draws = np.random.default_rng(3)
    np.exp(draws.uniform(np.log(0.1), np.log(20.0), 600))
    raw = draws.poisson(rates[:, None], (600, 104)).var(axis=1, ddof=1)
    seen = raw > 0
    ours = np.abs(np.log(demand.variance * 7.0 / rates))[seen].mean()
    assert ours < 0.9 * np.abs(np.log(raw / rates))[seen].mean()


def test_idle_probability_of_a_poisson_week(poisson):
    rates, demand = poisson
    seen = demand.n_positive > 0
    assert np.abs(demand.idle - np.exp(-rates))[seen].mean() < 0.03


def test_drifting_levels_are_found_to_drift():
    draws = np.random.default_rng(4)
    level = 10.0 * np.exp(np.cumsum(draws.normal(0, 0.12, (300, 120)), axis=1))
    drifting = demand_of(history_of_series(draws.poisson(level).astype(float)), exposed_days=np.full(300, 28.0))
    assert np.median(drifting.drift) > 0.3


def test_items_never_wanted_take_what_came_to_others_like_them():
    """First demands come to silent items at 2 % a period, sizes of 5."""
    draws = np.random.default_rng(5)
    series = (draws.random((2000, 60)) < 0.02) * 5.0
    demand = demand_of(history_of_series(series), exposed_days=np.full(2000, 21.0))
    silent = demand.n_positive == 0
    assert silent.sum() > 300
    assert np.unique(demand.mean[silent]).size == 1
    assert demand.mean[silent][0] * 7.0 == pytest.approx(0.1, rel=0.2)
    assert demand.idle[silent][0] == pytest.approx(0.98, abs=0.004)


@pytest.mark.parametrize(
    "series",
    [[], [[]], [[0.0]], [[3.0]], [[0.0] * 30], [[5.0] * 30], [[np.nan] * 10], [[1.5, 2.5] * 20], [[0.0] * 29 + [1e9]], [[], [1.0] * 40]],
)
def test_odd_histories_get_finite_answers(series):
    demand = demand_of(history_of_series(series))
    for column in (demand.mean, demand.variance, demand.drift, demand.idle, demand.step):
        assert np.isfinite(column).all()
    assert (demand.mean >= 0).all()
    assert (demand.variance >= 0).all()


def test_the_order_of_items_does_not_matter():
    draws = np.random.default_rng(6)
    series = draws.poisson(draws.gamma(1.0, 2.0, (300, 1)), (300, 60)).astype(float)
    straight = history_of_series(series)
    back = History(straight.items[::-1], Ragged.of(series[::-1]), straight.first_period, straight.starts, 7.0, straight.returned)
    params = DemandParams(sample=100)
    one, two = demand_of(straight, params), demand_of(back, params)
    np.testing.assert_allclose(one.mean, two.mean[::-1], rtol=1e-9)
    np.testing.assert_array_equal(one.form, two.form[::-1])
    np.testing.assert_allclose(one.drift, two.drift[::-1], rtol=1e-6)


def test_a_block_of_items_is_read_as_in_the_whole_plant():
    """Given what the classes have in common, each item stands alone, whatever else lies beside it."""
    draws = np.random.default_rng(7)
    series = draws.poisson(draws.gamma(0.7, 2.0, (400, 1)), (400, 60)).astype(float)
    whole = history_of_series(series)
    learned = classes_of(whole, exposed_days=np.full(400, 21.0))
    together = demand_of(whole, classes=learned)
    block = History(whole.items[37:38], Ragged.of(series[37:38]), whole.first_period[37:38], whole.starts, 7.0, np.zeros(1))
    alone = demand_of(block, classes=learned)
    for name in ("kind", "mean", "variance", "drift", "idle", "form", "method"):
        assert getattr(alone, name)[0] == getattr(together, name)[37], name


def test_an_item_wanted_every_day_keeps_its_level_over_a_long_exposed_time():
    """Poisson of mean 20 a day, two years, exposed for nine weeks: the level is 20, and the drift is nearly none."""
    rng = np.random.default_rng(7)
    found = demand_of(history_of_series(list(rng.poisson(20.0, (5, 730)).astype(float)), 1.0), exposed_days=np.full(5, 63.0))
    np.testing.assert_allclose(found.mean, 20.0, rtol=0.05)
    assert (found.drift < 0.1).all()


def test_the_weekday_a_record_ends_on_does_not_move_a_plants_demand():
    """Flat demand on five days of seven, 60 items for two years: their level was 2 % above the mean on Fridays, 3 % below on Mondays."""
    draws = np.random.default_rng(4)
    weeks = draws.poisson(draws.uniform(5.0, 40.0, 60)[:, None] * np.tile([1.0] * 5 + [0.0] * 2, 104)).astype(float)
    found = []
    for cut in range(7):  # the record ends on a Sunday, a Saturday, ..., a Monday
        series = weeks[:, : weeks.shape[1] - cut]
        demand = demand_of(history_of_series(list(series), period_days=1.0), exposed_days=np.full(60, 17.0))
        found.append(demand.mean.sum() / series.mean(axis=1).sum())
    np.testing.assert_allclose(found, 1.0, atol=0.012)
    assert np.ptp(found) < 0.01

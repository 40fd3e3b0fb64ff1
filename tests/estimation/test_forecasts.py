"""Forecasts: a user's forecast replaces ours, and its past errors say how far to trust it."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from justenough.domain.plant import Plant
from justenough.estimation.demand import demand_of
from justenough.estimation.forecasts import forecast_demand, scores_of
from justenough.estimation.history import history_of

START = date(2024, 1, 1)  # a Monday


def plant_of(wanted, forecast, **quantiles):
    """Weekly demand (n_items, n_weeks); forecasts for the same weeks and those after, NaN for none."""
    n, weeks = wanted.shape
    codes = [f"I{i:03}" for i in range(n)]

    def rows(table, name):
        days = [START + timedelta(days=7 * k) for k in range(table.shape[1])]
        return pl.DataFrame({"item": np.repeat(codes, table.shape[1]), "date": days * n, name: table.ravel()}).fill_nan(None).drop_nulls()

    said = rows(forecast, "mean")
    for name, table in quantiles.items():
        said = said.join(rows(table, name), on=["item", "date"], how="left")
    return Plant.from_frames(
        items=pl.DataFrame({"item": codes}), demand=rows(wanted, "quantity"), forecasts=said, currency="EUR", demand_period="week"
    )


def both(plant, days=21.0):
    history = history_of(plant)
    exposed = np.full(len(history.items), days)
    ours = demand_of(history, exposed_days=exposed)
    return ours, forecast_demand(plant, history, ours, exposed)


def test_only_items_forecast_for_their_whole_exposed_time_are_replaced():
    wanted = np.full((3, 20), 7.0)
    forecast = np.full((3, 23), np.nan)
    forecast[0, 20:] = [14.0, 21.0, 28.0]
    forecast[1, 20:22] = 14.0  # two weeks of three
    ours, theirs = both(plant_of(wanted, forecast))
    assert theirs.mean[0] == pytest.approx(21.0 / 7.0)
    np.testing.assert_array_equal(theirs.mean[1:], ours.mean[1:])
    np.testing.assert_array_equal(theirs.drift[1:], ours.drift[1:])


def test_its_own_past_errors_are_its_uncertainty():
    """Errors of +-4 a week around a forecast of 100 that is right on the average: noise 16 a week, little drift."""
    draws = np.random.default_rng(1)
    forecast = np.full((40, 63), 100.0)
    wanted = forecast[:, :60] + draws.choice([-4.0, 4.0], (40, 60))
    _, theirs = both(plant_of(wanted, forecast))
    assert theirs.variance * 7.0 == pytest.approx(np.full(40, 16.0))
    biased = both(plant_of(wanted + 30.0, forecast))[1]
    # Each exposed time is 90 of 300 more than forecast: a relative error of 0.3, less what the noise explains.
    assert (biased.drift > theirs.drift).all()
    spread = biased.variance * 21.0 + np.square(biased.drift * biased.mean * 21.0)
    assert np.sqrt(spread).mean() == pytest.approx(90.0, rel=0.15)


def test_without_past_forecasts_its_quantile_speaks():
    wanted, forecast, q95 = np.full((2, 20), 50.0), np.full((2, 23), np.nan), np.full((2, 23), np.nan)
    forecast[:, 20:], q95[:, 20:] = 50.0, 50.0 + 10.0 * 1.6448536269514722
    _, theirs = both(plant_of(wanted, forecast, q95=q95))
    assert theirs.variance * 7.0 == pytest.approx(np.full(2, 100.0))


def test_every_quantile_given_is_heard():
    """Normal quantiles of sd 10 for item 0; for item 1 its q80 says sd 5 and its q99 sd 12: least squares weighs them by z."""
    wanted, forecast = np.full((2, 20), 50.0), np.full((2, 23), np.nan)
    forecast[:, 20:] = 50.0
    tables = {name: np.full((2, 23), np.nan) for name in ("q80", "q90", "q98", "q99")}
    low, high = norm.ppf(0.8), norm.ppf(0.99)
    for name, table in tables.items():
        table[0, 20:] = norm.ppf(int(name[1:]) / 100, 50.0, 10.0)
    tables["q80"][1, 20:], tables["q99"][1, 20:] = 50.0 + 5.0 * low, 50.0 + 12.0 * high
    _, theirs = both(plant_of(wanted, forecast, **tables))
    between = np.polyfit([-low, -high, low, high], [-5.0 * low, -12.0 * high, 5.0 * low, 12.0 * high], 1)[0]
    assert theirs.variance * 7.0 == pytest.approx([100.0, between**2])


def test_errors_are_those_of_a_plain_loop_whatever_is_missing():
    """Items begun late, weeks nobody recorded, weeks without a forecast, exposed times of 1 to 4 weeks."""
    draws = np.random.default_rng(4)
    wanted, forecast = draws.poisson(30.0, (12, 40)).astype(float), draws.uniform(20.0, 40.0, (12, 44))
    wanted[draws.random((12, 40)) < 0.1] = np.nan
    forecast[:, :40][draws.random((12, 40)) < 0.1] = np.nan
    wanted[:6, :15] = np.nan
    plant = plant_of(wanted, forecast)
    history = history_of(plant)
    exposed = 7.0 * (1 + np.arange(12) % 4)
    ours = demand_of(history, exposed_days=exposed)
    theirs = forecast_demand(plant, history, ours, exposed)
    for i, span in enumerate((1 + np.arange(12) % 4).tolist()):
        series = history.series[i]
        apart = (series - forecast[i, 40 - len(series) : 40])[::-1]
        single = [each for each in apart if not np.isnan(each)]
        sums = [apart[k : k + span].sum() for k in range(0, len(apart) - span + 1, span)]
        sums = [each for each in sums if not np.isnan(each)]
        noise = float(np.mean(np.square(single)))
        mean = forecast[i, 40 : 40 + span].sum()
        extra = max(float(np.mean(np.square(sums))) - span * noise, 0.0) / mean**2
        assert theirs.variance[i] * 7.0 == pytest.approx(noise)
        assert theirs.drift[i] == pytest.approx(np.sqrt((len(sums) * extra + 4.0 * ours.drift[i] ** 2) / (len(sums) + 4.0)))


def test_the_better_forecast_scores_better():
    """Demand that jumps between two levels: a user who knows the jumps scores below us, one who errs, above."""
    draws = np.random.default_rng(2)
    level = np.repeat(draws.choice([20.0, 200.0], (60, 16)), 5, axis=1)
    wanted = draws.poisson(level).astype(float)
    exposed = np.full(60, 14.0)
    for forecast, better in ((level, True), (220.0 - level, False)):
        plant = plant_of(wanted, forecast)
        scores = scores_of(plant, history_of(plant), exposed)
        judged = scores.windows > 0
        assert scores.windows.sum() == 60 * 8
        ours, theirs = (np.average(each[judged], weights=scores.windows[judged]) for each in (scores.ours, scores.theirs))
        assert (theirs < ours) == better

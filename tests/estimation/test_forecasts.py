"""Forecasts: a user's forecast replaces ours, and its past errors say how far to trust it."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.demand import demand_of
from justenough.estimation.forecasts import forecast_demand, scores_of
from justenough.estimation.history import history_of

START = date(2024, 1, 1)  # a Monday


def plant_of(wanted, forecast, q95=None):
    """Weekly demand (n_items, n_weeks); forecasts for the same weeks and those after, NaN for none."""
    n, weeks = wanted.shape
    codes = [f"I{i:03}" for i in range(n)]

    def rows(table, name):
        days = [START + timedelta(days=7 * k) for k in range(table.shape[1])]
        return pl.DataFrame({"item": np.repeat(codes, table.shape[1]), "date": days * n, name: table.ravel()}).fill_nan(None).drop_nulls()

    said = rows(forecast, "mean")
    if q95 is not None:
        said = said.join(rows(q95, "q95"), on=["item", "date"])
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
    _, theirs = both(plant_of(wanted, forecast, q95))
    assert theirs.variance * 7.0 == pytest.approx(np.full(2, 100.0))


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

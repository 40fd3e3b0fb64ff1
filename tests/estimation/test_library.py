"""A library's forecasts as a user's own: where they stand, what they are, and what is refused."""

import importlib.util

import numpy as np
import polars as pl
import pytest

import justenough as je
from justenough.domain.errors import SettingsError
from justenough.estimation.demand import demand_of
from justenough.estimation.forecasts import forecast_demand
from justenough.estimation.history import history_of
from justenough.estimation.library import library_forecasts

INSTALLED = importlib.util.find_spec("statsforecast") is not None


def seasonal_plant(forecasts=None):
    """Five years of months, one item that doubles every December, one wanted now and then."""
    rng = np.random.default_rng(4)
    months = pl.date_range(pl.date(2020, 1, 1), pl.date(2024, 12, 1), "1mo", eager=True)
    factor = np.where(months.dt.month().to_numpy() == 12, 2.0, 1.0)
    demand = pl.concat(
        [
            pl.DataFrame({"item": "X-MAS", "date": months, "quantity": np.round(100 * factor * rng.normal(1, 0.05, len(months)))}),
            pl.DataFrame({"item": "RARE", "date": months, "quantity": rng.poisson(0.2, len(months)).astype(float)}),
        ]
    )
    items = pl.DataFrame({"item": ["X-MAS", "RARE"], "lead_time_days": [30.0, 30.0], "unit_cost": [5.0, 5.0]})
    more = {} if forecasts is None else {"forecasts": forecasts}
    return je.Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="month", **more)


def test_an_unknown_model_is_refused_with_those_there_are():
    with pytest.raises(SettingsError, match="AutoETS, AutoARIMA"):
        library_forecasts(seasonal_plant(), model="Prophet")


@pytest.mark.skipif(INSTALLED, reason="statsforecast is installed here")
def test_without_the_library_the_refusal_says_how_to_get_it():
    with pytest.raises(SettingsError, match="pip install statsforecast"):
        library_forecasts(seasonal_plant())


@pytest.mark.skipif(not INSTALLED, reason="statsforecast is not installed (extra: peers)")
def test_a_library_sees_december_and_its_forecast_becomes_the_level():
    found = library_forecasts(seasonal_plant(), periods=12, past=6)
    assert set(found["item"]) == {"X-MAS"}
    assert found.height == 18
    ahead = found.filter(pl.col("date") >= pl.date(2025, 1, 1))
    december = ahead.filter(pl.col("date").dt.month() == 12)["mean"][0]
    rest = ahead.filter(pl.col("date").dt.month() != 12)["mean"].mean()
    assert december / rest == pytest.approx(2.0, rel=0.15)
    assert (found["q95"] >= found["mean"]).all()

    plant = seasonal_plant(found)
    history, exposed = history_of(plant), np.full(2, 30.0)
    ours = demand_of(history, exposed_days=exposed)
    theirs = forecast_demand(plant, history, ours, exposed)
    at = history.items.index("X-MAS")
    assert theirs.mean[at] * history.period_days == pytest.approx(ahead["mean"][0], rel=1e-6)
    assert theirs.mean[1 - at] == ours.mean[1 - at]

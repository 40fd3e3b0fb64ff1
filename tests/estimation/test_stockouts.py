"""Stockouts: what an empty shelf hid, by hand and by simulation of shops whose true demand is known."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.demand import demand_of
from justenough.estimation.history import history_of

START = date(2024, 1, 1)  # a Monday


def plant_of(sold, closing, period):
    """Plants of daily sales and closing stocks, (n_items, n_days)."""
    n, days = sold.shape
    rows = {"item": np.repeat([f"I{i:04}" for i in range(n)], days), "date": [START + timedelta(days=d) for d in range(days)] * n}
    demand = pl.DataFrame(rows | {"quantity": sold.ravel()})
    stock = pl.DataFrame(rows | {"on_hand": closing.ravel()})
    return Plant.from_frames(
        items=pl.DataFrame({"item": [f"I{i:04}" for i in range(n)]}), demand=demand, stock=stock, currency="EUR", demand_period=period
    )


def shops(rate, lot, n, days, seed):
    """Poisson demand, lost when the shelf is empty; filled up to ``lot`` every second Monday."""
    draws = np.random.default_rng(seed)
    wanted = draws.poisson(rate, (n, days))
    sold, closing, shelf = np.zeros((n, days)), np.zeros((n, days)), np.full(n, float(lot))
    for day in range(days):
        if day % 14 == 0:
            shelf = np.full(n, float(lot))
        sold[:, day] = np.minimum(wanted[:, day], shelf)
        shelf = shelf - sold[:, day]
        closing[:, day] = shelf
    return wanted, sold, closing


def test_what_is_hidden_is_drawn_at_the_rate_seen():
    """Sold 2, 2, 1 and out on Wednesday: 5 in 2.5 days, so 9 hidden in 4.5; the mean over 2000 such items is 14."""
    sold = np.tile([[2.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0]], (2000, 1))
    closing = np.tile([[3.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]], (2000, 1))
    weeks = history_of(plant_of(sold, closing, "week")).series.values
    assert weeks.mean() == pytest.approx(14.0, abs=4.0 * weeks.std() / 2000**0.5)
    assert (weeks == np.floor(weeks)).all()
    assert (weeks >= 5.0).all()
    one = plant_of(sold[:1], closing[:1], "week")
    assert history_of(one).series[0].tolist() == weeks[:1].tolist()  # whatever else the plant holds


def test_below_zero_what_waits_is_on_record():
    sold, closing = np.full((1, 14), 2.0), np.full((1, 14), -1.0)
    assert history_of(plant_of(sold, closing, "week")).series[0].tolist() == [14.0, 14.0]


@pytest.mark.parametrize("period", ["day", "week"])
@pytest.mark.parametrize(("rate", "lot"), [(0.3, 3), (1.0, 12), (4.0, 45)])
def test_the_bias_of_empty_shelves_goes(rate, lot, period):
    """What was sold is 7 to 20 % below what was wanted; the level read with the stock at hand is within 3 %."""
    wanted, sold, closing = shops(rate, lot, n=150, days=364, seed=9)
    assert sold.sum() < 0.95 * wanted.sum()
    history = history_of(plant_of(sold, closing, period))
    assert np.nanmean(history.series.values) / history.period_days == pytest.approx(rate, rel=0.03)
    demand = demand_of(history, exposed_days=np.full(150, 21.0))
    assert demand.mean.mean() == pytest.approx(rate, rel=0.05)
    assert (demand.step == 1.0).all()
    assert demand.variance.mean() == pytest.approx(rate, rel=0.15)

"""Outages: the renewal process by hand and by simulation."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.supplier import Renewal, SupplierParams, outages_of

START = date(2020, 1, 1)


def plant_of(disruptions, last=1999):
    items = pl.DataFrame({"item": ["A", "B", "C"], "supplier": ["S", "T", None], "lead_time_days": [30.0, 30.0, 30.0]})
    demand = pl.DataFrame({"item": ["A", "A"], "date": [START, START + timedelta(days=last)], "quantity": [1.0, 1.0]})
    rows = [(name, START + timedelta(days=a), None if b is None else START + timedelta(days=b)) for name, a, b in disruptions]
    down = pl.DataFrame(rows, schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date}, orient="row")
    return Plant.from_frames(items=items, demand=demand, disruptions=down, currency="EUR", demand_period="day")


def test_simulated_orders_meet_outages_as_often_and_wait_as_long():
    draws, up, down, lead = np.random.default_rng(4), 300.0, 45.0, 60.0
    n = 100_000
    ups, downs = draws.exponential(up, n), draws.exponential(down, n)
    begins = np.cumsum(ups + downs) - downs
    ends = begins + downs
    placed = draws.uniform(0.0, begins[-2], 200_000)
    next_one = np.searchsorted(ends, placed)
    met = begins[next_one] < placed + lead
    renewal = Renewal(up, down, 1e9)
    assert renewal.meets(np.array([lead]))[0] == pytest.approx(met.mean(), abs=0.005)
    wait = (ends[next_one] - np.maximum(begins[next_one], placed))[met]
    assert wait.mean() == pytest.approx(renewal.down_days, rel=0.03)
    assert wait.std() == pytest.approx(renewal.wait_sd_days, rel=0.04)
    assert np.quantile(wait, 0.95) == pytest.approx(renewal.within_days(0.95), rel=0.04)


def test_two_outages_by_hand():
    """2000 days, down 20 + 40 of them; no prior: mean 30, up 1940 / 2."""
    found = outages_of(plant_of([("S", 100, 119), ("S", 500, 539)]), SupplierParams(prior_outages=0.0))
    assert found.wait_days.tolist() == [30.0, 0.0, 0.0]
    down = 30.0 / 1000.0
    assert found.probability[0] == pytest.approx(down + (1 - down) * (1 - np.exp(-30 / 970)))
    assert found.n_outages.tolist() == [2, 0, 0]
    assert found.worst_days[0] > 3 * 30
    assert found.wait_sd_days[0] == pytest.approx(30 * np.sqrt(2))


def test_an_open_outage_is_censored_and_overlaps_count_once():
    params = SupplierParams(prior_outages=0.0)
    open_ = outages_of(plant_of([("S", 100, 119), ("S", 1980, None)]), params)
    assert open_.wait_days[0] == pytest.approx(40.0)  # 20 + 20 days down, one end seen
    overlapping = outages_of(plant_of([("S", 100, 119), ("S", 110, 119), ("S", 500, 539)]), params)
    assert overlapping.wait_days[0] == 30.0


def test_few_outages_lean_on_the_other_suppliers():
    found = outages_of(plant_of([("S", 100, 100), *[("T", 200 * k, 200 * k + 99) for k in range(1, 6)]]))
    assert 1.0 < found.wait_days[0] < found.wait_days[1]
    assert found.wait_days[1] == pytest.approx(100.0, rel=0.05)


def test_no_disruptions_no_outages():
    found = outages_of(plant_of([]))
    assert not found.probability.any()
    assert not found.worst_days.any()

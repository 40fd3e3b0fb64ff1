"""Renewals: chances and bounds against simulated suppliers, and from when a supplier is watched."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from justenough.domain.plant import Plant
from justenough.estimation.pooling import Rates
from justenough.estimation.renewals import Renewals, renewals_of

START = date(2010, 1, 1)
LAST = 3652


def day(k):
    return None if k is None else START + timedelta(days=int(k))


def plant_of(disruptions, suppliers, first=None, last=LAST):
    items = pl.DataFrame({"item": [f"I-{name}" for name in suppliers], "supplier": suppliers})
    rows = [(f"I-{name}", day(a), 1.0) for name, a in (first or {}).items()] + [(f"I-{suppliers[0]}", day(last), 1.0)]
    demand = pl.DataFrame(rows, schema={"item": pl.String, "date": pl.Date, "quantity": pl.Float64}, orient="row")
    down = pl.DataFrame(
        [(name, day(a), day(b)) for name, a, b in disruptions],
        schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date},
        orient="row",
    )
    return Plant.from_frames(items=items, demand=demand, disruptions=down, currency="EUR", demand_period="day")


def certain(up, down):
    """Rates as good as known."""
    return Renewals(
        Rates(np.array([1e9]), np.array([1e9 * up]), 1.0, up),
        Rates(np.array([1e9]), np.array([1e9 * down]), 1.0, down),
        np.ones(1, np.int64),
        np.ones(1),
    )


def test_simulated_orders_meet_outages_as_often_and_wait_as_long():
    draws, up, down, lead = np.random.default_rng(4), 300.0, 45.0, 60.0
    n = 100_000
    ups, downs = draws.exponential(up, n), draws.exponential(down, n)
    begins = np.cumsum(ups + downs) - downs
    ends = begins + downs
    placed = draws.uniform(0.0, begins[-2], 200_000)
    next_one = np.searchsorted(ends, placed)
    met = begins[next_one] < placed + lead
    renewals = certain(up, down)
    days = np.array([lead])
    for chance in (renewals.meets(days), *renewals.meets_between(days)):
        assert chance[0, 0] == pytest.approx(met.mean(), abs=0.005)
    wait = (ends[next_one] - np.maximum(begins[next_one], placed))[met]
    assert wait.mean() == pytest.approx(renewals.ends.wait_mean()[0], rel=0.03)
    assert wait.std() == pytest.approx(renewals.ends.wait_sd()[0], rel=0.04)
    assert np.quantile(wait, 0.95) == pytest.approx(renewals.ends.wait_quantile(0.95)[0], rel=0.04)


def test_bounds_hold_the_truth_of_suppliers_that_differ_a_quarter_of_which_never_stopped():
    """
    Ten years of 800 suppliers, rates unlike each other; an outage still going on at the end is open.

    What the suppliers have in common is learned from some 1,400 outages here, and taken for known. With 470 outages the
    bounds on the remaining time held 83 to 97 % (five draws, 93 % on average).
    """
    draws = np.random.default_rng(5)
    names = [f"S{k:03}" for k in range(800)]
    stop, end = draws.gamma(2.0, 1 / 4_000.0, 800), draws.gamma(5.0, 1 / 150.0, 800)
    rows = []
    for name, a, b in zip(names, stop, end, strict=True):
        at = draws.geometric(a)
        while at < LAST:
            over = at + draws.geometric(b) - 1  # the last day down
            rows.append((name, at, over if over < LAST else None))
            at = over + 1 + draws.geometric(a)
    found, order = renewals_of(plant_of(rows, names, dict.fromkeys(names, 0)))
    assert order == names
    assert (found.n_outages == 0).mean() > 0.25
    truth = 1.0 - np.exp(-stop * 30.0) / (1.0 + stop / end)
    days = np.array([30.0])
    mean, lower, upper = (each[:, 0] for each in (found.meets(days), *found.meets_between(days)))
    inside = (lower <= truth) & (truth <= upper)
    assert binomtest(int(inside.sum()), 800, 0.95).pvalue > 1e-3
    assert mean.mean() == pytest.approx(truth.mean(), rel=0.1)
    remaining = 1.0 / end
    inside = (1 / found.ends.quantile(0.975) <= remaining) & (remaining <= 1 / found.ends.quantile(0.025))
    assert binomtest(int(inside.sum()), 800, 0.95).pvalue > 1e-3


def test_a_supplier_is_watched_from_its_own_first_record():
    """T is known for the last 1,000 days only: it has not been up for ten years."""
    rows = [("S", 100, 119), ("S", 2000, 2039)]
    found, names = renewals_of(plant_of(rows, ["S", "T"], {"S": 0, "T": LAST - 999}))
    assert names == ["S", "T"]
    assert found.stops.days[1] - found.stops.prior_days == pytest.approx(1000.0)
    assert found.stops.days[0] - found.stops.prior_days == pytest.approx(LAST + 1 - 60)
    assert found.ends.days[0] - found.ends.prior_days == pytest.approx(60.0)


def test_a_week_of_records_counts_as_a_year_and_a_supplier_only_known_to_stop_is_there():
    rows = [("U", LAST - 6, LAST - 2)]
    found, names = renewals_of(plant_of(rows, ["S"], {"S": 0}), least_watched_days=365.0)
    assert names == ["S", "U"]
    assert found.stops.days[1] - found.stops.prior_days == pytest.approx(360.0)
    assert found.n_outages.tolist() == [0, 1]
    assert found.longest_days.tolist() == [0.0, 5.0]

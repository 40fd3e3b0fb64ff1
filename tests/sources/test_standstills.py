"""Standstills: lived plants with and without a closure, the notice in words, and that its remedy gives the level back."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.demand import demand_of
from justenough.estimation.history import history_of
from justenough.sources.read import read
from justenough.sources.standstills import standstill_notices, standstills

MONDAY = date(2023, 1, 2)


def day(k):
    return MONDAY + timedelta(days=int(k))


def lived(seed, closed=(), items=40, days=728, rate=0.1, workdays=5):
    """Rows of each day on which anything was wanted: items wanted at random on working days, and not at all where the plant is closed."""
    draws = np.random.default_rng(seed)
    rows = draws.binomial(items, rate, days) * (np.arange(days) % 7 < workdays)
    for first, last in closed:
        rows[first : last + 1] = 0
    at = np.flatnonzero(rows)
    return pl.DataFrame({"date": [day(k) for k in at], "wanted": rows[at]}, schema={"date": pl.Date, "wanted": pl.Int64})


@pytest.mark.parametrize(("items", "rate", "workdays"), [(40, 0.1, 5), (400, 0.01, 7), (5, 0.02, 5), (1, 0.3, 5), (3000, 0.3, 6)])
def test_plants_that_never_close_are_told_of_nothing(items, rate, workdays):
    for seed in range(40):
        assert standstills(lived(seed, (), items, rate=rate, workdays=workdays), "day").is_empty()


@pytest.mark.parametrize(("period", "every", "n"), [("week", 7, 104), ("month", 30.4375, 36)])
def test_weeks_and_months_that_stood_still_are_found(period, every, n):
    """Recorded by the first day of each: one month, two weeks; a week or month wanted of none by chance is no standstill."""
    draws = np.random.default_rng(4)
    starts = [day(7 * k) if period == "week" else date(2021 + k // 12, k % 12 + 1, 1) for k in range(n)]
    for closed in ([], [20, 21], [n - 2, n - 1]):
        rows = draws.binomial(60, 0.4, n)
        rows[closed] = 0
        days = pl.DataFrame({"date": starts, "wanted": rows}, schema={"date": pl.Date, "wanted": pl.Int64})
        after = (starts + [starts[-1] + timedelta(days=7 if period == "week" else 31)])[closed[-1] + 1] if closed else None
        assert standstills(days, period).rows() == ([(starts[closed[0]], after - timedelta(days=1))] if closed else [])
        few = days.with_columns(wanted=pl.when(pl.col("wanted") > 0).then(1).otherwise(0))
        assert standstills(few, period).is_empty()  # one row a period may well be missing


def test_every_closure_of_a_plant_is_found_to_the_day():
    """
    Two weeks in each August and the days around Christmas. The weekend before belongs to them.
    """
    for seed in range(40):
        found = standstills(lived(seed, [(210, 223), (356, 370), (574, 587)], rate=0.2), "day")
        assert found.rows() == [(day(208), day(223)), (day(355), day(370)), (day(572), day(587))]


@pytest.mark.parametrize(("workdays", "closed"), [(5, (95, 98)), (7, (357, 359)), (7, (100, 105))])
def test_holidays_are_no_standstill(workdays, closed):
    """Good Friday to Easter Monday; three days at Christmas, and six days, of a plant that never rests."""
    assert standstills(lived(3, [closed], rate=0.2, workdays=workdays), "day").is_empty()


def test_a_week_of_a_plant_that_never_rests_is_one():
    assert standstills(lived(3, [(100, 106)], rate=0.2, workdays=7), "day").rows() == [(day(100), day(106))]


def test_the_notice_in_words():
    (said,) = standstill_notices("demand.csv", lived(1, [(100, 113)], rate=0.2), "day")
    assert said.found == "no item wanted in 1 time far longer than usual (2023-04-12 to 2023-04-25)"
    assert "a row with an empty quantity in every day of it" in said.remedy
    often = [(100 * k, 100 * k + 13) for k in range(1, 6)]
    (said,) = standstill_notices("demand.csv", lived(1, often, rate=0.2), "day")
    assert said.found.startswith("no item wanted in 5 times far longer than usual (..., 2023-")
    assert standstill_notices("demand.csv", lived(1), "day") == []


def test_real_records_that_skip_a_period_are_told(shared_data):
    """150 weeks of a maker's articles lack that of 10 November 2014, 56 months of a refinery's spares November 1997; car parts none."""
    skipped = {
        "manufacturer_sku_weekly": [(date(2014, 11, 10), date(2014, 11, 16))],
        "oil_refinery_spares": [(date(1997, 11, 1), date(1997, 11, 30))],
        "carparts": [],
    }
    for folder, expected in skipped.items():
        files = [path for path in (shared_data / folder).iterdir() if path.name.endswith(".csv.gz")]
        plant = read(files[0], folder)
        wanted = plant.demand.group_by("date").agg(wanted=(pl.col("quantity") != 0).sum().cast(pl.Int64))
        assert standstills(wanted, plant.terms.demand_period).rows() == expected, folder


@pytest.mark.parametrize(("said", "least", "most"), [(0.0, 0.7, 0.85), (None, 0.98, 1.02)])
def test_the_remedy_gives_the_level_back(said, least, most):
    """200 items by month, the last of 24 months stood still: as zero it takes a fifth of all levels, as not recorded nothing."""
    rates = np.exp(np.random.default_rng(1).normal(2.0, 1.0, 200))
    draws = np.random.default_rng(2)
    months = [date(2023 + k // 12, k % 12 + 1, 1) for k in range(24)]
    rows = [(f"I{i:03}", month, float(draws.poisson(rate))) for i, rate in enumerate(rates) for month in months]
    schema = {"item": pl.String, "date": pl.Date, "quantity": pl.Float64}
    stood = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        quantity=pl.when(pl.col("date") == months[-1]).then(pl.lit(said, pl.Float64)).otherwise("quantity")
    )
    days = stood.group_by("date").agg(wanted=(pl.col("quantity") > 0).sum().cast(pl.Int64))
    assert standstills(days, "month").rows() == [(months[-1], date(2024, 12, 31))]
    items = pl.DataFrame({"item": [f"I{i:03}" for i in range(200)]})
    history = history_of(Plant.from_frames(items=items, demand=stood, currency="EUR", demand_period="month"))
    level = demand_of(history, exposed_days=np.full(200, 60.0)).mean.sum() * 30.4375 / rates.sum()
    assert least < level < most

"""Supply bounds: they hold the truth as often as they say."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2

from justenough.domain.plant import Plant
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.supplier import recovery_of
from justenough.estimation.supply_bounds import log_ignorance, one_sided, orders_of_supplier, spread_factor, supply_bounds_of

FIRST = date(2024, 1, 1)


def _plant(seed, n=400, receipts=12, disruptions=None):
    random = np.random.default_rng(seed)
    middle, spread = random.normal(3.0, 0.3, n), random.uniform(0.1, 0.4, n)
    days = np.maximum(np.round(np.exp(random.normal(middle[:, None], spread[:, None], (n, receipts)))), 1.0)
    mean = np.exp(middle + spread**2 / 2)
    return _received(days, disruptions), mean, mean * np.sqrt(np.expm1(spread**2))


def _received(days, disruptions=None):
    n, receipts = days.shape
    items = [f"I{i:03d}" for i in range(n)]
    rows = [
        (f"{item}-{k}", item, FIRST + timedelta(days=9 * k), FIRST + timedelta(days=9 * k + int(days[i, k])))
        for i, item in enumerate(items)
        for k in range(receipts)
    ]
    return Plant.from_frames(
        items=pl.DataFrame({"item": items, "supplier": [f"S{i // 8:02d}" for i in range(n)], "unit_cost": [1.0] * n}),
        demand=pl.DataFrame({"item": items, "date": [FIRST] * n, "quantity": [1.0] * n}),
        receipts=pl.DataFrame(rows, schema=["order", "item", "ordered", "received"], orient="row"),
        **({} if disruptions is None else {"disruptions": disruptions}),
        currency="EUR",
        demand_period="day",
        label="invented",
    )


def test_mean_and_spread_lie_below_their_bounds_nineteen_times_in_twenty():
    """400 items of known truth, 12 orders each; at 95 % the standard error of the share is 1.1 points."""
    plant, mean, sd = _plant(1)
    bounds = supply_bounds_of(plant, lead_time_of(plant), None)
    assert (mean <= bounds.mean_upper_days).mean() == pytest.approx(0.95, abs=0.035)
    assert (sd <= bounds.order_sd_upper_days).mean() >= 0.93
    assert bounds.judged.all()
    assert (bounds.receipts == 12).all()
    assert (bounds.order_sd_days <= lead_time_of(plant).sd_days + 1e-9).all()  # ignorance of the mean is no spread of orders


@pytest.fixture(scope="module")
def dated():
    """20 items of three orders each that take 10 days, 10 days less the sd and 10 more; by sd."""
    return {sd: _received(np.tile([10.0, 10.0 - sd, 10.0 + sd], (20, 1))) for sd in (0.0, 5.0)}


def test_orders_that_hardly_differ_are_bounded_by_counting(dated):
    """None of three took a day more: at 95 % their share may still be 1 - 0.05^(1/3) = 63 % or, counted (Garwood), all."""
    time = lead_time_of(dated[0.0])
    bounds = supply_bounds_of(dated[0.0], time, None)
    assert (bounds.order_sd_days < 0.5).all()
    assert (bounds.mean_upper_days >= bounds.mean_days + 1.0 - 0.05 ** (1 / 3)).all()
    assert (bounds.order_sd_upper_days**2 >= -np.log(0.05) / 3).all()


def test_orders_that_differ_by_days_are_not_dated_apart(dated):
    """An sd of 5 days squared is no delay in days: the bound of the mean is the lead time's own."""
    time = lead_time_of(dated[5.0])
    bounds = supply_bounds_of(dated[5.0], time, None)
    assert (bounds.order_sd_days > 0.5).all()
    np.testing.assert_array_equal(bounds.mean_upper_days, time.mean_upper_days)


def test_more_receipts_bring_the_bounds_nearer():
    few, many = (_plant(2, n=40, receipts=count)[0] for count in (4, 40))
    near, far = (supply_bounds_of(plant, lead_time_of(plant), None) for plant in (many, few))
    assert np.median(near.mean_upper_days / near.mean_days) < np.median(far.mean_upper_days / far.mean_days)
    assert np.median(near.order_sd_upper_days / near.order_sd_days) < np.median(far.order_sd_upper_days / far.order_sd_days)


def test_where_nothing_was_received_every_figure_is_its_own_bound():
    plant, *_ = _plant(3, n=8)
    bare = Plant.from_frames(
        items=plant.items.select("item", "unit_cost").with_columns(lead_time_days=pl.lit(5.0)),
        demand=plant.demand, currency="EUR", demand_period="day",
    )  # fmt: skip
    bounds = supply_bounds_of(bare, lead_time_of(bare), None)
    assert not bounds.judged.any()
    assert (bounds.mean_upper_days == bounds.mean_days).all()
    assert (bounds.order_sd_upper_days == bounds.order_sd_days).all()
    assert (bounds.chance_upper == 0.0).all()


def test_outages_are_bounded_within_what_recovery_says():
    stopped = pl.DataFrame({"supplier": ["S00", "S01"], "start": [FIRST, FIRST], "end": [FIRST + timedelta(days=20)] * 2})
    plant, *_ = _plant(4, n=40, disruptions=stopped)
    time = lead_time_of(plant)
    recovery = recovery_of(plant, lead_time=time)
    bounds = supply_bounds_of(plant, time, recovery)
    assert ((bounds.chance < bounds.chance_upper) & (bounds.chance_upper < recovery.probability_upper)).all()
    assert ((bounds.wait_days < bounds.wait_upper_days) & (bounds.wait_upper_days <= recovery.mean_upper_days)).all()
    assert (bounds.watched_days > 0).all()


def test_the_factor_of_a_variance_is_that_of_chi_square():
    """Ten orders: 9 / chi-square(0.05; 9) = 9 / 3.325, the table of any textbook."""
    assert spread_factor(np.array([10.0]))[0] == pytest.approx(9.0 / 3.325, rel=1e-3)
    assert spread_factor(np.array([30.0]))[0] == pytest.approx(29.0 / chi2.ppf(0.05, 29))


def test_ignorance_is_read_back_from_the_bound():
    for sigma in (0.01, 0.1, 0.5):
        draws = np.exp(np.random.default_rng(1).normal(0.0, sigma, 400_000))
        ratio = np.quantile(draws, 0.95) / draws.mean()
        assert log_ignorance(np.array([ratio]))[0] == pytest.approx(sigma, rel=0.02)


def test_a_one_sided_bound_lies_between_the_figure_and_the_two_sided_one():
    """A log-normal of sigma 0.3: 95 % below exp(1.645 x 0.3), 97.5 % below exp(1.960 x 0.3)."""
    assert one_sided(np.array([1.0]), np.array([np.exp(1.959964 * 0.3)]))[0] == pytest.approx(np.exp(1.644854 * 0.3), rel=1e-6)
    assert one_sided(np.array([0.0]), np.array([0.0]))[0] == 0.0


def test_orders_are_counted_by_supplier():
    supplier = pl.Series(["b", "a", None, "b"])
    assert orders_of_supplier(supplier, np.array([1, 2, 4, 8])).tolist() == [9, 2, 4, 9]

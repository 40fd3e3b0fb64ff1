"""Lateness: exact bounds, the distribution behind the shrunk figures, and a real export."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from justenough.domain.plant import Plant
from justenough.estimation.lateness import lateness_by, lateness_of
from justenough.sources.read import import_from

START = date(2024, 1, 1)


def drawn(draws, n_suppliers, n_orders):
    """Suppliers unlike each other; days late log-normal."""
    chance, middle = draws.beta(1.5, 8.0, n_suppliers), draws.normal(2.0, 0.6, n_suppliers)
    supplier = np.repeat(np.arange(n_suppliers), n_orders)
    late = draws.random(len(supplier)) < chance[supplier]
    days = np.maximum(np.rint(np.exp(draws.normal(middle[supplier], 0.8))), 1.0)
    return chance, middle, supplier, np.where(late, days, -np.rint(draws.exponential(3.0, len(supplier))))


@given(st.integers(0, 30), st.integers(1, 30))
def test_bounds_on_the_raw_share_are_clopper_and_pearsons(late, more):
    orders = late + more
    days = np.concatenate([np.ones(late), np.zeros(more)])
    found = lateness_by(["S"], np.zeros(orders, np.int64), days, np.zeros(orders, bool)).raw
    exact = binomtest(late, orders).proportion_ci(0.95, "exact")
    assert (found.share[0], found.share_lower[0], found.share_upper[0]) == pytest.approx((late / orders, exact.low, exact.high), abs=1e-9)


def test_shrunk_bounds_hold_the_truth_of_suppliers_with_three_orders():
    draws = np.random.default_rng(1)
    chance, middle, supplier, days = drawn(draws, 1500, 3)
    found = lateness_by([f"{k:04}" for k in range(1500)], supplier, days, np.zeros(len(days), bool))
    # What the suppliers have in common is taken for known; over ten such draws the bounds held 94 to 97 and 92 to 97 %.
    inside = (found.shrunk.share_lower <= chance) & (chance <= found.shrunk.share_upper)
    assert 0.93 <= inside.mean() <= 0.98
    mean = chance * np.exp(middle + 0.32)
    inside = (found.shrunk.mean_lower_days <= mean) & (mean <= found.shrunk.mean_upper_days)
    assert 0.91 <= inside.mean() <= 0.98
    # Raw bounds hold too, but promise next to nothing; Student's of three orders do not hold.
    assert (found.raw.share_upper - found.raw.share_lower).mean() > 0.7
    assert np.mean((found.raw.mean_lower_days <= mean) & (mean <= found.raw.mean_upper_days)) < 0.6
    assert np.isnan(found.raw.p95_upper_days).all()


def test_order_statistics_bound_the_95_percent_point():
    draws = np.random.default_rng(2)
    days = np.exp(draws.normal(2.0, 0.8, (400, 120)))
    found = lateness_by([f"{k:03}" for k in range(400)], np.repeat(np.arange(400), 120), days.ravel(), np.zeros(days.size, bool)).raw
    truth = np.exp(2.0 + 0.8 * 1.6448536)
    inside = (found.p95_lower_days <= truth) & (truth <= found.p95_upper_days)
    assert inside.mean() >= 0.93  # order statistics are coarse and promise at least 95 %
    assert found.p95_days.mean() == pytest.approx(truth, rel=0.05)


def test_next_order_is_distributed_and_its_days_are_those_shown():
    draws = np.random.default_rng(3)
    _, _, supplier, days = drawn(draws, 20, 200)
    found = lateness_by([f"{k:02}" for k in range(20)], supplier, days, np.zeros(len(days), bool))
    reach = np.arange(0, 20_000)
    told = found.probability(np.full(len(reach), 4), reach.astype(float))
    assert told.sum() == pytest.approx(1.0, abs=1e-3)
    assert told[0] == pytest.approx(1 - found.shrunk.share[4])
    assert (told * reach).sum() == pytest.approx(found.shrunk.mean_days[4], rel=0.02)
    assert abs(np.searchsorted(np.cumsum(told), 0.95) - found.shrunk.p95_days[4]) <= 1.0
    assert found.shrunk.share == pytest.approx(found.raw.share, abs=0.02)
    assert found.shrunk.mean_days == pytest.approx(found.raw.mean_days, rel=0.35)


def plant_of(rows):
    table = [
        (order, line, "I", name, START, START + timedelta(days=due), None if took is None else START + timedelta(days=took))
        for order, line, name, due, took in rows
    ]
    columns = ["order", "order_line", "item", "supplier", "ordered", "promised", "received"]
    receipts = pl.DataFrame(table, schema=dict.fromkeys(columns[:4], pl.String) | dict.fromkeys(columns[4:], pl.Date), orient="row")
    return Plant.from_frames(items=pl.DataFrame({"item": ["I"]}), receipts=receipts, currency="EUR", demand_period="day")


def test_an_order_is_as_late_as_its_last_line_and_overdue_ones_count():
    plant = plant_of(
        [
            ("1", "a", "S", 10, 8),
            ("1", "b", "S", 10, 15),  # order 1: five days late
            ("2", None, "S", 10, 10),
            ("3", None, "S", 10, None),  # overdue by 10 on day 20
            ("4", None, "S", 30, None),  # not due yet
            ("5", None, "T", 10, 20),
        ]
    )
    found = lateness_of(plant)
    assert (found.suppliers, found.orders.tolist(), found.late.tolist()) == (["S", "T"], [3, 1], [2, 1])
    assert found.raw.mean_days.tolist() == [5.0, 10.0]
    assert found.frame()["supplier"].to_list() == ["S", "T"]
    again = lateness_of(Plant.of(plant.terms, {**plant.tables, "receipts": plant.receipts.reverse().vstack(plant.receipts)}))
    assert again.frame().equals(found.frame())


def test_nobody_late_is_not_never_late():
    found = lateness_by(["S", "T"], np.zeros(5, np.int64), np.full(5, -1.0), np.zeros(5, bool))
    assert (found.raw.share[0], found.shrunk.p95_days[0]) == (0.0, 0.0)
    assert 0.0 < found.shrunk.share[0] < found.shrunk.share[1] < 0.5
    assert np.isnan([found.raw.share[1], found.raw.mean_days[1], found.raw.p95_days[1]]).all()


def test_vendors_of_a_real_export(shared_data):
    """SCMS deliveries with a real order date: 12 % late of all, so no vendor of one order is believed at 0 or 100 %."""
    found = lateness_of(import_from(shared_data / "scms_deliveries", "scms_deliveries").plant()).frame()
    assert found["orders"].sum() > 1000
    few = found.filter(pl.col("orders") <= 3)
    assert few.height > 10
    assert few.filter((pl.col("share") == 0) | (pl.col("share") == 1)).height == few.height
    assert few.filter(pl.col("shrunk_share").is_between(0.01, 0.4)).height == few.height

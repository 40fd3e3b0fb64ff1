"""Crossing: Robinson, Bradley & Thomas's shortfall as the number of outstanding orders."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.estimation.crossing import crossing_of

START = date(2020, 1, 1)


def lines_of(ordered, took, code=0):
    rows = [
        (code, START + timedelta(days=int(a)), None if np.isnan(b) else START + timedelta(days=int(a + b))) for a, b in zip(ordered, took)
    ]
    table = pl.DataFrame(rows, schema={"code": pl.Int64, "ordered": pl.Date, "received": pl.Date}, orient="row")
    return table.with_columns(pl.lit(value=False).alias("disrupted"), pl.lit(None, dtype=pl.Date).alias("short"))


def test_effective_spread_is_that_of_the_orders_outstanding():
    """
    One order a day, independent lead times: the effective lead time is distributed as the number of orders
    outstanding (Zalkind 1978), a sum of independent yes or no's: variance sum F (1 - F).
    """
    draws = np.random.default_rng(1)
    days, chance = np.array([2, 10, 25]), np.array([0.5, 0.3, 0.2])
    took = draws.choice(days, 20_000, p=chance)
    found = crossing_of(lines_of(np.arange(20_000), took), 1)
    variance = chance @ np.square(days) - (chance @ days) ** 2
    still = np.array([chance[days > k].sum() for k in range(26)])
    assert found.spread_ratio[0] ** 2 == pytest.approx((still * (1 - still)).sum() / variance, rel=0.03)
    crossed = sum(chance[i] * chance[j] for i in range(3) for j in range(3) if days[j] + 1 < days[i])
    assert found.share[0] == pytest.approx(crossed, abs=0.01)
    assert found.pairs[0] == 19_999


def test_orders_far_apart_do_not_cross():
    draws = np.random.default_rng(2)
    found = crossing_of(lines_of(100 * np.arange(50), draws.integers(5, 60, 50)), 1)
    assert (found.share[0], found.spread_ratio[0]) == (0.0, 1.0)


def test_an_open_order_is_overtaken_and_two_open_ones_tell_nothing():
    table = lines_of([0, 10, 20, 30], [5, np.nan, 5, np.nan])
    found = crossing_of(table, 1)
    assert found.pairs[0] == 3
    assert found.share[0] == pytest.approx(1 / 3)
    assert crossing_of(lines_of([0, 1], [np.nan, np.nan]), 1).pairs[0] == 0


def test_few_lines_lean_on_the_plant_and_disruptions_are_left_out():
    draws = np.random.default_rng(3)
    many = lines_of(np.arange(2000), draws.choice([2, 25], 2000))
    few = lines_of([0, 50, 100], [4, 9, 7], code=1)
    found = crossing_of(pl.concat([many, few]), 3)
    plant = crossing_of(many, 1).spread_ratio[0]
    assert plant < found.spread_ratio[1] < 1.0
    assert plant < found.spread_ratio[2] < found.spread_ratio[1]
    assert np.isnan(found.share[2])
    struck = crossing_of(many.with_columns(pl.lit(value=True).alias("disrupted")), 1)
    assert (struck.pairs[0], struck.spread_ratio[0]) == (0, 1.0)

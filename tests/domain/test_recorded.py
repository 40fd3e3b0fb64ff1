"""Recorded: what is laid straight from rows is the history that the rows themselves give."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain import recorded as module
from justenough.domain.errors import ImportFailed
from justenough.domain.plant import Plant, Terms
from justenough.domain.recorded import recorded_from
from justenough.estimation.history import history_of

ITEMS = pl.Series("item", [f"PART {i:03d} of a long name" for i in range(40)])


def rows(seed, *, fractions=False):
    """Rows in no order, with days told twice, empty quantities and returns; items are wanted from different days on."""
    random = np.random.default_rng(seed)
    n = 3000
    item = random.integers(0, 39, n)  # the last is never wanted
    day = np.minimum(item * 2 + random.integers(0, 300, n), 299)
    quantity = random.poisson(3.0, n).astype(float) - (random.random(n) < 0.05) * 4.0
    quantity = quantity * 0.1 if fractions else quantity
    dates = [date(2025, 1, 8) + timedelta(days=int(d)) for d in day]
    return pl.DataFrame({"item": ITEMS.gather(item), "date": dates, "quantity": quantity}).with_columns(
        pl.when(pl.Series(random.random(n) < 0.1)).then(None).otherwise("quantity").alias("quantity")
    )


@pytest.mark.parametrize("returns", ["undo_demand", "ignore"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("fractions", [False, True])
def test_history_of_what_was_laid_is_that_of_the_rows(period, returns, fractions):
    demand = rows(3, fractions=fractions)
    plant = Plant.from_frames(items=pl.DataFrame({"item": ITEMS}), demand=demand, currency="EUR", demand_period=period, returns=returns)
    wanted = history_of(plant)
    laid = recorded_from(plant.demand.lazy(), ITEMS, plant.terms)
    found = history_of(Plant(plant.terms, {**plant.tables, "demand": plant.demand.clear()}, laid))
    assert laid.series.values.dtype == (np.float64 if fractions else np.float32)
    np.testing.assert_array_equal(found.series.values, wanted.series.values)
    np.testing.assert_array_equal(found.series.offsets, wanted.series.offsets)
    np.testing.assert_array_equal(found.first_period, wanted.first_period)
    np.testing.assert_array_equal(found.returned, wanted.returned)
    assert found.starts == wanted.starts
    assert found.n_periods == wanted.n_periods


@pytest.mark.parametrize("period", ["day", "week"])
def test_whole_demand_is_laid_in_16_bits_until_a_row_does_not_fit(period):
    whole = rows(3).filter(pl.col("quantity") >= 0.0)
    kept = {}
    for name, last in {"fits": 60_000.0, "too much": 65_535.0}.items():
        demand = pl.concat([whole, whole.tail(1).with_columns(pl.lit(last).alias("quantity"))])
        plant = Plant.from_frames(items=pl.DataFrame({"item": ITEMS}), demand=demand, currency="EUR", demand_period=period)
        wanted, laid = history_of(plant), recorded_from(plant.demand.lazy(), ITEMS, plant.terms)
        np.testing.assert_array_equal(laid.series.values, wanted.series.values)
        np.testing.assert_array_equal(laid.series.offsets, wanted.series.offsets)
        kept[name] = laid.series.values.dtype
    assert kept == {"fits": np.uint16, "too much": np.float32}


@pytest.mark.parametrize("period", ["day", "month"])
@pytest.mark.parametrize("whole", [True, False])
def test_items_packed_a_few_at_a_time_are_those_packed_at_once(monkeypatch, period, whole):
    demand = rows(13).filter(pl.col("quantity") >= 0.0) if whole else rows(13)
    at_once = recorded_from(demand.lazy(), ITEMS, Terms("EUR", period))
    monkeypatch.setattr(module, "PART", 7)
    found = recorded_from(demand.lazy(), ITEMS, Terms("EUR", period))
    np.testing.assert_array_equal(found.series.values, at_once.series.values)
    np.testing.assert_array_equal(found.series.offsets, at_once.series.offsets)
    np.testing.assert_array_equal(found.first_day, at_once.first_day)
    assert len(set(at_once.first_period)) > 3  # they are packed


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("short", [False, True])
def test_names_short_or_long_sorted_or_not_are_matched(short, ordered):
    items = pl.Series("item", [f"P{i}" for i in range(40)]) if short else ITEMS
    demand = rows(11).with_columns(pl.col("item").replace_strict(ITEMS, items))
    wanted = demand.filter(pl.col("quantity").is_not_null()).group_by("item").agg(pl.col("quantity").sum())
    laid = recorded_from((demand.sort("item", maintain_order=True) if ordered else demand).lazy(), items, Terms("EUR", "day"))
    sums = {items[i]: float(np.nansum(laid.series[i])) for i in range(40) if len(laid.series[i])}
    assert sums == dict(wanted.iter_rows())


def test_an_infinite_quantity_is_not_an_empty_one():
    demand = rows(7).with_columns(pl.lit(-np.inf).alias("quantity"))
    with pytest.raises(ImportFailed, match="3,000 rows"):
        recorded_from(demand.lazy(), ITEMS, Terms("EUR", "day"))


@pytest.mark.parametrize("period", ["day", "month"])
def test_first_days_are_those_of_the_rows(period):
    demand = rows(5)
    plant = Plant.from_frames(items=pl.DataFrame({"item": ITEMS}), demand=demand, currency="EUR", demand_period=period)
    laid = Plant(plant.terms, {**plant.tables, "demand": plant.demand.clear()}, recorded_from(demand.lazy(), ITEMS, plant.terms))
    wanted = plant.first_wanted().sort("item")
    found = laid.first_wanted().sort("item")
    assert found["first"].to_list() == wanted["first"].to_list()
    assert set(found["last"]) == {demand["date"].max()}


def test_some_of_the_items_keep_their_series():
    demand = rows(7)
    laid = recorded_from(demand.lazy(), ITEMS, Terms("EUR", "day"))
    some = laid.of(np.array([4, 0, 39]))
    np.testing.assert_array_equal(some.series[0], laid.series[4])
    np.testing.assert_array_equal(some.series[1], laid.series[0])
    assert len(some.series[2]) == 0


def test_reading_is_told_and_ends_with_all_rows():
    heard = []
    recorded_from(rows(7).lazy(), ITEMS, Terms("EUR", "day"), lambda *said: heard.append(said))
    assert heard[-1] == (3000, 3000)


def test_rows_nobody_can_place_are_refused_with_their_number():
    demand = rows(7).with_columns(pl.when(pl.col("item") == ITEMS[3]).then(pl.lit("X")).otherwise("item").alias("item"))
    strange = demand.filter(pl.col("item") == "X").height
    with pytest.raises(ImportFailed, match=f"{strange} rows"):
        recorded_from(demand.lazy(), ITEMS, Terms("EUR", "day"))


def test_no_rows_are_no_demand():
    laid = recorded_from(rows(7).head(0).lazy(), ITEMS, Terms("EUR", "day"))
    assert laid.rows == 0
    assert laid.series.lengths.tolist() == [0] * len(ITEMS)

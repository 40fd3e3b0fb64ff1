from __future__ import annotations

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from justenough.domain.errors import ImportFailed
from justenough.domain.plant import DAYS_PER_YEAR, Plant, Terms
from justenough.domain.schema import TABLES

ITEMS = pl.DataFrame({"item": ["B", "A"], "unit_cost": [2, 1]})
DEMAND = pl.DataFrame({"item": ["B", "A"], "date": [dt.date(2026, 1, 2), dt.date(2026, 1, 1)], "quantity": [3, -1]})


def plant(**tables):
    return Plant.from_frames(currency="EUR", demand_period="day", **tables)


def test_every_table_and_column_is_there_even_where_nothing_was_given():
    built = plant(items=ITEMS, demand=DEMAND)
    assert list(built.tables) == list(TABLES)
    for name, frame in built.tables.items():
        assert tuple(frame.columns) == TABLES[name].names
    assert built.receipts.height == 0
    assert len(built) == 2


def test_what_is_done_to_an_empty_table_reaches_no_other_plant():
    plant(items=ITEMS).receipts.insert_column(0, pl.Series("mine", [], pl.Int64))
    assert tuple(plant(items=ITEMS).receipts.columns) == TABLES["receipts"].names


def test_items_are_sorted_by_code():
    assert plant(items=ITEMS).items["item"].to_list() == ["A", "B"]


def test_polars_pandas_and_arrow_make_the_same_plant():
    frames = [DEMAND, DEMAND.lazy(), DEMAND.to_pandas(), DEMAND.to_arrow()]
    built = [plant(items=ITEMS, demand=frame).demand for frame in frames]
    assert all(frame.equals(built[0]) for frame in built)


def test_pandas_moments_become_days():
    frame = pd.DataFrame({"item": ["A"], "date": pd.to_datetime(["2026-01-05 17:30"]), "quantity": [1]})
    assert plant(demand=frame).demand["date"].to_list() == [dt.date(2026, 1, 5)]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"parts": ITEMS}, "parts: found this table; expected one of items, demand"),
        ({"items": ITEMS.rename({"unit_cost": "cost"})}, "items: found column 'cost'; expected one of item, description"),
        ({"demand": DEMAND.drop("date")}, "demand: date: found no such column; expected a date"),
        ({"items": ITEMS.with_columns(unit_cost=pl.lit("cheap"))}, "items row 1, item B: unit_cost: found 'cheap'; expected a number >= 0"),
        (
            {"demand": DEMAND.with_columns(date=pl.Series(["2026-01-02", "03.01.2026"]))},
            "demand row 1, item B: date: found '2026-01-02'; expected a date.\n  Convert `date` to dates first",
        ),
    ],
)
def test_a_frame_that_is_not_canonical_is_refused_in_words(tables, message):
    with pytest.raises(ImportFailed) as failed:
        plant(**tables)
    assert message in str(failed.value)


def test_every_problem_of_every_table_comes_at_once():
    with pytest.raises(ImportFailed) as failed:
        plant(items=pl.DataFrame({"item": ["A", "A"], "unit_cost": [-1.0, -2.0]}), demand=DEMAND.drop("quantity"))
    assert len(failed.value.complaints) == 3


def test_only_keeps_the_items_asked_for_and_their_history():
    some = plant(items=ITEMS, demand=DEMAND).only(["A"])
    assert some.items["item"].to_list() == some.demand["item"].to_list() == ["A"]


def test_a_month_is_a_twelfth_of_a_year():
    assert Terms("EUR", "month").period_days * 12 == DAYS_PER_YEAR == 365.25


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"demand_period": "quarter"}, "demand_period must be one of day, week, month"),
        ({"returns": "keep"}, "returns must be undo_demand or ignore"),
    ],
)
def test_terms_are_words_that_are_known(terms, message):
    with pytest.raises(ValueError, match=message):
        Terms(**({"currency": "EUR", "demand_period": "day"} | terms))

"""Rows apart: demand laid block by block is the demand laid in one go, bit for bit, whoever reads it."""

from __future__ import annotations

import pickle
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.address import AddressError
from justenough.domain.errors import ImportFailed
from justenough.domain.plant import Terms
from justenough.sources.rows_apart import Rows, recorded_apart, recorded_whole

COLUMNS = (("item", "item"), ("date", "date"), ("quantity", "quantity"))


def carried(work, blocks):
    """As other processes get them, last block first."""
    sent = pickle.dumps(work)
    found = [pickle.loads(pickle.dumps(pickle.loads(sent)(pickle.loads(pickle.dumps(block))))) for block in list(blocks)[::-1]]
    return found[::-1]


def demand(fraction=0.0, seed=3):
    random = np.random.default_rng(seed)
    wanted = random.poisson(1.0, (23, 90)) * (random.random((23, 90)) < 0.6)
    row, day = np.nonzero(wanted)
    order = random.permutation(len(row))
    dates = [date(2025, 1, 1) + timedelta(days=int(d)) for d in day[order]]
    return pl.DataFrame({"item": [f"I{i:02d}" for i in row[order]], "date": dates, "quantity": wanted[row, day][order] + fraction})


def rows_in(folder, frame, files=2):
    cut = frame.height // files + 1
    places = []
    for i in range(files):
        places.append(str(folder / f"demand-{i}.parquet"))
        frame[i * cut : (i + 1) * cut].write_parquet(places[-1])
    return Rows(tuple(places), None, COLUMNS, empty_is_zero=False)


ITEMS = pl.Series("item", [f"I{i:02d}" for i in range(25)])  # the last two are never wanted


@pytest.mark.parametrize("period", ["day", "week"])
@pytest.mark.parametrize("fraction", [0.0, 0.1], ids=["whole", "fractions"])
@pytest.mark.parametrize("size", [4, 25, 1000])
def test_it_is_the_demand_laid_in_one_go(tmp_path, period, fraction, size):
    rows, terms = rows_in(tmp_path, demand(fraction)), Terms("EUR", period)
    whole, apart = recorded_whole(rows, ITEMS, terms, None), recorded_apart(rows, ITEMS, terms, carried, size=size)
    assert apart.series.values.dtype == whole.series.values.dtype
    assert np.array_equal(apart.series.values, whole.series.values, equal_nan=True)
    for name in ("first_period", "first_day", "returned"):
        assert np.array_equal(getattr(apart, name), getattr(whole, name)), name
    for name in ("low", "high", "last_day", "rows", "sent_back"):
        assert getattr(apart, name) == getattr(whole, name), name
    assert np.array_equal(apart.series.offsets, whole.series.offsets)


@pytest.mark.parametrize("stranger", ["A-before-all", "I03x", "Z-after-all", None])
def test_a_row_of_no_known_item_is_found_in_whatever_block_it_falls(tmp_path, stranger):
    one = pl.DataFrame({"item": [stranger], "date": [date(2025, 1, 5)], "quantity": [1.0]}, schema_overrides={"item": pl.String})
    rows = rows_in(tmp_path, pl.concat([demand(), one.cast({"quantity": pl.Float64})]))
    with pytest.raises(ImportFailed, match="1 rows: an item that is not in the items table"):
        recorded_apart(rows, ITEMS, Terms("EUR", "day"), carried, size=4)


def test_who_cannot_read_says_so_and_what_to_do(tmp_path):
    frame = demand()
    rows = rows_in(tmp_path, frame)
    (tmp_path / "demand-1.parquet").unlink()
    with pytest.raises(AddressError, match="cannot be read on"):
        recorded_whole(rows, ITEMS, Terms("EUR", "day"), None)
    with pytest.raises(AddressError, match=r"demand-0\.parquet: cannot be read on .*Nothing was saved.*the same keys in its environment"):
        recorded_apart(rows, ITEMS, Terms("EUR", "day"), carried, size=4)

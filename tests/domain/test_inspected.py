"""Inspected: receipts that name rejects alone, and those of which some were found good."""

import datetime as dt

import polars as pl
import pytest

from justenough.domain.inspected import counted, rejects_alone

DAY = dt.date(2026, 1, 1)


def receipts(rows):
    """Rows of (received, quantity received, quantity rejected)."""
    schema = {"received": pl.Date, "quantity_received": pl.Float64, "quantity_rejected": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("rows", "good"),
    [
        ([(DAY, 10, 2), (DAY, 10, None), (DAY, 5, None)], 2),
        ([(DAY, 10, 2), (DAY, 10, None), (DAY, 5, 0)], 0),  # one was found good: the empty one was not inspected
        ([(DAY, 10, None), (DAY, 5, None)], 0),  # nobody inspects
        ([(DAY, 10, 2), (DAY, 5, 1)], 0),
        ([(DAY, 10, 2), (None, 10, None), (DAY, None, None), (DAY, 0, 0)], 0),  # open, uncounted, empty: no lot came
        ([], 0),
    ],
)
def test_receipts_that_name_rejects_alone(rows, good):
    assert rejects_alone(receipts(rows)) == good


def test_counted_are_lots_with_what_was_rejected():
    assert counted(receipts([(DAY, 10, 2), (DAY, 10, None), (None, 3, None)]))["quantity_rejected"].to_list() == [2.0, 0.0]
    assert counted(receipts([(DAY, 10, 0), (DAY, 10, None)]))["quantity_rejected"].to_list() == [0.0, None]
    assert rejects_alone(pl.DataFrame({"received": [DAY]})) == 0

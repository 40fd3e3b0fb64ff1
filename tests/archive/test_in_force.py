"""Levels in force beside an export's: which of the two counts, column by column."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from justenough.archive.in_force import imported_levels, with_levels_in_force

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ITEMS = pl.DataFrame(
    {
        "item": ["A", "B"],
        "current_safety_stock": [None, 1.0],
        "current_reorder_point": [10.0, 2.0],
        "current_max": [20.0, 3.0],
        "last_reviewed": [date(2020, 1, 1), None],
    },
    schema_overrides={"current_safety_stock": pl.Float64},
)


def decided(imported, old, new, known_to=date(2026, 4, 1)):
    """A decision on A: safety stock, reorder point and maximum of the export, of before and after."""
    names = ("safety_stock", "reorder_point", "order_up_to")
    columns = {f"imported_{n}": v for n, v in zip(names, imported, strict=True)} | {f"old_{n}": v for n, v in zip(names, old, strict=True)}
    columns |= dict(zip(names, new, strict=True))
    frame = pl.DataFrame([{"item": "A", "decision_id": "d", "created": NOW, "known_to": known_to, **columns}])
    return frame.with_columns(pl.col(name).cast(pl.Float64) for name in columns)


@pytest.mark.parametrize(
    ("imported", "old", "new", "shown"),
    [
        ((None, 10.0, 20.0), (None, 10.0, 20.0), (4.0, 30.0, 40.0), (4.0, 30.0, 40.0)),  # the export of that day
        ((None, 5.0, 6.0), (None, 10.0, 20.0), (4.0, 30.0, 40.0), (4.0, 30.0, 40.0)),  # it has caught up with the decision before
        ((None, 5.0, 6.0), (None, 5.0, 6.0), (None, 10.0, 20.0), (None, 10.0, 20.0)),  # it has caught up with this one
        ((None, 5.0, 6.0), (None, 7.0, 8.0), (4.0, 30.0, 40.0), (None, 10.0, 20.0)),  # changed elsewhere
        ((1.0, 10.0, 20.0), (1.0, 10.0, 20.0), (4.0, 30.0, 40.0), (None, 10.0, 20.0)),  # an empty level is a level too
    ],
)
def test_which_level_counts(imported, old, new, shown):
    out = with_levels_in_force(ITEMS, decided(imported, old, new))
    assert out.columns == ITEMS.columns
    assert out.row(0)[1:4] == shown
    assert out.row(1) == ITEMS.row(1)
    stands = shown == new
    assert out["last_reviewed"][0] == (date(2026, 4, 1) if stands else date(2020, 1, 1))


def test_the_day_of_the_decision_stands_in_for_unknown_records():
    out = with_levels_in_force(
        ITEMS, decided((None, 10.0, 20.0), (None, 10.0, 20.0), (4.0, 30.0, 40.0), known_to=None).cast({"known_to": pl.Date})
    )
    assert out["last_reviewed"][0] == NOW.date()


def test_levels_by_their_plain_names():
    assert imported_levels(ITEMS).row(0, named=True) == {"item": "A", "safety_stock": None, "reorder_point": 10.0, "order_up_to": 20.0}

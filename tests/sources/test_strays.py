"""One wrong year among thousands of rows: it goes into quarantine, and the record ends where it ended."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.sources.profiles import Profile
from justenough.sources.quarantine import import_quarantine, to_correct
from justenough.sources.read import import_from
from justenough.sources.strays import record_of

MONDAYS = [dt.date(2025, 1, 6) + dt.timedelta(weeks=week) for week in range(80)]
PROFILE = Profile.from_toml(
    """
currency = "EUR"
demand_period = "week"
date_formats = ["%d/%m/%y"]
[files]
ledger = "ledger.csv"
[tables.items]
derived_from = "demand"
[tables.demand]
file = "ledger"
[tables.demand.columns]
item = "item"
date = "day"
quantity = "units"
"""
)


def days_of(*extra, rows=5):
    days = [(day, rows) for day in MONDAYS] + [(dt.date.fromisoformat(day), n) for day, n in extra]
    return pl.DataFrame(sorted(days), schema={"day": pl.Date, "rows": pl.Int64}, orient="row")


def ledger(folder, *more):
    rows = [f"P{part},{day:%d/%m/%y},{part + 1}" for day in MONDAYS for part in range(5)] + list(more)
    (folder / "ledger.csv").write_text("item,day,units\n" + "\n".join(rows) + "\n")
    return import_from(folder, PROFILE)


def test_a_row_of_2049_is_quarantined_and_can_come_back(tmp_path):
    """Before, it moved the end of the record by 23 years, and all five parts were called no longer wanted."""
    found = ledger(tmp_path, "P1,31/12/49,2")
    (problem,) = found.quarantine.select("table", "row", "item", "column", "found", "expected").rows()
    assert problem == ("demand", 402, "P1", "date", "'2049-12-31'", "a day of the record, which lasts from 2025-01-06 to 2026-07-13")
    assert found.tables["demand"]["date"].max() == MONDAYS[-1]
    assert found.tables["items"].height == 5
    to_correct(found.quarantine, "ledger.csv").write_csv(tmp_path / "mended.csv")
    assert import_quarantine(tmp_path / "mended.csv", PROFILE).tables["demand"]["date"].to_list() == [dt.date(2049, 12, 31)]


def test_a_clean_ledger_keeps_every_row(tmp_path):
    assert ledger(tmp_path, "P1,20/07/26,2").quarantine.is_empty()


@pytest.mark.parametrize(
    ("days", "record"),
    [
        (days_of(), None),
        (days_of(("2027-07-20", 1)), (MONDAYS[0], MONDAYS[-1])),  # a year ahead
        (days_of(("2005-01-06", 1)), (MONDAYS[0], MONDAYS[-1])),
        (days_of(("2005-01-06", 1), ("2030-01-01", 1)), (MONDAYS[0], MONDAYS[-1])),
        (days_of(("2026-12-20", 1)), None),  # 160 days: a plant may stand so long
        (days_of(("2027-07-20", 5)), None),  # five rows of 405 are no slip
        (days_of(("2027-07-20", 1), rows=2), None),  # too few rows to tell
    ],
)
def test_which_days_stray(days, record):
    assert record_of(days) == record


def test_a_record_with_long_silences_of_its_own_is_believed():
    """Ordered twice a year: half a year of silence says nothing."""
    seldom = [(dt.date(2015 + at // 2, 1 + 6 * (at % 2), 1), 20) for at in range(20)] + [(dt.date(2026, 6, 1), 1)]
    assert record_of(pl.DataFrame(seldom, schema={"day": pl.Date, "rows": pl.Int64}, orient="row")) is None

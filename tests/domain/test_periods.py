"""Periods against Python's own calendar."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from justenough.domain.periods import end_of, period_of, start_of, whole_periods

DAYS = [date(1969, 12, 1) + timedelta(days=d) for d in range(0, 25_000, 3)]


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_every_day_lies_in_its_period(period):
    for day, number in zip(DAYS, period_of(pl.Series(DAYS), period).tolist(), strict=True):
        assert start_of(number, period) <= day < start_of(number + 1, period)


def test_a_period_ends_the_day_before_the_next():
    ends = [end_of(date(2024, 2, 7), period) for period in ("day", "week", "month")]
    assert ends == [date(2024, 2, 7), date(2024, 2, 11), date(2024, 2, 29)]


def test_weeks_begin_on_monday_and_months_on_the_first():
    assert all(start_of(week, "week").weekday() == 0 for week in range(-5, 3000))
    assert all(start_of(month, "month").day == 1 for month in range(23_000, 24_500))


def test_a_cut_off_first_and_last_week_do_not_count():
    wednesday, tuesday = date(2026, 1, 7), date(2026, 2, 10)
    days = [wednesday + timedelta(days=d) for d in range((tuesday - wednesday).days + 1)]
    low, high = whole_periods(pl.Series(days), "week")
    assert start_of(low, "week") == date(2026, 1, 5)  # 5 of its 7 days are on record
    assert start_of(high, "week") == date(2026, 2, 2)  # 2 of the next week's are not enough


def test_periods_recorded_on_one_weekday_or_at_month_ends_all_count():
    mondays = pl.Series([date(2026, 1, 5) + timedelta(weeks=w) for w in range(6)])
    assert whole_periods(mondays, "week")[1] - whole_periods(mondays, "week")[0] == 5
    ends = pl.Series([date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)])
    assert whole_periods(ends, "month")[1] - whole_periods(ends, "month")[0] == 4

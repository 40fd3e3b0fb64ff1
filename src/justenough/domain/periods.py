"""Periods: days and weeks (from Monday) numbered since 1970, months since the year 0."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Period
    from justenough.domain.ragged import Ints

EPOCH = date(1970, 1, 1)
# A week counts once five of its seven days are on record: many plants rest at weekends.
_ENOUGH_OF_A_PERIOD = 5 / 7


def period_of(dates: pl.Series, period: Period) -> Ints:
    """Number of the period each date falls in."""
    if period == "month":
        return (dates.dt.year().cast(pl.Int64) * 12 + dates.dt.month() - 1).to_numpy()
    days = dates.to_physical().cast(pl.Int64).to_numpy()
    return days if period == "day" else (days + 3) // 7  # 1970-01-01 was a Thursday


def start_of(index: int, period: Period) -> date:
    """First day of a period."""
    if period == "month":
        return date(index // 12, index % 12 + 1, 1)
    return EPOCH + timedelta(days=index if period == "day" else index * 7 - 3)


def end_of(day: date, period: Period) -> date:
    """Last day of the period that a day lies in."""
    return start_of(int(period_of(pl.Series([day]), period)[0]) + 1, period) - timedelta(days=1)


def whole_periods(dates: pl.Series, period: Period) -> tuple[int, int]:
    """
    First and last period that a record covers well enough to count.

    Parameters
    ----------
    dates
        Of its rows; each day need be there only once.
    """
    if not len(dates):
        return 0, 0
    earliest, latest = _as_date(dates.min()), _as_date(dates.max())
    low, high = (int(period_of(pl.Series([day]), period)[0]) for day in (earliest, latest))
    if period == "day" or high - low < 3:
        return low, high
    by_period = len(dates.dt.day().unique()) == 1 if period == "month" else len(dates.dt.weekday().unique()) == 1
    month_ends = period == "month" and bool((dates == dates.dt.month_end()).all())
    if by_period or month_ends:
        return low, high
    head = (start_of(low + 1, period) - earliest).days / (start_of(low + 1, period) - start_of(low, period)).days
    tail = ((latest - start_of(high, period)).days + 1) / (start_of(high + 1, period) - start_of(high, period)).days
    return low + (head < _ENOUGH_OF_A_PERIOD), high - (tail < _ENOUGH_OF_A_PERIOD)


def _as_date(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"expected a date, got {value!r}")
    return value

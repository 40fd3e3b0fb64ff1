"""Standstills: times in which nothing at all was wanted of a plant that is else wanted all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.errors import Complaint
from justenough.domain.figures import count

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_ROWS = 20.0  # that so long a time brings as a rule; by chance it brings none once in 500 million times
USUAL, TIMES = 0.95, 1.9  # a silence is no standstill up to so many times the longest of so many; one month left out makes 59 days of 31
STEPS: Mapping[str, tuple[str, int]] = {"day": ("1d", 1), "week": ("7d", 7), "month": ("1mo", 31)}  # to the next period, and its days
LEAST_DAYS = 7  # a week: holidays are part of what is usual
TOLD = 3


def standstills(days: pl.DataFrame, period: str) -> pl.DataFrame:
    """
    Times in which no item of the plant was wanted, far longer than its usual silences: ``first, last`` of the days without demand.

    Parameters
    ----------
    days
        ``date`` and ``wanted``, rows with a quantity that is not zero: every day that is named (`Seen.days`). Days named
        after the last demand, such as a count of zeros, make a standstill that the record ends in.
    period
        What demand is recorded by: "day", "week" or "month".
    """
    wanted = days.filter(pl.col("wanted") > 0).sort("date")
    if wanted.height < 2:
        return pl.DataFrame(schema={"first": pl.Date, "last": pl.Date})
    step, within = STEPS[period]
    # Of a week or month only the first day is named, and all of it is meant.
    end = pl.lit(days["date"].max()).cast(pl.Date).dt.offset_by(step)
    gaps = wanted.select(before="date", after=pl.col("date").shift(-1).fill_null(end))
    gaps = gaps.with_columns((pl.col("after") - pl.col("before")).dt.total_days().alias("gap"))
    span = (wanted["date"][-1] - wanted["date"][0]).days + within
    usual = max(float(gaps["gap"][:-1].quantile(USUAL, "higher") or 0.0), float(within))
    missing = (pl.col("gap") - within) * float(wanted["wanted"].sum()) / span
    found = gaps.filter((pl.col("gap") > TIMES * usual) & (missing >= LEAST_ROWS) & (pl.col("gap") - within >= LEAST_DAYS))
    return found.select(pl.col("before").dt.offset_by(step).alias("first"), pl.col("after").dt.offset_by("-1d").alias("last"))


def standstill_notices(file: str, days: pl.DataFrame, period: str) -> list[Complaint]:
    """That the record holds times in which no item was wanted, how they are read, and how to say that they are no demand of zero."""
    found = standstills(days, period)
    if found.is_empty():
        return []
    each = [f"{first} to {last}" for first, last in found.tail(TOLD).iter_rows()]
    more = "..., " if found.height > TOLD else ""
    remedy = (
        "It counts as demand of zero, which lowers the level of every item, most where the record ends in it. If the plant was closed or "
        f"the export has a hole, give each item a row with an empty quantity in every {period} of it: a {period} that nobody recorded."
    )
    what = f"no item wanted in {count(found.height, 'time')} far longer than usual ({more}{', '.join(each)})"
    return [Complaint(file, 0, "date", what, "demand of some item all the time", remedy)]

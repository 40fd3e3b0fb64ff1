"""Layouts: periods side by side made long, and several rows of one item made one."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.domain.plant import Period
    from justenough.sources.declarations import Source, Stops, Wide


def periods_of(names: Sequence[str], wide: Wide, period: Period) -> dict[str, dt.date] | str:
    """
    The first day of each period column, or in words what is wrong with the headers.

    Parameters
    ----------
    names
        Headers of the file, in order.
    wide
        Which of them are periods and how they say their date.
    period
        Length of a period, for headers that are counted.
    """
    columns = [name for name in names if re.search(wide.columns, name)]
    if not columns:
        return f"no column like {wide.columns!r}"
    read = {name: _date_of(name, wide.period_format) for name in columns}
    if wide.first_period:
        counted = _counted(dt.date.fromisoformat(wide.first_period), len(columns), period)
        if wide.order == "newest_first":
            counted.reverse()
        dates = dict(zip(columns, counted, strict=True))
        for name in columns:
            if read[name] is not None and read[name] != dates[name]:
                return f"{name!r} where the {dates[name]} is by count from {wide.first_period}"
        return dates
    known = {name: day for name, day in read.items() if day is not None}
    for name in columns:
        if name not in known:
            return f"{name!r}, which is not a date like {wide.period_format!r}"
    days = list(known.values())
    if len(set(days)) < len(days):
        return f"the period {next(day for day in days if days.count(day) > 1)} twice"
    if days != sorted(days, reverse=wide.order == "newest_first"):
        return f"periods from {days[0]} to {days[-1]} in another order"
    return known


def _date_of(header: str, period_format: str) -> dt.date | None:
    if not period_format:
        return None
    weekly = "%V" in period_format  # a week has no date until a day of it is named: Monday
    try:
        moment = dt.datetime.strptime(f"{header} 1" if weekly else header, f"{period_format} %u" if weekly else period_format)  # noqa: DTZ007 - a day, no clock
    except ValueError:
        return None
    return moment.date()


def _counted(first: dt.date, n: int, period: Period) -> list[dt.date]:
    if period == "month":
        months = [first.month - 1 + at for at in range(n)]
        return [first.replace(year=first.year + month // 12, month=month % 12 + 1, day=1) for month in months]
    return [first + dt.timedelta(days=(7 if period == "week" else 1) * at) for at in range(n)]


def made_long(frame: pl.DataFrame, periods: Mapping[str, dt.date], wide: Wide) -> pl.DataFrame:
    """One row for each item and period of a frame with a number column for each period; unreliable periods become unknown."""
    unreliable = [name for name, day in periods.items() if name in wide.unreliable or day.isoformat() in wide.unreliable]
    frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in unreliable)
    index = [name for name in frame.columns if name not in periods]
    long = frame.unpivot(on=list(periods), index=index, variable_name="date", value_name="quantity")
    return long.with_columns(pl.col("date").replace_strict(list(periods), list(periods.values()), return_dtype=pl.Date))


def stops_laid_out(frame: pl.DataFrame, minutes: Mapping[str, pl.Series], stops: Stops) -> pl.DataFrame:
    """
    One row for each stop of a row, end to end from its start in the order of the columns, and one for what is left.

    Parameters
    ----------
    frame
        Rows with ``start`` and ``end``.
    minutes
        Of each reason, how long it stopped each row; empty is not at all.
    """
    began, parts = pl.col("start"), []
    wide = frame.with_columns(values.fill_null(0.0).alias(f"__{reason}") for reason, values in minutes.items())
    for reason in minutes:
        until = began + pl.duration(microseconds=(pl.col(f"__{reason}") * 60_000_000).round().cast(pl.Int64))
        stop = wide.filter(pl.col(f"__{reason}") > 0)
        said = (began.alias("start"), until.alias("end"), pl.lit(reason).alias("reason"), pl.lit(stops.state).alias("state"))
        parts.append(stop.with_columns(said).select(*frame.columns, "reason", "state"))
        began = until
    rest = (began.alias("start"), pl.lit(None, pl.String).alias("reason"), pl.lit(stops.rest).alias("state"))
    left = wide.filter(began != pl.col("end")).with_columns(rest)  # more stops than time: the end lies before the start, and is refused
    return pl.concat([*parts, left.select(*frame.columns, "reason", "state")])


def past_midnight(frame: pl.DataFrame, day_of: str) -> pl.DataFrame:
    """Rows that end before they start lie across midnight: the day named is that of their ``start`` or of their ``end``."""
    over = pl.col("end") < pl.col("start")
    column, days = ("end", 1) if day_of == "start" else ("start", -1)
    return frame.with_columns(pl.when(over).then(pl.col(column).dt.offset_by(f"{days}d")).otherwise(column).alias(column))


def one_row_each(frame: pl.DataFrame, key: str, columns: Mapping[str, tuple[Source, ...]]) -> pl.DataFrame:
    """One row for each value of ``key``, the other columns picked as declared; its place is that of the first row."""
    values = []
    for name in frame.columns:
        if name == key:
            continue
        value = pl.col(name)
        pick = columns[name][0].pick if name in columns else "first"
        known = value if name in (FILE, ROW) else value.drop_nulls()
        values.append(
            {
                "first": known.first(),
                "last": known.last(),
                "most_common": known.mode().sort().first(),
                "median": known.median(),
                "sum": known.sum(),
                "least": known.min(),
                "most": known.max(),
            }[pick].alias(name)
        )
    return frame.group_by(key, maintain_order=True).agg(values)

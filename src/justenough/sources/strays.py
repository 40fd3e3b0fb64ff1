"""Strays: days so far from all others on record that only a slip of the pen explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.sources.problems import problems_at, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

RECORDED = (("demand", "date"), ("receipts", "ordered"), ("receipts", "received"), ("stock", "date"))
MOST_SHARE = 0.001  # of the rows; more than that are a record of another time
LEAST_ROWS = 200  # fewer do not say how far apart days lie
LEAST_DAYS = 180  # of silence, however dense the record
TIMES = 10.0  # of the longest silence within the record
_REMEDY = (
    "One wrong year would move the end of the whole record. Correct the day here; if it is right, import the row from quarantine as it is."
)


def record_of(days: pl.DataFrame) -> tuple[date, date] | None:
    """
    First and last day of a record without its strays.

    Parameters
    ----------
    days
        ``day``, sorted and each once, and ``rows`` it is named in.

    Returns
    -------
    tuple or None
        None where nothing strays: a few rows do that lie beyond a silence many times as long as any among the others.
    """
    days = days.filter(pl.col("rows") > 0)
    rows = int(days["rows"].sum()) if days.height else 0
    if rows < LEAST_ROWS:
        return None
    most = max(1.0, MOST_SHARE * rows)
    days = days.with_columns(
        silence=pl.col("day").diff().dt.total_days(),
        behind=pl.col("rows").cum_sum(),
        ahead=pl.col("rows").cum_sum(reverse=True),
    )
    body = days.filter((pl.col("behind") > most) & (pl.col("ahead") > most))
    if body.height < 2:
        return None
    first, last = body["day"][0], body["day"][-1]
    within: int = body["silence"][1:].max()  # type: ignore[assignment]
    apart = pl.col("silence") > max(LEAST_DAYS, TIMES * within)
    late = days.filter(apart & (pl.col("day") > last))["day"]
    early = days.filter(apart & (pl.col("day") <= first))["day"]
    if not len(late) and not len(early):
        return None
    kept = days["day"]
    if len(early):
        kept = kept.filter(kept >= early[-1])
    if len(late):
        kept = kept.filter(kept < late[0])
    return kept[0], kept[-1]


def strays(frames: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """The problems of rows whose day of demand, order, arrival or stock lies far from all others of its column."""
    found = []
    for table, column in RECORDED:
        frame = frames.get(table)
        if frame is None or column not in frame.columns or frame.schema[column] != pl.Date:
            continue
        days = frame.drop_nulls(column).group_by(pl.col(column).alias("day")).agg(rows=pl.len().cast(pl.Int64)).sort("day")
        record = record_of(days)
        if record is None:
            continue
        first, last = record
        expected = f"a day of the record, which lasts from {first} to {last}"
        off = frame.filter((pl.col(column) < first) | (pl.col(column) > last))
        item = pl.col("item") if "item" in frame.columns else pl.lit("")
        found.append(problems_at(table, off, item, column, shown(pl.col(column)), expected, _REMEDY))
    return [one for one in found if one.height]

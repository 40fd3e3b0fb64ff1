"""Rows apart: long demand where it lies, read block by block of items by whoever does the work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from justenough.domain.address import AddressError, said
from justenough.domain.recorded import Recorded, days_of, recorded_from, recorded_on, stacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from justenough.domain.plant import Terms

    Spread = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]

READ_ITEMS = 50_000  # that are read and laid in one go
_LOST = (OSError, pl.exceptions.PolarsError)


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Long rows of demand in Parquet files or in a Delta table.

    Parameters
    ----------
    places
        Paths or addresses: of the files, or of the one table.
    version
        Of the Delta table, so that all read the same one; None for files.
    columns
        Which column of it is ``item``, ``date`` and ``quantity``.
    empty_is_zero
        What an empty quantity means.
    """

    places: tuple[str, ...]
    version: int | None
    columns: tuple[tuple[str, str], ...]
    empty_is_zero: bool

    def scan(self) -> pl.LazyFrame:
        """``item, date, quantity``, nothing read yet."""
        found = pl.scan_parquet(list(self.places)) if self.version is None else pl.scan_delta(self.places[0], version=self.version)
        rows = found.select(pl.col(column).alias(name) for name, column in self.columns)
        return rows.with_columns(pl.col("quantity").fill_null(0.0)) if self.empty_is_zero else rows


@dataclass(frozen=True, slots=True)
class _Range:
    """Items that lie beside each other in the plant, and what names may lie between them: empty is without end."""

    items: pl.Series
    first: str
    beyond: str

    def of(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows of these names, unknown ones among them; without a name they go to the first."""
        named = rows.collect_schema()["item"] == pl.String
        item = pl.col("item") if named else pl.col("item").cast(pl.String)
        if self.first:
            rows = rows.filter(item >= self.first)
        if self.beyond:
            rows = rows.filter((item < self.beyond) if self.first else (item < self.beyond) | item.is_null())
        return rows


def recorded_apart(rows: Rows, items: pl.Series, terms: Terms, spread: Spread, *, size: int | None = None) -> Recorded:
    """
    Demand on the grid as `justenough.domain.recorded.recorded_from` gives it, bit for bit, each block read by who does it.

    Parameters
    ----------
    items
        Codes in the order of the plant, which sorts them.
    spread
        Who reads. Of rows sorted by item each block reads its own; rows in any order are read once for every block.
    """
    step = size or READ_ITEMS
    begins = range(0, max(len(items), 1), step)
    ranges = [_Range(items[at : at + step], items[at] if at else "", items[at + step] if at + step < len(items) else "") for at in begins]
    by_day = terms.demand_period == "day"
    told: list[pl.Series] = spread(partial(_days, rows=rows, by_day=by_day), ranges)
    days = pl.concat(told).unique().sort()
    if by_day and len(days):
        days = pl.Series("date", [days[0], days[-1]])
    return stacked(spread(partial(_laid, rows=rows, terms=terms, days=days), ranges))


def _days(block: _Range, rows: Rows, *, by_day: bool) -> pl.Series:
    try:
        return days_of(block.of(rows.scan()), by_day=by_day)[1]
    except _LOST as error:
        raise unreadable(rows, error) from error


def _laid(block: _Range, rows: Rows, terms: Terms, days: pl.Series) -> Recorded:
    try:
        return recorded_on(days, block.of(rows.scan()), block.items, terms)
    except _LOST as error:
        raise unreadable(rows, error) from error


def recorded_whole(rows: Rows, items: pl.Series, terms: Terms, told: Callable[[int, int], object] | None) -> Recorded:
    """The same, read here in one go."""
    try:
        return recorded_from(rows.scan(), items, terms, told)
    except _LOST as error:
        raise unreadable(rows, error) from error


def unreadable(rows: Rows, error: Exception) -> AddressError:
    """What to say where the rows cannot be read; who reads them may be another machine."""
    return AddressError(
        f"{rows.places[0]}: cannot be read on the computer that does the work ({said(error)}). Nothing was saved. "
        "Whoever does the work reads for itself: give each worker the same keys in its environment, and the same path where it is a folder."
    )

"""Mapping: raw columns into canonical ones, with a complaint for every value that is not what it should be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.columns import Column
from justenough.domain.errors import Complaint, ImportFailed
from justenough.domain.schema import TABLES
from justenough.sources.between_stops import filled_between
from justenough.sources.declarations import IN_SHIFTS, MINUTES, RATES, UNITS, FileSpec, Filter, Source, Stops, TableSpec
from justenough.sources.joining import no_column
from justenough.sources.layouts import made_long, past_midnight, periods_of, stops_laid_out
from justenough.sources.opening import LIMITS, SPILL, Limits
from justenough.sources.parsing import NEAR, Parsed, cells_too, dates, example, flags, numbers, separators_hint, text, timed, timed_formats
from justenough.sources.problems import PLACE, PROBLEM, problems_at, row_hashes, shown
from justenough.sources.spans import spans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.profiles import Profile


@dataclass(frozen=True, slots=True)
class Mapped:
    """A canonical table before its values are judged, the problems met on the way, and the places of the rows that were meant."""

    frame: pl.DataFrame
    problems: pl.DataFrame
    taken: pl.DataFrame
    repeats: int = 0  # raw rows that are like an earlier one in every column of the file


def mapped(spec: TableSpec, raw: pl.DataFrame, profile: Profile, limits: Limits = LIMITS, *, alone: bool = True) -> Mapped:
    """
    The canonical table of ``spec`` from the rows of its file.

    Parameters
    ----------
    spec
        What the profile says of the table.
    raw
        Rows of its file, joined, with ``__file__`` and ``__row__``.
    alone
        These are all of them; else whoever has the others looks for repeats (`row_hashes`).

    Raises
    ------
    ImportFailed
        Where the file lacks a column the profile names, or has one nobody knows.
    """
    table, names = TABLES[spec.name], [name for name in raw.columns if name not in (*PLACE, SPILL)]
    columns = _same_names(spec, raw, names) if spec.same_names else dict(spec.columns)
    file = raw.item(0, FILE)
    _refuse_missing(spec, columns, names, file)
    for rows, keep in ((spec.only, True), (spec.leave_out, False)):
        for one in rows:
            hit = _hits(raw, one, profile, profile.files[spec.file])
            raw = raw.filter(hit if keep else ~hit)
    work = _Work(spec, raw, profile)
    values = {name: work.column(table.column(name), sources) for name, sources in columns.items()}
    if spec.wide is None:
        frame = pl.DataFrame([series.alias(name) for name, series in values.items()]).with_columns(raw.select(PLACE))
        if spec.name == "demand":
            frame = work.demand(frame)
    else:
        periods = periods_of(names, spec.wide, profile.terms.demand_period if profile.terms else "month")
        if isinstance(periods, str):
            expected = f"periods {spec.wide.order.replace('_', ' ')}, as in [tables.{spec.name}.wide]"
            raise ImportFailed([Complaint(file, 0, "", periods, expected, "Correct the headers, or [tables.demand.wide] in the profile.")])
        counts = {name: work.quantity(name) for name in periods}
        frame = pl.DataFrame([series.alias(name) for name, series in {**values, **counts}.items()]).with_columns(raw.select(PLACE))
        frame = made_long(frame, periods, spec.wide)
    if spec.day_of:
        frame = past_midnight(frame, spec.day_of)
    if spec.between and spec.between != IN_SHIFTS:  # those wait for the calendar
        frame = filled_between(frame, spec.between)
    if spec.stops is not None:
        frame = stops_laid_out(frame, work.lost_minutes(spec.stops, names), spec.stops)
        frame = frame.with_columns(pl.col("reason").replace(dict(spec.words.get("reason", {}))))
    work.long_cells(columns, limits)
    work.spilled()
    lines = values.get("order_line") if spec.name == "receipts" else None
    repeats = work.repeated(lines) if alone and (spec.name in ("demand", "receipts", "counts") or spec.repeats == "quarantine") else 0
    taken = raw.select(PLACE)
    if any(join.every for join in spec.joins):  # a row of the file is one, whatever it was joined with
        taken = taken.unique(maintain_order=True)
    return Mapped(frame, work.told(), taken, repeats)


def _same_names(spec: TableSpec, raw: pl.DataFrame, names: list[str]) -> dict[str, tuple[Source, ...]]:
    table = TABLES[spec.name]
    unknown = [name for name in names if name not in table.names and raw[name].null_count() < raw.height]
    if unknown:
        file, remedy = raw.item(0, FILE), "Rename or delete the column, or write a profile that maps it."
        raise ImportFailed([Complaint(file, 1, "", f"column {name!r}", f"one of {', '.join(table.names)}", remedy) for name in unknown])
    return {name: (Source(name),) for name in names if name in table.names}


def columns_needed(spec: TableSpec) -> dict[str, str]:
    """The file's columns a table's declaration names, each with the place in the profile that does."""
    needed = {one.column: f"tables.{spec.name}" for one in (*spec.only, *spec.leave_out)}
    for column, sources in spec.columns.items():
        for source in sources:
            used = (source.column, source.per, source.times, source.time, source.plus, source.when.column if source.when else "")
            needed |= {name: f"tables.{spec.name}.columns.{column}" for name in used if name}
    return needed


def _refuse_missing(spec: TableSpec, columns: Mapping[str, tuple[Source, ...]], names: list[str], file: str) -> None:
    needed = columns_needed(replace(spec, columns=columns))
    complaints = [no_column(file, name, place, names) for name, place in needed.items() if name not in names]
    if spec.same_names:
        complaints += [
            Complaint(file, 1, name, "no such column", TABLES[spec.name].column(name).expects, f"Add the column `{name}`.")
            for name in TABLES[spec.name].required
            if name not in columns
        ]
    if complaints:
        raise ImportFailed(complaints)


def _hits(raw: pl.DataFrame, row: Filter, profile: Profile, file: FileSpec) -> pl.Series:
    value = text(raw[row.column], profile.nulls).values
    hit = pl.Series([True]).new_from_index(0, raw.height) if raw.height else pl.Series([], dtype=pl.Boolean)
    if row.any_of:
        hit = hit & value.is_in(list(row.any_of)).fill_null(value=False)
    if row.matches:
        hit = hit & value.str.contains(row.matches).fill_null(value=False)
    if row.empty is not None:
        hit = hit & (value.is_null() if row.empty else value.is_not_null())
    if row.at_most is not None:
        hit = hit & (numbers(raw[row.column], profile.nulls, file).values <= row.at_most).fill_null(value=False)
    return hit


class _Work:
    """One table on its way: the raw rows, and the problems met so far."""

    def __init__(self, spec: TableSpec, raw: pl.DataFrame, profile: Profile) -> None:
        self.spec, self.raw, self.profile, self.file = spec, raw, profile, profile.files[spec.file]
        self.problems: list[pl.DataFrame] = []
        item = spec.columns.get("item", (Source("item"),))[0].column
        self.item = pl.col(item) if item in raw.columns else pl.lit("")

    def file_of(self, name: str) -> FileSpec:
        """The file a column comes from: numbers of a joined file are written as that one writes them."""
        return next((self.profile.files[join.file] for join in self.spec.joins if name.startswith(f"{join.file}.")), self.file)

    def column(self, column: Column, sources: tuple[Source, ...]) -> pl.Series:
        """The canonical values of one column: the first source that has one."""
        values: pl.Series | None = None
        for source in sources:
            found = self._source(column, source)
            values = found if values is None else values.zip_with(values.is_not_null(), found)
        if values is None:
            raise ValueError(f"{column.name} has no source")
        return values

    def _source(self, column: Column, source: Source) -> pl.Series:
        if source.value:
            said = pl.Series([source.value])
            values = (flags(said, ()).values if column.kind == "flag" else said).new_from_index(0, self.raw.height)
        else:
            parsed = self._parsed(column, source)
            self._complain(source.column, parsed, column, source)
            values = parsed.values
        if column.kind == "number":
            factor = UNITS.get(column.unit, {}).get(source.unit, 1.0) / source.per_units
            if source.unit in RATES:
                values = factor / values.replace(0.0, None)
            elif factor != 1.0:
                values = values * factor
            for other, divides in ((source.per, True), (source.times, False)):
                if other:
                    by = numbers(self.raw[other], self.profile.nulls, self.file_of(other))
                    self._complain(other, by, column, source)
                    values = (values / by.values.replace(0.0, None)) if divides else values * by.values
        if source.plus_minutes:
            values = values.dt.offset_by(f"{round(source.plus_minutes * 60)}s")
        if source.plus:
            lasted = numbers(self.raw[source.plus], self.profile.nulls, self.file_of(source.plus))
            self._complain(source.plus, lasted, Column(source.plus, "number", source.plus_unit, ""), source)
            values = values + (lasted.values * (MINUTES[source.plus_unit] * 6e7)).round().cast(pl.Int64).cast(pl.Duration("us"))
        if source.when is not None:
            hit = _hits(self.raw, source.when, self.profile, self.file)
            values = values.zip_with(hit, pl.Series([None], dtype=values.dtype).new_from_index(0, len(values)))
        return values

    def _parsed(self, column: Column, source: Source) -> Parsed:
        raw, nulls = self.raw[source.column], self.profile.nulls
        formats = source.date_formats or self.profile.date_formats
        if words := self.spec.words.get(column.name):
            raw = text(raw, nulls).values.replace(dict(words))
        if source.letters:
            return spans(raw, source.letters, nulls)
        if column.kind == "number":
            return numbers(raw, nulls, self.file_of(source.column))
        if source.time:
            raw, formats = timed(raw, self.raw[source.time], nulls), timed_formats(formats)
        if column.kind in ("date", "moment"):
            places = (self.file_of(source.column).path, *self.raw[FILE].head(1))
            return dates(raw, nulls, cells_too(formats, places), moment=column.kind == "moment")
        if column.kind == "flag":
            return flags(raw, nulls)
        parsed = text(raw, nulls)
        if source.case:
            letters = parsed.values.str
            parsed = replace(parsed, values=letters.to_uppercase() if source.case == "upper" else letters.to_lowercase())
        return parsed

    def _complain(self, name: str, parsed: Parsed, column: Column, source: Source) -> None:
        if parsed.far is not None:
            rows = self.raw.filter(parsed.far)
            remedy = f"Correct the year of `{name}` in the file, or add the value to `nulls` in the profile if it means no day."
            self.tell(rows, name, shown(pl.col(name)), NEAR, remedy)
        if parsed.bad is None:
            return
        expected, remedy = column.expects, f"Correct `{name}` in the file, or add the word to `nulls` in the profile if it means nothing."
        if column.kind in ("date", "moment"):
            formats = source.date_formats or self.profile.date_formats
            expected = f"{column.expects} such as {' or '.join(example(one) for one in formats[:3])}"
            remedy = f"Correct `{name}` in the file, or add its format to `date_formats` in the profile."
        rows = self.raw.filter(parsed.bad)
        if column.kind == "number":
            remedy = separators_hint(rows[name], self.file_of(name)) or remedy
        found = shown(pl.col(name)) if parsed.why is None else pl.concat_str(shown(pl.col(name)), pl.lit(parsed.why))
        self.tell(rows, name, found, expected, remedy)

    def lost_minutes(self, stops: Stops, names: list[str]) -> dict[str, pl.Series]:
        """Minutes lost by each reason column."""
        lost = {}
        for name in (one for one in names if re.search(stops.columns, one)):
            parsed = numbers(self.raw[name], self.profile.nulls, self.file)
            self._complain(name, parsed, Column(name, "number", stops.unit, ""), Source(name))
            lost[name] = parsed.values * MINUTES[stops.unit]
        return lost

    def quantity(self, name: str) -> pl.Series:
        """Demand in one period column; the profile says what an empty one means."""
        parsed = numbers(self.raw[name], self.profile.nulls, self.file)
        self._complain(name, parsed, TABLES["demand"].column("quantity"), Source(name))
        return self._signed(parsed.values)

    def demand(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A long demand table with its sign and its empties as declared."""
        empty = frame["quantity"].is_null()
        if not self.spec.empty and empty.any():
            known = self.told().select(pl.col("file").alias(FILE), pl.col("row").alias(ROW))
            rows = self.raw.filter(empty).join(known, on=PLACE, how="anti")
            remedy = 'Write empty = "zero" or empty = "unknown" in [tables.demand] of the profile.'
            source = self.spec.columns["quantity"][0].column if "quantity" in self.spec.columns else "quantity"
            self.tell(rows, source, pl.lit("nothing"), "a number [units]", remedy)
        return frame.with_columns(self._signed(frame["quantity"]).alias("quantity"))

    def _signed(self, values: pl.Series) -> pl.Series:
        values = values.fill_null(0.0) if self.spec.empty == "zero" else values
        return -values if self.spec.demand_sign == "negative" else values

    def tell(self, rows: pl.DataFrame, name: str, found: pl.Expr, expected: str, remedy: str, item: pl.Expr | None = None) -> None:
        """Note a problem of raw rows in the column of that name."""
        self.problems.append(problems_at(self.spec.name, rows, self.item if item is None else item, name, found, expected, remedy))

    def told(self) -> pl.DataFrame:
        """The problems met so far, one row each."""
        return pl.concat(self.problems) if self.problems else pl.DataFrame(schema=PROBLEM)

    def long_cells(self, columns: Mapping[str, tuple[Source, ...]], limits: Limits) -> None:
        """Complain of cells no spreadsheet could hold: an unclosed quotation mark, or worse."""
        for name in {source.column for sources in columns.values() for source in sources if source.column}:
            if self.raw[name].dtype == pl.String and int(self.raw[name].str.len_bytes().max() or 0) > limits.cell_chars:  # type: ignore[arg-type]
                rows = self.raw.filter(pl.col(name).str.len_bytes() > limits.cell_chars)
                expected = f"at most {limits.cell_chars:,} characters in one cell"
                self.tell(rows, name, shown(pl.col(name)), expected, "Is a quotation mark not closed?", self.item.str.slice(0, 60))

    def spilled(self) -> None:
        """Complain of rows with more values than the header has columns."""
        if SPILL in self.raw.columns:
            rows = self.raw.filter(pl.col(SPILL).is_not_null())
            remedy = "Is a value with a delimiter in it not in quotation marks?"
            found = pl.concat_str(pl.lit("more values than columns: "), shown(pl.col(SPILL)))
            self.tell(rows, "", found, "as many values as the header has columns", remedy)

    def repeated(self, lines: pl.Series | None) -> int:
        """How many rows like an earlier one are kept; complains of those that come once only, as named ``lines`` of orders do."""
        out = again = ~row_hashes(self.raw).is_first_distinct()
        if self.spec.repeats != "quarantine":
            out = again.clear() if lines is None or self.spec.repeats else again & lines.is_not_null()
        if out.any():
            remedy = 'Delete it, or write repeats = "keep" in the profile if it is meant.'
            found = pl.lit("a row like an earlier one")
            self.tell(self.raw.filter(out), "", found, "each row once", remedy)
        return int(again.sum()) - int(out.sum())

"""Looking: one file of an unknown export, what its columns seem to be, and what it leaves open."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.errors import ImportFailed
from justenough.domain.schema import TABLES
from justenough.sources.declarations import UNITS, FileSpec
from justenough.sources.notices import workdays_only
from justenough.sources.opening import LIMITS, SPILL, open_file
from justenough.sources.parsing import dates
from justenough.sources.vocabulary import DATE_FORMATS, PERIODS, WORDS, plain_words

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.sources.opening import Opened

LOOKED_AT = 2000  # rows
TITLES = 10  # lines above a head that are looked through
COMMA = r"^\s*-?(\d{1,3}(\.\d{3})+|\d+),\d+-?\s*$"  # 2,50 and 1.234,50


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say; ``choices`` empty: any text."""

    key: str
    text: str
    choices: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """The text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


class Look:
    """One file looked at: its columns, what they seem to be, and what it leaves open."""

    def __init__(self, path: Path, name: str, header_rows: int) -> None:
        self.name, self.header_rows = name, header_rows
        self.key = re.sub(r"\W+", "_", name.partition(".")[0])
        self.questions: list[Question] = []
        self.formats: list[str] = []
        self.used: set[str] = set()  # its columns that a table takes
        self.workdays = False  # demand is hardly ever on a weekend
        self.encoding = self.decimal = self.grouped = False
        spec = FileSpec(name, header_rows=header_rows)
        try:
            opened = open_file(path, name, spec, LIMITS)
        except ImportFailed as error:
            if "Set `encoding`" not in str(error):
                raise
            self.encoding = True
            self._ask("encoding", f"{name} is not in UTF-8. Which encoding is it in?", ("cp1252", "latin-1", "cp437", "cp850", "shift_jis"))
            spec = replace(spec, encoding="latin-1")
            opened = open_file(path, name, spec, LIMITS)
        self.skip_rows, opened = _below_titles(path, spec, opened)
        self.all_rows = opened.frame.drop("__file__", "__row__", SPILL, strict=False)
        self.rows = self.all_rows.head(LOOKED_AT)
        self.period, self.period_format, self.wide = self._periods()

    def _ask(self, key: str, text: str, choices: tuple[str, ...] = ()) -> None:
        if key not in {question.key for question in self.questions}:
            self.questions.append(Question(key, text, choices))

    def _periods(self) -> tuple[str, str, list[str]]:
        for period, formats in PERIODS.items():
            for one in formats:
                there = [name for name in self.rows.columns if _day(name, one) is not None]
                if len(there) >= 3:
                    return period, one, there
        return "", "", []

    def columns(self, table: str) -> dict[str, str]:
        """Canonical column -> the file's column, for those recognised by their name."""
        found: dict[str, str] = {}
        for column, pattern in WORDS[table].items():
            for name in self.rows.columns:
                words = plain_words(name)
                bare = re.sub(r"[.\-/ ]+", " ", re.sub(r"[\[(].*", "", words)).strip()  # Material-Nr. [St]
                if (
                    name not in self.wide
                    and name not in found.values()
                    and (words == column.replace("_", " ") or re.fullmatch(pattern, words) or re.fullmatch(pattern, bare))
                ):
                    found[column] = name
                    break
        return found

    def tables(self) -> list[str]:
        """Tables this file seems to hold."""
        items, demand, receipts = (self.columns(table) for table in ("items", "demand", "receipts"))
        if "item" not in items:
            return []
        if {"order", "item", "ordered"} <= set(receipts):
            return ["receipts"]
        if self.wide:
            return ["items", "demand"]
        if {"item", "date", "quantity"} <= set(demand):
            return ["demand"]
        return ["items"]

    def as_master(self) -> tuple[bool, int]:
        """How much the file looks like the list of items: nearly each code once, and many columns of an item."""
        columns = self.columns("items")
        codes = self.rows[columns["item"]].drop_nulls()
        return codes.n_unique() >= 0.9 * codes.len(), len(columns)

    def unused(self) -> list[str]:
        """Columns no table takes."""
        return [name for name in self.rows.columns if name not in self.used]

    def file(self) -> str:
        """The file's line under ``[files]``."""
        said = [f"path = {quoted(self.name)}"]
        if self.skip_rows:
            said.append(f"skip_rows = {self.skip_rows}")
        if self.header_rows > 1:
            said.append(f"header_rows = {self.header_rows}")
        if self.encoding:
            said.append('encoding = "<encoding>"')
        if self.decimal:
            said.append('decimal = "<decimal>", thousands = "<thousands>"')
        return f"{self.key} = {{ {', '.join(said)} }}"

    def table(self, table: str) -> str:
        """The TOML of one table, asking what its columns do not say."""
        lines = [f"[tables.{table}]", f"file = {quoted(self.key)}"]
        columns = self.columns(table)
        self.used |= {*columns.values(), *self.wide}
        wide = table == "demand" and bool(self.wide)
        if wide:
            columns = {"item": columns["item"]}
        if table == "demand":
            lines += self._demand([*self.wide] if wide else [columns["quantity"]])
        lines.append(f"[tables.{table}.columns]")
        for column, name in columns.items():
            kind, unit = TABLES[table].column(column).kind, TABLES[table].column(column).unit
            if unit in UNITS:
                self._ask(f"{column}_unit", f"In which unit is {name!r} of {self.name}?", tuple(UNITS[unit]))
                lines.append(f'{column} = {{ column = {quoted(name)}, unit = "<{column}_unit>" }}')
                continue
            lines.append(f"{column} = {quoted(name)}")
            if kind == "date":
                fit = self._dates(name)
                if table == "demand" and fit:
                    self.workdays = workdays_only(dates(self.rows[name], (), fit, moment=False).values)
            elif kind == "number":
                self._decimals(name)
        if wide:
            days = [_day(name, self.period_format) for name in self.wide]
            order = "newest_first" if len(days) > 1 and str(days[0]) > str(days[-1]) else "newest_last"
            alike = "|".join(re.sub(r"\d+", r"\\d+", re.escape(name).replace("\\ ", " ").replace("\\-", "-")) for name in self.wide)
            pattern = "|".join(dict.fromkeys(alike.split("|")))
            lines += [
                "[tables.demand.wide]",
                f"columns = {quoted(f'^({pattern})$')}",
                f"period_format = {quoted(self.period_format)}",
                f'order = "{order}"',
            ]
        return "\n".join(lines)

    def _demand(self, names: list[str]) -> list[str]:
        empty = sum(self.all_rows[name].null_count() for name in names)  # in all rows: the first may be whole
        lines = []
        if empty or len(names) > 1:
            text = f"{empty:,} cells of demand are empty. Was nothing used then, or did nobody record it?"
            self._ask("empty", text, ("zero", "unknown"))
            lines.append('empty = "<empty>"')
        below = above = 0  # in all rows: a return is rare, and may be written 10- or -1,5
        for name in names:
            raw = self.all_rows[name].cast(pl.String)
            signed = raw.str.contains(r"^\s*-\s*[\d.,]*[1-9]|\d\s*-\s*$").fill_null(value=False)
            below += int(signed.sum())
            above += int((raw.str.contains(r"^\s*\+?[\d.,\s]*[1-9]").fill_null(value=False) & ~signed).sum())
        if below:
            words = f"{below:,} {'quantity is' if below == 1 else 'quantities are'} negative. Do returns take back earlier demand?"
            self._ask("returns", words, ("undo_demand", "ignore"))
        if below > above:
            self._ask("demand_sign", "Most quantities are negative. Which sign has demand?", ("positive", "negative"))
            lines.append('demand_sign = "<demand_sign>"')
        return lines

    def _dates(self, name: str) -> tuple[str, ...]:
        """Formats the dates are in; none where a question is open."""
        raw: pl.Series = self.rows[name]
        if raw.dtype.is_temporal():
            return DATE_FORMATS[:1]
        fit = [one for one in DATE_FORMATS if dates(raw, (), (one,), moment=False).clean]
        if not fit:
            fit = [one for one in DATE_FORMATS if dates(raw, (), (one,), moment=False).values.null_count() < raw.len()]
        if not fit:
            said = next((value for value in raw.cast(pl.String).drop_nulls()), "")
            self._ask("date_format", f"How is {said!r} in {name!r} of {self.name} a date? Say it in signs such as %d.%m.%Y (31.12.2026).")
            self.formats += [one for one in ("<date_format>",) if one not in self.formats]
            return ()
        both = [one for one in fit if one.startswith(("%d/%m", "%m/%d", "%d-%m", "%m-%d"))]
        if len(both) > 1:
            self._ask("date_order", f"{name!r} of {self.name} fits both orders, e.g. {raw.drop_nulls()[0]!r}. Which is it?", tuple(both))
            self.formats += [one for one in (*(one for one in fit if one not in both), "<date_order>") if one not in self.formats]
            return ()  # which day it is nobody knows yet
        self.formats += [one for one in fit if one not in self.formats]
        return tuple(fit)

    def _decimals(self, name: str) -> None:
        raw = self.rows[name]
        if raw.dtype != pl.String:
            return
        commas = raw.filter(raw.str.contains(COMMA).fill_null(value=False))
        if commas.len():
            self.decimal = True
            self._ask("decimal", f"{name!r} of {self.name} holds {commas[0]!r}. Which sign separates the decimals?", (",", "."))
        dots = raw.filter(raw.str.contains(".", literal=True).fill_null(value=False))
        self.grouped |= bool(dots.len() and dots.str.contains(r"^\s*-?\d{1,3}(\.\d{3})+-?\s*$").all())


def _below_titles(path: Path, spec: FileSpec, opened: Opened) -> tuple[int, Opened]:
    """Lines above the head, such as a list's title, and the file read below them; none where the first line names most columns."""
    best, wide = (0, opened), _named(opened)
    if sum(re.fullmatch(r"\d[\d.,\s/-]*", name) is not None for name in opened.frame.columns) > len(opened.frame.columns) / 2:
        return best  # a head of periods
    for skip in range(1, TITLES + 1):
        if wide >= 3 and wide > len(best[1].frame.columns) / 2:
            break
        try:
            found = open_file(path, spec.path, replace(spec, skip_rows=skip), LIMITS)
        except ImportFailed:
            break
        if _named(found) > wide:
            best, wide = (skip, found), _named(found)
    return best


def _named(opened: Opened) -> int:
    """Columns that the head gives a name, not only a place or a number."""
    return sum(re.fullmatch(r"column \d+|[\d.,\s-]*|__\w+__", name) is None and name != SPILL for name in opened.frame.columns)


def _day(header: str, period_format: str) -> dt.date | None:
    weekly = "%V" in period_format
    try:
        moment = dt.datetime.strptime(f"{header} 1" if weekly else header, f"{period_format} %u" if weekly else period_format)  # noqa: DTZ007 - a day, no clock
    except ValueError:
        return None
    return moment.date()

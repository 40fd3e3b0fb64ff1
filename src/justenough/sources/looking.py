"""Looking: one file of an unknown export, what its columns seem to be, and what it leaves open."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.errors import ImportFailed
from justenough.sources.central_words import CODE
from justenough.sources.declarations import FileSpec
from justenough.sources.encodings import ENCODINGS, how_it_reads, likeliest
from justenough.sources.folder import WORKBOOKS
from justenough.sources.opening import LIMITS, SPILL, open_file
from justenough.sources.parsing import COMMAS, DOTTED, SPACED, THOUSANDS, dates
from justenough.sources.vocabulary import DATE_FORMATS, DURATION, PERIODS, PRICE_OF, WORDS, plain_words, split_words

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.sources.opening import Opened

LOOKED_AT = 2000  # rows
SAMPLED, SAMPLE_SIGNS = 3, 16  # values of a column that are shown, and signs of each
ORDERS = ("%d/%m", "%m/%d", "%d-%m", "%m-%d")
FAR_FEWER = 0.9  # of a column's dates: the 13th to the 31st tell the order, and one date may be wrong
TITLES = 10  # lines above a head that are looked through
COMMA = r"^\s*-?(\d{1,3}(\.\d{3})+|\d+),\d+-?\s*$"  # 2,50 and 1.234,50


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say; ``choices`` empty: any text. ``said`` is what the file itself answers, where nobody says otherwise."""

    key: str
    text: str
    choices: tuple[str, ...] = ()
    said: str = ""


def quoted(text: str) -> str:
    """The text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


class Look:
    """One file looked at: its columns, what they seem to be, and what it leaves open."""

    def __init__(self, path: Path, name: str, header_rows: int, sheet: str = "", encoding: str = "") -> None:
        self.name, self.header_rows = f"{name} [{sheet}]" if sheet else name, header_rows
        self.path, self.sheet = name, sheet
        self.key = re.sub(r"\W+", "_", f"{name.partition('.')[0]} {sheet}".strip(), flags=re.ASCII)  # as TOML takes it without quotes
        self.questions: list[Question] = []
        self.notes: list[str] = []  # what a person should know of what was taken and what was not
        self.formats: list[str] = []
        self.said: dict[str, str] = {}  # canonical column -> the file's, where a person says so
        self.used: set[str] = set()  # its columns that a table takes
        self.workdays = False  # demand is hardly ever on a weekend
        self.encoding = self.decimal = self.grouped = self.spaced = self.commas = False
        spec = FileSpec(name, header_rows=header_rows, sheet=sheet)
        try:
            opened = open_file(path, name, spec, LIMITS)
        except ImportFailed as error:
            if "Set `encoding`" not in str(error):
                raise
            self.encoding = True
            self.ask("encoding", f"{name} is not in UTF-8. Which encoding is it in? {how_it_reads(path)}", ENCODINGS)
            spec = replace(spec, encoding=encoding if encoding in ENCODINGS else likeliest(path))
            opened = open_file(path, name, spec, LIMITS)
        self.skip_rows, opened = _below_titles(path, spec, opened)
        self.all_rows = opened.frame.drop("__file__", "__row__", SPILL, strict=False)
        self.rows = self.all_rows.head(LOOKED_AT)
        self.period, self.period_format, self.wide = self._periods()

    def ask(self, key: str, text: str, choices: tuple[str, ...] = (), said: str = "") -> str:
        """Leave a question open, once; the place in the TOML that its answer takes."""
        if key not in {question.key for question in self.questions}:
            self.questions.append(Question(key, text, choices, said))
        return quoted(f"<{key}>")

    def _periods(self) -> tuple[str, str, list[str]]:
        for period, formats in PERIODS.items():
            for one in formats:
                there = [name for name in self.rows.columns if day_of(name, one) is not None]
                if len(there) >= 3:
                    return period, one, there
        return "", "", []

    def samples(self) -> dict[str, str]:
        """The first values of each column that differ, as they are written; what is long is cut short."""
        found = {}
        for name in self.rows.columns:
            values = self.rows[name].cast(pl.String).drop_nulls().unique(maintain_order=True).head(SAMPLED).to_list()
            found[name] = " · ".join(value if len(value) <= SAMPLE_SIGNS else f"{value[:SAMPLE_SIGNS]}…" for value in values)
        return found

    def columns(self, table: str) -> dict[str, str]:
        """Canonical column -> the file's column, for those recognised by their name."""
        found: dict[str, str] = {}
        for column, pattern in WORDS[table].items():
            taken = {*found.values(), *self.said.values()}
            named = [name for name in self.named(f"{column.replace('_', ' ')}|{pattern}") if name not in taken]
            if self.said.get(column) in self.rows.columns:
                named = [self.said[column]]
            if column == "unit_cost" and not named:
                named = self.named(PRICE_OF)
            if named:
                found[column] = named[0]
        return self._by_number(table, found)

    def _by_number(self, table: str, found: dict[str, str]) -> dict[str, str]:
        """What lists say without naming it: items by their number, the quantity of an order's line."""
        if table == "items" and "item" not in found and {"unit_cost", "lead_time_days"} <= set(found) and (codes := self.named(CODE)):
            return {"item": codes[0], **found}
        ordered = {"order", "item", "ordered"} <= set(found) and "quantity_ordered" not in found
        if table == "receipts" and ordered and (quantities := self.named(WORDS["demand"]["quantity"])):
            return {**found, "quantity_ordered": quantities[0]}
        return found

    def named(self, pattern: str) -> list[str]:
        """The file's columns of such a name, but for periods."""
        found = []
        for name in self.rows.columns:
            words = [plain_words(one) for one in dict.fromkeys((name, split_words(name)))]  # PartNum
            bare = [re.sub(r"[.\-/ ]+", " ", re.sub(r"[\[(].*", "", one)).strip() for one in words]  # Material-Nr. [St]
            if name not in self.wide and any(re.fullmatch(pattern, one) for one in (*words, *bare)):
                found.append(name)
        return found

    def tables(self) -> list[str]:
        """Tables this file seems to hold."""
        if on_the_floor := self._floor_tables():
            return on_the_floor
        items, demand, receipts = (self.columns(table) for table in ("items", "demand", "receipts"))
        if "item" not in items:
            return []
        if {"order", "item", "ordered"} <= set(receipts):
            return ["receipts"]
        if self.wide:
            return ["items", "demand"]
        if {"item", "date", "quantity"} <= set(demand) and not self.lists_arrivals():
            return ["demand"]
        if self.lists_arrivals():
            return []
        return ["items"]

    def lists_arrivals(self) -> bool:
        """Whether the file lists what came of orders from suppliers, which is no demand."""
        return {"order", "supplier"} <= set(self.columns("receipts")) and "date" in self.columns("demand")

    def _floor_tables(self) -> list[str]:
        """Tables of machines this file seems to hold: what they did, what they made, or which there are."""
        events, counts = self.columns("events"), self.columns("counts")
        if "machine" not in events:
            return []
        if "start" in events:
            lasted = bool(self.named(DURATION))
            made = "total" in counts and ("end" in counts or lasted)
            told = "end" in events and bool({"state", "reason"} & set(events))  # a calendar has neither
            return [*(["events"] if told or (lasted and not made) else []), *(["counts"] if made else [])]
        named = self.rows[events["machine"]].drop_nulls()
        return ["machines"] if "item" not in self.columns("items") and named.n_unique() == named.len() else []

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
        said = [f"path = {quoted(self.path)}"]
        if self.sheet:
            said.append(f"sheet = {quoted(self.sheet)}")
        if self.skip_rows:
            said.append(f"skip_rows = {self.skip_rows}")
        if self.header_rows > 1:
            said.append(f"header_rows = {self.header_rows}")
        if self.encoding:
            said.append('encoding = "<encoding>"')
        if self.decimal:
            said.append(f'decimal = "<decimal>", thousands = "{" " if self.spaced else "<thousands>"}"')
        elif self.spaced or self.commas:
            said.append(f'thousands = "{" " if self.spaced else ","}"')
        return f"{self.key} = {{ {', '.join(said)} }}"

    def dates(self, name: str, known: tuple[str, ...] = DATE_FORMATS) -> tuple[str, ...]:
        """Formats the dates are in; none where a question is open."""
        raw: pl.Series = self.rows[name]
        if raw.dtype.is_temporal():
            return known[:1]
        fit = [one for one in known if dates(raw, (), (one,), moment=True).clean]
        if not fit:
            fit = _partly(raw, known)
        if not fit:
            said = next((value for value in raw.cast(pl.String).drop_nulls()), "")
            self.ask("date_format", f"How is {said!r} in {name!r} of {self.name} a date? Say it in signs such as %d.%m.%Y (31.12.2026).")
            self.formats += [one for one in ("<date_format>",) if one not in self.formats]
            return ()
        both = [one for one in fit if one.startswith(ORDERS)]
        if len(both) > 1:
            self.ask("date_order", f"{name!r} of {self.name} fits both orders, e.g. {raw.drop_nulls()[0]!r}. Which is it?", tuple(both))
            self.formats += [one for one in (*(one for one in fit if one not in both), "<date_order>") if one not in self.formats]
            return ()  # which day it is nobody knows yet
        self.formats += [one for one in fit if one not in self.formats]
        return tuple(fit)

    def decimals(self, name: str) -> None:
        """Ask for the decimal sign where a column of numbers leaves it open; in all rows, since a thousand may come late."""
        raw = self.all_rows[name]
        if raw.dtype != pl.String:
            return
        commas = raw.filter(raw.str.contains(COMMA).fill_null(value=False))
        dots = raw.filter(raw.str.contains(DOTTED).fill_null(value=False))
        grouped = bool(dots.len() and dots.str.contains(THOUSANDS).all())
        spaced = raw.filter(raw.str.contains(SPACED).fill_null(value=False))
        self.spaced |= bool(spaced.len())
        self.commas |= bool(raw.str.contains(COMMAS).any())
        if not commas.len():
            commas = spaced.filter(spaced.str.contains(",", literal=True))
        self.grouped |= grouped
        if commas.len() or grouped:
            self.decimal |= bool(commas.len())
            found = commas[0] if commas.len() else dots[0]
            self.ask("decimal", f"{name!r} of {self.name} holds {found!r}. Which sign separates the decimals?", (",", "."))


def _partly(raw: pl.Series, known: tuple[str, ...]) -> list[str]:
    """Formats that read some of the dates; of day and month in either order one that reads far fewer is left out."""
    read = {one: len(raw) - dates(raw, (), (one,), moment=True).values.null_count() for one in known}
    most = max((count for one, count in read.items() if one.startswith(ORDERS)), default=0)
    return [one for one, count in read.items() if count and not (one.startswith(ORDERS) and count < FAR_FEWER * most)]


def looks_at(path: Path, name: str, header_rows: int, encoding: str = "") -> tuple[list[Look], list[str]]:
    """One look at a file, or at each sheet of a workbook that has several; and what to say of sheets that hold no table."""
    import fastexcel

    sheets = [""]
    if path.name.lower().endswith(WORKBOOKS):
        try:
            sheets = fastexcel.read_excel(path).sheet_names
        except fastexcel.FastExcelError:
            sheets = [""]  # opening it says what is wrong
    if len(sheets) == 1:
        return [Look(path, name, header_rows, encoding=encoding)], []
    looks, notes = [], []
    for sheet in sheets:
        try:
            looks.append(Look(path, name, header_rows, sheet))
        except ImportFailed as error:
            notes.append(f"Sheet {sheet!r} of {name} is passed over: {error.complaints[0].found}")
    return looks, notes


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


def day_of(header: str, period_format: str) -> dt.date | None:
    """The day a header of a period stands for; None where it is none of that format."""
    weekly = "%V" in period_format
    try:
        moment = dt.datetime.strptime(f"{header} 1" if weekly else header, f"{period_format} %u" if weekly else period_format)  # noqa: DTZ007 - a day, no clock
    except ValueError:
        return None
    return moment.date()

"""Drafting: a first profile for an export nobody has described, and the questions its files cannot answer."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.errors import ImportFailed, ProfileError
from justenough.domain.schema import TABLES
from justenough.sources.declarations import UNITS, FileSpec
from justenough.sources.folder import ENDINGS, root_of
from justenough.sources.opening import LIMITS, SPILL, open_file
from justenough.sources.parsing import dates
from justenough.sources.profiles import Profile
from justenough.sources.vocabulary import DATE_FORMATS, PERIODS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

LOOKED_AT = 2000  # rows


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say; ``choices`` empty: any text."""

    key: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile in TOML with ``"<key>"`` where a question is open."""

    toml: str
    questions: tuple[Question, ...]


def draft(path: str | Path, *, header_rows: int = 1) -> Draft:
    """
    Draft a profile from the files themselves.

    Parameters
    ----------
    path
        One file, or a folder with the files of one export.
    header_rows
        Rows of the header; several are joined.

    Raises
    ------
    ImportFailed
        Where a file cannot be opened, or none looks like items, demand or receipts.
    """
    path = Path(path)
    root = root_of(path)
    paths = sorted(one for one in path.iterdir() if one.is_file() and one.name.lower().endswith(ENDINGS)) if path.is_dir() else [path]
    asked = [
        Question("currency", "Which currency is all money in? Three letters such as EUR, or unknown."),
        Question("demand_period", "In which periods should demand be looked at?", ("day", "week", "month")),
    ]
    files, tables = ["[files]"], []
    found: set[str] = set()
    formats: list[str] = []
    for one in paths:
        look = _Look(one, one.relative_to(root).as_posix(), header_rows)
        said = [table for table in look.tables() if table not in found]
        if not said:
            continue
        found |= set(said)
        tables += [look.table(table) for table in said]
        files.append(look.file())  # after its tables: they find out what the file needs said
        formats += [date_format for date_format in look.formats if date_format not in formats]
        asked += [question for question in look.questions if question.key not in {other.key for other in asked}]
    if not found:
        raise ProfileError(
            f"{path.name}: no file looks like items, demand or receipts: no column of items was recognised. "
            "Write the profile by hand; docs/import.md shows how."
        )
    if "items" not in found:
        tables.append(f'[tables.items]\nderived_from = "{"demand" if "demand" in found else "receipts"}"')
    head = [f"name = {_quoted(path.name.partition('.')[0])}", 'currency = "<currency>"', 'demand_period = "<demand_period>"']
    if any(question.key == "returns" for question in asked):
        head.append('returns = "<returns>"')
    if formats:
        head.append(f"date_formats = [{', '.join(map(_quoted, formats))}]")
    return Draft("\n\n".join(["\n".join(head), "\n".join(files), *tables]) + "\n", tuple(asked))


def answered(drafted: Draft, answers: Mapping[str, str]) -> str:
    """
    The profile's TOML with the answers filled in.

    Raises
    ------
    ProfileError
        For questions left open, answers outside the choices, and answers to nothing asked.
    """
    wrong = [f"{question.key}: {question.text}{_choices(question)}" for question in drafted.questions if question.key not in answers]
    if wrong:
        raise ProfileError("Not answered:\n" + "\n".join(f"  {line}" for line in wrong))
    text = drafted.toml
    known = {question.key: question for question in drafted.questions}
    for key, answer in answers.items():
        if key not in known:
            raise ProfileError(f"{key}: nobody asked; expected {', '.join(known)}.")
        if known[key].choices and answer not in known[key].choices:
            raise ProfileError(f"{key} is {answer!r}; expected {' or '.join(known[key].choices)}.")
        text = text.replace(f'"<{key}>"', _quoted(answer))
        if key == "decimal":
            text = text.replace('"<thousands>"', _quoted("," if answer == "." else "."))
    Profile.from_toml(text, "draft")
    return text


def _choices(question: Question) -> str:
    return f" ({', '.join(question.choices)})" if question.choices else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Look:
    """One file looked at: its columns, what they seem to be, and what it leaves open."""

    def __init__(self, path: Path, name: str, header_rows: int) -> None:
        self.name, self.header_rows = name, header_rows
        self.key = re.sub(r"\W+", "_", name.partition(".")[0])
        self.questions: list[Question] = []
        self.formats: list[str] = []
        self.encoding = self.decimal = False
        spec = FileSpec(name, header_rows=header_rows)
        try:
            opened = open_file(path, name, spec, LIMITS)
        except ImportFailed as error:
            if "Set `encoding`" not in str(error):
                raise
            self.encoding = True
            self._ask("encoding", f"{name} is not in UTF-8. Which encoding is it in?", ("cp1252", "latin-1", "cp437", "cp850", "shift_jis"))
            opened = open_file(path, name, FileSpec(name, header_rows=header_rows, encoding="latin-1"), LIMITS)
        self.rows = opened.frame.head(LOOKED_AT).drop("__file__", "__row__", SPILL, strict=False)
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
                words = re.sub(r"[_\s]+", " ", name).strip().lower()
                if (
                    name not in self.wide
                    and name not in found.values()
                    and (words == column.replace("_", " ") or re.fullmatch(pattern, words))
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

    def file(self) -> str:
        """The file's line under ``[files]``."""
        said = [f"path = {_quoted(self.name)}"]
        if self.header_rows > 1:
            said.append(f"header_rows = {self.header_rows}")
        if self.encoding:
            said.append('encoding = "<encoding>"')
        if self.decimal:
            said.append('decimal = "<decimal>", thousands = "<thousands>"')
        return f"{self.key} = {{ {', '.join(said)} }}"

    def table(self, table: str) -> str:
        """The TOML of one table, asking what its columns do not say."""
        lines = [f"[tables.{table}]", f"file = {_quoted(self.key)}"]
        columns = self.columns(table)
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
                lines.append(f'{column} = {{ column = {_quoted(name)}, unit = "<{column}_unit>" }}')
                continue
            lines.append(f"{column} = {_quoted(name)}")
            if kind == "date":
                self._dates(name)
            elif kind == "number":
                self._decimals(name)
        if wide:
            days = [_day(name, self.period_format) for name in self.wide]
            order = "newest_first" if len(days) > 1 and str(days[0]) > str(days[-1]) else "newest_last"
            alike = "|".join(re.sub(r"\d+", r"\\d+", re.escape(name).replace("\\ ", " ").replace("\\-", "-")) for name in self.wide)
            pattern = "|".join(dict.fromkeys(alike.split("|")))
            lines += [
                "[tables.demand.wide]",
                f"columns = {_quoted(f'^({pattern})$')}",
                f"period_format = {_quoted(self.period_format)}",
                f'order = "{order}"',
            ]
        return "\n".join(lines)

    def _demand(self, names: list[str]) -> list[str]:
        import polars as pl

        values = pl.concat([self.rows[name].cast(pl.Float64, strict=False).alias("") for name in names])
        empty = sum(self.rows[name].null_count() for name in names)
        lines = []
        if empty or len(names) > 1:
            text = f"{empty:,} cells of demand looked at are empty. Was nothing used then, or did nobody record it?"
            self._ask("empty", text, ("zero", "unknown"))
            lines.append('empty = "<empty>"')
        below, above = int((values < 0).sum()), int((values > 0).sum())
        if below:
            self._ask(
                "returns", f"{below:,} quantities looked at are negative. Do returns take back earlier demand?", ("undo_demand", "ignore")
            )
        if below > above:
            self._ask("demand_sign", "Most quantities are negative. Which sign has demand?", ("positive", "negative"))
            lines.append('demand_sign = "<demand_sign>"')
        return lines

    def _dates(self, name: str) -> None:
        raw: pl.Series = self.rows[name]
        if raw.dtype.is_temporal():
            return
        fit = [one for one in DATE_FORMATS if dates(raw, (), (one,), moment=False).bad is None]
        if not fit:
            fit = [one for one in DATE_FORMATS if dates(raw, (), (one,), moment=False).values.null_count() < raw.len()]
        both = [one for one in fit if one.startswith(("%d/%m", "%m/%d"))]
        if len(both) > 1:
            self._ask("date_order", f"{name!r} of {self.name} fits both orders, e.g. {raw.drop_nulls()[0]!r}. Which is it?", tuple(both))
            fit = [*(one for one in fit if one not in both), "<date_order>"]
        self.formats += [one for one in fit if one not in self.formats]

    def _decimals(self, name: str) -> None:
        import polars as pl

        raw = self.rows[name]
        if raw.dtype == pl.String and raw.str.contains(r"^\s*-?\d+,\d+\s*$").any():
            self.decimal = True
            some = raw.filter(raw.str.contains(",").fill_null(value=False))[0]
            self._ask("decimal", f"{name!r} of {self.name} holds {some!r}. Which sign separates the decimals?", (",", "."))


def _day(header: str, period_format: str) -> dt.date | None:
    weekly = "%V" in period_format
    try:
        moment = dt.datetime.strptime(f"{header} 1" if weekly else header, f"{period_format} %u" if weekly else period_format)  # noqa: DTZ007 - a day, no clock
    except ValueError:
        return None
    return moment.date()

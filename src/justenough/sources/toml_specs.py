"""TOML specs: what a profile's TOML says of a file or a table, checked word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from justenough.domain.columns import Column
from justenough.domain.errors import ProfileError
from justenough.domain.schema import TABLES
from justenough.sources.declarations import DAYS, IN_SHIFTS, MINUTES, PICKS, UNITS, FileSpec, Filter, Join, Source, Stops, TableSpec, Wide

_Declared = TypeVar("_Declared")


def file_spec(place: str, given: Any) -> FileSpec:
    """The declaration of one ``[files.*]``; a bare string is its path."""
    spec = _built(FileSpec, place, {"path": given} if isinstance(given, str) else given)
    if not spec.path:
        raise ProfileError(f"{place}: path is missing; write the file's name, or a pattern such as demand_*.csv.")
    if spec.path.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", spec.path) or ".." in re.split(r"[/\\]", spec.path):
        raise ProfileError(
            f"{place}: path is {spec.path!r}; expected a name or pattern below the export's folder, such as demand_*.csv. "
            f"Put the file into that folder, or name the folder above it when you import."
        )
    if spec.decimal not in (".", ","):
        raise ProfileError(f'{place}: decimal is {spec.decimal!r}; expected "." or ",".')
    if spec.header_rows < 1:
        raise ProfileError(f"{place}: header_rows is {spec.header_rows}; expected 1 or more: the columns need names.")
    return spec


def table_spec(place: str, name: str, given: Mapping[str, Any]) -> TableSpec:
    """The declaration of one ``[tables.*]``, checked against the canonical table of that name."""
    if name not in TABLES:
        raise ProfileError(f"{place}: no such table; expected one of {', '.join(TABLES)}.")
    values = dict(given)
    values["columns"] = {
        column: _sources(f"{place}.columns.{column}", name, column, source) for column, source in dict(values.get("columns", {})).items()
    }
    values["joins"] = tuple(_join(f"{place}.joins", join) for join in values.get("joins", ()))
    for rows in ("only", "leave_out"):
        values[rows] = tuple(_filter(f"{place}.{rows}", row) for row in values.get(rows, ()))
    if "wide" in values:
        values["wide"] = _wide(f"{place}.wide", values["wide"])
    if "stops" in values:
        values["stops"] = _stops(f"{place}.stops", name, values["stops"])
    spec = _built(TableSpec, place, {"name": name, "file": "", **values})
    _one_of(f"{place}.demand_sign", spec.demand_sign, ("positive", "negative"))
    if spec.repeats:
        _one_of(f"{place}.repeats", spec.repeats, ("keep", "quarantine"))
    _one_of(f"{place}.day_of", spec.day_of, ("", "start", "end"))
    if spec.between:
        states = (*TABLES["events"].column("state").choices, IN_SHIFTS)
        _one_of(f"{place}.between", spec.between, states if name == "events" else ("nothing: no events",))
    if not spec.file and not spec.derived_from:
        raise ProfileError(f"{place}: file is missing; name one of the [files] of this profile.")
    if spec.wide is not None and spec.empty not in ("zero", "unknown"):
        raise ProfileError(f'{place}: empty is missing; write empty = "zero" (nothing was used) or empty = "unknown" (nobody recorded it).')
    if spec.empty:
        _one_of(f"{place}.empty", spec.empty, ("zero", "unknown"))
    return spec


def _sources(place: str, table: str, column: str, given: Any) -> tuple[Source, ...]:
    if column not in TABLES[table].names:
        raise ProfileError(f"{place}: no such column; {table} has {', '.join(TABLES[table].names)}.")
    found = tuple(_source(place, TABLES[table].column(column), one) for one in (given if isinstance(given, list) else [given]))
    if not found:
        raise ProfileError(f"{place}: names no column of the file.")
    return found


def _source(place: str, column: Column, given: Any) -> Source:
    values = {"column": given} if isinstance(given, str) else dict(given)
    if "when" in values:
        values["when"] = _filter(f"{place}.when", values["when"])
    source = _built(Source, place, values)
    if bool(source.column) == bool(source.value):
        raise ProfileError(f"{place}: write either column = (a column of the file) or value = (a word for every row).")
    units = UNITS.get(column.unit)
    if units and not (source.unit or source.per or source.letters):
        raise ProfileError(
            f'{place}: unit is missing; write {{ column = "{source.column}", unit = "..." }} with one of {", ".join(units)}.'
        )
    if source.unit:
        _one_of(f"{place}.unit", source.unit, tuple(units or ()) or ("nothing: this column has no other unit",))
    if source.letters:
        if units is not DAYS or source.unit:
            raise ProfileError(f"{place}.letters are of a time in days without a `unit` of its own.")
        for letter, unit in source.letters.items():
            _one_of(f"{place}.letters.{letter}", unit, tuple(DAYS))
    if source.case:
        _one_of(f"{place}.case", source.case, ("upper", "lower"))
    _one_of(f"{place}.pick", source.pick, PICKS)
    if source.plus:
        _one_of(f"{place}.plus_unit", source.plus_unit, tuple(MINUTES))
    if not isinstance(source.per_units, int | float) or not source.per_units > 0:
        raise ProfileError(f"{place}.per_units is {source.per_units!r}; expected a number above 0.")
    return source


def _wide(place: str, given: Any) -> Wide:
    wide = _built(Wide, place, given)
    _one_of(f"{place}.order", wide.order, ("newest_first", "newest_last"))
    _pattern(f"{place}.columns", wide.columns)
    if not (wide.period_format or wide.first_period):
        raise ProfileError(f'{place}: write period_format = "%Y-%m" (how the headers say the date) or first_period = "2024-01-01".')
    return wide


def _stops(place: str, table: str, given: Any) -> Stops:
    stops = _built(Stops, place, given)
    _pattern(f"{place}.columns", stops.columns)
    _one_of(f"{place}.unit", stops.unit, tuple(MINUTES))
    if table != "events":
        raise ProfileError(f"{place}: only events can be laid out by reason, not {table}.")
    for word in (stops.state, stops.rest):
        _one_of(place, word, TABLES["events"].column("state").choices)
    return stops


def _join(place: str, given: Any) -> Join:
    join = _built(Join, place, given)
    rules = [word for word, said in (("least", join.least), ("sum", join.sum), ("every", join.every)) if said]
    if len(rules) > 1:
        raise ProfileError(f"{place}: {' and '.join(rules)} say each what becomes of several rows with one code; write one of them.")
    return join


def _filter(place: str, given: Any) -> Filter:
    row = _built(Filter, place, given)
    _pattern(f"{place}.matches", row.matches)
    if not (row.any_of or row.matches or row.empty is not None or row.at_most is not None):
        raise ProfileError(f"{place}: says nothing of `{row.column}`; write any_of, matches, empty or at_most.")
    return row


def _pattern(place: str, text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise ProfileError(f"{place}: {text!r} is not a pattern: {error}.") from error


def _one_of(place: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise ProfileError(f"{place} is {found!r}; expected {' or '.join(allowed)}.")


def _built(kind: Callable[..., _Declared], place: str, given: Any) -> _Declared:
    """Make the frozen value from a TOML table; a word it does not know, or a wrong type, is refused by name."""
    if not isinstance(given, Mapping):
        raise ProfileError(f"{place} is {given!r}; expected a table of settings.")
    known = {one.name: one for one in fields(cast("Any", kind))}
    for word in given:
        if word not in known:
            raise ProfileError(f"{place}: {word!r} is not known; expected {', '.join(known)}.")
    values: dict[str, Any] = {}
    for word, value in given.items():
        hint = str(known[word].type)
        plain = next((type_ for name, type_ in (("str", str), ("int", int), ("bool", bool)) if hint == name), None)
        if plain is not None and type(value) is not plain:
            raise ProfileError(f"{place}.{word} is {value!r}; expected {_TYPES[plain]}.")
        if hint.startswith("tuple[str") and not (isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)):
            raise ProfileError(f"{place}.{word} is {value!r}; expected a list of texts in quotes, in brackets.")
        values[word] = tuple(value) if isinstance(value, list) else value
    try:
        return kind(**values)
    except TypeError as error:
        missing = re.findall(r"'(\w+)'", str(error))
        raise ProfileError(f"{place}: {' and '.join(missing)} missing.") from error


_TYPES: dict[type, str] = {str: "text in quotes", int: "a whole number", bool: "true or false"}

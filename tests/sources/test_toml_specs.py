"""A declaration that cannot be meant is refused where it is written, not where it hurts."""

from __future__ import annotations

import pytest

from justenough.domain.errors import ProfileError
from justenough.domain.schema import TABLES
from justenough.sources.declarations import UNITS
from justenough.sources.toml_specs import file_spec, table_spec


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": ""}, "files.f: path is missing; write the file's name, or a pattern such as demand_*.csv."),
        ({"path": "f.csv", "decimal": "'"}, 'files.f: decimal is "\'"; expected "." or ",".'),
        ({"path": "f.csv", "header_rows": 0}, "files.f: header_rows is 0; expected 1 or more: the columns need names."),
        ({"path": "f.csv", "header_rows": "2"}, "files.f.header_rows is '2'; expected a whole number."),
        ({"path": "f.csv", "seperator": ";"}, "files.f: 'seperator' is not known; expected path, header_rows"),
        ({"encoding": "cp1252"}, "files.f: path missing."),
        (3, "files.f is 3; expected a table of settings."),
    ],
)
def test_files(given, message):
    with pytest.raises(ProfileError) as caught:
        file_spec("files.f", given)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"columns": {"item": "a"}}, "tables.items: file is missing; name one of the [files] of this profile."),
        ({"file": "f", "columns": {"item": []}}, "tables.items.columns.item: names no column of the file."),
        ({"file": "f", "columns": {"item": {"column": "a", "value": "b"}}}, "tables.items.columns.item: write either column ="),
        (
            {"file": "f", "columns": {"unit_cost": {"column": "a", "unit": "EUR"}}},
            "tables.items.columns.unit_cost.unit is 'EUR'; expected nothing",
        ),
        ({"file": "f", "repeats": "drop"}, "tables.items.repeats is 'drop'; expected keep or quarantine."),
        ({"file": "f", "only": [{"column": "a"}]}, "tables.items.only: says nothing of `a`; write any_of, matches, empty or at_most."),
        ({"file": "f", "leave_out": [{"column": "a", "matches": "("}]}, "tables.items.leave_out.matches: '(' is not a pattern:"),
        (
            {"file": "f", "leave_out": [{"column": "a", "any_of": "gone"}]},
            "tables.items.leave_out.any_of is 'gone'; expected a list of texts in quotes, in brackets.",
        ),
        ({"file": "f", "joins": [{"file": "g", "on": "a", "also": "b"}]}, "tables.items.joins.also is 'b'; expected a list of texts"),
        ({"file": "f", "only": [{"column": "a", "any_of": [101]}]}, "tables.items.only.any_of is [101]; expected a list of texts"),
        (
            {"file": "f", "joins": [{"file": "g", "on": "a", "sum": ["b"], "every": True}]},
            "tables.items.joins: sum and every say each what becomes of several rows with one code; write one of them.",
        ),
    ],
)
def test_tables(given, message):
    with pytest.raises(ProfileError) as caught:
        table_spec("tables.items", "items", given)
    assert str(caught.value).startswith(message)


def test_no_such_table():
    with pytest.raises(ProfileError, match="tables.parts: no such table; expected one of items, demand"):
        table_spec("tables.parts", "parts", {})


def test_units_are_units_of_the_schema():
    known = {column.unit for table in TABLES.values() for column in table.columns}
    assert set(UNITS) <= known
    assert UNITS["days"]["weeks"] == 7
    assert UNITS["days"]["months"] == pytest.approx(30.4375)


@pytest.mark.parametrize(
    ("table", "given", "message"),
    [
        (
            "items",
            {"file": "f", "columns": {"unit_cost": {"column": "a", "per_units": 0}}},
            "unit_cost.per_units is 0; expected a number above 0",
        ),
        (
            "events",
            {"file": "f", "columns": {"end": {"column": "a", "plus": "b"}}},
            "end.plus_unit is ''; expected minutes or hours or seconds",
        ),
        ("events", {"file": "f", "between": "up"}, "between is 'up'; expected running or down"),
        ("items", {"file": "f", "between": "running"}, "between is 'running'; expected nothing: no events"),
    ],
)
def test_new_words(table, given, message):
    with pytest.raises(ProfileError, match=message):
        table_spec(f"tables.{table}", table, given)

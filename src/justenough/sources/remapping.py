"""Remapping: which of an export's columns a drafted profile takes for what, read out of its TOML and changed in it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from justenough.domain.errors import ProfileError
from justenough.domain.schema import TABLES
from justenough.sources.looking import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION = re.compile(r"^\[(?P<name>[^\]]+)\]\s*$")
_LINE = re.compile(r"^(?P<canonical>\w+)\s*=")


def mapping_of(toml: str) -> dict[str, dict[str, str]]:
    """
    Column of the export by canonical table and column; empty where the profile takes none.

    Only columns that are taken as they are: what is joined, computed or spread wide is left to the text.

    Raises
    ------
    ProfileError
        It is no TOML.
    """
    try:
        given = tomllib.loads(toml).get("tables", {})
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"The profile's text is no TOML: {error}. Correct that line.") from error
    found: dict[str, dict[str, str]] = {}
    for table, said in given.items():
        if table not in TABLES or "columns" not in said:
            continue
        taken = {name: _column(one) for name, one in said["columns"].items()}
        plain = {name: taken.get(name, "") for name in TABLES[table].names}
        found[table] = {name: column for name, column in plain.items() if column is not None}
    return found


def remapped(toml: str, table: str, chosen: Mapping[str, str]) -> str:
    """
    The TOML with other columns of the export for canonical columns of one table; an empty one takes none.

    What is said beside the column, such as its unit, stays where the column is only another one.

    Raises
    ------
    ProfileError
        The draft has no such table.
    """
    before = mapping_of(toml).get(table)
    if before is None:
        raise ProfileError(f"tables.{table}: is not in this draft, so none of its columns can be changed.")
    changed = {name: column for name, column in chosen.items() if column != before.get(name, "")}
    lines: list[str] = []
    within = False
    for line in toml.splitlines():
        section = _SECTION.match(line)
        if section:
            if within:
                _add(lines, changed)
            within = section["name"] == f"tables.{table}.columns"
        name = _LINE.match(line)
        if within and name and name["canonical"] in changed:
            column = changed.pop(name["canonical"])
            if column:
                lines.append(_with_column(line, name["canonical"], column))
            continue
        lines.append(line)
    if within:
        _add(lines, changed)
    return "\n".join(lines) + "\n"


def _add(lines: list[str], changed: dict[str, str]) -> None:
    blank = []
    while lines and not lines[-1].strip():
        blank.append(lines.pop())
    lines += [f"{name} = {quoted(column)}" for name, column in changed.items() if column]
    lines += blank
    changed.clear()


def _with_column(line: str, canonical: str, column: str) -> str:
    if "{" not in line:
        return f"{canonical} = {quoted(column)}"
    return re.sub(r'column\s*=\s*"(?:[^"\\]|\\.)*"', lambda _: f"column = {quoted(column)}", line)


def _column(one: object) -> str | None:
    """The export's column; None where it is said in a way that only the text can hold."""
    if isinstance(one, str):
        return one
    if isinstance(one, dict) and isinstance(one.get("column"), str):
        return str(one["column"])
    return None

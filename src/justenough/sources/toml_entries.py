"""TOML entries: what a file that somebody wrote by hand says in its tables, every complaint naming its place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from justenough.domain.errors import LineError, NetworkError


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One table of a file, or the file as a whole.

    Parameters
    ----------
    name
        What the file describes.
    where
        Which part of it this is, as complaints name it.
    said
        Its keys and values.
    refuse
        What is raised, of the name, what was found and what was expected.
    """

    name: str
    where: str
    said: Mapping[str, Any]
    refuse: type[LineError | NetworkError]

    @classmethod
    def read(cls, file: Path | Traversable, source: str, where: str, refuse: type[LineError | NetworkError], tables: str) -> Entry:
        """
        A file as a whole, named by itself or else by its ``source``.

        Parameters
        ----------
        tables
            The tables that such a file has, in words.
        """
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise refuse(source, f"a byte that is not UTF-8 at {error.start}", "a TOML file, which is UTF-8 text") from error
        except tomllib.TOMLDecodeError as error:
            raise refuse(source, f"text that is not TOML: {error}", f"a TOML file with {tables} tables") from error
        return cls(str(said.get("name", Path(source).stem)), where, said, refuse)

    def tables(self, key: str) -> list[Entry]:
        """The tables of that key, counted from 1."""
        tables = self.said.get(key, [])
        if not isinstance(tables, list):
            raise self.refuse(self.name, f"[{key}]", f"[[{key}]], with two brackets: there may be several")
        for place, one in enumerate(tables, start=1):
            if not isinstance(one, Mapping):
                raise self.refuse(self.name, f"{key} {place} that is {one!r}", f"a [[{key}]] table")
        return [replace(self, where=f"{key} {place}", said=one) for place, one in enumerate(tables, start=1)]

    def only(self, known: set[str]) -> None:
        """Refuse a key that nobody knows."""
        for key in sorted(set(self.said) - known):
            raise self.wrong(f"with {key!r}, which nobody knows", f"one of {', '.join(sorted(known))}")

    def needed(self, key: str) -> Any:
        """What it says there; refused where it says nothing."""
        if key not in self.said:
            raise self.wrong(f"without {key}", f"{key} = ...")
        return self.said[key]

    def number(self, key: str, fallback: float | None = None, *, whole: bool = False) -> float:
        """The number there, a ``whole`` one of 0 or more; where it says nothing the fallback, or refused."""
        value = self.needed(key) if fallback is None else self.said.get(key, fallback)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(f"with {key} = {value!r}", "a number")
        if whole and (not float(value).is_integer() or (key in self.said and value < 0)):
            raise self.wrong(f"with {key} = {value:g}", "a whole number of 0 or more")
        return float(value)

    def one_of(self, key: str, names: list[str], kind: str) -> int:
        """Which of the names it says there."""
        found = self.needed(key)
        if found not in names:
            raise self.refuse(self.name, f"{self.where} {key} {found!r}", f"one of the {kind}: {', '.join(names)}")
        return names.index(found)

    def wrong(self, found: str, expected: str) -> LineError | NetworkError:
        """The error that says so of this table."""
        return self.refuse(self.name, f"{self.where} {found}", expected)

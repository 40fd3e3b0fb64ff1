"""Columns: what a column of a canonical table accepts, and in which unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "date", "moment", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column: its unit and the values it accepts.

    ``least``/``most`` are inclusive bounds, ``above`` an exclusive one; ``choices`` the words allowed.
    """

    name: str
    kind: Kind
    unit: str
    about: str
    required: bool = False
    least: float | None = None
    above: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def expects(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        words = {"text": "text", "number": "a number", "date": "a date", "moment": "a date and time", "flag": "true or false"}
        bounds = [f"{sign} {bound:g}" for sign, bound in ((">=", self.least), (">", self.above), ("<=", self.most)) if bound is not None]
        unit = f" [{self.unit}]" if self.unit else ""
        return " ".join([words[self.kind], *bounds]) + unit


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table; ``key`` names the columns that tell its rows apart (empty: rows may repeat)."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError lists the ones there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which there is no table."""
        return tuple(column.name for column in self.columns if column.required)


def text(name: str, about: str, *, required: bool = False, choices: tuple[str, ...] = ()) -> Column:
    """A column of text."""
    return Column(name, "text", "", about, required=required, choices=choices)


def day(name: str, about: str, *, required: bool = False) -> Column:
    """A column of days."""
    return Column(name, "date", "", about, required=required)


def moment(name: str, about: str, *, required: bool = False) -> Column:
    """A column of moments."""
    return Column(name, "moment", "", about, required=required)


def number(
    name: str,
    unit: str,
    about: str,
    *,
    required: bool = False,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
) -> Column:
    """A column of numbers in a unit."""
    return Column(name, "number", unit, about, required=required, least=least, above=above, most=most)

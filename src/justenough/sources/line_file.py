"""Line file: a line of machines described in TOML, every unit in the name of its figure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from justenough.domain.errors import LineError
from justenough.domain.line import LEAST_CAPACITY, Line

if TYPE_CHECKING:
    from justenough.domain.ragged import Ints

_LINES = "bundled/lines"
_SECONDS, _MINUTES, _HOURS = 86_400.0, 1_440.0, 24.0
_MACHINE = {
    "name", "cycle_seconds", "mtbf_hours", "mttr_minutes", "failures", "repair_scv", "fails_by_clock", "scrap", "rework",
}  # fmt: skip
_BUFFER = {"from", "to", "places", "part_value", "least_places", "most_places"}
_LINE = {"name", "currency", "machine", "buffer"}


@dataclass(frozen=True, slots=True)
class DescribedLine:
    """
    A line as its file, or an imported plant, describes it.

    Parameters
    ----------
    currency
        Of part values; empty where nobody said.
    failures : (k,)
        Stops that each machine's figures were measured on; -1 where nobody said.
    least, most : (b,) [parts]
        Limits of each buffer's capacity, both fixtures counted; ``most`` -1 where nobody said.
    notes
        What its figures leave out or take for granted, a sentence each.
    """

    line: Line
    currency: str
    failures: Ints
    least: Ints
    most: Ints
    notes: tuple[str, ...] = ()


def shipped_lines() -> list[str]:
    """Names of the lines that come with the package."""
    return sorted(entry.name.removesuffix(".toml") for entry in files("justenough.sources").joinpath(_LINES).iterdir())


def read_line(source: str | Path) -> DescribedLine:
    """
    A line from a TOML file, or one that comes with the package by name.

    Raises
    ------
    LineError
        For whatever a line cannot have, a figure that is missing, and a word nobody knows, naming the place.
    """
    name = str(source)
    if name in shipped_lines():
        text = files("justenough.sources").joinpath(_LINES, f"{name}.toml").read_text(encoding="utf-8")
    else:
        path = Path(source)
        if not path.is_file():
            known = ", ".join(shipped_lines())
            raise LineError(name, "no such file", f"a TOML file that describes a line, or one of those that come along: {known}")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise LineError(name, f"a byte that is not UTF-8 at {error.start}", "a TOML file, which is UTF-8 text") from error
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LineError(name, f"text that is not TOML: {error}", "a TOML file with [[machine]] and [[buffer]] tables") from error
    return _described(said, name)


def _described(said: Mapping[str, Any], source: str) -> DescribedLine:
    name = str(said.get("name", Path(source).stem))
    _known(name, "the line", said, _LINE)
    machines = [_table(name, "machine", one, place) for place, one in enumerate(_tables(name, said, "machine"), start=1)]
    buffers = [_table(name, "buffer", one, place) for place, one in enumerate(_tables(name, said, "buffer"), start=1)]
    names = [str(_needed(name, f"machine {place}", one, "name")) for place, one in enumerate(machines, start=1)]
    for repeated in {one for one in names if names.count(one) > 1}:
        raise LineError(name, f"two machines called {repeated!r}", "a name of its own for each")
    for machine, one in zip(names, machines, strict=True):
        _known(name, f"machine {machine!r}", one, _MACHINE)
    for place, one in enumerate(buffers, start=1):
        _known(name, f"buffer {place}", one, _BUFFER)
    links = [[_place(name, names, buffer, place, end) for end in ("from", "to")] for place, buffer in enumerate(buffers, start=1)]
    if not buffers and len(machines) > 1:
        raise LineError(name, "no [[buffer]]", "one between each two machines, with places = 0 where there is no room")

    def column(key: str, fallback: float | None) -> list[float]:
        return [_number(name, f"machine {machine!r}", one, key, fallback) for machine, one in zip(names, machines, strict=True)]

    def room(key: str, fallback: float | None) -> list[float]:
        return [_number(name, f"buffer {place}", one, key, fallback, whole=True) for place, one in enumerate(buffers, start=1)]

    line = Line.of(
        name,
        names,
        cycle_days=np.array(column("cycle_seconds", None)) / _SECONDS,
        up_days=np.array(column("mtbf_hours", np.inf)) / _HOURS,
        down_days=np.array([_repair(name, machine, one) for machine, one in zip(names, machines, strict=True)]) / _MINUTES,
        repair_scv=column("repair_scv", 1.0),
        by_clock=[bool(one.get("fails_by_clock", False)) for one in machines],
        scrap=column("scrap", 0.0),
        rework=column("rework", 0.0),
        links=links,
        capacity=np.array(room("places", None), dtype=np.int64) + LEAST_CAPACITY,
        part_value=[_number(name, f"buffer {place}", one, "part_value", np.nan) for place, one in enumerate(buffers, start=1)],
    )
    most = np.array(room("most_places", -1.0 - LEAST_CAPACITY), dtype=np.int64) + LEAST_CAPACITY
    return DescribedLine(
        line,
        str(said.get("currency", "")),
        np.array(column("failures", -1.0), dtype=np.int64),
        np.array(room("least_places", 0.0), dtype=np.int64) + LEAST_CAPACITY,
        most,
    )


def _repair(name: str, machine: str, one: Mapping[str, Any]) -> float:
    """A machine that fails must say how long a repair takes."""
    return _number(name, f"machine {machine!r}", one, "mttr_minutes", None if "mtbf_hours" in one else 0.0)


def _tables(name: str, said: Mapping[str, Any], key: str) -> list[Any]:
    tables = said.get(key, [])
    if not isinstance(tables, list):
        raise LineError(name, f"[{key}]", f"[[{key}]], with two brackets: there may be several")
    return tables


def _table(name: str, key: str, one: Any, place: int) -> Mapping[str, Any]:
    if not isinstance(one, Mapping):
        raise LineError(name, f"{key} {place} that is {one!r}", f"a [[{key}]] table")
    return one


def _known(name: str, where: str, one: Mapping[str, Any], known: set[str]) -> None:
    for key in sorted(set(one) - known):
        raise LineError(name, f"{where} with {key!r}, which nobody knows", f"one of {', '.join(sorted(known))}")


def _needed(name: str, where: str, one: Mapping[str, Any], key: str) -> Any:
    if key not in one:
        raise LineError(name, f"{where} without {key}", f"{key} = ...")
    return one[key]


def _number(name: str, where: str, one: Mapping[str, Any], key: str, fallback: float | None, *, whole: bool = False) -> float:
    value = _needed(name, where, one, key) if fallback is None else one.get(key, fallback)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LineError(name, f"{where} with {key} = {value!r}", "a number")
    if whole and (value != int(value) or (key in one and value < 0)):
        raise LineError(name, f"{where} with {key} = {value:g}", "a whole number of 0 or more")
    return float(value)


def _place(name: str, names: list[str], buffer: Mapping[str, Any], place: int, end: str) -> int:
    machine = _needed(name, f"buffer {place}", buffer, end)
    if machine not in names:
        raise LineError(name, f"buffer {place} {end} {machine!r}", f"one of the machines: {', '.join(names)}")
    return names.index(machine)

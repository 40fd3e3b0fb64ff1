"""Line file: a line of machines described in TOML, every unit in the name of its figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.domain.line import LEAST_CAPACITY, Line
from justenough.sources.toml_entries import Entry

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
    name, file = str(source), Path(source)
    shipped = name in shipped_lines()
    if not shipped and not file.is_file():
        known = ", ".join(shipped_lines())
        raise LineError(name, "no such file", f"a TOML file that describes a line, or one of those that come with the package: {known}")
    place = files("justenough.sources").joinpath(_LINES, f"{name}.toml") if shipped else file
    return _described(Entry.read(place, name, "the line", LineError, "[[machine]] and [[buffer]]"))


def _described(whole: Entry) -> DescribedLine:
    whole.only(_LINE)
    machines, buffers = whole.tables("machine"), whole.tables("buffer")
    names = [str(one.needed("name")) for one in machines]
    for repeated in {one for one in names if names.count(one) > 1}:
        raise LineError(whole.name, f"two machines called {repeated!r}", "a name of its own for each")
    machines = [replace(one, where=f"machine {machine!r}") for machine, one in zip(names, machines, strict=True)]
    for one in machines:
        one.only(_MACHINE)
    for one in buffers:
        one.only(_BUFFER)
    links = [[one.one_of(end, names, "machines") for end in ("from", "to")] for one in buffers]
    if not buffers and len(machines) > 1:
        raise LineError(whole.name, "no [[buffer]]", "one between each two machines, with places = 0 where there is no room")

    def column(key: str, fallback: float | None = None) -> list[float]:
        return [one.number(key, fallback) for one in machines]

    def room(key: str, fallback: float | None = None) -> list[float]:
        return [one.number(key, fallback, whole=True) for one in buffers]

    line = Line.of(
        whole.name,
        names,
        cycle_days=np.array(column("cycle_seconds")) / _SECONDS,
        up_days=np.array(column("mtbf_hours", np.inf)) / _HOURS,
        down_days=np.array([_repair(one) for one in machines]) / _MINUTES,
        repair_scv=column("repair_scv", 1.0),
        by_clock=[bool(one.said.get("fails_by_clock", False)) for one in machines],
        scrap=column("scrap", 0.0),
        rework=column("rework", 0.0),
        links=links,
        capacity=np.array(room("places"), dtype=np.int64) + LEAST_CAPACITY,
        part_value=[one.number("part_value", np.nan) for one in buffers],
    )
    most = np.array(room("most_places", -1.0 - LEAST_CAPACITY), dtype=np.int64) + LEAST_CAPACITY
    return DescribedLine(
        line,
        str(whole.said.get("currency", "")),
        np.array(column("failures", -1.0), dtype=np.int64),
        np.array(room("least_places", 0.0), dtype=np.int64) + LEAST_CAPACITY,
        most,
    )


def _repair(machine: Entry) -> float:
    """A machine that fails must say how long a repair takes."""
    return machine.number("mttr_minutes", None if "mtbf_hours" in machine.said else 0.0)

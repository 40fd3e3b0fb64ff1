"""Routes: which machines or lines each made item passes, and what one unit of it asks of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]

SECONDS, MINUTES = 86_400.0, 1_440.0  # of a day


@dataclass(frozen=True)
class Routes:
    """
    Stages of made items, one after the other: a stage is a machine that stands alone, or a whole line.

    Parameters
    ----------
    places : p names
        Where stages are: a machine, or a line.
    item, place : (s,)
        Row of the item and place of each stage.
    batch : (s,) [units]
        Units between two set-ups; NaN: one set-up an order.
    offsets : (s + 1,)
        Stations of each stage: the machines of the line in order, or the one machine.
    machine : (t,)
        Row of the machine of each station.
    cycle_days, setup_days : (t,) [days]
        Ideal time of one unit, and of one set-up.
    room : (t,) [units]
        Places behind each station.
    """

    places: tuple[str, ...]
    item: Ints
    place: Ints
    batch: Floats
    offsets: Ints = field(repr=False)
    machine: Ints = field(repr=False)
    cycle_days: Floats = field(repr=False)
    setup_days: Floats = field(repr=False)
    room: Floats = field(repr=False)

    def __len__(self) -> int:
        return len(self.item)

    @property
    def stage(self) -> Ints:
        """Stage of each station. (t,)"""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def stations(self) -> Ints:
        """(s,)"""
        return np.diff(self.offsets)

    @property
    def items(self) -> Ints:
        """Rows of the items that are routed, each once."""
        return np.unique(self.item)

    def items_of(self, machine: int) -> Ints:
        """Rows of the items that pass a machine, by its row."""
        return np.unique(self.item[np.unique(self.stage[self.machine == machine])])

    def only(self, stages: Bools) -> Routes:
        """Some of the stages. ``stages`` is (s,)."""
        stations = stages[self.stage]
        offsets = np.concatenate([[0], np.cumsum(self.stations[stages])]).astype(np.int64)
        columns = (column[stations] for column in (self.cycle_days, self.setup_days, self.room))
        return Routes(self.places, self.item[stages], self.place[stages], self.batch[stages], offsets, self.machine[stations], *columns)

    @property
    def continuous(self) -> Bools:
        """Stages of an item that has a machine to itself and needs neither set-ups nor batches: it runs as demand does. (s,)"""
        alone = np.bincount(self.place, minlength=len(self.places))[self.place] == 1
        once = np.bincount(self.item, minlength=int(self.item.max(initial=0)) + 1)[self.item] == 1
        no_setup = np.bincount(self.stage, self.setup_days, len(self)) <= 0.0
        return np.asarray(alone & once & no_setup & np.isnan(self.batch) & (self.stations == 1))


def routes_of(plant: Plant, machines: Sequence[str]) -> Routes:
    """
    Stages of the items whose machines are all measured.

    An item passes its machines one after the other, in whole orders; in which order does not matter to the time it takes.
    One that is a station of a line (`stations`) stands for the whole line: the item's own cycles and set-ups where it has a
    row for the station, else the station's ideal cycle. A line of which a station is not measured, or has no cycle, is
    left out: then the routed machine counts alone.

    Parameters
    ----------
    plant
        Its routing, stations, buffers and machines.
    machines : k names
        Those that are measured.
    """
    rows = {name: row for row, name in enumerate(machines)}
    codes = {item: row for row, item in enumerate(plant.items["item"])}
    routing = plant.tables["routing"]
    known = routing.filter(pl.col("item").is_in(list(codes)) & pl.col("cycle_seconds").is_not_null())
    by_item: dict[str, dict[str, tuple[float, float, float]]] = {}
    for item, machine, cycle, setup, batch in known.select("item", "machine", "cycle_seconds", "setup_minutes", "batch").iter_rows():
        by_item.setdefault(item, {})[machine] = (cycle / SECONDS, (setup or 0.0) / MINUTES, np.nan if batch is None else batch)
    lines, ideal = _lines(plant), dict(plant.tables["machines"].select("machine", "ideal_cycle_seconds").iter_rows())
    line_of = {machine: name for name, (stations, _) in lines.items() for machine in stations}
    places: dict[str, int] = {}
    stages: list[tuple[int, int, float]] = []
    stations: list[tuple[int, float, float, float]] = []
    counts: list[int] = []
    for item, own in by_item.items():
        if any(machine not in rows for machine in own):
            continue
        passed: set[str] = set()
        for machine in own:
            name = line_of.get(machine, machine)
            along, rooms = lines.get(name, ([machine], [0.0]))
            if any(one not in rows or (one not in own and not ideal.get(one)) for one in along):
                name, along, rooms = machine, [machine], [0.0]
            if name in passed:
                continue
            passed.add(name)
            figures = [own.get(one, ((ideal.get(one) or 0.0) / SECONDS, 0.0, np.nan)) for one in along]
            stages.append((codes[item], places.setdefault(name, len(places)), float(np.fmin.reduce([figure[2] for figure in figures]))))
            stations += [(rows[one], figure[0], figure[1], room) for one, figure, room in zip(along, figures, rooms, strict=True)]
            counts.append(len(along))
    whose, where, lot = (np.array(column) for column in zip(*stages, strict=True)) if stages else (np.empty(0),) * 3
    at, pace, change, behind = (np.array(column) for column in zip(*stations, strict=True)) if stations else (np.empty(0),) * 4
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    floats = (column.astype(np.float64) for column in (pace, change, behind))
    return Routes(
        tuple(places), whose.astype(np.int64), where.astype(np.int64), lot.astype(np.float64), offsets, at.astype(np.int64), *floats
    )


def _lines(plant: Plant) -> dict[str, tuple[list[str], list[float]]]:
    """Stations of each line in order, and the places behind each; a buffer nobody declared has none."""
    found: dict[str, tuple[list[str], list[float]]] = {}
    rooms = {(line, int(at)): float(room) for line, at, room in plant.tables["buffers"].select("line", "position", "capacity").iter_rows()}
    for line, at, machine in plant.tables["stations"].select("line", "position", "machine").sort("line", "position").iter_rows():
        stations, behind = found.setdefault(line, ([], []))
        stations.append(machine)
        behind.append(rooms.get((line, int(at)), 0.0))
    return found

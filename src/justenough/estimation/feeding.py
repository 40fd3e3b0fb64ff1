"""Feeding: which line or machine an item keeps running, and what an hour of it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.working_time import machine_shares

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.estimation.spares import Spares


@dataclass(frozen=True, slots=True)
class Feeding:
    """
    Lines that items feed.

    Parameters
    ----------
    lines : (n_items,) lines, None where an item feeds none
    hour_value : (n_items,) [money/hour]
        Of that line; NaN where nobody said.
    waiting_hour : (n_items,) [money/hour]
        What the machines cost that wait for the item, where it is a spare part and none is left, in an hour of the calendar; NaN where
        nobody said.
    """

    lines: tuple[str | None, ...]
    hour_value: Floats
    waiting_hour: Floats


def feeding_of(plant: Plant, spares: Spares | None = None, shortage_days: Floats | None = None) -> Feeding:
    """
    The line each item feeds, in the order of ``plant.items``, and the money of its hour.

    An item feeds the line of its row (``line``), else that on which what it goes into is made (`bom`, `routing`): of several
    the one whose hour is worth most. What is made on a line itself does not feed it. A line stops as a whole, so its hour is
    worth what the dearest of its machines' is (`machines.hour_value`), not their sum. A spare part that is missing holds up
    the machines whose repairs wait for it, in their working hours: a machine that stands does not fail again, so a shelf that is
    short of ten parts stops as many machines as have failed, not ten. How many these are is `Spares.waiting_worth` where machines are on
    record, else the dearest one.

    Parameters
    ----------
    spares, shortage_days
        How often the machines ask for their parts, and how long a shortage lasts. None, (n_items,) [days]
    """
    machines = plant.tables["machines"].select("machine", "line", "hour_value")
    stations = plant.tables["stations"].select("machine", pl.col("line").alias("stands"))
    on = machines.join(stations, on="machine", how="full", coalesce=True).with_columns(line=pl.coalesce("stands", "line"))
    worth = dict(on.filter(pl.col("line").is_not_null()).group_by("line").agg(pl.col("hour_value").max()).iter_rows())
    made_on = plant.tables["routing"].select("item", "machine").join(on.select("machine", "line"), on="machine", how="inner")
    made_on = made_on.filter(pl.col("line").is_not_null()).select("item", "line").unique()
    own = set(made_on.iter_rows())
    own |= set(plant.items.join(on.select("machine", made="line"), on="machine", how="inner").select("item", "made").iter_rows())
    parents = plant.tables["bom"].join(made_on, left_on="parent", right_on="item", how="inner").select("component", "line")
    fed: dict[str, str] = {}
    for component, line in sorted(set(parents.iter_rows())):
        if component not in fed or (worth.get(line) or 0.0) > (worth.get(fed[component]) or 0.0):
            fed[component] = line
    lines = tuple(
        None if (item, line or fed.get(item)) in own else line or fed.get(item)
        for item, line in plant.items.select("item", "line").iter_rows()
    )
    money = [worth.get(line) if line else None for line in lines]
    return Feeding(lines, np.array([value or np.nan for value in money], dtype=np.float64), _waiting(plant, spares, shortage_days))


def _waiting(plant: Plant, spares: Spares | None, shortage_days: Floats | None) -> Floats:
    """Money of an hour in which no spare part is left. (n_items,) [money/hour]"""
    shares = machine_shares(plant)
    table = plant.tables["machines"].select("machine", "hour_value")
    hour = {machine: (value or 0.0) * shares.get(machine, 1.0) for machine, value in table.iter_rows()}
    dearest: dict[str, float] = {}
    for item, machine in plant.tables["spares"].select("item", "machine").iter_rows():
        dearest[item] = max(dearest.get(item, 0.0), hour.get(machine, 0.0))
    waiting = np.array([dearest.get(item, 0.0) for item in plant.items["item"]], dtype=np.float64)
    if spares is not None and shortage_days is not None:
        worth = np.array([hour.get(machine, 0.0) for machine in spares.machines.names])
        measured = spares.waiting_worth(worth, shortage_days)
        waiting = np.where(measured > 0.0, measured, waiting)
    return np.where(waiting > 0.0, waiting, np.nan)

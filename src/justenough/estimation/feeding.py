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


@dataclass(frozen=True, slots=True)
class Feeding:
    """
    Lines that items feed.

    Parameters
    ----------
    lines : (n_items,) lines, None where an item feeds none
    hour_value : (n_items,) [money/hour]
        Of that line; NaN where nobody said.
    waiting_day : (n_items,) [money/unit-day]
        What a machine that waits a day for one of the item costs, where the item is a spare part; NaN where nobody said.
    """

    lines: tuple[str | None, ...]
    hour_value: Floats
    waiting_day: Floats


def feeding_of(plant: Plant) -> Feeding:
    """
    The line each item feeds, in the order of ``plant.items``, and the money of its hour.

    An item feeds the line of its row (``line``), else that on which what it goes into is made (`bom`, `routing`): of several
    the one whose hour is worth most. What is made on a line itself does not feed it. A line stops as a whole, so its hour is
    worth what the dearest of its machines' is (`machines.hour_value`), not their sum. A spare part that is missing holds up
    the machine whose repair waits for it, in its working hours; of several machines the dearest. Units that one failure
    takes together share its money.
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
    shares = machine_shares(plant)
    day = {
        machine: 24.0 * (value or 0.0) * shares.get(machine, 1.0) for machine, value in machines.select("machine", "hour_value").iter_rows()
    }
    waiting: dict[str, float] = {}
    for item, machine, quantity in plant.tables["spares"].select("item", "machine", "quantity").iter_rows():
        waiting[item] = max(waiting.get(item, 0.0), day.get(machine, 0.0) / (quantity or 1.0))
    held_up = np.array([waiting.get(item) or np.nan for item in plant.items["item"]], dtype=np.float64)
    return Feeding(lines, np.array([value or np.nan for value in money], dtype=np.float64), held_up)

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
    lines : (n_items,) names of lines; null where an item feeds none
    hour_value : (n_items,) [money/hour]
        Of that line; NaN where nobody said.
    waiting_hour : (n_items,) [money/hour]
        What the machines cost that wait for the item, where it is a spare part and none is left, in an hour of the calendar; NaN where
        nobody said.
    """

    lines: pl.Series
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
    worth = on.filter(pl.col("line").is_not_null()).group_by("line").agg(pl.col("hour_value").max().alias("hour"))
    made_on = plant.tables["routing"].select("item", "machine").join(on.select("machine", "line"), on="machine", how="inner")
    made_on = made_on.filter(pl.col("line").is_not_null()).select("item", "line").unique()
    made_here = plant.items.select("item", "machine").join(on.select("machine", "line"), on="machine", how="inner").select("item", "line")
    own = pl.concat([made_on, made_here]).unique().with_columns(own=True)
    parents = plant.tables["bom"].join(made_on, left_on="parent", right_on="item", how="inner").select("component", "line").unique()
    dearest = parents.join(worth, on="line", how="left").sort(pl.col("hour").fill_null(0.0), "line", descending=[True, False])
    fed = dearest.unique("component", keep="first", maintain_order=True).select(
        pl.col("component").alias("item"), pl.col("line").alias("fed")
    )
    items = plant.items.select("item", pl.when(pl.col("line") != "").then("line").alias("line"))
    found = (
        items.join(fed, on="item", how="left", maintain_order="left")
        .with_columns(pl.coalesce("line", "fed"))
        .join(own, on=["item", "line"], how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("own").is_null()).then("line").alias("line"))
        .join(worth, on="line", how="left", maintain_order="left")
    )
    return Feeding(found["line"], _worth(found["hour"]), _waiting(plant, spares, shortage_days))


def _worth(money: pl.Series) -> Floats:
    """Money; NaN where nobody said, or nothing."""
    value = money.cast(pl.Float64).fill_null(0.0).to_numpy()
    return np.where(value != 0.0, value, np.nan)


def _waiting(plant: Plant, spares: Spares | None, shortage_days: Floats | None) -> Floats:
    """Money of an hour in which no spare part is left. (n_items,) [money/hour]"""
    shares = machine_shares(plant)
    table = plant.tables["machines"].select("machine", "hour_value")
    hour = {machine: (value or 0.0) * shares.get(machine, 1.0) for machine, value in table.iter_rows()}
    priced = pl.col("machine").replace_strict(hour or {"": 0.0}, default=0.0, return_dtype=pl.Float64)
    asked = plant.tables["spares"].select("item", hour=priced)
    dearest = asked.group_by("item").agg(pl.col("hour").max())
    waiting = plant.items.select("item").join(dearest, on="item", how="left", maintain_order="left")["hour"].fill_null(0.0).to_numpy()
    if spares is not None and shortage_days is not None:
        worth = np.array([hour.get(machine, 0.0) for machine in spares.machines.names])
        measured = spares.waiting_worth(worth, shortage_days)
        waiting = np.where(measured > 0.0, measured, waiting)
    return np.where(waiting > 0.0, waiting, np.nan)

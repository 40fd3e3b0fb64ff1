"""Long plant: what is on record of a plant whose demand is too long to hold, as sizing needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.archive.facts import IMPORT
from justenough.domain.errors import ImportFailed
from justenough.domain.recorded import days_of, recorded_from, recorded_on
from justenough.domain.schema import TABLES
from justenough.sources.by_parts import LONG_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.archive.workspace import Workspace
    from justenough.domain.plant import Plant


def plant_to_size(workspace: Workspace, *, least: int = LONG_ROWS, told: Callable[[int, int], object] | None = None) -> Plant:
    """
    The plant that all live imports together describe; from ``least`` rows of demand on these are laid straight onto the grid.

    The plan is that of `justenough.archive.workspace.Workspace.plant`, whose rows all lie in memory. They do here too where stock
    levels tell on which days shelves were empty.

    Parameters
    ----------
    told
        Called with the rows of demand read so far and those there are, where they are many.
    """
    live = [entry for entry in workspace.imports() if entry.status == "live"]
    having = [entry for entry in live if "demand" in entry.tables]
    if sum(entry.tables["demand"] for entry in having) < least or any("stock" in entry.tables for entry in live):
        return workspace.plant()
    plant = workspace.plant([name for name in TABLES if name != "demand"])
    kept = pl.scan_delta(str(workspace.place.facts / "demand")).filter(pl.col(IMPORT).is_in([entry.import_id for entry in having]))
    demand, items = kept.select("item", "date", "quantity"), plant.items["item"]
    try:
        return replace(plant, recorded=recorded_from(demand, items, plant.terms, told))
    except ImportFailed:  # some of it is of items that no import tells of
        rows, days = days_of(demand, by_day=plant.terms.demand_period == "day")
        known = demand.filter(pl.col("item").is_in(items.implode()))
        return replace(plant, recorded=recorded_on(days, known, items, plant.terms, rows=rows, told=told))

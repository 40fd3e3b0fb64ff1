"""Made: the parts machines counted, and the time they would have taken at full speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import DAY, SECOND
from justenough.estimation.intervals import coded, local_moments
from justenough.estimation.shifts import Spans, spans_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.machine import Bools
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

# Columns of `Made.parts`, all of which add up.
COLUMNS = ("total", "good", "unjudged", "rework", "untimed", "ideal_days", "ideal_good_days", "ideal_unjudged_days")


@dataclass(frozen=True, slots=True)
class Made:
    """
    Counts of machines: machine ``i`` has the counts ``offsets[i]:offsets[i + 1]``, by their start.

    Parameters
    ----------
    offsets : (k + 1,)
    start, end : (n,) [microseconds since 1970, UTC]
    parts : (n, len(COLUMNS)) [parts, days]
        ``unjudged`` parts were counted without saying how many are good, ``untimed`` ones have no ideal cycle.
    timed : (n,)
        Whether the ideal cycle of what was counted is known.
    products
        What was made when, where counts say it.
    """

    offsets: Ints
    start: Ints
    end: Ints
    parts: Floats
    timed: Bools
    products: Spans


def made_of(plant: Plant, machines: Sequence[str], zones: tuple[str, ...]) -> Made:
    """
    The plant's `counts`, with the ideal time of every part.

    The ideal cycle of a part is that of its item on the machine (`routing`), else the machine's own. A rejected part
    took as long as a good one.

    Parameters
    ----------
    plant
        Its counts, routing and machines.
    machines, zones : k names
        The machines, and the zone of each one's clock.
    """
    names = list(machines)
    cycles = plant.tables["routing"].select("machine", "item", "cycle_seconds")
    own = plant.tables["machines"].select("machine", "ideal_cycle_seconds")
    counts = plant.tables["counts"].join(cycles, on=["machine", "item"], how="left", maintain_order="left")
    counts = counts.join(own, on="machine", how="left", maintain_order="left")
    counts = counts.with_columns(cycle=pl.coalesce("cycle_seconds", "ideal_cycle_seconds") * SECOND / DAY)
    machine = coded(counts["machine"], names)
    start, end = (local_moments(counts, name, machine, zones).at for name in ("start", "end"))
    order = np.lexsort((start, machine))
    judged, timed = pl.col("good").is_not_null(), pl.col("cycle").is_not_null()
    total, good, cycle = pl.col("total"), pl.col("good").fill_null(0.0), pl.col("cycle").fill_null(0.0)
    columns = (
        total,
        good,
        pl.when(judged).then(0.0).otherwise(total),
        pl.col("rework").fill_null(0.0),
        pl.when(timed).then(0.0).otherwise(total),
        cycle * total,
        cycle * good,
        pl.when(judged).then(0.0).otherwise(cycle * total),
    )
    parts = counts.select(column.alias(name) for name, column in zip(COLUMNS, columns, strict=True)).to_numpy().astype(np.float64)
    offsets = np.searchsorted(machine[order], np.arange(len(names) + 1))
    items = sorted(counts["item"].drop_nulls().unique())
    told = pl.DataFrame({"group": machine, "start": start, "end": end, "code": coded(counts["item"], items)}).filter(pl.col("code") >= 0)
    until = np.maximum(end, start)  # a count over the hour that a clock was put forward
    known = counts["cycle"].is_not_null().to_numpy()
    products = spans_of(told, len(names), items)
    return Made(offsets, start[order], until[order], parts[order].reshape(-1, len(COLUMNS)), known[order], products)

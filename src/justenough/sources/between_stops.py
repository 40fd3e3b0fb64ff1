"""Between stops: what machines did between the rows of a list of their stops."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import ProfileError
from justenough.sources.declarations import IN_SHIFTS

if TYPE_CHECKING:
    from justenough.sources.mapping import Mapped
    from justenough.sources.profiles import Profile


def running_in_shifts(profile: Profile, parts: dict[str, Mapped]) -> dict[str, Mapped]:
    """The parts, with what machines did between their stops where only the calendar says when they were meant to."""
    spec = profile.tables.get("events")
    if spec is None or spec.between != IN_SHIFTS or "events" not in parts:
        return parts
    if "calendar" not in profile.tables:
        raise ProfileError(f'{profile.name}: between = "{IN_SHIFTS}" needs [tables.calendar], which says when machines are meant to run.')
    if "calendar" not in parts:  # rows corrected by themselves: what lay between them is on record
        return parts
    events = parts["events"]
    return {**parts, "events": replace(events, frame=filled_in_shifts(events.frame, "running", parts["calendar"].frame))}


def filled_between(frame: pl.DataFrame, state: str) -> pl.DataFrame:
    """
    The rows, and one of ``state`` for each time between two rows of a machine.

    Rows may overlap. A row without an end lasts until the machine's next begins, of the last nobody knows. A time between takes
    its place (file and row) from the row that ends it.
    """
    return _with_times(frame, _between(frame, state)) if frame.height else frame


def filled_in_shifts(frame: pl.DataFrame, state: str, calendar: pl.DataFrame) -> pl.DataFrame:
    """
    `filled_between`, but for times that are not planned: outside the shifts, in their breaks and planned stops.

    Parameters
    ----------
    calendar
        ``start``, ``end``, ``kind`` and perhaps ``machine``, without which a row holds for all of them.
    """
    if not frame.height:
        return frame
    gaps = _between(frame, state).with_row_index("__gap__")
    planned = _planned(calendar, gaps.select("machine").unique(maintain_order=True)).rename({"start": "__from__", "end": "__to__"})
    met = gaps.join_where(
        planned, pl.col("machine") == pl.col("machine_right"), pl.col("start") < pl.col("__to__"), pl.col("end") > pl.col("__from__")
    ).sort("__gap__", "__from__")
    return _with_times(
        frame, met.with_columns(pl.max_horizontal("start", "__from__").alias("start"), pl.min_horizontal("end", "__to__").alias("end"))
    )


def _between(frame: pl.DataFrame, state: str) -> pl.DataFrame:
    ended = pl.col("end").cum_max().shift(1).over("machine", order_by="start")
    opened = pl.col("end").is_null().shift(1, fill_value=False).over("machine", order_by="start")
    gaps = frame.filter(pl.col("machine").is_not_null() & pl.col("start").is_not_null())
    gaps = gaps.with_columns(ended.alias("__ended__"), opened.alias("__open__"))
    gaps = gaps.filter(~pl.col("__open__") & (pl.col("__ended__") < pl.col("start")))
    rest = [pl.lit(None, frame.schema[name]).alias(name) for name in ("reason", "planned") if name in frame.columns]
    return gaps.with_columns(pl.col("start").alias("end"), pl.col("__ended__").alias("start"), pl.lit(state).alias("state"), *rest)


def _with_times(frame: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([between.select(frame.columns), frame]).sort(FILE, ROW, maintain_order=True)


def _planned(calendar: pl.DataFrame, machines: pl.DataFrame) -> pl.DataFrame:
    """Planned times of each machine: within a shift, and within no break or planned stop."""
    known = calendar.filter(pl.col("end") > pl.col("start"))
    machine = pl.col("machine") if "machine" in known.columns else pl.lit(None, pl.String)
    known = known.select(machine.alias("machine"), "start", "end", shift=(pl.col("kind") == "shift").cast(pl.Int32))
    common = known.filter(pl.col("machine").is_null()).drop("machine").join(machines, how="cross").select(known.columns)
    rows = pl.concat([known.filter(pl.col("machine").is_not_null()), common])
    edges = [
        rows.select(
            "machine", pl.col(side).alias("at"), (sign * pl.col("shift")).alias("shifts"), (sign * (1 - pl.col("shift"))).alias("breaks")
        )
        for side, sign in (("start", 1), ("end", -1))
    ]
    met = pl.concat(edges).group_by("machine", "at").agg(pl.col("shifts", "breaks").sum()).sort("machine", "at")
    return (
        met.with_columns(pl.col("shifts", "breaks").cum_sum().over("machine"), pl.col("at").shift(-1).over("machine").alias("end"))
        .filter((pl.col("shifts") > 0) & (pl.col("breaks") <= 0) & pl.col("end").is_not_null())
        .select("machine", pl.col("at").alias("start"), "end")
    )

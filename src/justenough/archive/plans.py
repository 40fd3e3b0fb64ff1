"""Plans: rows, curves, levers and coming levels of every saved plan as append-only Delta tables, by plan and item bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from deltalake import DeltaTable, write_deltalake

from justenough.archive.facts import BUCKET, append_rows, create_table, forget_rows, read_rows
from justenough.strategy.coming_rows import coming_schema
from justenough.strategy.lever import lever_schema
from justenough.strategy.plan import DRAWN_COLUMNS
from justenough.strategy.recommendation import row_schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from justenough.domain.address import Address
    from justenough.strategy.plan import Plan

PLAN = "plan_id"
# A page about an item reads the few columns it shows of one group of rows of each of the last plans; the rest is read whole.
GROUP_ROWS = {"rows": 32_768, "curves": 100_000, "levers": 100_000, "coming": 100_000}


@dataclass(frozen=True, slots=True)
class Plans:
    """The four Delta tables under one folder, here or in an object store; knows nothing of which plans count."""

    folder: Path | Address

    def create(self) -> None:
        """Create the tables where they are missing and add columns this version is the first to write; under the creation lock."""
        for name, empty in _tables().items():
            path = self.folder / name
            create_table(path, empty, PLAN)
            known = {field.name for field in DeltaTable(str(path)).schema().fields}
            if set(empty.columns) - known:
                tagged = empty.with_columns(pl.lit("").alias(PLAN), pl.lit(0, pl.Int32).alias(BUCKET))
                write_deltalake(str(path), tagged, mode="append", schema_mode="merge")

    def append(self, plan_id: str, rows: pl.DataFrame, curves: pl.DataFrame, levers: pl.DataFrame, coming: pl.DataFrame) -> None:
        """Write one plan and wait until it is on the disk."""
        # Rows come last: whoever finds a plan's rows finds the rest of it.
        for name, frame in (("curves", curves), ("levers", levers), ("coming", coming), ("rows", rows)):
            if frame.height:
                append_rows(self.folder / name, _whole(_tables()[name], frame), PLAN, plan_id, group_rows=GROUP_ROWS[name])

    def read(self, name: str, plan_id: str) -> pl.DataFrame:
        """``rows``, ``curves``, ``levers`` or ``coming`` of one plan, sorted by item; columns the plan was written without are null."""
        frame = read_rows(self.folder / name, PLAN, [plan_id])
        found = _whole(_tables()[name], frame.drop(PLAN, BUCKET)).sort("item", maintain_order=True)
        # A plan is written with its reasons, or (since they are put into words when read) with the evidence for them.
        return found.drop("reasons") if any(column.startswith("_") for column in found.columns) else found

    def forget(self, kept: Sequence[str]) -> int:
        """Delete the rows of every plan but these; gives how many. Only safe while nobody writes."""
        return sum(forget_rows(self.folder / name, PLAN, kept) for name in _tables())


def write_plan_to(place: Path | Address, plan: Plan) -> None:
    """Add a plan to the four Delta tables of a folder or an address, which are made where they are missing; no workspace is needed."""
    plans = Plans(place)
    plans.create()
    plans.append(plan.plan_id, plan.figures, plan.curves, plan.levers, plan.coming)


def _tables() -> dict[str, pl.DataFrame]:
    curves: dict[str, pl.DataType] = {"item": pl.String(), **dict.fromkeys(DRAWN_COLUMNS, pl.List(pl.Float32()))}
    return {
        "rows": pl.DataFrame(schema=row_schema()),
        "curves": pl.DataFrame(schema=curves),
        "levers": pl.DataFrame(schema=lever_schema()),
        "coming": pl.DataFrame(schema=coming_schema()),
    }


def _whole(empty: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of ``empty``; what it has beyond them is evidence, if anything is known of it."""
    evidence = [name for name in frame.columns if name.startswith("_") and frame[name].null_count() < frame.height]
    kinds = {name: kind for name, kind in empty.schema.items() if name in frame.columns}
    kept = frame.select(*(pl.col(name).cast(kind) for name, kind in kinds.items()), *evidence)
    return pl.concat([empty, kept], how="diagonal").select(
        *(pl.col(name).fill_null([]) if kind == pl.List(pl.String()) else pl.col(name) for name, kind in empty.schema.items()), *evidence
    )

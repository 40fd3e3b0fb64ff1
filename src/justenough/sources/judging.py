"""Judging: which rows of all tables together may be believed; a row falls in all its tables or in none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW, check, typed
from justenough.domain.schema import TABLES
from justenough.sources.layouts import one_row_each
from justenough.sources.problems import PLACE, PROBLEM, as_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.mapping import Mapped
    from justenough.sources.profiles import Profile

_ITEMS_OF = (("demand", "item"), ("receipts", "item"), ("stock", "item"), ("routing", "item"), ("bom", "parent"), ("bom", "component"))


def judged(profile: Profile, parts: Mapping[str, Mapped], *, whole: bool) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Tables without the rows anything is wrong with. A row that falls takes its other tables along, so until none falls."""
    problems = [part.problems for part in parts.values() if part.problems.height]
    while True:
        dead = places_of(problems)
        new: list[pl.DataFrame] = []
        tables: dict[str, pl.DataFrame] = {}
        for name, part in parts.items():
            spec = profile.tables[name]
            frame = part.frame if dead is None else part.frame.join(dead, on=PLACE, how="anti", maintain_order="left")
            if spec.one_row_for:
                frame = one_row_each(frame, spec.one_row_for, spec.columns)
            if name == "items":
                frame = _with_constants(frame, profile)
            checked = check(TABLES[name], typed(TABLES[name], frame))
            if checked.complaints:
                new.append(as_problems(name, checked.complaints))
            tables[name] = checked.accepted
        if whole and "items" in tables:
            new += [
                missing
                for name, column in _ITEMS_OF
                if name in tables
                for missing in [_unknown_items(name, column, tables, profile)]
                if missing.height
            ]
        if not new:
            return tables, pl.concat(problems) if problems else pl.DataFrame(schema=PROBLEM)
        problems += new


def places_of(problems: list[pl.DataFrame]) -> pl.DataFrame | None:
    """Places of the rows anything is wrong with, each once; None where nothing is."""
    if not problems:
        return None
    return pl.concat(problems).select(pl.col("file").alias(FILE), pl.col("row").alias(ROW)).unique()


def _with_constants(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    for name, value in profile.constants.items():
        frame = frame.with_columns(pl.col(name).fill_null(value) if name in frame.columns else pl.lit(value).alias(name))
    return frame


def _unknown_items(name: str, column: str, tables: Mapping[str, pl.DataFrame], profile: Profile) -> pl.DataFrame:
    frame = tables[name]
    strange = frame.select(pl.col(column).unique()).join(tables["items"].select(pl.col("item").alias(column)), on=column, how="anti")
    if not strange.height:
        return pl.DataFrame(schema=PROBLEM)
    rows = frame.join(strange, on=column, how="semi", maintain_order="left").unique(PLACE, maintain_order=True)
    file = tables["items"].item(0, FILE) if tables["items"].height else profile.files[profile.tables["items"].file].path
    expected = f"an item of {file}"
    return rows.select(
        pl.lit(name).alias("table"),
        pl.col(FILE).alias("file"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.col(column).alias("item"),
        pl.lit(column).alias("column"),
        pl.format("'{}'", pl.col(column)).alias("found"),
        pl.lit(expected).alias("expected"),
        pl.lit(f"Add the item to {file} (or correct its row there, if it is in quarantine), or correct the code.").alias("remedy"),
    )

"""Judging: which rows of all tables together may be believed; a row falls in all its tables or in none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW, check, typed
from justenough.domain.schema import TABLES
from justenough.sources.codes import ALIKE, alike, totals
from justenough.sources.layouts import one_row_each
from justenough.sources.problems import PLACE, PROBLEM, as_problems
from justenough.sources.strays import strays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.mapping import Mapped
    from justenough.sources.profiles import Profile

_MACHINES_OF = ("events", "counts", "calendar", "stations", "routing", "spares")
_ITEMS_OF = (
    ("demand", "item"), ("receipts", "item"), ("stock", "item"), ("routing", "item"),
    ("bom", "parent"), ("bom", "component"), ("spares", "item"),
)  # fmt: skip


def judged(
    profile: Profile, parts: Mapping[str, Mapped], *, whole: bool, beside: Mapping[str, pl.DataFrame] | None = None
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """
    Tables without the rows anything is wrong with. A row that falls takes its other tables along, so until none falls.

    ``beside``: tables that were judged before, of which these may name items and machines.
    """
    problems = [part.problems for part in parts.values() if part.problems.height]
    problems += [found for name, part in parts.items() if whole and name == "items" and (found := totals(part.frame)).height]
    problems += strays({name: part.frame for name, part in parts.items()}) if whole else []
    columns = {name: _all_but_places(part.frame) for name, part in parts.items() if _stands_alone(name, profile)}
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
            frame = typed(TABLES[name], frame)
            if name in columns:
                frame = frame.unique(columns[name], keep="first", maintain_order=True)
            checked = check(TABLES[name], frame)
            if checked.complaints:
                new.append(_naming_the_kept(name, as_problems(name, checked.complaints), frame, checked.accepted))
            tables[name] = checked.accepted
        known = {**(beside or {}), **tables}
        if whole and "items" in known:
            new += [
                missing
                for name, column in _ITEMS_OF
                if name in tables
                for missing in [_unknown_items(name, column, known, profile)]
                if missing.height
            ]
        if whole and "machines" in known:
            strange = [_unknown_machines(name, known, profile) for name in _MACHINES_OF if name in tables]
            new += [missing for missing in strange if missing.height]
        if not new:
            return tables, pl.concat(problems) if problems else pl.DataFrame(schema=PROBLEM)
        problems += new


def repeated_rows(parts: Mapping[str, Mapped], profile: Profile) -> dict[str, int]:
    """How many rows of each table are like an earlier one; in a table with a key they are taken once."""
    again = {name: part.repeats for name, part in parts.items()}
    for name, part in parts.items():
        if _stands_alone(name, profile):
            again[name] = part.frame.height - part.frame.unique(_all_but_places(part.frame)).height
    return again


def _stands_alone(name: str, profile: Profile) -> bool:
    """Whether equal rows can be taken once: the table has a key, and no other table is made of the same rows."""
    spec = profile.tables[name]
    shared = [other for other in profile.tables.values() if other.file == spec.file]
    return bool(TABLES[name].key) and not spec.one_row_for and len(shared) == 1 and spec.repeats != "quarantine"


def _all_but_places(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in PLACE]


def _naming_the_kept(name: str, problems: pl.DataFrame, frame: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The problems; those of a second row with the same key say which row was kept."""
    key = list(TABLES[name].key)
    if not key:
        return problems
    places = frame.select(*key, FILE, ROW).join(kept.select(*key, pl.format("Row {} of {}", ROW, FILE).alias("kept")), on=key, how="inner")
    at = places.select(pl.col(FILE).alias("file"), pl.col(ROW).cast(pl.Int64).alias("row"), "kept")
    said = problems.join(at.unique(["file", "row"]), on=["file", "row"], how="left", maintain_order="left")
    twice = pl.col("expected").str.starts_with("no second row") & pl.col("kept").is_not_null()
    remedy = pl.when(twice).then(pl.format("{} was kept. {}", "kept", "remedy")).otherwise("remedy")
    return said.with_columns(remedy.alias("remedy")).select(list(PROBLEM))


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
    return _unknown(name, column, "item", tables, profile)


def _unknown_machines(name: str, tables: Mapping[str, pl.DataFrame], profile: Profile) -> pl.DataFrame:
    return _unknown(name, "machine", "machine", tables, profile)


def _unknown(name: str, column: str, kind: str, tables: Mapping[str, pl.DataFrame], profile: Profile) -> pl.DataFrame:
    """Rows that name an item or a machine its own table lacks."""
    frame, known = tables[name], tables[f"{kind}s"]
    if column not in frame.columns:
        return pl.DataFrame(schema=PROBLEM)
    strange = frame.select(pl.col(column).drop_nulls().unique()).join(known.select(pl.col(kind).alias(column)), on=column, how="anti")
    if not strange.height:
        return pl.DataFrame(schema=PROBLEM)
    rows = frame.join(strange, on=column, how="semi", maintain_order="left").unique(PLACE, maintain_order=True)
    file = known.item(0, FILE) if known.height else profile.files[profile.tables[f"{kind}s"].file].path
    remedy = f"Add the {kind} to {file} (or correct its row there, if it is in quarantine), or correct the code."
    near = alike(rows[column], known[kind]) if kind == "item" else ()
    if len(near):
        remedy = f"{len(near):,} of {rows.height:,} such rows would match {ALIKE}: export the codes as text. Or else: a{remedy[1:]}"
    expected = f"{'an item' if kind == 'item' else 'a machine'} of {file}"
    return rows.select(
        pl.lit(name).alias("table"),
        pl.col(FILE).alias("file"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        (pl.col(column) if kind == "item" else pl.lit("")).alias("item"),
        pl.lit(column).alias("column"),
        pl.format("'{}'", pl.col(column)).alias("found"),
        pl.lit(expected).alias("expected"),
        pl.lit(remedy).alias("remedy"),
    )

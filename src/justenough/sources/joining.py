"""Joining: the rows of a file beside the columns of other files, found by a code both carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint, ImportFailed
from justenough.sources.opening import SPILL
from justenough.sources.parsing import numbers, separators_hint, text
from justenough.sources.problems import PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.declarations import TableSpec
    from justenough.sources.profiles import Profile

NAMED = 12  # columns of a file that a complaint lists
BETWEEN = "\x1f"  # words of a code, which no export holds


def joined(spec: TableSpec, raw: pl.DataFrame, others: Mapping[str, pl.DataFrame], profile: Profile) -> pl.DataFrame:
    """The rows of a file with the columns of the files it is joined to, as ``FILE.COLUMN``."""
    for join in spec.joins:
        if any(name.startswith(f"{join.file}.") for name in raw.columns):
            continue  # a corrected row carries its joined columns already
        other, to = others[join.file], join.to or join.on
        file, judged = other.item(0, FILE), (*join.sum, *((join.least,) if join.least else ()))
        wanted = [*((raw, name) for name in (join.on, *join.also)), *((other, name) for name in (to, *join.also, *judged))]
        lacking = [(frame, name) for frame, name in wanted if name not in frame.columns]
        if lacking:
            place = f"tables.{spec.name}.joins"
            raise ImportFailed([no_column(frame.item(0, FILE), name, place, frame.columns) for frame, name in lacking])
        code = _codes(other, (to, *join.also), profile)
        other = other.drop(FILE, ROW, SPILL, strict=False).with_columns(code.alias(to)).filter(code.is_not_null())
        for name in judged:
            parsed = numbers(other[name], profile.nulls, profile.files[join.file])
            if parsed.bad is not None:
                wrong = other[name].filter(parsed.bad)
                remedy = separators_hint(wrong, profile.files[join.file]) or f"Correct `{name}` in the file."
                raise ImportFailed([Complaint(file, 0, name, repr(wrong[0]), "a number", remedy)])
            other = other.with_columns(parsed.values.alias(name))
        if join.least:
            other = other.sort(to, join.least, nulls_last=True, maintain_order=True).unique(to, keep="first", maintain_order=True)
        elif join.sum:
            rest = [pl.col(name).sum() if name in join.sum else pl.col(name).first() for name in other.columns if name != to]
            other = other.group_by(to, maintain_order=True).agg(rest)
        elif not join.every and other[to].is_duplicated().any():
            again = other.filter(other[to].is_duplicated()).item(0, to).replace(BETWEEN, ", ")
            remedy = f"Say in tables.{spec.name}.joins which row counts (least), what is added up (sum), or that all do (every)."
            raise ImportFailed([Complaint(file, 0, to, f"{again!r} in several rows", "one row for each code", remedy)])
        renamed = other.rename({name: f"{join.file}.{name}" if name != to else "__code__" for name in other.columns})
        coded = raw.with_columns(_codes(raw, (join.on, *join.also), profile).alias("__code__"))
        raw = coded.join(renamed, on="__code__", how="left", maintain_order="left").drop("__code__")
    return raw


def _codes(rows: pl.DataFrame, names: tuple[str, ...], profile: Profile) -> pl.Series:
    """What rows are joined by: one column, or several that must all agree."""
    words = [text(rows[name], profile.nulls).values.alias(str(at)) for at, name in enumerate(names)]
    return words[0] if len(words) == 1 else pl.select(pl.concat_str(words, separator=BETWEEN)).to_series()


def no_column(file: str, name: str, place: str, names: list[str]) -> Complaint:
    """The complaint that a file lacks a column the profile names at ``place``."""
    there = [one for one in names if one not in (*PLACE, SPILL)]
    listed = ", ".join(there[:NAMED]) + (f" and {len(there) - NAMED} more" if len(there) > NAMED else "")
    return Complaint(
        file,
        1,
        "",
        f"no column {name!r} among {listed}",
        "the columns the profile names",
        f"Correct {place} in the profile, or the header of the file.",
    )

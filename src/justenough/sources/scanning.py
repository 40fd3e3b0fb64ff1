"""Scanning: an export whose demand is too long to keep as rows, read a part at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.errors import ProfileError
from justenough.domain.plant import Plant
from justenough.domain.recorded import recorded_from
from justenough.sources.declarations import Source
from justenough.sources.folder import files_of, root_of
from justenough.sources.opening import LIMITS, open_file
from justenough.sources.profiles import Profile
from justenough.sources.read import assembled, with_terms

if TYPE_CHECKING:
    from collections.abc import Callable

_COLUMNS = ("item", "date", "quantity")


def scan(path: str | Path, profile: str | Path | Profile = "canonical", *, told: Callable[[int, int], object] | None = None) -> Plant:
    """
    The plant an export describes, its demand laid straight onto the grid of periods; rows are not kept.

    For demand as long rows in Parquet files, in any order. Memory is 4 bytes an item and period, 8 where a sum has a
    fraction that 32 bits would round; the plan is that of `justenough.sources.read.read`.

    Parameters
    ----------
    path, profile
        As for `justenough.sources.read.read`.
    told
        Called with the rows of demand read so far and those there are.

    Raises
    ------
    ImportFailed
        Where any row cannot be believed; `justenough.sources.read.import_from` names each and takes the rest.
    ProfileError
        Where the demand is not plain columns of Parquet files, or stock levels say when shelves were empty: demand
        hidden by empty shelves is put back day by day, for which the rows are needed.
    """
    path, profile = Path(path), Profile.load(profile)
    root = root_of(path)
    profile = with_terms(profile, root)
    files = dict(files_of(path, profile))
    spec = profile.tables.get("demand")
    demand = [] if spec is None else files.pop(spec.file, [])
    names = {name: _plain_column(profile, name) for name in _COLUMNS}
    if not demand or None in names.values() or any(one.suffix != ".parquet" for one in demand):
        raise ProfileError(f"{profile.name}: demand is not long rows of plain columns in Parquet files; read it with `read`.")
    rest = replace(
        profile,
        tables={name: table for name, table in profile.tables.items() if name != "demand"},
        files={name: file for name, file in profile.files.items() if name in files},
    )
    opened = {key: [open_file(one, one.relative_to(root).as_posix(), profile.files[key], LIMITS) for one in files[key]] for key in files}
    plant = assembled(rest, opened).plant()
    if plant.tables["stock"].height:
        raise ProfileError(f"{profile.name}: stock levels say when shelves were empty; read it with `read`, which looks at every row.")
    rows = pl.scan_parquet(demand).select(pl.col(str(column)).alias(name) for name, column in names.items())
    if spec is not None and spec.empty == "zero":
        rows = rows.with_columns(pl.col("quantity").fill_null(0.0))
    return replace(plant, recorded=recorded_from(rows, plant.items["item"], plant.terms, told))


def _plain_column(profile: Profile, name: str) -> str | None:
    """The file's column that is the canonical one as it stands; None where it would have to be worked on."""
    spec = profile.tables["demand"]
    worked_on = spec.joins or spec.only or spec.leave_out or spec.wide or spec.words or spec.derived_from or spec.one_row_for
    if worked_on or spec.demand_sign != "positive" or spec.repeats != "keep":
        return None
    given = spec.columns.get(name, (Source(column=name),) if spec.same_names else ())
    plain = len(given) == 1 and given[0] == Source(column=given[0].column)
    return given[0].column if plain else None

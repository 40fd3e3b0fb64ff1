"""Scanning: an export whose demand is too long to keep as rows, read a part at a time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.address import Address, folder_at
from justenough.domain.errors import ProfileError
from justenough.domain.plant import Plant
from justenough.sources.declarations import Source
from justenough.sources.folder import files_of, named_files, root_of
from justenough.sources.opening import LIMITS, open_file
from justenough.sources.profiles import Profile
from justenough.sources.read import assembled, with_terms
from justenough.sources.rows_apart import Rows, recorded_apart, recorded_whole
from justenough.sources.store import demand_at, fetched

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.sources.rows_apart import Spread

_COLUMNS = ("item", "date", "quantity")


class Unscannable(ProfileError):
    """The rows of this export are needed; it can be read, but not scanned."""


def scan(
    path: str | Path | Address,
    profile: str | Path | Profile = "canonical",
    *,
    told: Callable[[int, int], object] | None = None,
    spread: Spread | None = None,
) -> Plant:
    """
    The plant an export describes, its demand laid straight onto the grid of periods; rows are not kept.

    For demand as long rows in Parquet files or a Delta table, in any order, here or in an object store. Memory is 2 bytes
    an item and period where all quantities are whole, else 4, or 8 where 32 bits would round a sum; the plan is that of
    `justenough.sources.read.read`.

    Parameters
    ----------
    path, profile
        As for `justenough.sources.read.read`; the address of an object store too, such as s3://bucket/plant.
    told
        Called with the rows of demand read so far and those there are; not where others read.
    spread
        Who reads the demand, block by block of items, each from where it lies (`justenough.strategy.spread.Spread`).

    Raises
    ------
    ImportFailed
        Where any row cannot be believed; `justenough.sources.read.import_from` names each and takes the rest.
    Unscannable
        Where the demand is not plain columns of Parquet files, or stock levels say when shelves were empty: demand
        hidden by empty shelves is put back day by day, for which the rows are needed.
    """
    place, profile = folder_at(path), Profile.load(profile)
    with ExitStack() as kept:
        path = kept.enter_context(fetched(place, profile)) if isinstance(place, Address) else place
        return _scanned(place, path, profile, told, spread)


def _scanned(
    place: Path | Address, path: Path, profile: Profile, told: Callable[[int, int], object] | None, spread: Spread | None
) -> Plant:
    root = root_of(path)
    profile = with_terms(profile, root)
    spec = profile.tables.get("demand")
    files: dict[str, list[Path]] = {}
    demand: tuple[str, ...] = ()
    version = None
    if spec is not None:
        demand, version = demand_at(place, profile)
        files = dict(files_of(path, replace(profile, tables={**profile.tables, "demand": replace(spec, optional=bool(demand))})))
        demand = demand or tuple(str(one) for one in files.pop(spec.file, []))
    names = {name: _plain_column(profile, name) for name in _COLUMNS}
    if not demand or None in names.values() or (version is None and any(not one.endswith(".parquet") for one in demand)):
        raise Unscannable(f"{profile.name}: demand is not long rows of plain columns in Parquet or Delta; read it with `read`.")
    rest = replace(
        profile,
        tables={name: table for name, table in profile.tables.items() if name != "demand"},
        files={name: file for name, file in profile.files.items() if name in files},
    )
    named = named_files(files, root, profile)
    opened = {key: [open_file(one, name, profile.files[key], LIMITS) for one, name in several] for key, several in named.items()}
    plant = assembled(rest, opened).plant()
    if plant.tables["stock"].height:
        raise Unscannable(f"{profile.name}: stock levels say when shelves were empty; read it with `read`, which looks at every row.")
    rows = Rows(demand, version, tuple((name, str(column)) for name, column in names.items()), spec is not None and spec.empty == "zero")
    items, terms = plant.items["item"], plant.terms
    recorded = recorded_whole(rows, items, terms, told) if spread is None else recorded_apart(rows, items, terms, spread)
    return replace(plant, recorded=recorded)


def _plain_column(profile: Profile, name: str) -> str | None:
    """The file's column that is the canonical one as it stands; None where it would have to be worked on."""
    spec = profile.tables["demand"]
    worked_on = spec.joins or spec.only or spec.leave_out or spec.wide or spec.words or spec.derived_from or spec.one_row_for
    if worked_on or spec.demand_sign != "positive" or spec.repeats == "quarantine":
        return None
    given = spec.columns.get(name, (Source(column=name),) if spec.same_names else ())
    plain = len(given) == 1 and given[0] == Source(column=given[0].column)
    return given[0].column if plain else None

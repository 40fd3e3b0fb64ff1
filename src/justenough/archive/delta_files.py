"""Delta files: Parquet files laid beside a Delta table, and then entered into its log in one commit."""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from deltalake import DeltaTable, write_deltalake
from deltalake.transaction import AddAction, RemoveAction

from justenough.domain.address import Address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLOCK_GRAIN_SECONDS = 2.0  # a file's time may be rounded by this much


def enter_files(path: Path | Address, parts: Sequence[Path], part_of: Mapping[str, str]) -> None:
    """
    Append Parquet files to a table in one commit, each as it is: of the table's columns, and on the disk.

    In an object store each is sent in a commit of its own; what was sent and is recorded nowhere counts for nothing.

    Parameters
    ----------
    part_of
        The partition they belong to: its columns, which the files lack, and their values.
    """
    begun, table = time.time(), DeltaTable(str(path))
    if isinstance(path, Address):
        kinds = pl.scan_delta(table).collect_schema()
        names = [pl.lit(value).cast(kinds[name]).alias(name) for name, value in part_of.items()]
        for part in parts:
            write_deltalake(table, pl.read_parquet(part).with_columns(names), mode="append", schema_mode="merge")
        return
    actions: list[AddAction | RemoveAction] = []
    for part in parts:
        place = place_of(path, part_of)
        try:
            os.link(part, place)
        except OSError:  # a disk without links
            shutil.copyfile(part, place)
        actions.append(added(path, place, int(pl.scan_parquet(part).select(pl.len()).collect().item()), part_of))
    entered(path, table, actions, part_of, begun)


def place_of(path: Path, part_of: Mapping[str, str]) -> Path:
    """A new file of a table's partition."""
    folder = path.joinpath(*(f"{name}={value}" for name, value in part_of.items()))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"part-{uuid.uuid4()}.parquet"


def added(path: Path, place: Path, rows: int, part_of: Mapping[str, str]) -> AddAction:
    """What the table's log says of a new file."""
    about, told = place.stat(), json.dumps({"numRecords": rows})
    return AddAction(place.relative_to(path).as_posix(), about.st_size, dict(part_of), int(about.st_mtime * 1000), True, told)


def entered(path: Path, table: DeltaTable, actions: list[AddAction | RemoveAction], part_of: Mapping[str, str], begun: float) -> None:
    """Enter new files into the table's log, once those written since a moment [seconds since 1970] are on the disk."""
    name = next(iter(part_of))
    settle(path / f"{name}={part_of[name]}", begun)
    table.create_write_transaction(actions, "append", table.schema(), partition_by=list(part_of))
    settle(path / "_delta_log", begun)


def settle(folder: Path, begun: float) -> None:
    """Wait until the files written since a moment [seconds since 1970] are on the disk, and the folder knows them."""
    for place in (*folder.rglob("*"), folder):
        if place != folder and place.is_file() and place.stat().st_mtime < begun - CLOCK_GRAIN_SECONDS:
            continue
        on_disk(place)


def on_disk(place: Path) -> None:
    """Wait until a file, or what a folder knows of its files, is on the disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Kept rows: columns of many items in files, each row found again by its key."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from justenough.domain.ragged import Ints

    Marks = NDArray[np.uint64]

KEYS = "keys"  # name of the keys among the columns
SUFFIX = ".rows"


def write_rows(file: Path, keys: Marks, columns: Mapping[str, NDArray[Any]]) -> None:
    """
    Write one file: a line that says what follows, and the columns as they lie in memory.

    It has its name once it is written, so a file is there as a whole or not at all, whenever the process is killed; of a
    machine that goes down it is known by its length. To wait for a busy disk took longer than to size, for what can be
    found again.
    """
    whole = {KEYS: np.ascontiguousarray(keys)} | {name: np.ascontiguousarray(column) for name, column in columns.items()}
    head = json.dumps([[name, column.dtype.str, column.shape] for name, column in whole.items()])
    making = file.with_suffix(f".{os.getpid()}.making")
    with making.open("wb") as opened:
        opened.write(head.encode() + b"\n")
        for column in whole.values():
            opened.write(column.reshape(-1).view(np.uint8))
    making.replace(file)


def _columns_in(file: Path) -> dict[str, Callable[[], NDArray[Any]]]:
    """What reads each column of a file from the disk, where it is looked at; ValueError where the file is not whole."""
    with file.open("rb") as opened:
        head = opened.readline()
    begin = len(head)
    found: dict[str, Callable[[], NDArray[Any]]] = {}
    for name, kind, shape in json.loads(head):
        found[name] = partial(_column, file, np.dtype(kind), tuple(shape), begin)
        begin += int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
    if begin != file.stat().st_size:
        raise ValueError(f"{file} is not whole")
    return found


def _column(file: Path, dtype: np.dtype[Any], shape: tuple[int, ...], begin: int) -> NDArray[Any]:
    return np.memmap(file, dtype, "r", begin, shape) if np.prod(shape) else np.empty(shape, dtype)


@dataclass(frozen=True, slots=True)
class Shelf:
    """
    What lies in one folder.

    Parameters
    ----------
    files
        Those that are whole.
    keys : (n, 2)
        Of all rows, sorted.
    at : (n, 2)
        File and row of each.
    """

    files: list[Path]
    keys: Marks
    at: Ints

    @classmethod
    def of(cls, place: Path) -> Shelf:
        """Look what there is."""
        files: list[Path] = []
        keys, at = [np.empty((0, 2), np.uint64)], [np.empty((0, 2), np.int64)]
        for file in sorted(place.glob(f"*{SUFFIX}")):
            try:
                mine = np.array(_columns_in(file)[KEYS]())
            except (OSError, ValueError, KeyError):
                continue  # somebody else's, or the disk is failing
            at.append(np.column_stack([np.full(len(mine), len(files)), np.arange(len(mine))]))
            keys.append(mine)
            files.append(file)
        whole, places = np.concatenate(keys), np.concatenate(at)
        order = np.lexsort((whole[:, 1], whole[:, 0]))
        return cls(files, whole[order], places[order])

    def places_of(self, keys: Marks) -> Ints:
        """File and row of each key; -1 where it is not there. (n, 2)"""
        if not len(self.keys):
            return np.full((len(keys), 2), -1)
        at = np.minimum(np.searchsorted(self.keys[:, 0], keys[:, 0]), len(self.keys) - 1)
        same = (self.keys[at] == keys).all(axis=1)
        return np.where(same[:, None], self.at[at], -1)

    def rows_at(self, there: Ints) -> dict[str, NDArray[Any]]:
        """Columns of the rows at these places, in their order."""
        found: dict[str, NDArray[Any]] = {}
        for number in np.unique(there[:, 0]):
            mine = np.flatnonzero(there[:, 0] == number)
            for name, read in _columns_in(self.files[int(number)]).items():
                column = read()
                if name not in found:
                    found[name] = np.empty((len(there), *column.shape[1:]), column.dtype)
                found[name][mine] = column[there[mine, 1]]
        return found

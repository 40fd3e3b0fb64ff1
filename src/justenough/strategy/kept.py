"""Kept: what was found of each item stays on disk, so that it is not looked for a second time.

An item's result depends on what is known of it and on nothing else. So it is kept under a hash of all that, and of who
works it out: whoever asks the same of the same item again, after an interruption or a day's new rows, is answered from the
disk, bit for bit; whoever asks anything else is not.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from justenough.kernels.abreast import cores
from justenough.kernels.naming import marks_of
from justenough.strategy.kept_rows import SUFFIX, Shelf, write_rows
from justenough.strategy.spread import Spread, Threads, each_of, joined, part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Ints

    Marks = NDArray[np.uint64]

_LOOK_SECONDS = 0.5


@dataclass(slots=True)
class Progress:
    """Items found so far of those there are; ``kept`` of them were on disk."""

    done: int = 0
    kept: int = 0
    of: int = 0


@dataclass
class Kept:
    """
    A spread that keeps every block's results in a folder as soon as they are there, and looks there first.

    Parameters
    ----------
    folder
        Made if it is not there. Nothing else may be in it; it can be deleted at any time.
    spread
        Who does what is not there yet.
    told
        Called with `Progress` now and then, from a thread of its own.

    Notes
    -----
    Only work whose results are rows of the block's items is kept; anything else is passed on. A file is there as a
    whole or not at all, whenever the process is killed.
    """

    folder: Path
    spread: Spread = field(default_factory=Threads)
    told: Callable[[Progress], object] | None = None
    used: set[Path] = field(default_factory=set, init=False)
    most: Progress = field(default_factory=Progress, init=False)  # of the work on most items: how many were found on disk

    def __call__(self, work: Callable[[Any], Any], blocks: Sequence[Any], /) -> list[Any]:
        """Results in the order of the blocks."""
        return list(self.each(work, blocks))

    def each(self, work: Callable[[Any], Any], blocks: Sequence[Any], /) -> Iterator[Any]:
        """The same, one result after the other; none is held here once it was taken."""
        if not blocks or not getattr(getattr(work, "func", work), "keeps_rows", False):
            yield from each_of(self.spread, work, blocks)
            return
        place = self.folder / _name_of(work, blocks[0])
        place.mkdir(parents=True, exist_ok=True)
        shelf = Shelf.of(place)
        keys = Threads()(_keys_of, blocks)
        there = [shelf.places_of(each) for each in keys]
        progress = Progress(0, 0, sum(len(each) for each in keys))
        lacking = [np.flatnonzero(each[:, 0] < 0) for each in there]
        asked = [i for i, each in enumerate(lacking) if len(each)]
        tasks = [_Task(part(blocks[i], lacking[i]) if len(lacking[i]) < len(keys[i]) else blocks[i], keys[i][lacking[i]]) for i in asked]
        progress.kept = progress.done = progress.of - sum(len(task.keys) for task in tasks)
        self.most = max(self.most, progress, key=lambda one: one.of)
        keeping = _Keeping(work, place)
        self.used |= {shelf.files[int(at)] for each in there for at in np.unique(each[each[:, 0] >= 0, 0])}
        self.used |= {keeping.file_of(task.keys) for task in tasks}
        template = None if len(asked) == len(blocks) else work(part(blocks[0], np.arange(1)))
        with self._watched(progress, {keeping.file_of(task.keys): len(task.keys) for task in tasks}):
            coming, lacks = each_of(self.spread, keeping, tasks), set(asked)
            fresh = (next(coming) if i in lacks else None for i in range(len(blocks)))
            with ThreadPoolExecutor(cores()) as readers:  # several blocks at once, and no more than are soon taken
                ahead: deque[Future[Any]] = deque()
                for each, found in zip(there, fresh, strict=True):
                    ahead.append(readers.submit(self._whole, template, shelf, each, found))
                    if len(ahead) > cores():
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()

    def tidy(self) -> None:
        """Delete what none of the work done since this was made has used."""
        for file in self.folder.glob("*/*"):
            if file not in self.used:
                file.unlink(missing_ok=True)

    @contextmanager
    def _watched(self, progress: Progress, files: dict[Path, int]) -> Iterator[None]:
        """Tell how far it is while the work is done, by the files that are there: whoever does it, wherever."""
        if self.told is None:
            yield
            return
        before, over, told = progress.done, threading.Event(), self.told

        def look() -> None:
            while not over.wait(_LOOK_SECONDS):
                progress.done = before + sum(n for file, n in files.items() if file.exists())
                told(progress)

        told(progress)
        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
        progress.done = progress.of
        told(progress)

    @staticmethod
    def _whole(template: Any, shelf: Shelf, there: Ints, fresh: Any) -> Any:
        """A block's results, each row from the disk or fresh."""
        old = np.flatnonzero(there[:, 0] >= 0)
        if not len(old):
            return fresh
        found = _rebuilt(fresh if template is None else template, shelf.rows_at(there[old]), "")
        if fresh is None:
            return found
        order = np.empty(len(there), np.int64)
        order[old] = np.arange(len(old))
        order[there[:, 0] < 0] = len(old) + np.arange(len(there) - len(old))
        return part(joined([found, fresh]), order)


@dataclass(frozen=True, slots=True)
class _Task:
    block: Any
    keys: Marks


@dataclass(frozen=True, slots=True)
class _Keeping:
    """The work, and its results put on disk before they are given back."""

    work: Callable[[Any], Any]
    place: Path

    def __call__(self, task: _Task) -> Any:
        found = self.work(task.block)
        write_rows(self.file_of(task.keys), task.keys, dict(_columns(found, "")))
        return found

    def file_of(self, keys: Marks) -> Path:
        """Named after the items in it."""
        return self.place / f"{hashlib.sha256(keys.tobytes()).hexdigest()[:32]}{SUFFIX}"


def _columns(value: Any, name: str) -> list[tuple[str, Any]]:
    """Every array of a dataclass of columns, by its path."""
    if isinstance(value, np.ndarray):
        return [(name, value)]
    if is_dataclass(value) and not isinstance(value, type):
        return [one for f in fields(value) for one in _columns(getattr(value, f.name), f"{name}.{f.name}")]
    return []


def _rebuilt(template: Any, columns: dict[str, Any], name: str) -> Any:
    """A value like ``template`` with these columns."""
    if isinstance(template, np.ndarray):
        return columns[name]
    if is_dataclass(template) and not isinstance(template, type):
        return type(template)(**{f.name: _rebuilt(getattr(template, f.name), columns, f"{name}.{f.name}") for f in fields(template)})
    return template


def _keys_of(block: Any) -> Marks:
    """A hash of 128 bits of all that is known of each item. (n, 2)"""
    columns = [np.ascontiguousarray(column) for _, column in _columns(block, "")]
    n = len(columns[0])
    words = [column.reshape(n, -1).astype(np.float64 if column.dtype.kind == "f" else np.int64).view(np.uint64) for column in columns]
    keys = np.empty((n, 2), np.uint64)
    marks_of(np.concatenate(words, axis=1), keys)
    return keys


def _name_of(work: Callable[[Any], Any], block: Any) -> str:
    """A name for who works out what with which settings: another version's results are not taken for this one's."""
    function = getattr(work, "func", work)
    said = [function.__module__, function.__qualname__, repr(getattr(work, "args", ())), repr(getattr(work, "keywords", {}))]
    said += [f"{name} {column.dtype} {column.shape[1:]}" for name, column in _columns(block, "")]
    said += _constants(block, "")
    return hashlib.sha256("\n".join([*said, _build()]).encode()).hexdigest()[:32]


def _constants(value: Any, name: str) -> list[str]:
    """What of a block is the same for all its items."""
    if isinstance(value, np.ndarray):
        return []
    if is_dataclass(value) and not isinstance(value, type):
        return [one for f in fields(value) for one in _constants(getattr(value, f.name), f"{name}.{f.name}")]
    return [f"{name} {value!r}"]


@cache
def _build() -> str:
    """What version of the package it is: its number, and when each of its files was last changed."""
    from justenough import __version__

    root = Path(__file__).parents[1]
    stamps = [f"{file.relative_to(root)} {(about := file.stat()).st_size} {about.st_mtime_ns}" for file in sorted(root.rglob("*.py"))]
    return "\n".join([__version__, np.__version__, *stamps])

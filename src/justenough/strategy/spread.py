"""Spread: who does the work, block by block, without changing its result.

Items do not know each other once history has been read, so they are cut into blocks of a few
thousand. How many blocks, in which order and by how many workers they are done, and whether a
worker dies on the way, changes nothing in the plan.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from justenough.domain.ragged import Ragged
from justenough.kernels.abreast import alone, cores
from justenough.kernels.backed import backed

if TYPE_CHECKING:
    from justenough.domain.ragged import Ints

Block = TypeVar("Block")
Result = TypeVar("Result")
Work = TypeVar("Work", bound=Callable[..., Any])

BLOCK_ITEMS = 10_000  # small enough to share out and to bound memory, large enough to cost nothing


class Spread(Protocol):
    """Anything that applies a function to every block and returns the results in the blocks' order."""

    def __call__(self, work: Callable[[Block], Result], blocks: Sequence[Block], /) -> list[Result]:
        """Results in the order of the blocks."""
        ...


def serially(work: Callable[[Block], Result], blocks: Sequence[Block], /) -> list[Result]:
    """One block after the other, in this process."""
    return [work(block) for block in blocks]


@dataclass(frozen=True, slots=True)
class Threads:
    """
    Several blocks at once in this process: what one does in Python and what another does in compiled code overlap.

    Parameters
    ----------
    workers
        Blocks at once; 0: one more than there are cores, since one of them may be waiting for its turn in Python.
    """

    workers: int = 0

    def __call__(self, work: Callable[[Block], Result], blocks: Sequence[Block], /) -> list[Result]:
        """Apply ``work`` to every block; the first error, or Ctrl-C, ends it once the blocks begun are done."""
        return list(self.each(work, blocks))

    def each(self, work: Callable[[Block], Result], blocks: Sequence[Block], /) -> Iterator[Result]:
        """The same, one result after the other; none is held here once it was taken."""
        from concurrent.futures import ThreadPoolExecutor

        workers = min(self.workers or cores() + 1, len(blocks))
        if workers <= 1:
            yield from (work(block) for block in blocks)
            return

        def one(block: Block) -> Result:
            with alone():
                return work(block)

        pool = ThreadPoolExecutor(workers)
        try:
            asked = deque(pool.submit(one, block) for block in blocks)
            while asked:
                yield asked.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Pool:
    """
    Worker processes on this machine.

    Parameters
    ----------
    workers
        Processes at once.
    restarts
        How often the pool is set up again after a worker was killed; only unfinished blocks are redone.

    Notes
    -----
    Workers are spawned: a script that uses a pool needs the usual ``if __name__ == "__main__":``.
    """

    workers: int = 2
    restarts: int = 3

    def __call__(self, work: Callable[[Block], Result], blocks: Sequence[Block], /) -> list[Result]:
        """Apply ``work`` to every block; an error of the work itself is raised, a killed worker is replaced."""
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        done: dict[int, Result] = {}
        for attempt in range(self.restarts + 1):
            with ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
                try:
                    asked = {i: pool.submit(work, block) for i, block in enumerate(blocks) if i not in done}
                except BrokenProcessPool:
                    asked = {}
                broken = len(done) + len(asked) < len(blocks)
                for i, answer in asked.items():
                    try:
                        done[i] = answer.result()
                    except BrokenProcessPool:
                        broken = True
            if not broken:
                break
            if attempt == self.restarts:
                left = f"{len(blocks) - len(done)} of {len(blocks)} blocks left to do"
                raise RuntimeError(f"workers were killed {attempt + 1} times with {left}")
        return [done[i] for i in range(len(blocks))]


@dataclass(frozen=True, slots=True)
class Cut(Sequence[Block]):
    """Blocks that are made when they are asked for, so that only those that are being done take memory."""

    make: Callable[[int], Block]
    n: int

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: Any) -> Any:
        if not 0 <= i < self.n:
            raise IndexError(i)
        return self.make(i)


def by_items(work: Callable[[Block], Any], columns: Block, n: int, spread: Spread, size: int | None = None) -> Any:
    """The work done for every ``size`` of the ``n`` items of these columns, its results one below the other."""
    step = size or BLOCK_ITEMS
    return poured(spread(work, Cut(lambda i: part(columns, slice(i * step, (i + 1) * step)), max(-(-n // step), 1))))


def keeps_rows(work: Work) -> Work:
    """Mark work whose result is a dataclass of columns, a row for each item of its block, that depends on no other item."""
    work.keeps_rows = True  # type: ignore[attr-defined]
    return work


def part(columns: Any, chosen: Any) -> Any:
    """The chosen items of a dataclass of columns: every array is indexed, everything else is kept."""
    if isinstance(columns, np.ndarray):
        return columns[chosen]
    if isinstance(columns, Ragged):
        return columns.at(chosen)
    if is_dataclass(columns) and not isinstance(columns, type):
        return type(columns)(**{f.name: part(getattr(columns, f.name), chosen) for f in fields(columns)})
    return columns


def joined(parts: Sequence[Any]) -> Any:
    """Dataclasses of columns one below the other; what is not an array is taken from the first."""
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(list(parts))
    if is_dataclass(first) and not isinstance(first, type):
        return type(first)(**{f.name: joined([getattr(each, f.name) for each in parts]) for f in fields(first)})
    return first


def patched(columns: Any, new: Any, places: Ints, n: int) -> Any:
    """The same columns of ``n`` items with those of some replaced."""
    order = np.arange(n)
    order[places] = n + np.arange(len(places))
    return part(joined([columns, new]), order) if len(places) else columns


def each_of(spread: Spread, work: Callable[[Block], Result], blocks: Sequence[Block]) -> Iterator[Result]:
    """Results in the order of the blocks, as soon as they are there if the spread gives them so."""
    one_by_one = getattr(spread, "each", None)
    return iter(spread(work, blocks)) if one_by_one is None else one_by_one(work, blocks)


def poured(parts: list[Any]) -> Any:
    """As `joined`, but the list is emptied and each part's columns are let go on the way: memory is not needed twice."""
    shape = part(parts[0], slice(0, 0))
    columns = [columns_of(each) for each in parts]
    parts.clear()
    whole = []
    for at in range(len(columns[0])):
        whole.append(np.concatenate([each[at] for each in columns]))
        for each in columns:
            each[at] = whole[-1][:0]
    return _filled(shape, iter(whole))


def gathered(parts: Iterable[Any], rows: int) -> Any:
    """As `joined`, for parts of so many rows together that come one by one, as from `each_of`, and are let go at once."""
    shape: Any = None
    whole: list[Any] = []
    begin = 0
    for each in parts:
        columns = columns_of(each)
        if shape is None:
            shape = part(each, slice(0, 0))
            whole = [backed((rows, *column.shape[1:]), column.dtype) for column in columns]
        end = begin + len(columns[0])
        for column, mine in zip(whole, columns, strict=True):
            column[begin:end] = mine
        begin = end
        del each, columns
    if begin != rows:
        raise ValueError(f"parts have {begin} rows together, not {rows}")
    return _filled(shape, iter(whole))


def columns_of(columns: Any) -> list[Any]:
    """Every array of a dataclass of columns, in the order of its fields."""
    if isinstance(columns, np.ndarray):
        return [columns]
    if is_dataclass(columns) and not isinstance(columns, type):
        return [one for f in fields(columns) for one in columns_of(getattr(columns, f.name))]
    return []


def _filled(shape: Any, whole: Iterator[Any]) -> Any:
    """A value of this shape with the next arrays in its places."""
    if isinstance(shape, np.ndarray):
        return next(whole)
    if is_dataclass(shape) and not isinstance(shape, type):
        return type(shape)(**{f.name: _filled(getattr(shape, f.name), whole) for f in fields(shape)})
    return shape

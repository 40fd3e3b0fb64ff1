"""Abreast: rows shared out among threads, each part a call of a compiled loop that lets the others run.

A loop that numba itself makes parallel is compiled three times over; one that takes its first and last row, once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

_here = threading.local()
PART = 512  # rows a call: what one loop leaves in the nearest memory, the next still finds there


def cores() -> int:
    """Threads that compiled loops may use."""
    return int(numba.get_num_threads())


def abreast(work: Callable[[int, int], object], n: int, part: int = PART) -> None:
    """
    Do all of ``n`` rows, on as many threads as `numba.get_num_threads` allows; an error of any part is raised.

    Parameters
    ----------
    work
        Called with the first row of a part and the one after its last. Parts may be done in any order, so
        none may read what another writes.
    part
        Rows a call; fewer where a row takes long.
    """
    parts = [(start, min(start + part, n)) for start in range(0, n, part)]
    threads = 1 if getattr(_here, "alone", False) else min(cores(), len(parts))
    if threads <= 1:
        for rows in parts:
            work(*rows)
        return

    def one(start: int, stop: int) -> None:
        with alone():  # what a part calls has no threads of its own
            work(start, stop)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(one, *rows) for rows in parts]:
            done.result()


@contextmanager
def alone() -> Iterator[None]:
    """Let this thread do all rows itself meanwhile: the others have work of their own."""
    before = getattr(_here, "alone", False)
    _here.alone = True
    try:
        yield
    finally:
        _here.alone = before

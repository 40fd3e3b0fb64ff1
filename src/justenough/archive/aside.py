"""Aside: work done in a process of its own, which may run out of memory or die without harm to who asked for it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from justenough.archive.place import WorkspaceError
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

Value = TypeVar("Value")
AT_ONCE = 2  # processes; together they take half of the machine's memory at most
LEAST_BYTES = 1_500_000_000  # the libraries alone take a part of it
SECONDS = 3600  # of a core
FILES = (
    "nothing was taken in. Check where the files come from; if they are what they should be, send fewer at once, or as CSV, or import "
    "them by a command."
)


class TakesTooMuch(WorkspaceError):
    """It takes more memory or time than one errand is given."""


_turns = threading.BoundedSemaphore(AT_ONCE)


def share_of_memory() -> int:
    """What one process may take: its share of half the machine's memory. [bytes]"""
    return max(LEAST_BYTES, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (2 * AT_ONCE))


def aside(work: Callable[..., Value], *given: Any, memory_bytes: int = 0, instead: str = FILES) -> Value:
    """
    What a function of a module gives, called in another process.

    A workbook of two kilobytes can ask for a sheet of 17 thousand million cells, and the library that reads it then ends its process.

    Parameters
    ----------
    work, given
        The function and its arguments; both, and what it gives, are sent from process to process.
    memory_bytes
        Most it may take; by default `share_of_memory`. [bytes]
    instead
        What came of it then, and what to do.

    Raises
    ------
    TakesTooMuch
        It took more, or died.
    JustenoughError
        Whatever the function refuses.
    """
    most = memory_bytes or share_of_memory()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["justenough.sources.drafting", "justenough.sources.read"])
    with _turns:
        hears, says = context.Pipe(duplex=False)
        with hears:
            worker = context.Process(target=_work, args=(says, most, work, given), name="reading aside", daemon=True)
            worker.start()
            says.close()
            try:
                refused, value = hears.recv()
            except EOFError:
                refused, value = True, None
            worker.join()
    if not refused:
        return value  # type: ignore[no-any-return]  # what `work` gave
    raise value or TakesTooMuch(f"This takes more than {most / 1e9:.1f} GB of memory, or ends in a fault of a library: {instead}")


def _work(says: Connection, most: int, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    os.environ["RUST_BACKTRACE"] = "0"  # what dies here is told in one sentence
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told: tuple[bool, Any]
    try:
        told = (False, work(*given))
    except JustenoughError as error:
        told = (True, error)
    except MemoryError:
        told = (True, None)
    says.send(told)

"""Aside: work done in a process of its own, which may run out of memory or die without harm to who asked for it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import threading
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

from justenough.archive.place import WorkspaceError
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

Value = TypeVar("Value")
AT_ONCE = 2  # processes that somebody waits for; together they take half of the machine's memory at most
LEAST_BYTES = 1_500_000_000  # the libraries alone take a part of it
SECONDS = 3600  # of a core
LONGEST_SECONDS = 2 * SECONDS  # by the clock; after it what waits for something that never comes is ended too
TURN_SECONDS = 60.0  # who asks waits so long for one of the processes
NICE = 10  # of a work that nobody waits for, so that pages go before it
FILES = (
    "nothing was taken in. Check where the files come from; if they are what they should be, send fewer at once, or as CSV, or import "
    "them by a command."
)


class TakesTooMuch(WorkspaceError):
    """It takes more memory or time than one errand is given."""


class TurnsTaken(WorkspaceError):
    """As much as may be done at once is being done."""


class FaultAside(Exception):
    """What was done in the other process has a fault of ours; nothing is wrong with what was given to it."""


_turns = threading.BoundedSemaphore(AT_ONCE)
_behind = threading.BoundedSemaphore(1)  # works that nobody waits for come one after the other


def share_of_memory() -> int:
    """What one process may take: its share of half the machine's memory. [bytes]"""
    return max(LEAST_BYTES, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (2 * AT_ONCE))


def aside(
    work: Callable[..., Value], *given: Any, memory_bytes: int = 0, instead: str = FILES, background: bool = False, patient: bool = True
) -> Value:
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
    background
        Nobody waits for it: it has the processors when nobody else wants them, and its turn after what was begun before it.
    patient
        It waits for its turn; else it is not begun while another is at work.

    Raises
    ------
    TakesTooMuch
        It took more memory or time, or died.
    TurnsTaken
        Others were at work for as long as it was to wait: `TURN_SECONDS`, in the background `LONGEST_SECONDS`.
    FaultAside
        It raised anything else.
    JustenoughError
        Whatever the function refuses.
    """
    most = memory_bytes or share_of_memory()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["justenough.sources.drafting", "justenough.sources.read"])
    turns, patience = (_behind, LONGEST_SECONDS) if background else (_turns, TURN_SECONDS)
    if not turns.acquire(timeout=patience if patient else 0.0):
        raise TurnsTaken("As many long works as may be are being done at once; this one was not begun. Ask again in a while.")
    try:
        how, value, ended = _done(context, (most, NICE if background else 0, work, given))
    finally:
        turns.release()
    if how == "given":
        return value  # type: ignore[no-any-return]  # what `work` gave
    if how == "refused":
        raise value
    if how == "fault":
        raise FaultAside(f"{getattr(work, '__name__', work)} failed in another process:\n{value}")
    if how == "late" or ended == -signal.SIGXCPU:
        raise TakesTooMuch(f"This takes more than {SECONDS / 60:.0f} minutes of a core, or {LONGEST_SECONDS / 60:.0f} in all: {instead}")
    raise TakesTooMuch(f"This takes more than {most / 1e9:.1f} GB of memory, or ends in a fault of a library: {instead}")


def _done(context: Any, given: tuple[Any, ...]) -> tuple[str, Any, int | None]:
    """How another process ended its work, what it said, and its exit code."""
    hears, says = context.Pipe(duplex=False)
    with hears:
        worker = context.Process(target=_work, args=(says, *given), name="reading aside", daemon=True)
        worker.start()
        says.close()
        how, value = "late", None
        try:
            if hears.poll(LONGEST_SECONDS):
                how, value = hears.recv()
        except EOFError:
            how = "died"
        if how == "late":
            worker.kill()
        worker.join()
    return how, value, worker.exitcode


def _work(says: Connection, most: int, nice: int, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    os.nice(nice)
    os.environ["RUST_BACKTRACE"] = "0"  # what dies here is told in one sentence
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 60))  # at the first it is told by a signal
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told: tuple[str, Any]
    try:
        told = ("given", work(*given))
    except JustenoughError as error:
        told = ("refused", error)
    except MemoryError:
        told = ("died", None)
    except Exception as error:  # noqa: BLE001  # told as what it is, not as a lack of memory
        told = ("died", None) if _lacks_memory(error) else ("fault", traceback.format_exc())
    says.send(told)


def _lacks_memory(error: Exception) -> bool:
    """Whether the system had none to give, as it says it of a mapping or of a thread."""
    return getattr(error, "errno", None) == errno.ENOMEM or "can't start new thread" in str(error)

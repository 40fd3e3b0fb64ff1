"""Compiled once: workers that need the same kernel at once wait for the first of them and read what it kept.

In a fresh checkout nothing is compiled yet, and numba's cache knows no turns: workers that need one kernel at the same time would each
compile it, which takes longer than most tests.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher

from justenough.kernels.freshness import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

_held: set[str] = set()  # read and written under numba's own lock


@contextmanager
def turn(file: str) -> Iterator[None]:
    """
    The only process that compiles kernels of ``file``.

    A kernel is compiled within its caller, whose turn goes on; as imports make no circle, no two processes wait for each other. Threads
    of one process have taken numba's lock before. The lock is on the source itself, which leaves nothing behind and ends with a process.
    """
    with global_compiler_lock:
        if file in _held:
            yield
            return
        handle = os.open(file, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _held.add(file)
            yield
        finally:
            _held.discard(file)
            fcntl.flock(handle, fcntl.LOCK_UN)  # a child forked meanwhile may hold the handle
            os.close(handle)


def take_turns() -> None:
    """From now on this process compiles, or reads what is kept, in turn with others that do the same."""
    at_once = Dispatcher.compile

    def compile_in_turn(self: Any, sig: Any) -> Any:
        file = self.py_func.__code__.co_filename
        if os.path.dirname(file) != str(FOLDER):
            return at_once(self, sig)
        with turn(file):
            return at_once(self, sig)

    Dispatcher.compile = compile_in_turn

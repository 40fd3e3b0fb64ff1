"""Advancing: a bar on standard error that says how far long work is and how long the rest will take."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justenough.strategy.kept import Progress


REPEATS = 0.15  # of the time rows are checked in is what looking for repeats among all of them takes then


class Advance(Protocol):
    """What long work tells of itself."""

    def step(self, name: str) -> None:
        """A part of the work begins that cannot be counted."""
        ...

    def read(self, rows: int, of: int) -> None:
        """Rows of demand read so far, and those there are."""
        ...

    def checked(self, rows: int, of: int, kept: int) -> None:
        """Rows of demand checked so far, those there are, and those that were checked before this work began."""
        ...

    def sized(self, progress: Progress) -> None:
        """Items sized so far."""
        ...


class _Quiet:
    """Nobody looks: not a terminal."""

    def step(self, name: str) -> None:
        pass

    def read(self, rows: int, of: int) -> None:
        pass

    def checked(self, rows: int, of: int, kept: int) -> None:
        pass

    def sized(self, progress: Progress) -> None:
        pass


class _Shown:
    """On a terminal."""

    def __init__(self, bar: Any, task: Any) -> None:
        self._bar, self._task, self._began = bar, task, time.monotonic()

    def step(self, name: str) -> None:
        self._began = time.monotonic()
        self._bar.update(self._task, description=name, total=None, completed=0, left="")

    def read(self, rows: int, of: int) -> None:
        self._show("Reading {:,} of {:,} rows of demand", rows, of, 0)

    def checked(self, rows: int, of: int, kept: int) -> None:
        self._show("Checking {:,} of {:,} rows of demand", rows, of, kept, of * REPEATS)

    def sized(self, progress: Progress) -> None:
        if progress.done == progress.kept:  # what came before, reading and estimating, says nothing of the time an item takes
            self._began = time.monotonic()
        self._show("Sizing {:,} of {:,} items", progress.done, progress.of, progress.kept)

    def _show(self, words: str, done: int, of: int, kept: int, more: float = 0.0) -> None:
        left = seconds_left(done - kept, of - kept + more, time.monotonic() - self._began)
        said = "" if left is None else f"{span(left)} left"
        self._bar.update(self._task, description=words.format(done, of), total=max(of, 1), completed=done, left=said)


def seconds_left(done: int, of: float, elapsed: float) -> float | None:
    """
    How long the rest takes if it goes on as it went; None until enough was done to say.

    Parameters
    ----------
    done, of
        What was worked on since the clock began and what there was to do; not what was there before.
    elapsed : [s]

    Examples
    --------
    >>> seconds_left(250, 1000, 5.0)
    15.0
    """
    return None if done <= 0 or elapsed < 1.0 else elapsed * (of - done) / done


def span(seconds: float) -> str:
    """
    A time in words a clock uses.

    Examples
    --------
    >>> span(7.2), span(130.0), span(7_300.0)
    ('7 s', '2 min 10 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def advancing(what: str) -> Iterator[Advance]:
    """Show a bar while the work lasts; only on a terminal."""
    if not sys.stderr.isatty():
        yield _Quiet()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn(),
        TimeElapsedColumn(), TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Shown(bar, bar.add_task(what, total=None, left=""))

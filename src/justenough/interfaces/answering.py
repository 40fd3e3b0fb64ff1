"""Answering: how a command's answer reaches a person or a program, and how it refuses."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 100  # columns a table or a sentence may take
FILE_WIDTH = 10_000  # and a table that is written to a file or a pipe, which has room for all of its columns


def plain(value: Any) -> Any:
    """
    A value as JSON can say it: data classes as objects, frames as rows, dates as ISO text, what is not a number as null.

    Examples
    --------
    >>> plain({"day": date(2026, 1, 2), "share": float("nan")})
    {'day': '2026-01-02', 'share': None}
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "to_dicts"):
        return [plain(row) for row in value.to_dicts()]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return str(value)


def say_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def say(text: str = "") -> None:
    """Print sentences on standard output, each line wrapped between words under its own indent, never cut."""
    from textwrap import wrap

    lines = []
    for one in text.splitlines():
        begin = len(one) - len(one.lstrip(" -"))
        tied = one.replace(" %", "\u00a0%")  # a percent sign stays with its number; in the output it is a plain space again
        lines += wrap(tied, min(width(), WIDTH), subsequent_indent=" " * begin, break_long_words=False, break_on_hyphens=False) or [""]
    sys.stdout.write("\n".join(lines).replace("\u00a0%", " %") + "\n")


def show(table: Any) -> None:
    """Print a rich table, on a terminal at most 100 columns wide."""
    from rich.console import Console

    Console(width=width(), highlight=False, markup=False, emoji=False).print(table)


def complain(text: str) -> None:
    """Print a refusal on standard error."""
    sys.stderr.write(text.rstrip() + "\n")


def refuse(error: Exception, text: str = "", *, as_json: bool) -> None:
    """
    Print why nothing was done on standard error: a sentence, or one JSON object where the answer would have been JSON.

    Parameters
    ----------
    error
        What was raised; its complaints are told one by one.
    text
        What is said of it, where that is not its own text.
    as_json
        Whether a program asks: ``{"error": {"kind", "message", "complaints"}}``.
    """
    said = (text or str(error)).rstrip()
    if not as_json:
        complain(said)
        return
    told = {"kind": type(error).__name__, "message": said, "complaints": getattr(error, "complaints", ())}
    complain(json.dumps({"error": plain(told)}, ensure_ascii=False, indent=2))


@contextmanager
def working(what: str, steps: int = 1) -> Iterator[Callable[[str], None]]:
    """
    Show on standard error what is being done, how far and for how long; only on a terminal.

    Yields a function that is called with the name of each step as it begins.
    """
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=steps)
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            progress.update(task, description=name, completed=begun)
            begun += 1

        yield step


def refuse_overwrite(path: Path, *, force: bool) -> None:
    """Raise a plain refusal where a file would be lost."""
    from justenough.domain.errors import JustenoughError

    if path.exists() and not force:
        raise JustenoughError(f"{path} is there already; nothing was written. Name another file, or say --force to replace it.")


def width() -> int:
    """Columns a table may take: at most 100 on a terminal, and in a file as many as it has, unless ``COLUMNS`` says how many."""
    from shutil import get_terminal_size

    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return FILE_WIDTH
    return min(WIDTH, get_terminal_size((WIDTH, 24)).columns)

"""What a process of its own may do: add, refuse, grow, die."""

from __future__ import annotations

import os
import resource
import signal
import time

from justenough.archive.aside import LEAST_BYTES
from justenough.domain.errors import Complaint, ImportFailed

COMPLAINT = Complaint("a.csv", 3, "date", "'x'", "a day", "Correct it.")


def added(one: int, two: int) -> tuple[int, int]:
    return one + two, os.getpid()


def refuse() -> None:
    raise ImportFailed([COMPLAINT])


def grow() -> int:
    return len(bytearray(3 * LEAST_BYTES))


def lack() -> None:
    dict[str, int]()["no such key"]  # a bug of ours


def turn() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (1, 3))
    while True:
        pass


def wait() -> None:
    time.sleep(3600)


def raise_it(error: Exception) -> None:
    raise error


def die() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def append_line(folder: str, database: str, plan_id: str, path: str) -> None:
    del folder, database
    with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(f"{plan_id}\n")


def refuse_file(*_: str) -> None:
    refuse()


def where(workspace, told):
    """Who works on a workspace, how much it gives way, and what it finds there."""
    return os.getpid(), os.nice(0), workspace.latest(), told

"""Forks listeners that a test may kill: one process has everything loaded, so that each life begins at once."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from justenough.archive import listener, running  # noqa: F401  # loaded before the first life
from justenough.interfaces.listening import listen
from justenough.sources.live import mqtt, opcua, posting  # noqa: F401


def live(job: dict) -> None:
    said = os.open(job["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    listen(Path(job["file"]), Path(job["workspace"]), every=5.0)
    os._exit(0)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a child is killed by the test and reaped by the system
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(json.loads(line))
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()

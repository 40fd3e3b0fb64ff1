"""A server made to be killed: forked for each line of stdin (JSON: workspace, database), so that a life costs no imports.

Prints the child's id and, once it listens, its address. Nothing but imports happens before the fork: Polars' threads would not survive it.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

from justenough.archive.workspace import Workspace
from justenough.interfaces.web import running_server
from justenough.interfaces.web.house import House, Serving


def serve(workspace: str, database: str) -> None:
    """Serve until killed."""
    with Workspace.open(workspace, database=database) as kept:
        house = House(kept, Serving(local=True, author="mortal"))
        running_server.run(house, "127.0.0.1", 0, None, None, behind_https=False, told=lambda address: print(address, flush=True))


def main() -> None:
    """Fork a server for each job; print its id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are killed by the test and reaped by the system
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: no server outlives its mother
            print(os.getpid(), flush=True)
            serve(**json.loads(line))


if __name__ == "__main__":
    main()

"""Work for a cluster's workers that leaves a mark for every time it begins (imported by name in the workers)."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path


def counted(block):
    """Leave a mark of the block and the process, then take until a file says go on."""
    number, folder = block
    marks = Path(folder)
    (marks / f"{number}-{os.getpid()}-{uuid.uuid4().hex}").touch()
    while not (marks / "go").exists():
        time.sleep(0.02)
    return number * 2


def wrong(block):
    raise ValueError(f"block {block} cannot be done")


def process(_block):
    return os.getpid()


def marked_trace(known, settings):
    """`trace` of one item, which leaves a mark by its name's stand-in, its unit cost, and then takes until a file says go on."""
    from justenough.strategy.trace import trace

    counted((int(known.economics.unit_cost[0]), os.environ["MARKS"]))
    return trace(known, settings)


def tasks_held(dask_scheduler):
    """How many tasks a scheduler knows of, asked on it."""
    return len(dask_scheduler.tasks)


def tasks_waiting(dask_worker):
    """How many tasks a worker has not begun, asked on it."""
    return len(dask_worker.state.ready)

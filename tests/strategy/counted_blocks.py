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

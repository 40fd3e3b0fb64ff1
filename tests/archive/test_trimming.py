"""Free memory goes back to the system: what a thread left in holes is no longer this process's."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOLES = """
import threading
from justenough.archive.trimming import trimmed

def own():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) / 1024

kept = []
def fill():
    pieces = [b"x" * (2000 + at % 7) for at in range(40_000)]
    kept.extend(pieces[::200])  # every so often one stays, so that no pool ends

thread = threading.Thread(target=fill)
thread.start()
thread.join()
before = own()
given = trimmed()
print(given, before - own())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only the GNU C library is asked to give memory back")
def test_holes_that_a_thread_left_are_given_back():
    said = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "True"
    assert float(said[1]) > 30  # of 80 MB

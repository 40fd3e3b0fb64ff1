"""Reusing: the libraries do what they were asked, and a command asks them in time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from justenough.interfaces.reusing import ASKED

AT_ONCE = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:0"}
LARGE_PAGES = "import numpy; print(numpy._core.multiarray._set_madvise_hugepage(False))"  # gives what held before
KEPT = """
from justenough.interfaces.reusing import reuse_memory
reuse_memory()
import time
import polars

def held():
    return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('RssAnon'))

frame = polars.select(polars.int_range(10_000_000))  # 80 MB
full = held()
del frame
time.sleep(0.1)
polars.select(polars.int_range(1000))
print(1.0 - (full - held()) / 78_125)
"""


def said(code, **own):
    around = {name: value for name, value in os.environ.items() if name not in ASKED}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=around | own).stdout.strip()


@pytest.mark.parametrize(("own", "large"), [({}, "False"), ({"NUMPY_MADVISE_HUGEPAGE": "1"}, "True")], ids=["as asked", "as the user said"])
@pytest.mark.skipif(sys.platform != "linux", reason="NumPy asks for large pages on Linux only")
def test_a_command_leaves_large_pages_alone_unless_they_are_wanted(own, large):
    command = f"from justenough.interfaces import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n{LARGE_PAGES}"
    assert said(command, **own).splitlines()[-1] == large


@pytest.mark.parametrize(("own", "kept"), [({}, True), (AT_ONCE, False)], ids=["as asked", "as the user said"])
@pytest.mark.skipif(sys.platform != "linux", reason="reads what the process holds from /proc")
def test_what_polars_has_freed_is_there_for_a_while_unless_it_is_to_go_at_once(own, kept):
    assert (float(said(KEPT, **own)) > 0.5) == kept

"""Workers that need a kernel at the same time compile it once, and one that cannot be compiled keeps nobody waiting."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from compiled_once import turn
from numba.core.errors import TypingError

from justenough.kernels import bells
from justenough.kernels.freshness import FOLDER

CODE = """
import sys
from compiled_once import take_turns
take_turns()
import numpy as np
from justenough.kernels import bells
print(flush=True)
sys.stdin.readline()  # until both are ready
bells.bells(0.0, 1.0, np.zeros(2), np.zeros(3 * bells.ROW))
print(sum(bells.bells.stats.cache_misses.values()), sum(bells.bells.stats.cache_hits.values()))
"""


def test_of_two_workers_one_compiles_and_the_other_reads_it(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    workers = [subprocess.Popen([sys.executable, "-c", CODE], **pipes) for _ in range(2)]
    for one in workers:
        one.stdout.readline()
    for one in workers:
        one.stdin.write("\n")
        one.stdin.flush()
    assert sorted(one.communicate(timeout=120)[0].strip() for one in workers) == ["0 1", "1 0"]


def test_the_turn_of_a_kernel_that_cannot_be_compiled_ends():
    with pytest.raises(TypingError):
        bells.bells("a word", 1.0, np.zeros(2), np.zeros(2))
    with open(FOLDER / "bells.py", "rb") as another:
        fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_turn_within_a_turn_is_the_same_and_another_waits_for_both(tmp_path):
    file, came = tmp_path / "kernel.py", threading.Event()
    file.touch()

    def another() -> None:
        with open(file, "rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            came.set()

    with turn(str(file)):
        with turn(str(file)):
            waits = threading.Thread(target=another)
            waits.start()
        assert not came.wait(0.2), "the inner turn's end is not the outer one's"
    assert came.wait(60)
    waits.join()

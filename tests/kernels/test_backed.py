"""Backed: what is let go of is no longer in memory, and is there again when it is read."""

from __future__ import annotations

import os
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from justenough.kernels import backed as module
from justenough.kernels.backed import backed, handed_out, let_go

ROWS, COLUMNS = 100_000, 200  # 80 MB
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads what the process holds from /proc")


def held():
    """Memory of this process that is a file's. [bytes]"""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssFile:"))


def filled():
    array = backed((ROWS, COLUMNS), np.float32)
    array[:] = np.arange(ROWS, dtype=np.float32)[:, None]
    return array


@linux
def test_memory_let_go_of_leaves_the_process_and_its_contents_return():
    array, size = filled(), ROWS * COLUMNS * 4
    full = held()
    let_go(array[10:].reshape(-1)[:50])  # of any view the whole goes
    assert full - held() > 0.95 * size
    assert (array == np.arange(ROWS, dtype=np.float32)[:, None]).all()
    assert held() > full - 0.05 * size


@linux
def test_memory_is_handed_out_beside_whoever_fills_it_and_what_is_written_stays():
    array, before = backed((ROWS, COLUMNS), np.float32), held()
    with handed_out(array):
        array[::2] = 7.0
        ended = time.monotonic() + 120.0
        while held() - before < 0.95 * array.nbytes and time.monotonic() < ended:
            time.sleep(0.005)
        assert held() - before > 0.95 * array.nbytes
    assert (array[::2] == 7.0).all()
    assert not array[1::2].any()


@linux
def test_the_file_has_no_name_and_goes_with_the_array():
    def files():
        links = [os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{one}")]
        return [link for link in links if link.endswith("(deleted)") and "tmp" in link]

    before = len(files())
    array = filled()
    assert len(files()) == before + 1
    del array
    assert len(files()) == before


@pytest.mark.parametrize("problem", ["no room", "no such call"])
def test_memory_like_any_other_does_where_a_file_cannot(monkeypatch, problem):
    def full(*_):
        raise OSError(28, "No space left on device")

    if problem == "no room":
        monkeypatch.setattr(module.os, "posix_fallocate", full)
    else:
        monkeypatch.delattr(module.mmap, "MADV_DONTNEED")
    array = filled()
    let_go(array)
    assert array.base is None
    assert array[77, 3] == 77.0


def test_small_arrays_are_memory_like_any_other():
    assert backed((3, 4), np.float64).base is None


def test_a_part_travels_to_another_process_as_any_array():
    part = filled()[5:8]
    assert np.array_equal(pickle.loads(pickle.dumps(part)), part)  # noqa: S301 - our own

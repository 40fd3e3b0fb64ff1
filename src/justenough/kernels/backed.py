"""Backed: large arrays whose memory is a file without a name, so that what is not needed for a while need not stay.

A million items' demand by day is 0.7 to 1.5 GB that is read while demand is estimated and never while items are sized. In such an
array it can be let go of meanwhile: the system keeps it as it keeps any file, and gives memory to who needs it.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LEAST_BYTES = 64_000_000  # below, a file is not worth its while
_PIECE_BYTES = 32_000_000  # that a thread has handed out before it looks whether more is wanted
_LARGE = Path("/var/tmp")  # noqa: S108 - of files without a name; /tmp may itself be memory


def backed(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """
    An array of zeros, as `numpy.zeros` gives it: memory comes when it is written to.

    Notes
    -----
    Where the disk has no room or the system cannot let go of memory, and below `LEAST_BYTES`, it is memory like any other.
    Room is set aside at once: a disk that fills up later is not found out by a write that ends the process.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size < LEAST_BYTES or not hasattr(mmap, "MADV_DONTNEED") or not hasattr(os, "posix_fallocate"):
        return np.zeros(shape, dtype)
    place = os.environ.get("TMPDIR") or (_LARGE if os.access(_LARGE, os.W_OK) else None)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            os.posix_fallocate(file.fileno(), 0, size)
            return np.frombuffer(mmap.mmap(file.fileno(), size), dtype).reshape(shape)
    except OSError:
        return np.zeros(shape, dtype)


@contextmanager
def handed_out(array: NDArray[Any]) -> Iterator[None]:
    """
    Have the memory of a `backed` array handed out by a thread beside whoever fills it meanwhile.

    The system hands out memory where it is first touched: who fills the array would wait for every page of it. Pages are only
    read here, so nothing that is written is lost.
    """
    flat = array.reshape(-1)
    page, piece = mmap.PAGESIZE // array.itemsize, _PIECE_BYTES // array.itemsize
    pool = ThreadPoolExecutor(1)
    try:
        for start in range(0, len(flat) if array.nbytes >= LEAST_BYTES else 0, piece):
            pool.submit(np.max, flat[start : start + piece : page])
        yield
    finally:
        pool.shutdown(cancel_futures=True)


def let_go(*arrays: NDArray[Any]) -> None:
    """Give back the memory of the whole of these arrays, if they are `backed`; whoever reads them again finds what was there."""
    for array in arrays:
        owner: Any = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        if isinstance(owner, memoryview):
            owner = owner.obj
        if isinstance(owner, mmap.mmap):
            owner.madvise(mmap.MADV_DONTNEED)

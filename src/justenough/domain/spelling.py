"""Spelling: names as bytes for kernels, and the check sum that stands for a name wherever a draw or a place belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.kernels import naming

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Ints


def bytes_of(names: pl.Series) -> tuple[NDArray[np.uint8], Ints]:
    """The names' bytes one behind the other, and where each begins; of no name there are none."""
    array = names.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, text = array.buffers()
    begins = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(text, np.uint8) if text else np.empty(0, np.uint8), begins


def views_of(names: pl.Series) -> tuple[NDArray[np.uint64], bool]:
    """The names as Arrow keeps them, equal where and only where two names of one file's page are; and whether all bytes are in them."""
    array = names.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    buffers = array.buffers()
    views = np.frombuffer(buffers[1], np.uint64).reshape(-1, 2)[array.offset : array.offset + len(array)]
    return views, len(buffers) == 2


def check_sums_of(names: pl.Series) -> Ints:
    """CRC-32 of each name. (n_names,)"""
    sums = np.empty(len(names), np.uint32)
    if len(names):
        naming.check_sums(*bytes_of(names), sums)
    return sums.astype(np.int64)

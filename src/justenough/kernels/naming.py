"""Naming: which row of a table each of very many names means, by a 64-bit hash of its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int64]
    Codes = NDArray[np.uint32]
    Marks = NDArray[np.uint64]

ABSENT = np.uint32(2**32 - 1)  # the row of a name that is not in the table
_BASIS, _ODD, _MIXED = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF, _THIRD, _BYTE, _UNUSED = np.uint64(32), np.uint64(29), np.uint64(8), np.uint64(0)


@njit(cache=True, error_model="numpy")
def _mark_of(text: Bytes, start: int, stop: int) -> np.uint64:
    """Hash of some bytes, eight at a time; never 0."""
    mark, word, filled = _BASIS ^ np.uint64(stop - start), np.uint64(0), 0
    for at in range(start, stop):
        word = (word << _BYTE) | np.uint64(text[at])
        filled += 1
        if filled == 8:
            mark = (mark ^ word) * _ODD
            mark ^= mark >> _HALF
            word, filled = np.uint64(0), 0
    mark = (mark ^ word) * _MIXED
    mark ^= mark >> _HALF
    mark *= _ODD
    return mark if mark != _UNUSED else _ODD


@njit(cache=True, nogil=True, error_model="numpy")
def enter(text: Bytes, offsets: Ints, slots: Marks) -> bool:
    """
    Enter names into an empty table.

    Parameters
    ----------
    text, offsets : (n_bytes,), (n_names + 1,)
        The names' bytes one behind the other, and where each begins.
    slots : (size, 2)
        Filled with hash and row, 0 at first; ``size`` is a power of two above ``n_names``.

    Returns
    -------
    bool
        Whether all names could be told apart.
    """
    last = len(slots) - 1
    for row in range(len(offsets) - 1):
        mark = _mark_of(text, offsets[row], offsets[row + 1])
        at = np.int64(mark >> _HALF) & last
        while slots[at, 0] != _UNUSED:
            if slots[at, 0] == mark:
                return False
            at = (at + 1) & last
        slots[at, 0], slots[at, 1] = mark, row
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of(text: Bytes, offsets: Ints, slots: Marks, marks: Marks, found: Codes) -> None:
    """
    Fill ``found`` (n,) with the row each name was entered at; `ABSENT` where it was not. Parameters as for `enter`.

    ``marks`` (n,) is scratch: all hashes first, so that many look-ups wait for the memory together.
    """
    last = len(slots) - 1
    for k in range(len(found)):
        marks[k] = _mark_of(text, offsets[k], offsets[k + 1])
    before, row = _UNUSED, ABSENT
    for k in range(len(found)):
        mark = marks[k]
        if mark != before:  # a file sorted by item says the same name many times over
            at = np.int64(mark >> _HALF) & last
            while slots[at, 0] != _UNUSED and slots[at, 0] != mark:
                at = (at + 1) & last
            before, row = mark, np.uint32(slots[at, 1]) if slots[at, 0] == mark else ABSENT
        found[k] = row


@njit(cache=True, nogil=True, error_model="numpy")
def marks_of(words: Marks, marks: Marks) -> None:
    """Fill ``marks`` (n, 2) with a hash of 128 bits of each row of ``words`` (n, n_words)."""
    for k in range(len(words)):
        first, second = _BASIS, _MIXED
        for w in range(words.shape[1]):
            word = words[k, w]
            first = (first ^ word) * _ODD
            first ^= first >> _HALF
            second = (second + word) * _MIXED
            second ^= (second >> _THIRD) ^ first
        marks[k, 0], marks[k, 1] = first * _ODD, second * _ODD

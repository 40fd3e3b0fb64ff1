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

_POLYNOMIAL = 0xEDB88320  # of CRC-32, bits reversed
INLINE = 12  # bytes of a name that Arrow keeps beside its length
ABSENT = np.uint32(2**32 - 1)  # the row of a name that is not in the table
_BASIS, _ODD, _MIXED = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF, _THIRD, _BYTE, _UNUSED = np.uint64(32), np.uint64(29), np.uint64(8), np.uint64(0)


def _remainders() -> NDArray[np.uint32]:
    """What each byte adds to a CRC-32."""
    rest = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        rest = np.where(rest & 1, (rest >> 1) ^ np.uint32(_POLYNOMIAL), rest >> 1).astype(np.uint32)
    return rest


_REMAINDERS = _remainders()


@njit(cache=True, nogil=True, error_model="numpy")
def check_sums(text: Bytes, offsets: Ints, sums: Codes) -> None:
    """Fill ``sums`` (n_names,) with the CRC-32 of each name, as `zlib.crc32` gives it. Parameters as for `enter`."""
    for row in range(len(sums)):
        rest = np.uint32(0xFFFFFFFF)
        for at in range(offsets[row], offsets[row + 1]):
            rest = _REMAINDERS[(rest ^ text[at]) & np.uint32(0xFF)] ^ (rest >> np.uint32(8))
        sums[row] = rest ^ np.uint32(0xFFFFFFFF)


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


@njit(cache=True, error_model="numpy")
def _slot_of(mark: np.uint64, slots: Marks) -> np.int64:
    """Where a hash stands in the table, or would be entered."""
    last = len(slots) - 1
    at = np.int64(mark >> _HALF) & last
    while slots[at, 0] != _UNUSED and slots[at, 0] != mark:
        at = (at + 1) & last
    return at


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
    for row in range(len(offsets) - 1):
        mark = _mark_of(text, offsets[row], offsets[row + 1])
        at = _slot_of(mark, slots)
        if slots[at, 0] == mark:
            return False
        slots[at, 0], slots[at, 1] = mark, row
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of(text: Bytes, offsets: Ints, slots: Marks, marks: Marks, found: Codes) -> None:
    """
    Fill ``found`` (n,) with the row each name was entered at; `ABSENT` where it was not. Parameters as for `enter`.

    ``marks`` (n,) is scratch: all hashes first, so that many look-ups wait for the memory together.
    """
    for k in range(len(found)):
        marks[k] = _mark_of(text, offsets[k], offsets[k + 1])
    before, row = _UNUSED, ABSENT
    for k in range(len(found)):
        mark = marks[k]
        if mark != before:  # a file sorted by item says the same name many times over
            at = _slot_of(mark, slots)
            before, row = mark, np.uint32(slots[at, 1]) if slots[at, 0] == mark else ABSENT
        found[k] = row


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of_views(views: Marks, text: Bytes, slots: Marks, found: Codes) -> None:
    """
    As `rows_of`, for names of at most `INLINE` bytes as Arrow keeps them: no byte is copied.

    Parameters
    ----------
    views : (n, 2)
        Length and bytes of each name, filled up with zeros.
    text : (16 n,)
        The same memory as bytes.
    """
    n, most = len(found), min(len(found), 4096)
    marks = np.empty(most, np.uint64)  # many hashes first, so that many look-ups wait for the memory together
    before, row = _UNUSED, ABSENT
    for begin in range(0, n, most):
        end = min(begin + most, n)
        for k in range(begin, end):
            if k > begin and views[k, 0] == views[k - 1, 0] and views[k, 1] == views[k - 1, 1]:
                marks[k - begin] = marks[k - begin - 1]  # a file sorted by item says the same name many times over
            else:
                start = 16 * k + 4
                marks[k - begin] = _mark_of(text, start, start + text[16 * k])  # so short that one byte tells its length
        for k in range(begin, end):
            mark = marks[k - begin]
            if mark != before:
                at = _slot_of(mark, slots)
                before, row = mark, np.uint32(slots[at, 1]) if slots[at, 0] == mark else ABSENT
            found[k] = row


@njit(cache=True, nogil=True, error_model="numpy")
def runs_of_views(views: Marks, run: Codes, heads: Codes) -> int:
    """Number runs of the same view: ``run`` (n,) of each row, and in ``heads`` (n,) the first row of each; gives how many."""
    n_runs = 0
    for k in range(len(run)):
        if k == 0 or views[k, 0] != views[k - 1, 0] or views[k, 1] != views[k - 1, 1]:
            heads[n_runs] = k
            n_runs += 1
        run[k] = n_runs - 1
    return n_runs


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

"""Timeline: intervals of many machines made disjoint by rank.

Moments are whole microseconds, so that every sum is exact. Machine ``m`` has the intervals
``offsets[m]:offsets[m + 1]``, by their start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Ints

    Small = NDArray[np.int8]
    Reasons = NDArray[np.int32]


@njit(cache=True, parallel=True)
def already_disjoint(start: Ints, end: Ints, state: Small, reason: Reasons, planned: Small, offsets: Ints) -> Small:
    """Whether each machine's intervals neither overlap nor are empty, and no two that touch are alike (1), or not (0)."""
    fine = np.ones(len(offsets) - 1, np.int8)
    for m in prange(len(fine)):
        for i in range(offsets[m], offsets[m + 1]):
            if end[i] <= start[i]:
                fine[m] = 0
                break
            if i + 1 == offsets[m + 1]:
                break
            if end[i] > start[i + 1] or (end[i] == start[i + 1] and _alike(i, i + 1, state, reason, planned)):
                fine[m] = 0
                break
    return fine


@njit(cache=True)
def _alike(a: int, b: int, state: Small, reason: Reasons, planned: Small) -> bool:
    """Whether two intervals that touch are one."""
    return bool(state[a] == state[b] and reason[a] == reason[b] and planned[a] == planned[b])


@njit(cache=True)
def _outranks(a: int, b: int, rank: Ints) -> bool:
    """Whether interval a counts where both are: by rank, then the one that began last, which comes later in the order."""
    return bool(rank[a] > rank[b] or (rank[a] == rank[b] and a > b))


@njit(cache=True)
def _push(heap: Ints, size: int, one: int, rank: Ints) -> None:
    at = size
    heap[at] = one
    while at > 0 and _outranks(heap[at], heap[(at - 1) // 2], rank):
        heap[at], heap[(at - 1) // 2] = heap[(at - 1) // 2], heap[at]
        at = (at - 1) // 2


@njit(cache=True)
def _pop(heap: Ints, size: int, rank: Ints) -> None:
    heap[0] = heap[size - 1]
    at, left = 0, size - 1
    while 2 * at + 1 < left:
        child = 2 * at + 1
        if child + 1 < left and _outranks(heap[child + 1], heap[child], rank):
            child += 1
        if not _outranks(heap[child], heap[at], rank):
            break
        heap[at], heap[child] = heap[child], heap[at]
        at = child


@njit(cache=True, parallel=True)
def made_disjoint(
    start: Ints, end: Ints, rank: Ints, state: Small, reason: Reasons, planned: Small, offsets: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """
    At each moment the interval of the highest rank counts; of equal ranks the one that began last.

    What touches and is alike becomes one interval; empty intervals vanish.

    Returns
    -------
    start, end, source : (n_out,)
        Disjoint intervals, and the first interval each was made of.
    offsets : (n_machines + 1,)
    kept : (n,)
        Time that each given interval kept. [microseconds]
    """
    machines = len(offsets) - 1
    first, last, source = np.empty(2 * len(start), np.int64), np.empty(2 * len(start), np.int64), np.empty(2 * len(start), np.int64)
    kept, counts = np.zeros(len(start), np.int64), np.zeros(machines, np.int64)
    for m in prange(machines):
        low, high = offsets[m], offsets[m + 1]
        heap, size = np.empty(high - low, np.int64), 0
        out, coming = 2 * low, low  # n intervals have at most 2n - 1 pieces
        now = start[low] if high > low else 0
        while size > 0 or coming < high:
            if size == 0 and start[coming] > now:
                now = start[coming]
            while coming < high and start[coming] <= now:
                if end[coming] > now:
                    _push(heap, size, coming, rank)
                    size += 1
                coming += 1
            while size > 0 and end[heap[0]] <= now:
                _pop(heap, size, rank)
                size -= 1
            if size == 0:
                continue
            top = heap[0]
            until = end[top]
            if coming < high and start[coming] < until:
                until = start[coming]
            kept[top] += until - now
            if out > 2 * low and last[out - 1] == now and _alike(source[out - 1], top, state, reason, planned):
                last[out - 1] = until
            else:
                first[out], last[out], source[out] = now, until, top
                out += 1
            now = until
        counts[m] = out - 2 * low
    made = np.zeros(machines + 1, np.int64)
    made[1:] = np.cumsum(counts)
    starts, ends, sources = np.empty(made[-1], np.int64), np.empty(made[-1], np.int64), np.empty(made[-1], np.int64)
    for m in prange(machines):
        for k in range(counts[m]):
            starts[made[m] + k] = first[2 * offsets[m] + k]
            ends[made[m] + k] = last[2 * offsets[m] + k]
            sources[made[m] + k] = source[2 * offsets[m] + k]
    return starts, ends, sources, made, kept


@njit(cache=True)
def found_at(start: Ints, end: Ints, offsets: Ints, moments: Ints, moment_offsets: Ints) -> Ints:
    """Place of the disjoint interval that each of a machine's rising moments lies in; -1 where it lies in none. (n_moments,)"""
    out = np.full(len(moments), -1)
    for m in range(len(offsets) - 1):
        i = offsets[m]
        for k in range(moment_offsets[m], moment_offsets[m + 1]):
            while i < offsets[m + 1] and end[i] <= moments[k]:
                i += 1
            if i < offsets[m + 1] and start[i] <= moments[k]:
                out[k] = i
    return out

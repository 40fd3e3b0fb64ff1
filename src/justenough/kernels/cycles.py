"""Cycles: the states of machines walked through as lives that end in failures, and the repairs that follow.

Intervals are disjoint, in whole microseconds, and lie in a calendar without gaps; machine ``m`` has the intervals
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

# Codes of `justenough.domain.machine.Use` and `Planned`; a test holds them equal.
PLANNED_STOP, UNKNOWN, RUNNING, BREAKDOWN = 3, 5, 6, 8
SHIFT, PLANNED_WORK = 1, 3

# Columns of a life and of a repair.
LASTED, ENDED, REASON, FRESH, CLOCK = range(5)  # how long, whether to its end, whose reason, begun anew, operating time at its end

# What a walker holds.
_AGE, _AGE_FRESH, _OPERATED, _BROKEN, _REPAIR, _REPAIR_SEEN, _WHY, _LIVES, _REPAIRS, _RUNS = range(10)


@njit(cache=True)
def _end_life(walker: Ints, lives: Ints, failed: int, reason: int, fresh: int) -> None:
    if walker[_AGE] > 0 or failed:
        row = walker[_LIVES]
        lives[row, LASTED], lives[row, ENDED], lives[row, REASON] = walker[_AGE], failed, reason
        lives[row, FRESH], lives[row, CLOCK] = walker[_AGE_FRESH], walker[_OPERATED]
        walker[_LIVES] += 1
    walker[_AGE], walker[_AGE_FRESH] = 0, fresh


@njit(cache=True)
def _end_repair(walker: Ints, repairs: Ints, finished: int) -> None:
    if walker[_BROKEN] and walker[_REPAIR_SEEN] and walker[_REPAIR] > 0:
        row = walker[_REPAIRS]
        repairs[row, LASTED], repairs[row, ENDED], repairs[row, REASON] = walker[_REPAIR], finished, walker[_WHY]
        repairs[row, FRESH], repairs[row, CLOCK] = 1, walker[_OPERATED]
        walker[_REPAIRS] += 1
    walker[_BROKEN], walker[_REPAIR] = 0, 0


@njit(cache=True)
def _pass(walker: Ints, lives: Ints, repairs: Ints, use: int, reason: int, took: int) -> None:
    """One stretch of time that a machine spent in one use."""
    if use == RUNNING:
        if walker[_BROKEN]:
            _end_repair(walker, repairs, 1)
        walker[_AGE] += took
        walker[_OPERATED] += took
        walker[_RUNS] = 1
    elif use == BREAKDOWN:
        if not walker[_BROKEN]:
            walker[_BROKEN], walker[_WHY], walker[_REPAIR_SEEN] = 1, reason, walker[_RUNS]
            if walker[_RUNS]:  # else it was down before anybody looked
                _end_life(walker, lives, 1, reason, 1)
            else:
                walker[_AGE_FRESH] = 1
            walker[_RUNS] = 1
        walker[_REPAIR] += took
    elif use == PLANNED_STOP:
        if not walker[_BROKEN]:
            _end_life(walker, lives, 0, -1, 1)
            walker[_RUNS] = 1
    elif use == UNKNOWN:
        _end_repair(walker, repairs, 0)
        _end_life(walker, lives, 0, -1, 0)
        walker[_RUNS] = 0


@njit(cache=True, parallel=True)
def walked(
    start: Ints,
    end: Ints,
    use: Small,
    reason: Reasons,
    offsets: Ints,
    group: Ints,
    piece_offsets: Ints,
    piece_start: Ints,
    piece_end: Ints,
    piece_plan: Small,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """
    Lives and repairs of every machine.

    A life is operating time: running, planned or not. It ends with a breakdown; it is not seen to end where planned
    work begins, where planned time is unknown, and where the watch ends. A repair lasts from the breakdown until the
    machine runs again, and counts the planned time that it is down.

    Returns
    -------
    lives, repairs : (n, 5)
        Time in microseconds, whether it was seen to end, reason of the failure (-1: none), whether it was seen to
        begin, and the machine's operating time so far.
    life_offsets, repair_offsets : (n_machines + 1,)
    operated : (n_machines,) [microseconds]
    """
    machines = len(offsets) - 1
    room = np.zeros(machines + 1, np.int64)
    for m in range(machines):
        room[m + 1] = room[m] + offsets[m + 1] - offsets[m] + 2
    lives, repairs = np.empty((room[-1], 5), np.int64), np.empty((room[-1], 5), np.int64)
    counts, operated = np.zeros((machines, 2), np.int64), np.zeros(machines, np.int64)
    for m in prange(machines):
        walker = np.zeros(10, np.int64)
        mine, fixed = lives[room[m] : room[m + 1]], repairs[room[m] : room[m + 1]]
        i = offsets[m]
        for p in range(piece_offsets[group[m]], piece_offsets[group[m] + 1]):
            now, stop, plan = piece_start[p], piece_end[p], piece_plan[p]
            while now < stop:
                while i < offsets[m + 1] and end[i] <= now:
                    i += 1
                inside = i < offsets[m + 1] and start[i] <= now
                until = stop
                if inside:
                    until = min(until, end[i])
                elif i < offsets[m + 1]:
                    until = min(until, start[i])
                if inside and use[i] == RUNNING:
                    _pass(walker, mine, fixed, RUNNING, -1, until - now)
                elif plan == SHIFT:
                    _pass(walker, mine, fixed, use[i] if inside else UNKNOWN, reason[i] if inside else -1, until - now)
                elif plan == PLANNED_WORK:
                    _pass(walker, mine, fixed, PLANNED_STOP, -1, until - now)
                now = until
        _end_repair(walker, fixed, 0)
        _end_life(walker, mine, 0, -1, 0)
        counts[m, 0], counts[m, 1], operated[m] = walker[_LIVES], walker[_REPAIRS], walker[_OPERATED]
    life_offsets, repair_offsets = np.zeros(machines + 1, np.int64), np.zeros(machines + 1, np.int64)
    life_offsets[1:], repair_offsets[1:] = np.cumsum(counts[:, 0]), np.cumsum(counts[:, 1])
    out_lives, out_repairs = np.empty((life_offsets[-1], 5), np.int64), np.empty((repair_offsets[-1], 5), np.int64)
    for m in prange(machines):
        out_lives[life_offsets[m] : life_offsets[m + 1]] = lives[room[m] : room[m] + counts[m, 0]]
        out_repairs[repair_offsets[m] : repair_offsets[m + 1]] = repairs[room[m] : room[m] + counts[m, 1]]
    return out_lives, out_repairs, life_offsets, repair_offsets, operated

"""Tally: the time and the parts of many machines added up by calendar cell and by use.

Intervals are disjoint, in whole microseconds, so that every sum is exact. Machine ``m`` has the intervals
``offsets[m]:offsets[m + 1]``, by their start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Small = NDArray[np.int8]
    Reasons = NDArray[np.int32]
    Cut = tuple[Ints, Ints, Small, Ints]  # start, end, plan and cell of the pieces of calendars

# Codes of `justenough.domain.machine.Use` and `Planned`; a test holds them equal.
OVERTIME, UNKNOWN, RUNNING, MINOR_STOP, BREAKDOWN, SETUP, IDLE = 1, 5, 6, 7, 8, 9, 10
USES, SHIFT = 13, 1
RESIDUAL = np.array([0, UNKNOWN, 2, 3])  # what a planned moment is where no interval says more: outside, unknown, break, planned stop


@njit(cache=True)
def _use_of(state: int, reason: int, planned: int, length: int, uses: Small, limit: int) -> int:
    """What an interval is used for; an own stop is a minor one if it is no longer than the limit (below 0: no limit)."""
    use = int(uses[reason + 1, state, planned])
    if limit >= 0 and use in (BREAKDOWN, IDLE, MINOR_STOP):
        if length <= limit:
            return MINOR_STOP
        if use == MINOR_STOP:
            return BREAKDOWN
    return use


@njit(cache=True, parallel=True)
def uses_of(start: Ints, end: Ints, state: Small, reason: Reasons, planned: Small, uses: Small, limit: int) -> Small:
    """
    What each interval is used for in planned production time. (n,)

    Parameters
    ----------
    uses : (n_reasons + 1, n_states, 2)
        Use of a state for a reason (row 0: none), unplanned and planned.
    limit
        Longest minor stop; below 0 there is none. [microseconds]
    """
    out = np.empty(len(start), np.int8)
    for i in prange(len(start)):
        out[i] = _use_of(state[i], reason[i], planned[i], end[i] - start[i], uses, limit)
    return out


@njit(cache=True, parallel=True)
def tallied(
    start: Ints,
    end: Ints,
    used: Small,
    reason: Reasons,
    offsets: Ints,
    n_reasons: int,
    group: Ints,
    piece_offsets: Ints,
    piece_start: Ints,
    piece_end: Ints,
    piece_plan: Small,
    piece_cell: Ints,
    cells: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """
    Time of every machine by cell of its calendar and by use, and its stops by reason.

    Parameters
    ----------
    start, end, used, reason, offsets
        Disjoint intervals, and what they are used for (`uses_of`).
    group : (n_machines,)
        Calendar of each machine.
    piece_offsets, piece_start, piece_end, piece_plan, piece_cell
        Each calendar cut into pieces that follow each other without a gap: what is planned, and the cell of
        the calendar they count in.
    cells : (n_machines + 1,)
        First row of each machine in the totals.

    Returns
    -------
    totals : (n_cells, n_uses) [microseconds]
        The uses of a cell add up to its pieces exactly.
    stop_machine, stop_key : (n_stops,)
        Machine, and ``(reason + 1) * n_uses + use``.
    stop_time, stop_count : (n_stops,)
        Planned production time lost, and in how many stops.
    """
    machines, keys = len(offsets) - 1, (n_reasons + 1) * USES
    totals = np.zeros((cells[-1], USES), np.int64)
    room = np.zeros(machines + 1, np.int64)
    for m in range(machines):
        room[m + 1] = room[m] + min(keys, offsets[m + 1] - offsets[m])
    key_of, time_of, count_of = np.empty(room[-1], np.int64), np.empty(room[-1], np.int64), np.empty(room[-1], np.int64)
    found = np.zeros(machines, np.int64)
    blocks = min(machines, 64)
    for block in prange(blocks):
        time, count = np.zeros(keys, np.int64), np.zeros(keys, np.int64)
        for m in range(block * machines // blocks, (block + 1) * machines // blocks):
            g, row = group[m], cells[m]
            for p in range(piece_offsets[g], piece_offsets[g + 1]):
                totals[row + piece_cell[p], RESIDUAL[piece_plan[p]]] += piece_end[p] - piece_start[p]
            p, stop, out = piece_offsets[g], piece_offsets[g + 1], room[m]
            for i in range(offsets[m], offsets[m + 1]):
                s, e = start[i], end[i]
                while p < stop and piece_end[p] <= s:
                    p += 1
                if p == stop:
                    break
                use = used[i]
                if use == UNKNOWN:
                    continue
                lost, q = 0, p
                while q < stop and piece_start[q] < e:
                    took = min(e, piece_end[q]) - max(s, piece_start[q])
                    cell, plan = row + piece_cell[q], piece_plan[q]
                    if took > 0:
                        if plan == SHIFT:
                            totals[cell, use] += took
                            totals[cell, UNKNOWN] -= took
                            lost += took
                        elif use == RUNNING:
                            totals[cell, OVERTIME] += took
                            totals[cell, RESIDUAL[plan]] -= took
                    if piece_end[q] >= e:
                        break
                    q += 1
                p = min(q, stop - 1)
                if lost > 0 and use != RUNNING:
                    key = (reason[i] + 1) * USES + use
                    if count[key] == 0:
                        key_of[out] = key
                        out += 1
                    time[key] += lost
                    count[key] += 1
            for k in range(room[m], out):
                time_of[k], count_of[k] = time[key_of[k]], count[key_of[k]]
                time[key_of[k]], count[key_of[k]] = 0, 0
            found[m] = out - room[m]
    n = found.sum()
    stop_machine, stop_key = np.empty(n, np.int64), np.empty(n, np.int64)
    stop_time, stop_count = np.empty(n, np.int64), np.empty(n, np.int64)
    at = 0
    for m in range(machines):
        for k in range(room[m], room[m] + found[m]):
            stop_machine[at], stop_key[at], stop_time[at], stop_count[at] = m, key_of[k], time_of[k], count_of[k]
            at += 1
    return totals, stop_machine, stop_key, stop_time, stop_count


@njit(cache=True, parallel=True)
def shared_out(
    count_start: Ints,
    count_end: Ints,
    parts: Floats,
    timed: Small,
    count_offsets: Ints,
    start: Ints,
    end: Ints,
    used: Small,
    reason: Reasons,
    offsets: Ints,
    starting: Small,
    group: Ints,
    piece_offsets: Ints,
    piece_start: Ints,
    piece_end: Ints,
    piece_plan: Small,
    piece_cell: Ints,
    cells: Ints,
) -> tuple[Floats, Small, Ints]:
    """
    Parts of every machine by cell: a count is spread evenly over the running time it spans.

    A count without running time is spread over all its time. What falls outside every piece is left out.
    ``timed`` says of each count whether the ideal time of its parts is known, ``starting`` of each reason (place 0: none)
    whether a machine that runs for it is starting up. The others are those of `tallied`.

    Returns
    -------
    made : (3, n_cells, n_columns)
        Columns of ``parts`` in planned time, outside it, and (of the planned) while the machine was starting up.
    stood : (n_counts,)
        1 where the machine never ran during the count.
    counted : (n_cells,) [microseconds]
        Planned time that the machine ran or stopped only shortly, and that a timed count spans.
    """
    machines, cut = len(offsets) - 1, (piece_start, piece_end, piece_plan, piece_cell)
    made = np.zeros((3, cells[-1], parts.shape[1]))
    stood, counted = np.zeros(len(count_start), np.int8), np.zeros(cells[-1], np.int64)
    for m in prange(machines):
        row, low, high = cells[m], offsets[m], offsets[m + 1]
        low_piece, high_piece = piece_offsets[group[m]], piece_offsets[group[m] + 1]
        seen = np.int64(-(2**62))  # counts that overlap count a moment once
        for c in range(count_offsets[m], count_offsets[m + 1]):
            s, e = count_start[c], count_end[c]
            begin = low + np.searchsorted(end[low:high], s, side="right")  # what ended before cannot run in it
            at = low_piece + np.searchsorted(piece_end[low_piece:high_piece], s, side="right")
            fresh = max(s, seen) if timed[c] != 0 else e
            ran, setting, i, p = 0, 0, begin, at
            while i < high and start[i] < e:
                use = used[i]
                if use == RUNNING:
                    ran += min(e, end[i]) - max(s, start[i])
                elif use == SETUP:
                    setting = 1
                if use in (RUNNING, MINOR_STOP) and min(e, end[i]) > max(fresh, start[i]):
                    p = _cover(counted, max(fresh, start[i]), min(e, end[i]), row, p, high_piece, cut)
                i += 1
            if timed[c] != 0:
                seen = max(seen, e)
            if ran == 0:
                stood[c] = 1
                _spread(made, parts[c], s, e, max(e - s, 1), setting, row, at, high_piece, cut)
                continue
            p, inside, first = at, 0, 0  # running time gathered in piece p, so that parts are added once a piece
            for k in range(begin, i):
                if used[k] != RUNNING:
                    continue
                a, b, early = max(s, start[k]), min(e, end[k]), starting[reason[k] + 1]
                if inside > 0 and (early != first or b > piece_end[p] or a == piece_end[p]):
                    _add(made, parts[c], inside / ran, first, row + piece_cell[p], piece_plan[p])
                    inside = 0
                p, first = _piece_of(a, p, high_piece, piece_end), early
                if p < high_piece and a >= piece_start[p] and b <= piece_end[p]:
                    inside += b - a
                else:
                    _spread(made, parts[c], a, b, ran, first, row, p, high_piece, cut)
            if inside > 0:
                _add(made, parts[c], inside / ran, first, row + piece_cell[p], piece_plan[p])
    return made, stood, counted


@njit(cache=True)
def _piece_of(moment: int, p: int, high: int, piece_end: Ints) -> int:
    """Place of the first piece, from ``p`` on, that ends after a moment; moments come in order, so that few are passed."""
    while p < high and piece_end[p] <= moment:
        p += 1
    return p


@njit(cache=True)
def _cover(counted: Ints, s: int, e: int, row: int, p: int, high: int, cut: Cut) -> int:
    """Add the planned time from s to e to the cells it is in; gives the piece that s is in."""
    piece_start, piece_end, piece_plan, piece_cell = cut
    p = q = _piece_of(s, p, high, piece_end)
    while q < high and piece_start[q] < e:
        if piece_plan[q] == SHIFT:
            counted[row + piece_cell[q]] += min(e, piece_end[q]) - max(s, piece_start[q])
        q += 1
    return p


@njit(cache=True)
def _spread(made: Floats, parts: Floats, s: int, e: int, whole: int, starting: int, row: int, q: int, high: int, cut: Cut) -> None:
    """Add the share, from s to e, of ``parts`` made in a whole time to the cells it is in; an empty span counts whole."""
    piece_start, piece_end, piece_plan, piece_cell = cut
    while q < high and (piece_start[q] < e or (s == e and piece_start[q] <= s)):
        took = 1.0 if s == e else (min(e, piece_end[q]) - max(s, piece_start[q])) / whole
        _add(made, parts, took, starting, row + piece_cell[q], piece_plan[q])
        q += 1


@njit(cache=True)
def _add(made: Floats, parts: Floats, share: float, starting: int, cell: int, plan: int) -> None:
    """Add a share of ``parts`` to a cell."""
    for k in range(len(parts)):
        made[0 if plan == SHIFT else 1, cell, k] += share * parts[k]
        if plan == SHIFT and starting != 0:
            made[2, cell, k] += share * parts[k]

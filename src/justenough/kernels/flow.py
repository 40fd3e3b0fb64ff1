"""Flow: parts through a line of machines that fail, by the recursion of departure times.

Part after part, each machine's start and departure follow from departures already known (the max-plus
recursion; Dallery & Gershwin 1992, section 3). Starving and blocking need no events, and failures are
drawn only when they come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.chance import CONSTANT, drawn, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

WORKING, DOWN, STARVED, BLOCKED = range(4)
_FOREVER = 1e300


@njit(cache=True, parallel=True)
def lived(
    laws: Ints,
    figures: Floats,
    time_dependent: Ints,
    scrap: Floats,
    rework: Floats,
    ins: Ints,
    in_offsets: Ints,
    outs: Ints,
    out_offsets: Ints,
    room: Ints,
    before_service: bool,  # noqa: FBT001 - numba takes no keywords
    parts: int,
    warm: int,
    levels: int,
    seeds: Words,
    time: Floats,
    made: Floats,
    span: Floats,
    content: Floats,
    holding: Floats,
) -> None:
    """
    Live lines of machines and buffers through many parts, each replication alone.

    Parameters
    ----------
    laws : (k, 3)
        Codes of `justenough.kernels.chance`: time of one part, time between failures, time to repair.
    figures : (k, 3, 2)
        Their two numbers. [time]
    time_dependent : (k,)
        1 where the machine fails by the clock, 0 where only by work.
    scrap, rework : (k,) [fraction]
        Share of parts that are lost after the machine; that go through it once more.
    ins, in_offsets, outs, out_offsets
        Buffers before and after each machine: ``ins[in_offsets[i]:in_offsets[i + 1]]``. Machines stand in an
        order in which every giver comes before its takers.
    room : (b,) [parts]
        Room of a buffer: without the machines for blocking after service; with the downstream fixture
        for blocking before service.
    before_service
        Whether a machine waits for room before it works (True) or holds the finished part (False).
    parts, warm
        Parts each machine counts, after it has let ``warm`` go by.
    levels
        How many levels of each buffer to time; 0 for none.
    seeds : (n, k)
        One stream a replication and machine; changed.
    time : (n, k, 4)
        Filled: time working, down, starved, blocked while ``parts`` were made.
    made : (n, k) [parts]
        Filled: good parts in that time.
    span : (n, k) [time]
        Filled: how long that took.
    content : (n, b) [parts]
        Filled: mean content, the parts on machines not counted.
    holding : (n, b, levels) [fraction]
        Filled: share of time with more than 0, 1, ... parts in the buffer.
    """
    for run in prange(len(seeds)):
        _lived(
            laws, figures, time_dependent, scrap, rework, ins, in_offsets, outs, out_offsets, room, before_service,
            parts, warm, levels, seeds[run], time[run], made[run], span[run], content[run], holding[run],
        )  # fmt: skip


@njit(cache=True)
def _lived(
    laws: Ints,
    figures: Floats,
    time_dependent: Ints,
    scrap: Floats,
    rework: Floats,
    ins: Ints,
    in_offsets: Ints,
    outs: Ints,
    out_offsets: Ints,
    room: Ints,
    before_service: bool,  # noqa: FBT001
    parts: int,
    warm: int,
    levels: int,
    state: Words,
    time: Floats,
    made: Floats,
    span: Floats,
    content: Floats,
    holding: Floats,
) -> None:
    machines, buffers = len(laws), len(room)
    ring = 4
    while ring < room.max() + levels + 4 if buffers else False:
        ring *= 2
    mask = ring - 1
    entered = np.zeros((buffers, ring))  # when part n came into the buffer
    taken = np.zeros((buffers, ring))  # when part n was taken up by the machine after it
    cleared = np.zeros((buffers, ring))  # when the machine after it let part n go
    sent, got = np.zeros(buffers, dtype=np.int64), np.zeros(buffers, dtype=np.int64)
    count = np.zeros(machines, dtype=np.int64)
    free = np.zeros(machines)
    worked = np.zeros(machines)  # operating time, or the clock
    failing = np.zeros(machines)
    begun = np.zeros(machines)
    ended = warm + parts
    wait = np.zeros(buffers)
    for i in range(machines):
        failing[i] = drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
        if failing[i] > _FOREVER:
            failing[i] = np.inf
    remaining = machines
    while remaining > 0:
        for i in range(machines):
            start = free[i]
            ready = True
            for e in range(in_offsets[i], in_offsets[i + 1]):
                j = ins[e]
                if got[j] >= sent[j]:
                    ready = False
                    break
                start = max(start, entered[j, got[j] & mask])
            if not ready:
                continue
            opening = 0.0  # when every buffer after it has room
            for e in range(out_offsets[i], out_offsets[i + 1]):
                j = outs[e]
                behind = sent[j] - room[j] - (0 if before_service else 1)
                if behind >= got[j]:
                    ready = False
                    break
                if behind >= 0:
                    opening = max(opening, cleared[j, behind & mask])
            if not ready:
                continue
            counted = warm <= count[i] < ended
            supplied = start
            starved = start - free[i]
            if before_service:
                start = max(start, opening)
            blocked = start - supplied
            down = 0.0
            if time_dependent[i] == 1:
                while failing[i] <= start:
                    up = failing[i] + drawn(laws[i, 2], figures[i, 2, 0], figures[i, 2, 1], state, i)
                    if up > start:
                        down += up - start
                        start = up
                    failing[i] = up + drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
            work = figures[i, 0, 0] if laws[i, 0] == CONSTANT else drawn(laws[i, 0], figures[i, 0, 0], figures[i, 0, 1], state, i)
            if rework[i] > 0.0:
                while uniform(state, i) < rework[i]:
                    work += drawn(laws[i, 0], figures[i, 0, 0], figures[i, 0, 1], state, i)
            repairs = 0.0
            if time_dependent[i] == 1:
                while failing[i] <= start + work + repairs:
                    repair = drawn(laws[i, 2], figures[i, 2, 0], figures[i, 2, 1], state, i)
                    repairs += repair
                    failing[i] += repair + drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
            else:
                worked[i] += work
                while failing[i] <= worked[i]:
                    repairs += drawn(laws[i, 2], figures[i, 2, 0], figures[i, 2, 1], state, i)
                    failing[i] += drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
            finished = start + work + repairs
            leaving = finished
            good = scrap[i] == 0.0 or uniform(state, i) >= scrap[i]
            if good and not before_service:
                leaving = max(finished, opening)
                blocked += leaving - finished
            for e in range(in_offsets[i], in_offsets[i + 1]):
                j = ins[e]
                n = got[j]
                taken[j, n & mask] = start
                cleared[j, n & mask] = leaving
                got[j] = n + 1
                if counted:
                    wait[j] += start - entered[j, n & mask]
                    for m in range(min(levels, n + 1)):
                        # Part n comes in; more than m lie there until part n - m is taken.
                        late = entered[j, n & mask]
                        if n > m:
                            late = max(late, taken[j, (n - m - 1) & mask])
                        holding[j, m] += max(0.0, taken[j, (n - m) & mask] - late)
            if good:
                for e in range(out_offsets[i], out_offsets[i + 1]):
                    j = outs[e]
                    entered[j, sent[j] & mask] = leaving
                    sent[j] += 1
            if counted:
                time[i, WORKING] += work
                time[i, DOWN] += down + repairs
                time[i, STARVED] += starved
                time[i, BLOCKED] += blocked
                made[i] += 1.0 if good else 0.0
            free[i] = leaving
            count[i] += 1
            if count[i] == warm:
                begun[i] = leaving
            elif count[i] == ended:
                span[i] = leaving - begun[i]
                remaining -= 1
    for i in range(machines):
        for e in range(in_offsets[i], in_offsets[i + 1]):
            content[ins[e]] = wait[ins[e]] / span[i]
            for m in range(levels):
                holding[ins[e], m] /= span[i]

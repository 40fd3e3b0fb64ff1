"""Lockstep: sixteen lives of one line side by side, for lines in which no part is lost.

The recursion of `justenough.kernels.flow` where part n is the same part everywhere and machines fail by
work: then every life takes the same steps, and the steps of sixteen lives are one vector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.chance import CONSTANT, drawn
from justenough.kernels.flow import BLOCKED, DOWN, STARVED, WORKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

LANES = 16


@njit(cache=True, parallel=True)
def lived(
    laws: Ints,
    figures: Floats,
    ins: Ints,
    in_offsets: Ints,
    outs: Ints,
    out_offsets: Ints,
    links: Ints,
    room: Ints,
    before_service: bool,  # noqa: FBT001 - numba takes no keywords
    parts: int,
    warm: int,
    seeds: Words,
    time: Floats,
    span: Floats,
    content: Floats,
) -> None:
    """
    Live a line in groups of sixteen lives; see `justenough.kernels.flow.lived` for the parameters.

    Parameters
    ----------
    links : (b, 2)
        Giver and taker of each buffer; every giver comes before its takers.
    seeds : (g, 16, k)
    time : (g, 16, k, 4)
    span : (g, 16, k)
    content : (g, 16, b)
    """
    for group in prange(len(seeds)):
        _lived(
            laws, figures, ins, in_offsets, outs, out_offsets, links, room, before_service, parts, warm,
            seeds[group], time[group], span[group], content[group],
        )  # fmt: skip


@njit(cache=True, fastmath={"nnan", "nsz"}, error_model="numpy")
def _lived(
    laws: Ints,
    figures: Floats,
    ins: Ints,
    in_offsets: Ints,
    outs: Ints,
    out_offsets: Ints,
    links: Ints,
    room: Ints,
    before_service: bool,  # noqa: FBT001
    parts: int,
    warm: int,
    state: Words,
    time: Floats,
    span: Floats,
    content: Floats,
) -> None:
    machines, buffers = len(laws), len(room)
    ring = 2
    while buffers and ring < room.max() + 3:
        ring *= 2
    mask = ring - 1
    gone = np.zeros((machines + 1, ring, LANES))  # when part n left machine i; the last row stays 0: no wait
    nobody = machines
    came, opening, extra = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    worked, failing, soonest = np.zeros((machines, LANES)), np.empty((machines, LANES)), np.empty(machines)
    starved, down, begun = np.zeros((machines, LANES)), np.zeros((machines, LANES)), np.zeros((machines, LANES))
    wait = np.zeros((buffers, LANES))
    for i in range(machines):
        for lane in range(LANES):
            failing[i, lane] = drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state[lane], i)
        soonest[i] = failing[i].min()
    shift = 0 if before_service else 1
    for n in range(warm + parts):
        now, last = n & mask, (n - 1) & mask
        if n == warm:
            begun[:] = gone[:machines, last]
            starved[:], down[:], wait[:] = 0.0, 0.0, 0.0
            time[:, :, WORKING] = 0.0
        for i in range(machines):
            cycle = figures[i, 0, 0]
            if laws[i, 0] == CONSTANT:
                for lane in range(LANES):
                    extra[lane] = cycle
                worked[i, 0] += cycle
                failed = soonest[i] <= worked[i, 0]
                for lane in range(1, LANES if failed else 1):
                    worked[i, lane] = worked[i, 0]
            else:
                failed = True
                for lane in range(LANES):
                    extra[lane] = drawn(laws[i, 0], cycle, figures[i, 0, 1], state[lane], i)
                    worked[i, lane] += extra[lane]
                    time[lane, i, WORKING] += extra[lane]
            if failed:
                least = np.inf
                for lane in range(LANES):
                    while failing[i, lane] <= worked[i, lane]:
                        repair = drawn(laws[i, 2], figures[i, 2, 0], figures[i, 2, 1], state[lane], i)
                        extra[lane] += repair
                        down[i, lane] += repair
                        failing[i, lane] += drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state[lane], i)
                    least = min(least, failing[i, lane])
                soonest[i] = least
            givers, takers = in_offsets[i + 1] - in_offsets[i], out_offsets[i + 1] - out_offsets[i]
            if givers <= 1 and takers <= 1:  # as in every serial line: nothing to gather
                before = ins[in_offsets[i]] if givers else 0
                after = outs[out_offsets[i]] if takers else 0
                behind = n - room[after] - shift if takers else -1
                giver = links[before, 0] if givers else nobody
                taker = links[after, 1] if behind >= 0 else nobody
                place = behind & mask
                if before_service:
                    for lane in range(LANES):
                        supplied = max(gone[giver, now, lane], gone[i, last, lane])
                        starved[i, lane] += supplied - gone[i, last, lane]
                        supplied = max(supplied, gone[taker, place, lane])
                        came[lane] = supplied - gone[giver, now, lane]
                        gone[i, now, lane] = supplied + extra[lane]
                else:
                    for lane in range(LANES):
                        supplied = max(gone[giver, now, lane], gone[i, last, lane])
                        starved[i, lane] += supplied - gone[i, last, lane]
                        came[lane] = supplied - gone[giver, now, lane]
                        gone[i, now, lane] = max(supplied + extra[lane], gone[taker, place, lane])
                if givers:
                    for lane in range(LANES):
                        wait[before, lane] += came[lane]
                continue
            for lane in range(LANES):
                came[lane], opening[lane] = gone[i, last, lane], 0.0
            for e in range(in_offsets[i], in_offsets[i + 1]):
                giver = links[ins[e], 0]
                for lane in range(LANES):
                    came[lane] = max(came[lane], gone[giver, now, lane])
            for e in range(out_offsets[i], out_offsets[i + 1]):
                behind = n - room[outs[e]] - shift
                taker = links[outs[e], 1] if behind >= 0 else nobody
                place = behind & mask
                for lane in range(LANES):
                    opening[lane] = max(opening[lane], gone[taker, place, lane])
            for lane in range(LANES):
                starved[i, lane] += came[lane] - gone[i, last, lane]
                if before_service:
                    came[lane] = max(came[lane], opening[lane])
                gone[i, now, lane] = max(came[lane] + extra[lane], opening[lane])
            for e in range(in_offsets[i], in_offsets[i + 1]):
                giver = links[ins[e], 0]
                for lane in range(LANES):
                    wait[ins[e], lane] += came[lane] - gone[giver, now, lane]
    end = (warm + parts - 1) & mask
    for i in range(machines):
        for lane in range(LANES):
            whole = gone[i, end, lane] - begun[i, lane]
            span[lane, i] = whole
            if laws[i, 0] == CONSTANT:
                time[lane, i, WORKING] = figures[i, 0, 0] * parts
            time[lane, i, DOWN] = down[i, lane]
            time[lane, i, STARVED] = starved[i, lane]
            time[lane, i, BLOCKED] = max(0.0, whole - time[lane, i, WORKING] - down[i, lane] - starved[i, lane])
    for j in range(buffers):
        for lane in range(LANES):
            content[lane, j] = wait[j, lane] / span[lane, links[j, 1]]

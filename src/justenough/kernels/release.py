"""Release: a serial line under push, kanban, CONWIP or base stock, lived part by part against demand.

Every way of control is one more time a part must wait for (Buzacott & Shanthikumar 1993, ch. 4; Dallery &
Liberopoulos 2000): a schedule, a card that comes back, a part that leaves the line, or a demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.chance import drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

RATE, IN_LINE, FINISHED, WAITING, AT_ONCE, LEAD_TIME = range(6)
FIGURES = 6


@njit(cache=True, parallel=True)
def lived(
    laws: Ints,
    figures: Floats,
    room: Ints,
    demand_law: int,
    demand_figures: Floats,
    interval: float,
    cap: int,
    cards: Ints,
    echelon: Ints,
    parts: int,
    warm: int,
    seeds: Words,
    out: Floats,
) -> None:
    """
    Live a serial line under control; blocking after service, failures by work.

    Parameters
    ----------
    laws, figures
        As in `justenough.kernels.flow.lived`.
    room : (k - 1,) [parts]
        Places between machines.
    demand_law, demand_figures : code, (2,)
        Time between demands, one part each; a demand not met at once waits.
    interval : [time]
        Push: a part is released every so often; 0 for none of it.
    cap : [parts]
        CONWIP: parts from release to delivery; 0 for none of it.
    cards : (k,) [parts]
        Kanban: parts of stage i from its start to the start of the next stage, or to delivery; 0 for none.
    echelon : (k,) [parts]
        Base stock: stage i begins part n no sooner than demand ``n - echelon[i]``; below 0 for none.
    parts, warm
        Parts counted, after ``warm`` went by.
    seeds : (n, k + 1)
        One stream a life and machine, the last for demand; changed.
    out : (n, 6)
        Filled: delivered [parts/time], mean parts in line [parts], mean finished parts [parts], mean demands
        waiting [parts], share of demand met at once [fraction], mean time from release to finish [time].
    """
    for life in prange(len(seeds)):
        _lived(laws, figures, room, demand_law, demand_figures, interval, cap, cards, echelon, parts, warm, seeds[life], out[life])


@njit(cache=True)
def _lived(
    laws: Ints,
    figures: Floats,
    room: Ints,
    demand_law: int,
    demand_figures: Floats,
    interval: float,
    cap: int,
    cards: Ints,
    echelon: Ints,
    parts: int,
    warm: int,
    state: Words,
    out: Floats,
) -> None:
    machines = len(laws)
    most = max(cap, cards.max(), echelon.max())
    if machines > 1:
        most = max(most, room.max())
    ring = 4
    while ring < most + 3:
        ring *= 2
    mask = ring - 1
    started, gone = np.zeros((machines, ring)), np.zeros((machines, ring))
    wanted, delivered = np.zeros(ring), np.zeros(ring)
    worked, failing = np.zeros(machines), np.empty(machines)
    for i in range(machines):
        failing[i] = drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
    clock, begun, released, in_line, finished, waiting, at_once = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0
    last = machines - 1
    held = interval > 0.0 or cap > 0 or cards[0] > 0 or echelon[0] >= 0
    for n in range(warm + parts):
        clock += drawn(demand_law, demand_figures[0], demand_figures[1], state, machines)
        wanted[n & mask] = clock
        for i in range(machines):
            allowed = n * interval if i == 0 else gone[i - 1, n & mask]
            if i == 0 and cap > 0 and n >= cap:
                allowed = max(allowed, delivered[(n - cap) & mask])
            if cards[i] > 0 and n >= cards[i]:
                behind = (n - cards[i]) & mask
                allowed = max(allowed, delivered[behind] if i == last else started[i + 1, behind])
            if echelon[i] >= 0 and n >= echelon[i]:
                allowed = max(allowed, wanted[(n - echelon[i]) & mask])
            start = max(allowed, gone[i, (n - 1) & mask]) if n > 0 else allowed
            if i == 0:
                released = allowed if held else start
            work = drawn(laws[i, 0], figures[i, 0, 0], figures[i, 0, 1], state, i)
            worked[i] += work
            while failing[i] <= worked[i]:
                work += drawn(laws[i, 2], figures[i, 2, 0], figures[i, 2, 1], state, i)
                failing[i] += drawn(laws[i, 1], figures[i, 1, 0], figures[i, 1, 1], state, i)
            leaving = start + work
            if i < last and n > room[i]:
                leaving = max(leaving, gone[i + 1, (n - room[i] - 1) & mask])
            started[i, n & mask], gone[i, n & mask] = start, leaving
        done = gone[last, n & mask]
        delivered[n & mask] = max(done, clock)
        if n == warm - 1:
            begun = delivered[n & mask]
        if n >= warm:
            in_line += done - released
            finished += max(0.0, clock - done)
            waiting += max(0.0, done - clock)
            at_once += done <= clock
    span = delivered[(warm + parts - 1) & mask] - begun
    out[RATE], out[IN_LINE], out[FINISHED], out[WAITING] = parts / span, in_line / span, finished / span, waiting / span
    out[AT_ONCE], out[LEAD_TIME] = at_once / parts, in_line / parts

"""Completion: how long work takes on machines that stop while they work, in many possible histories of the machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.chance import WEIBULL, drawn
from justenough.kernels.variates import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

# Rows of a machine's figures in one history: time to the first failure, then the two numbers of each law of `chance`.
FIRST, UP_SCALE, UP_SHAPE, REPAIR_ONE, REPAIR_TWO = range(5)
MOST_STOPS = 10_000  # of one machine in one lump: a guard against machines that do nothing but stop
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FOR_UPS, _FOR_REPAIRS = np.uint64(1), np.uint64(2)


@njit(cache=True)
def _begun(seed: np.uint64, history: int, purpose: np.uint64) -> np.uint64:
    """First word of a machine's stream in one history."""
    return mixed(mixed(seed + _GOLDEN * np.uint64(history + 1)) + _GOLDEN * purpose)


@njit(cache=True)
def _lost(work: float, one: Floats, law: int, longest: float, at: int, ups: Words, repairs: Words, left: Floats) -> float:
    """Repairs within ``work`` of operating time; ``left`` is what is left of each station's up time."""
    lost, stops = 0.0, 0
    while work > left[at] and stops < MOST_STOPS:
        work -= left[at]
        lost += min(drawn(law, one[REPAIR_ONE], one[REPAIR_TWO], repairs, at), longest)
        left[at] = drawn(WEIBULL, one[UP_SCALE], one[UP_SHAPE], ups, at)
        stops += 1
    left[at] -= work
    return lost


@njit(cache=True, parallel=True)
def completions(
    offsets: Ints,
    machine: Ints,
    cycle: Floats,
    setup: Floats,
    room: Ints,
    lumps: Ints,
    figures: Floats,
    law: Ints,
    longest: float,
    seeds: Words,
    out: Floats,
) -> None:
    """
    Time from the start of each order on its stations to the end of its last lump on the last of them, in every history.

    Order ``i`` passes the stations ``offsets[i]:offsets[i + 1]`` in ``lumps[i]`` equal lumps; each has its ``machine``, its
    ``cycle`` of operating time and its ``setup`` a lump, and ``room`` for lumps behind it. A machine fails only while it
    works; a lump that finds no room waits on its machine, which then cannot work (blocking after service). The stations
    begin empty, and every order meets the same histories from their beginning.

    ``figures`` (k, n, 5) are of machine k in history n, ``law`` (k,) that of its repairs, none of them longer than
    ``longest``; ``out`` is (n_orders, n). All times in one unit.
    """
    for i in prange(len(lumps)):
        first, k, count = offsets[i], offsets[i + 1] - offsets[i], lumps[i]
        ups, repairs = np.zeros(k, dtype=np.uint64), np.zeros(k, dtype=np.uint64)
        left, gone = np.zeros(k), np.zeros((k, count))
        for one in range(figures.shape[1]):
            for at in range(k):
                m = machine[first + at]
                ups[at] = _begun(seeds[m], one, _FOR_UPS)
                repairs[at] = _begun(seeds[m], one, _FOR_REPAIRS)
                left[at] = figures[m, one, FIRST]
            for lump in range(count):
                done = 0.0
                for at in range(k):
                    place = first + at
                    m = machine[place]
                    if lump > 0:
                        done = max(done, gone[at, lump - 1])
                    done += setup[place] + cycle[place]
                    done += _lost(cycle[place], figures[m, one], law[m], longest, at, ups, repairs, left)
                    behind = lump - room[place] - 1
                    if at < k - 1 and behind >= 0:
                        done = max(done, gone[at + 1, behind])
                    gone[at, lump] = done
            out[i, one] = gone[k - 1, count - 1]

"""Pair: two machines and the buffer between them, exactly and many at a time.

The convention is that of `justenough.kernels.chain`; two machines are so often asked for (each buffer of a
decomposed line is a pair) that their chain is solved here by kernels of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_CHANCE = 1e-12  # of a failure: a machine that never fails is taken to fail this rarely
_LARGE = 1e200


@njit(cache=True, parallel=True)
def two_machines(failing: Floats, repaired: Floats, capacity: Ints, time_dependent: bool, out: Floats) -> None:  # noqa: FBT001 - numba takes no keywords
    """
    Two machines and a buffer, exactly, for many lines at once.

    States are eliminated without a subtraction (Grassmann, Taksar & Heyman 1985), so that even the
    rarest state is right to the last digits.

    Parameters
    ----------
    failing, repaired : (n_lines, 2) [1/slot]
        Probability ``p`` of a failure and ``r`` of the end of a repair.
    capacity : (n_lines,) [parts]
    time_dependent
        Whether machines fail while starved or blocked too.
    out : (n_lines, 4)
        Filled: throughput [parts/slot], mean level [parts], probability that the second machine is up and
        starved, probability that the first is up and blocked.
    """
    for line in prange(len(capacity)):
        p1, p2 = max(failing[line, 0], LEAST_CHANCE), max(failing[line, 1], LEAST_CHANCE)
        solve_two(p1, repaired[line, 0], p2, repaired[line, 1], capacity[line], time_dependent, out[line])


@njit(cache=True)
def product_two(p1: float, r1: float, p2: float, r2: float, top: int, out: Floats) -> None:
    """
    `solve_two` for operation-dependent failures by the product form of the inner states (Gershwin 1994, section 3.6).

    As exact to ten digits and many times quicker, for buffers of 4 parts or more; for smaller ones it is
    `solve_two`.
    """
    if top < 4:
        solve_two(p1, r1, p2, r2, top, False, out)
        return
    both = r1 + r2 - r1 * r2
    first, second = both - r1 * p2, both - r2 * p1
    under1, under2 = p1 + p2 - p1 * p2 - r2 * p1, p1 + p2 - p1 * p2 - r1 * p2
    y1, y2 = first / under1, second / under2
    x = y2 / y1
    # Shares of levels 1 and top - 1 in units of the larger of x and x ** (top - 1), so that nothing overflows.
    rising = x > 1.0
    ratio = 1.0 / x if rising else x
    inner, moment, power = 0.0, 0.0, 1.0
    for n in range(2, top - 1):
        power *= ratio
        inner += power
        moment += power * (top - n if rising else n)
    far = power * ratio
    low, high = (far, 1.0) if rising else (1.0, far)
    share = (1.0 + y1) * (1.0 + y2)
    dry = low * first / (r1 * p2)
    near = low * (1.0 + y2 + first / (p2 * under2))
    away = high * (1.0 + y1 + second / (p1 * under1))
    full = high * second / (p1 * r2)
    total = dry + near + share * inner + away + full
    out[0] = r2 / (r2 + p2) * (1.0 - dry / total)
    out[1] = (near + share * moment + (top - 1) * away + top * full) / total
    out[2], out[3] = dry / total, full / total


@njit(cache=True)
def solve_two(p1: float, r1: float, p2: float, r2: float, top: int, time_dependent: bool, out: Floats) -> None:  # noqa: FBT001
    """One line of `two_machines`, for kernels that solve many; failing probabilities above 0."""
    # Within a level: only the second up, both down, both up, only the first up. From each of these a
    # state before it can be reached, which is what the elimination asks for.
    firsts, seconds = np.array([0, 0, 1, 1]), np.array([1, 0, 1, 0])
    states = 4 * (top + 1)
    move = np.zeros((states, 12))  # to level - 1, level, level + 1
    for level in range(top + 1):
        starved, blocked = level == 0, level == top
        for a in range(4):
            fail1 = p1 if time_dependent or not blocked else 0.0
            fail2 = p2 if time_dependent or not starved else 0.0
            up1 = 1.0 - fail1 if firsts[a] == 1 else r1
            up2 = 1.0 - fail2 if seconds[a] == 1 else r2
            for b in range(4):
                chance = (up1 if firsts[b] == 1 else 1.0 - up1) * (up2 if seconds[b] == 1 else 1.0 - up2)
                step = (1 if firsts[b] == 1 and not blocked else 0) - (1 if seconds[b] == 1 and not starved else 0)
                move[4 * level + a, 4 * (step + 1) + b] += chance
    share = np.zeros(states)
    for s in range(states - 1, 0, -1):  # censor the chain on the states before s
        base = 4 * (s // 4 - 1)
        lower = 0.0
        for j in range(max(0, -base), s - base):
            lower += move[s, j]
        share[s] = lower
        for i in range(max(0, 4 * (s // 4 - 1)), s):
            entering = move[i, s - 4 * (i // 4 - 1)]
            if entering > 0.0:
                for j in range(max(0, -base), s - base):
                    if move[s, j] > 0.0:
                        move[i, base + j - 4 * (i // 4 - 1)] += entering * move[s, j] / lower
    weight = np.zeros(states)
    weight[0] = 1.0
    for s in range(1, states):
        total = 0.0
        for i in range(max(0, 4 * (s // 4 - 1)), s):
            total += weight[i] * move[i, s - 4 * (i // 4 - 1)]
        weight[s] = total / share[s]
        if weight[s] > _LARGE:
            weight[: s + 1] /= _LARGE
    weight /= weight.sum()
    out[:] = 0.0
    for level in range(top + 1):
        for a in range(4):
            chance = weight[4 * level + a]
            out[1] += level * chance
            if level == 0 and seconds[a] == 1:
                out[2] += chance
            if level == top and firsts[a] == 1:
                out[3] += chance
            if level > 0:  # a part leaves if the second machine is up after its change
                out[0] += chance * (1.0 - p2 if seconds[a] == 1 else r2)

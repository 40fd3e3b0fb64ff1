"""Guaranteed: service times between the stages of a chain by dynamic programming (Graves & Willems 2000).

Times are counted in grains. Stage j promises ``S_j`` to its customers and is promised ``I_j`` by its suppliers; it pays
``cost[at[j] + I_j - S_j - least[j]]``, which never falls as ``I_j - S_j`` rises, and ``I_j - S_j >= least[j]``. What a
stage sees of the rest of the chain lies in ``inside[i_at[j] + I_j]`` and ``outside[s_at[j] + S_j]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


CUSTOMER, SUPPLIER = 1, 2  # what a stage's neighbour is that it is folded into


class Lattice(NamedTuple):
    """
    Costs and limits of k stages as flat arrays; stage j owns ``[x[j] : x[j + 1]]`` of what ``x`` points into.

    Parameters
    ----------
    cost, at, least
        Cost by ``I - S - least``; ``least`` (k,) is the smallest difference there may be.
    i_low, i_high, s_low, s_high : (k,)
        Shortest and longest service times that may be chosen.
    i_at, s_at : (k + 1,)
        Where a stage's row begins in arrays by ``I`` and by ``S``, each counted from 0.
    """

    cost: Floats
    at: Ints
    least: Ints
    i_low: Ints
    i_high: Ints
    s_low: Ints
    s_high: Ints
    i_at: Ints
    s_at: Ints


@njit(cache=True)
def promise_costs(
    cost: Floats, least: int, inside: Floats, i_low: int, i_high: int, s_low: int, s_high: int, out: Floats, by: Ints
) -> None:
    """
    Least of ``inside[I] + cost[I - S - least]`` over I for each S, ``out[S]``, and the I it is reached at, ``by[S]``.

    Only a longer I with a smaller ``inside`` than all shorter ones can pay, so each search walks a chain of falling
    values and ends where the cost alone is too much (after Lesnaia 2004, for any cost that never falls).
    """
    n = i_high + 1
    fall = np.empty(n, dtype=np.int64)  # next longer I with a smaller inside
    for i in range(i_high, i_low - 1, -1):
        j = i + 1
        while j < n and inside[j] >= inside[i]:
            j = fall[j]
        fall[i] = j
    bottom = np.inf
    for i in range(i_low, n):
        bottom = min(bottom, inside[i])
    for s in range(s_low, s_high + 1):
        best, at = np.inf, -1
        i = max(i_low, s + least)
        while i < n:
            own = cost[i - s - least]
            if own + bottom >= best:
                break
            if own + inside[i] < best:
                best, at = own + inside[i], i
            i = fall[i]
        out[s], by[s] = best, at


@njit(cache=True)
def inbound_costs(
    cost: Floats, least: int, outside: Floats, i_low: int, i_high: int, s_low: int, s_high: int, out: Floats, by: Ints
) -> None:
    """Least of ``outside[S] + cost[I - S - least]`` over S for each I, ``out[I]``, and the S it is reached at, ``by[I]``."""
    fall = np.empty(s_high + 1, dtype=np.int64)  # next shorter S with a smaller outside
    bottom = np.inf
    for s in range(s_low, s_high + 1):
        j = s - 1
        while j >= s_low and outside[j] >= outside[s]:
            j = fall[j]
        fall[s] = j
        bottom = min(bottom, outside[s])
    for i in range(i_low, i_high + 1):
        best, at = np.inf, -1
        s = min(s_high, i - least)
        while s >= s_low:
            own = cost[i - s - least]
            if own + bottom >= best:
                break
            if own + outside[s] < best:
                best, at = own + outside[s], s
            s = fall[s]
        out[i], by[i] = best, at


@njit(cache=True)
def fold(
    order: Ints, into: Ints, side: Ints, grid: Lattice, inside: Floats, outside: Floats, kept: Floats, by: Ints, kept_at: Ints
) -> None:
    """
    Fold stages one by one into their neighbour, each given what the stages folded into it before cost.

    Parameters
    ----------
    order : (f,)
        Stages that are folded, leaves first.
    into, side : (k,)
        Neighbour each is folded into, and whether that is its ``CUSTOMER`` or its ``SUPPLIER``.
    kept, by, kept_at
        Cost of each folded stage and all behind it, by the service time it shares with its neighbour (the S it
        promises to a customer, the I it is promised by a supplier), and the other time that gives it.
    """
    for j in order:
        c = grid.cost[grid.at[j] : grid.at[j + 1]]
        ins, outs = inside[grid.i_at[j] : grid.i_at[j + 1]], outside[grid.s_at[j] : grid.s_at[j + 1]]
        own, other = kept[kept_at[j] : kept_at[j + 1]], by[kept_at[j] : kept_at[j + 1]]
        to = into[j]
        if side[j] == CUSTOMER:
            promise_costs(c, grid.least[j], ins, grid.i_low[j], grid.i_high[j], grid.s_low[j], grid.s_high[j], own, other)
            taken = inside[grid.i_at[to] : grid.i_at[to + 1]]
            best, s = np.inf, grid.s_low[j]
            for s in range(grid.s_low[j], grid.s_high[j] + 1):
                own[s] += outs[s]
            s = grid.s_low[j]
            for i in range(grid.i_low[to], grid.i_high[to] + 1):
                while s <= grid.s_high[j] and s <= i:
                    best = min(best, own[s])
                    s += 1
                taken[i] += best
        else:
            inbound_costs(c, grid.least[j], outs, grid.i_low[j], grid.i_high[j], grid.s_low[j], grid.s_high[j], own, other)
            given = outside[grid.s_at[to] : grid.s_at[to + 1]]
            best = np.inf
            for i in range(grid.i_low[j], grid.i_high[j] + 1):
                own[i] += ins[i]
            i = grid.i_high[j]
            for s in range(grid.s_high[to], grid.s_low[to] - 1, -1):
                while i >= grid.i_low[j] and i >= s:
                    best = min(best, own[i])
                    i -= 1
                given[s] += best


@njit(cache=True)
def root(j: int, grid: Lattice, inside: Floats, outside: Floats, promised: Ints, inbound: Ints) -> float:
    """Best times of a stage that all others were folded into, written to ``promised`` and ``inbound``; answers the cost."""
    out, by = np.empty(grid.s_high[j] + 1), np.empty(grid.s_high[j] + 1, dtype=np.int64)
    ins, outs = inside[grid.i_at[j] : grid.i_at[j + 1]], outside[grid.s_at[j] : grid.s_at[j + 1]]
    promise_costs(
        grid.cost[grid.at[j] : grid.at[j + 1]], grid.least[j], ins, grid.i_low[j], grid.i_high[j], grid.s_low[j], grid.s_high[j], out, by
    )
    best = np.inf
    for s in range(grid.s_low[j], grid.s_high[j] + 1):
        if out[s] + outs[s] < best:
            best = out[s] + outs[s]
            promised[j], inbound[j] = s, by[s]
    return best


@njit(cache=True)
def unfold(
    order: Ints, into: Ints, side: Ints, grid: Lattice, kept: Floats, by: Ints, kept_at: Ints, promised: Ints, inbound: Ints
) -> None:
    """Times of the folded stages, given those of the stages they were folded into; last folded first."""
    for place in range(len(order) - 1, -1, -1):
        j = order[place]
        own, other = kept[kept_at[j] : kept_at[j + 1]], by[kept_at[j] : kept_at[j + 1]]
        best = np.inf
        if side[j] == CUSTOMER:
            for s in range(grid.s_low[j], min(grid.s_high[j], inbound[into[j]]) + 1):
                if own[s] < best:
                    best = own[s]
                    promised[j], inbound[j] = s, other[s]
        else:
            for i in range(max(grid.i_low[j], promised[into[j]]), grid.i_high[j] + 1):
                if own[i] < best:
                    best = own[i]
                    inbound[j], promised[j] = i, other[i]


@njit(cache=True)
def peeled(giver: Ints, taker: Ints, touching: Ints, touch_at: Ints, order: Ints, into: Ints, side: Ints) -> int:
    """
    Stages with one neighbour left, taken away one by one: ``order``, and ``into`` which neighbour of which ``side``.

    ``touching[touch_at[j] : touch_at[j + 1]]`` are the links of stage j. Answers how many were taken; those with
    ``into`` of -1 stay: the last of each tree, and whatever lies between loops.
    """
    k = len(touch_at) - 1
    left = np.empty(k, dtype=np.int64)
    found = 0
    for j in range(k):
        into[j], left[j] = -1, touch_at[j + 1] - touch_at[j]
        if left[j] == 1:
            order[found] = j
            found += 1
    taken = 0
    for place in range(k):
        if place >= found:
            break
        j = order[place]
        if left[j] != 1:
            continue  # the last of its tree: its neighbour was taken before it
        for t in range(touch_at[j], touch_at[j + 1]):
            link = touching[t]
            other = taker[link] if giver[link] == j else giver[link]
            if into[other] >= 0:
                continue
            into[j] = other
            side[j] = CUSTOMER if giver[link] == j else SUPPLIER
            left[other] -= 1
            if left[other] == 1:
                order[found] = other
                found += 1
        left[j] = 0
        order[taken] = j
        taken += 1
    return taken

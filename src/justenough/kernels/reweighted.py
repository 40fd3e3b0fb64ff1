"""Reweighted: what any plan of service times in a chain with loops must cost at least, and plans near it.

The loops are covered by chains of stages, each solved exactly; messages share the stages' costs out among them until
no chain can raise the bound (Kolmogorov 2006, sequential tree-reweighted message passing; here without a table of
pairs, since suppliers and customers only have to satisfy ``S <= I``). Words as in `justenough.kernels.guaranteed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from justenough.kernels.guaranteed import inbound_costs, promise_costs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.kernels.guaranteed import Lattice

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Core(NamedTuple):
    """
    The part of a network that has loops.

    Parameters
    ----------
    order : (c,)
        Its stages, suppliers first.
    giver, taker : (m,)
        Ends of its links.
    into, into_at, out_of, out_at
        Links to the suppliers of stage j, ``into[into_at[j] : into_at[j + 1]]``, and to its customers.
    """

    order: Ints
    giver: Ints
    taker: Ints
    into: Ints
    into_at: Ints
    out_of: Ints
    out_at: Ints


class Messages(NamedTuple):
    """What neighbours told each other last: along links by I and by S, and inside each stage by S and by I."""

    ahead: Floats
    ahead_at: Ints
    back: Floats
    back_at: Ints
    made: Floats
    needed: Floats


@njit(cache=True)
def _seen_inside(j: int, core: Core, grid: Lattice, told: Messages, inside: Floats, out: Floats) -> None:
    """What ``I`` of stage j costs by all that was told, ``out``."""
    low, high = grid.i_low[j], grid.i_high[j]
    start = grid.i_at[j]
    for i in range(low, high + 1):
        out[i] = inside[start + i] + told.needed[start + i]
    for place in range(core.into_at[j], core.into_at[j + 1]):
        begin = told.ahead_at[core.into[place]]
        for i in range(low, high + 1):
            out[i] += told.ahead[begin + i]


@njit(cache=True)
def _seen_outside(j: int, core: Core, grid: Lattice, told: Messages, outside: Floats, out: Floats) -> None:
    """What ``S`` of stage j costs by all that was told, ``out``."""
    low, high = grid.s_low[j], grid.s_high[j]
    start = grid.s_at[j]
    for s in range(low, high + 1):
        out[s] = outside[start + s] + told.made[start + s]
    for place in range(core.out_at[j], core.out_at[j + 1]):
        begin = told.back_at[core.out_of[place]]
        for s in range(low, high + 1):
            out[s] += told.back[begin + s]


@njit(cache=True)
def _lowered(values: Floats, low: int, high: int) -> float:
    """Take the least value off all of them, and answer it."""
    least = np.inf
    for x in range(low, high + 1):
        least = min(least, values[x])
    for x in range(low, high + 1):
        values[x] -= least
    return least


@njit(cache=True)
def forth(core: Core, grid: Lattice, told: Messages, inside: Floats, outside: Floats, promised: Ints, inbound: Ints) -> None:
    """Tell customers what was heard of suppliers, and choose times on the way, ``promised`` and ``inbound`` (k,)."""
    widest = 0
    for j in core.order:
        widest = max(widest, grid.i_high[j] + 1, grid.s_high[j] + 1)
    seen, rest, by = np.empty(widest), np.empty(widest), np.empty(widest, dtype=np.int64)
    for j in core.order:
        i_low, i_high, s_low, s_high = grid.i_low[j], grid.i_high[j], grid.s_low[j], grid.s_high[j]
        cost, least = grid.cost[grid.at[j] : grid.at[j + 1]], grid.least[j]
        needed = told.needed[grid.i_at[j] : grid.i_at[j + 1]]
        made = told.made[grid.s_at[j] : grid.s_at[j + 1]]
        first, last = core.into_at[j], core.into_at[j + 1]
        soonest = i_low
        for place in range(first, last):
            soonest = max(soonest, promised[core.giver[core.into[place]]])
        best = np.inf
        for i in range(soonest, i_high + 1):
            value = inside[grid.i_at[j] + i] + needed[i]
            if value < best:
                best, inbound[j] = value, i
        _seen_inside(j, core, grid, told, inside, seen)
        weight = 1.0 / max(last - first, 1)
        for i in range(i_low, i_high + 1):
            rest[i] = weight * seen[i] - needed[i]
        promise_costs(cost, least, rest, i_low, i_high, s_low, s_high, made, by)
        _lowered(made, s_low, s_high)
        _seen_outside(j, core, grid, told, outside, seen)
        best = np.inf
        for s in range(s_low, min(s_high, inbound[j] - least) + 1):
            value = seen[s] - made[s] + cost[inbound[j] - s - least]
            if value < best:
                best, promised[j] = value, s
        first, last = core.out_at[j], core.out_at[j + 1]
        weight = 1.0 / max(last - first, 1)
        for place in range(first, last):
            link = core.out_of[place]
            taker = core.taker[link]
            back = told.back[told.back_at[link] : told.back_at[link + 1]]
            ahead = told.ahead[told.ahead_at[link] : told.ahead_at[link + 1]]
            best, s = np.inf, s_low
            for i in range(grid.i_low[taker], grid.i_high[taker] + 1):
                while s <= s_high and s <= i:
                    best = min(best, weight * seen[s] - back[s])
                    s += 1
                ahead[i] = best
            _lowered(ahead, grid.i_low[taker], grid.i_high[taker])


@njit(cache=True)
def back_again(core: Core, grid: Lattice, told: Messages, inside: Floats, outside: Floats, i_rise: Floats, s_rise: Floats) -> float:
    """
    Tell suppliers what was heard of customers; answers the bound.

    ``i_rise`` and ``s_rise``, laid out as ``inside`` and ``outside``, say how much more than the bound any plan costs
    that has this very service time.
    """
    widest, bound = 0, 0.0
    for j in core.order:
        widest = max(widest, grid.i_high[j] + 1, grid.s_high[j] + 1)
    seen, rest, by = np.empty(widest), np.empty(widest), np.empty(widest, dtype=np.int64)
    for turn in range(len(core.order) - 1, -1, -1):
        j = core.order[turn]
        i_low, i_high, s_low, s_high = grid.i_low[j], grid.i_high[j], grid.s_low[j], grid.s_high[j]
        cost, least = grid.cost[grid.at[j] : grid.at[j + 1]], grid.least[j]
        needed = told.needed[grid.i_at[j] : grid.i_at[j + 1]]
        made = told.made[grid.s_at[j] : grid.s_at[j + 1]]
        _seen_outside(j, core, grid, told, outside, seen)
        bound += _lowered(seen, s_low, s_high)
        weight = 1.0 / max(core.out_at[j + 1] - core.out_at[j], 1)
        for s in range(s_low, s_high + 1):
            s_rise[grid.s_at[j] + s] = seen[s]
            rest[s] = weight * seen[s] - made[s]
        inbound_costs(cost, least, rest, i_low, i_high, s_low, s_high, needed, by)
        bound += _lowered(needed, i_low, i_high)
        _seen_inside(j, core, grid, told, inside, seen)
        bound += _lowered(seen, i_low, i_high)
        first, last = core.into_at[j], core.into_at[j + 1]
        weight = 1.0 / max(last - first, 1)
        for i in range(i_low, i_high + 1):
            i_rise[grid.i_at[j] + i] = seen[i]
        for place in range(first, last):
            link = core.into[place]
            giver = core.giver[link]
            back = told.back[told.back_at[link] : told.back_at[link + 1]]
            ahead = told.ahead[told.ahead_at[link] : told.ahead_at[link + 1]]
            best, i = np.inf, i_high
            for s in range(grid.s_high[giver], grid.s_low[giver] - 1, -1):
                while i >= i_low and i >= s:
                    best = min(best, weight * seen[i] - ahead[i])
                    i -= 1
                back[s] = best
            bound += _lowered(back, grid.s_low[giver], grid.s_high[giver])
    return bound


@njit(cache=True)
def narrowed(core: Core, grid: Lattice) -> bool:
    """Cut times that no neighbour's range allows, in place; False where a stage has none left."""
    for j in core.order:
        for place in range(core.into_at[j], core.into_at[j + 1]):
            grid.i_low[j] = max(grid.i_low[j], grid.s_low[core.giver[core.into[place]]])
        grid.i_low[j] = max(grid.i_low[j], grid.s_low[j] + grid.least[j])
        grid.s_high[j] = min(grid.s_high[j], grid.i_high[j] - grid.least[j])
        for place in range(core.out_at[j], core.out_at[j + 1]):
            grid.s_high[j] = min(grid.s_high[j], grid.i_high[core.taker[core.out_of[place]]])
        if grid.i_low[j] > grid.i_high[j] or grid.s_low[j] > grid.s_high[j]:
            return False
    return True


@njit(cache=True)
def priced(core: Core, grid: Lattice, inside: Floats, outside: Floats, promised: Ints, inbound: Ints) -> float:
    """Cost of a core's promises; each stage takes the best inbound time that its suppliers allow, set in ``inbound``."""
    total = 0.0
    for j in core.order:
        soonest = max(grid.i_low[j], promised[j] + grid.least[j])
        for place in range(core.into_at[j], core.into_at[j + 1]):
            soonest = max(soonest, promised[core.giver[core.into[place]]])
        best = np.inf
        for i in range(soonest, grid.i_high[j] + 1):
            value = inside[grid.i_at[j] + i] + grid.cost[grid.at[j] + i - promised[j] - grid.least[j]]
            if value < best:
                best, inbound[j] = value, i
        total += best + outside[grid.s_at[j] + promised[j]]
    return total


@njit(cache=True)
def cut(core: Core, grid: Lattice, i_rise: Floats, s_rise: Floats, room: float) -> bool:
    """Take the ends off every range where a plan would cost ``room`` more or beyond, in place; False where nothing is left."""
    for j in core.order:
        low, high, start = grid.s_low[j], grid.s_high[j], grid.s_at[j]
        while low <= high and s_rise[start + low] >= room:
            low += 1
        while low <= high and s_rise[start + high] >= room:
            high -= 1
        if low > high:
            return False
        grid.s_low[j], grid.s_high[j] = low, high
        low, high, start = grid.i_low[j], grid.i_high[j], grid.i_at[j]
        while low <= high and i_rise[start + low] >= room:
            low += 1
        while low <= high and i_rise[start + high] >= room:
            high -= 1
        if low > high:
            return False
        grid.i_low[j], grid.i_high[j] = low, high
    return narrowed(core, grid)


@njit(cache=True)
def spanned(giver: Ints, taker: Ints, turns: Ints, k: int) -> Ints:
    """Links of a spanning forest of k stages: each in its turn, ``turns`` (m,), unless its ends are joined already."""
    group, chosen, found = np.arange(k), np.empty(len(turns), dtype=np.int64), 0
    for link in turns:
        ends = (giver[link], taker[link])
        heads = np.empty(2, dtype=np.int64)
        for end in range(2):
            place = ends[end]
            while group[place] != place:
                group[place] = group[group[place]]
                place = group[place]
            heads[end] = place
        if heads[0] != heads[1]:
            group[heads[0]] = heads[1]
            chosen[found] = link
            found += 1
    return chosen[:found]

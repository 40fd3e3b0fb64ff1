"""Loops: service times where stages are joined by several ways, to proven optimality or a stated gap."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.reweighted import Core, Messages, back_again, cut, forth, narrowed, priced, spanned
from justenough.sizing.forest import folded

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.kernels.guaranteed import Lattice


@dataclass(frozen=True, slots=True)
class Effort:
    """
    How long loops are searched; never by the clock, so that every machine gives the same answer.

    Parameters
    ----------
    passes
        Most rounds of messages in all.
    first_passes
        Most of them before the search is split for the first time.
    each_passes
        Most of them for a part of the search.
    trees
        Plans polished on a spanning tree with the other links held, in a row without gain.
    close : [fraction]
        Gap at which a plan counts as proven best.
    seed
        Fixes which spanning trees are tried.
    """

    passes: int = 4_000
    first_passes: int = 300
    each_passes: int = 12
    trees: int = 30
    close: float = 1e-9
    seed: int = 0


FULL_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class Found:
    """Service times in grains, their cost, the bound below which there is none, and the parts that were searched."""

    promised: Ints
    inbound: Ints
    cost: float
    bound: float
    searched: int


def core_of(k: int, giver: Ints, taker: Ints, order: Ints) -> Core:
    """The stages that these links join, in the order given."""
    joined = np.zeros(k, dtype=np.bool_)
    joined[giver] = joined[taker] = True

    def by(ends: Ints) -> tuple[Ints, Ints]:
        return np.argsort(ends, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=k))]).astype(np.int64)

    into, into_at = by(taker)
    out_of, out_at = by(giver)
    return Core(order[joined[order]], np.ascontiguousarray(giver), np.ascontiguousarray(taker), into, into_at, out_of, out_at)


def solved(core: Core, grid: Lattice, inside: Floats, outside: Floats, effort: Effort, *, spare: float = 0.0) -> Found:
    """
    Cheapest service times of a core.

    Parameters
    ----------
    inside, outside
        What stages folded into the core cost, by ``I`` and by ``S`` (`justenough.kernels.guaranteed`).
    spare
        Cost beside the core, so that the gap is one of the whole.

    Notes
    -----
    A part of the search is a range of times for each stage. Its bound comes from messages (`justenough.kernels.reweighted`);
    times that would cost more than the best plan known are cut off, and the stage whose chosen time disagrees most with
    its messages is split. Parts of least bound go first.
    """
    search = _Search(core, grid, inside, outside, effort, spare)
    return search.run()


class _Search:
    def __init__(self, core: Core, grid: Lattice, inside: Floats, outside: Floats, effort: Effort, spare: float) -> None:
        self.core, self.grid, self.inside, self.outside = core, grid, inside, outside
        self.effort, self.spare = effort, spare
        k, links = len(grid.least), len(core.giver)
        ahead_at = np.concatenate([[0], np.cumsum(grid.i_high[core.taker] + 1)]).astype(np.int64)
        back_at = np.concatenate([[0], np.cumsum(grid.s_high[core.giver] + 1)]).astype(np.int64)
        self.told = Messages(
            np.zeros(ahead_at[-1]), ahead_at, np.zeros(back_at[-1]), back_at, np.zeros(grid.s_at[-1]), np.zeros(grid.i_at[-1])
        )
        self.i_rise, self.s_rise = np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1])
        self.promised, self.inbound = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
        self.best, self.best_promised, self.best_inbound = np.inf, self.promised.copy(), self.inbound.copy()
        self.random = np.random.default_rng(effort.seed)
        self.passes, self.searched, self.links = 0, 0, links
        self.root = -np.inf  # bound of the part that is split

    def run(self) -> Found:
        whole = _limited(self.grid)
        waiting: list[tuple[float, int, list[Lattice]]] = []
        for turn in range(self.effort.passes):  # a part costs at least one pass, so this many turns are enough
            parts = heapq.heappop(waiting)[2] if turn else [whole]
            above = self.root if turn else -np.inf
            for part in parts:
                low = self._explored(part, self.effort.each_passes if turn else self.effort.first_passes)
                if low < self._enough():
                    heapq.heappush(waiting, (max(low, above), self.searched, self._halves(part)))
            if not waiting or waiting[0][0] >= self._enough() or self.passes >= self.effort.passes:
                break
            self.root = waiting[0][0]
        least = min((one[0] for one in waiting), default=self.best)
        return Found(self.best_promised, self.best_inbound, self.best, min(least, self.best), self.searched)

    def _enough(self) -> float:
        """Bound from which a part of the search holds nothing better."""
        return self.best - self.effort.close * (abs(self.best) + self.spare)

    def _explored(self, part: Lattice, passes: int) -> float:
        """Bound of a part, its ranges cut where they can hold nothing better; infinite where it is empty."""
        self.searched += 1
        if not narrowed(self.core, part):
            return np.inf
        bound, before, stalled = -np.inf, -np.inf, 0
        for turn in range(passes):
            forth(self.core, part, self.told, self.inside, self.outside, self.promised, self.inbound)
            self._kept(polish=turn % 20 == 0 and passes == self.effort.first_passes)
            now = back_again(self.core, part, self.told, self.inside, self.outside, self.i_rise, self.s_rise)
            self.passes += 1
            stalled = stalled + 1 if now - bound < 1e-2 * (self.best - now) / passes else 0
            bound = max(bound, now)
            if bound >= self._enough():
                return np.inf
            # What a time costs more was told while the bound was still between the last pass's and this one's.
            if not cut(self.core, part, self.i_rise, self.s_rise, self._enough() - before):
                return np.inf
            before = now
            if stalled >= 5:
                break
        return bound

    def _kept(self, *, polish: bool) -> None:
        cost = priced(self.core, self.grid, self.inside, self.outside, self.promised, self.inbound)
        if cost < self.best * (1 - 1e-12) or not np.isfinite(self.best):
            self.best, self.best_promised, self.best_inbound = cost, self.promised.copy(), self.inbound.copy()
            polish = True
        if polish:
            self._polish()

    def _polish(self) -> None:
        vain = 0
        while vain < self.effort.trees:
            found = self._on_tree()
            if found.cost < self.best * (1 - 1e-12):
                self.best, self.best_promised, self.best_inbound = found.cost, found.promised, found.inbound
                vain = 0
            vain += 1

    def _on_tree(self) -> Found:
        """Best plan in which all links but those of a random spanning tree keep to a time between both ends of the best one's."""
        core, grid, promised, inbound = self.core, self.grid, self.best_promised.copy(), self.best_inbound.copy()
        chosen = spanned(core.giver, core.taker, self.random.permutation(self.links), len(grid.least))
        held = np.ones(self.links, dtype=np.bool_)
        held[chosen] = False
        giver, taker = core.giver[held], core.taker[held]
        low, high = promised[giver], inbound[taker]
        between = np.where(self.random.random(len(low)) < 0.5, low, high)
        i_low, s_high = grid.i_low.copy(), grid.s_high.copy()
        np.maximum.at(i_low, taker, between)
        np.minimum.at(s_high, giver, between)
        part = grid._replace(i_low=i_low, s_high=s_high)
        forest = folded(core.giver[chosen], core.taker[chosen], part, self.inside.copy(), self.outside.copy())
        roots = core.order[forest.stays[core.order]]
        cost = forest.grow(roots, promised, inbound)
        forest.unfold(promised, inbound)
        return Found(promised, inbound, cost, -np.inf, 1)

    def _halves(self, part: Lattice) -> list[Lattice]:
        """The part split in two at the stage whose chosen time its messages like least."""
        core = self.core
        stages = core.order
        s_more = self.s_rise[part.s_at[stages] + np.clip(self.promised[stages], part.s_low[stages], part.s_high[stages])]
        i_more = self.i_rise[part.i_at[stages] + np.clip(self.inbound[stages], part.i_low[stages], part.i_high[stages])]
        s_more = np.where(part.s_high[stages] > part.s_low[stages], s_more, -1.0)
        i_more = np.where(part.i_high[stages] > part.i_low[stages], i_more, -1.0)
        if max(s_more.max(), i_more.max()) <= 0.0:
            s_more, i_more = (np.asarray(wide[stages], dtype=np.float64) for wide in (part.s_high - part.s_low, part.i_high - part.i_low))
        if s_more.max() >= i_more.max():
            j = int(stages[s_more.argmax()])
            at = _split(self.s_rise[part.s_at[j] : part.s_at[j + 1]], int(self.promised[j]), int(part.s_low[j]), int(part.s_high[j]))
            return [_limited(part, j, s_high=at), _limited(part, j, s_low=at + 1)]
        j = int(stages[i_more.argmax()])
        at = _split(self.i_rise[part.i_at[j] : part.i_at[j + 1]], int(self.inbound[j]), int(part.i_low[j]), int(part.i_high[j]))
        return [_limited(part, j, i_high=at), _limited(part, j, i_low=at + 1)]


def _split(rise: Floats, chosen: int, low: int, high: int) -> int:
    """Where to cut ``low..high`` so that the chosen time and the one its messages like best part."""
    liked = low + int(rise[low : high + 1].argmin())
    middle = (liked + chosen) // 2 if liked != chosen else (low + high) // 2
    return min(max(middle, low), high - 1)


def _limited(part: Lattice, j: int = 0, **limits: int) -> Lattice:
    columns = {name: getattr(part, name).copy() for name in ("i_low", "i_high", "s_low", "s_high")}
    for name, value in limits.items():
        columns[name][j] = value
    return part._replace(**columns)

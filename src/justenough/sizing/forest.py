"""Forest: the parts of a network without loops, folded stage by stage into what they hang on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.guaranteed import fold, peeled, root, unfold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.kernels.guaranteed import Lattice

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Forest:
    """
    What folding came to.

    Parameters
    ----------
    order, into, side, kept, by, kept_at
        As `justenough.kernels.guaranteed.fold` left them.
    inside, outside
        Costs of what was folded in, by ``I`` and ``S`` of the stages that stay.
    """

    grid: Lattice
    order: Ints
    into: Ints
    side: Ints
    kept: Floats
    by: Ints
    kept_at: Ints
    inside: Floats
    outside: Floats

    @property
    def stays(self) -> Bools:
        """Stages that were folded into none. (k,)"""
        return np.asarray(self.into < 0)

    def grow(self, roots: Ints, promised: Ints, inbound: Ints) -> float:
        """Best times of the roots, written in place, and their cost with all that was folded into them."""
        return sum(root(int(j), self.grid, self.inside, self.outside, promised, inbound) for j in roots)

    def unfold(self, promised: Ints, inbound: Ints) -> None:
        """Times of the folded stages, written in place, once those that stay are chosen."""
        unfold(self.order, self.into, self.side, self.grid, self.kept, self.by, self.kept_at, promised, inbound)


def folded(giver: Ints, taker: Ints, grid: Lattice, inside: Floats, outside: Floats) -> Forest:
    """Fold all stages that hang on one link into their neighbour; ``inside`` and ``outside`` are changed."""
    k = len(grid.least)
    ends, links = np.concatenate([giver, taker]), np.tile(np.arange(len(giver)), 2)
    touching = links[np.argsort(ends, kind="stable")]
    touch_at = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=k))]).astype(np.int64)
    order, into, side = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    order = order[: peeled(giver, taker, touching, touch_at, order, into, side)]
    kept_at = np.concatenate([[0], np.cumsum(np.maximum(grid.i_high, grid.s_high) + 1)]).astype(np.int64)
    kept, by = np.full(kept_at[-1], np.inf), np.zeros(kept_at[-1], dtype=np.int64)
    fold(order, into, side, grid, inside, outside, kept, by, kept_at)
    return Forest(grid, order, into, side, kept, by, kept_at, inside, outside)

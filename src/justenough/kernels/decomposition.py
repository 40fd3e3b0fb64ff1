"""Decomposition: a long line or tree as one two-machine line for each buffer, made to agree with each other.

Around each buffer the rest of the line is folded into two pseudo-machines, one that fills and one that
drains; their failures are those of the real machine beside the buffer and the idle times that its other
buffers cause. The equations of Dallery, David & Xie (1988) for lines, and of Gershwin (1991) for trees of
assembly and disassembly, are solved by passing over the buffers forth and back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.pair import LEAST_CHANCE, product_two

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDS = 2_000
_SETTLED = 1e-12
MADE, LEVEL, DRY, FULL = range(4)


@njit(cache=True)
def decomposed(failing: Floats, repaired: Floats, links: Ints, capacity: Ints, out: Floats) -> float:
    """
    Throughput and buffer levels of a tree of synchronous machines with operation-dependent failures.

    Parameters
    ----------
    failing, repaired : (k,) [1/slot]
    links : (b, 2)
        Giver and taker of each buffer; a tree.
    capacity : (b,) [parts]
    out : (b, 4)
        Filled, for the two-machine line of each buffer: throughput [parts/slot], mean level [parts],
        probability that the taker is up and starved, that the giver is up and blocked.

    Returns
    -------
    float
        Largest difference between the throughputs of two buffers: 0 where the equations were met. It
        stays above 1e-9 where `ROUNDS` passes did not settle.
    """
    buffers = len(links)
    # Column 0 is the pseudo-machine on the giver's side, column 1 that on the taker's.
    fail, repair = np.empty((buffers, 2)), np.empty((buffers, 2))
    for j in range(buffers):
        for side in range(2):
            fail[j, side], repair[j, side] = max(failing[links[j, side]], LEAST_CHANCE), repaired[links[j, side]]
    before = np.zeros(buffers)
    for j in range(buffers):
        product_two(fail[j, 0], repair[j, 0], fail[j, 1], repair[j, 1], capacity[j], out[j])
    for _ in range(ROUNDS):
        for step in range(2 * buffers):
            j = step if step < buffers else 2 * buffers - 1 - step
            for side in range(2):
                _fold(failing, repaired, links, j, side, fail, repair, out)
            product_two(fail[j, 0], repair[j, 0], fail[j, 1], repair[j, 1], capacity[j], out[j])
        change = 0.0
        for j in range(buffers):
            change = max(change, abs(out[j, MADE] - before[j]))
            before[j] = out[j, MADE]
        if change < _SETTLED:
            break
    return float(out[:, MADE].max() - out[:, MADE].min())


@njit(cache=True)
def _fold(failing: Floats, repaired: Floats, links: Ints, j: int, side: int, fail: Floats, repair: Floats, out: Floats) -> None:
    """Make one pseudo-machine of the real machine on this side of buffer j and of what its other buffers do to it."""
    machine = links[j, side]
    own = max(failing[machine], LEAST_CHANCE) / repaired[machine]
    idle, made, neighbours = 0.0, 0.0, 0
    for b in range(len(links)):
        if b != j and (links[b, 0] == machine or links[b, 1] == machine):
            # A buffer it takes from leaves it dry; one it gives to holds it up.
            made += out[b, MADE]
            neighbours += 1
    if neighbours == 0:
        return
    made /= neighbours
    mended = 0.0
    for b in range(len(links)):
        if b != j and links[b, 1] == machine:
            idle += out[b, DRY] / made
            mended += repair[b, 0] * out[b, DRY] / made
        elif b != j and links[b, 0] == machine:
            idle += out[b, FULL] / made
            mended += repair[b, 1] * out[b, FULL] / made
    down = own + idle  # time down for each time up
    share = idle / down
    repair[j, side] = mended / down + repaired[machine] * (1.0 - share)
    fail[j, side] = down * repair[j, side]

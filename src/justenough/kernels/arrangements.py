"""Arrangements: how many later lives are longer than earlier ones, machine by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@njit(cache=True)
def _counted(values: Floats) -> tuple[int, int]:
    """Pairs in which the later value is larger, and pairs of equal values, by merging sorted runs."""
    n = len(values)
    run, merged = values.copy(), np.empty(n)
    longer, width = 0, 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j = low, middle
            for k in range(low, high):
                if i < middle and (j >= high or run[i] < run[j]):
                    merged[k] = run[i]
                    longer += high - j  # all that is left of the later run is longer
                    i += 1
                else:
                    merged[k] = run[j]
                    j += 1
        run, merged = merged, run
        width *= 2
    alike, same = 0, 1
    for k in range(1, n):
        same = same + 1 if run[k] == run[k - 1] else 1
        alike += same - 1
    return longer, alike


@njit(cache=True, parallel=True)
def arrangements(values: Floats, offsets: Ints, out: Ints) -> None:
    """
    Fill ``out`` (n_machines, 2): pairs in which the later value is strictly larger, and pairs of equal values.

    Machine i has the values ``offsets[i]:offsets[i + 1]``, in the order of time.
    """
    for i in prange(len(offsets) - 1):
        out[i, 0], out[i, 1] = _counted(values[offsets[i] : offsets[i + 1]])

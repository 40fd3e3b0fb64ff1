"""Divisors: the lot each stretch of demand comes in, and how often demands kept to a lot once it was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LOT, SINCE, KEPT, BROKEN, N_FOUND = 0, 1, 2, 3, 4
_LARGEST = 9007199254740992.0  # above it not every whole number is a double


@njit(cache=True)
def _shared(a: int, b: int) -> int:
    """Greatest common divisor of two whole numbers above 0 (Euclid, *Elements* VII.2)."""
    while b:
        a, b = b, a % b
    return a


@njit(cache=True, nogil=True)
def lots_along(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, least: int, found: Floats) -> None:
    """
    Fill rows ``start`` to ``stop`` of ``found`` (n, 4) from the stretches ``values[starts[i]:ends[i]]``.

    ``LOT``: greatest common divisor of all demands, 1 where one was not whole, 0 where there were none. ``SINCE``: demands since it
    last became smaller, that one included. ``KEPT``, ``BROKEN``: demands that came once ``least`` had come in a row in one lot of
    more than 1, and were whole lots or were not.
    """
    for i in range(start, stop):
        lot, since, kept, broken = 0, 0, 0, 0
        for t in range(starts[i], ends[i]):
            y = values[t]
            if not y > 0.0:
                continue
            size = int(y) if y < _LARGEST and y == math.floor(y) else 1
            same = lot > 0 and size % lot == 0
            if since >= least:
                kept += same
                broken += not same
            since = since + 1 if same else 1
            lot = lot if same else _shared(lot, size)
            if lot == 1:  # most items, after a few demands
                break
        found[i, LOT], found[i, SINCE], found[i, KEPT], found[i, BROKEN] = lot, since, kept, broken

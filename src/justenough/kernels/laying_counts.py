"""Laying counts: whole demand onto a grid of 16 bits an item and period; otherwise as `justenough.kernels.laying`, by the same names.

A place of the grid is 0 while no row has spoken of it, and else one more than the sum of what they said.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.laying import EMPTY, ROUNDED, column_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[np.uint16]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

UNSPOKEN = 0
_MOST = 65_534.0


@njit(cache=True, nogil=True, error_model="numpy")
def lay(
    codes: NDArray[np.uint32],
    days: NDArray[np.int32],
    quantities: Floats,
    origin: int,
    period_of_day: Ints,
    _ignore_returns: int,
    grid: Grid,
    _returned: Floats,
    counts: Ints,
) -> None:
    """As `laying.lay`; what this grid cannot hold (fractions, returns, rows without a quantity, sums too large) is counted as `ROUNDED`."""
    for k in range(len(codes)):
        item, quantity = int(codes[k]), quantities[k]
        period = column_of(item, int(days[k]), quantity, grid.shape[0], origin, period_of_day, counts)
        if period < 0:
            continue
        there = int(grid[item, period])
        total = quantity + (there - 1 if there else 0)
        if quantity == EMPTY or quantity < 0.0 or total > _MOST or quantity != math.floor(quantity):
            counts[ROUNDED] += 1
            continue
        grid[item, period] = np.uint16(int(total) + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def first_spoken(start: int, stop: int, grid: Grid, first: Ints) -> None:
    """As `laying.first_spoken`."""
    for i in range(start, stop):
        first[i] = grid.shape[1]
        for t in range(grid.shape[1]):
            if grid[i, t]:
                first[i] = t
                break


@njit(cache=True, nogil=True, error_model="numpy")
def settle(start: int, stop: int, grid: Grid, first: Ints) -> None:
    """As `laying.settle`: what is left are the sums."""
    first_spoken(start, stop, grid, first)
    for i in range(start, stop):
        for t in range(first[i], grid.shape[1]):
            grid[i, t] -= np.uint16(grid[i, t] > 0)

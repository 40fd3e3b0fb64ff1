"""Laying: rows of demand onto a grid of items by periods, and the grid packed into series.

A place of the grid is minus zero while no row has spoken of it, NaN while only rows without a quantity have, and else
the sum of what they said: minus zero plus zero is zero, so that the sum itself remembers whether anybody spoke.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[np.floating]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

UNSPOKEN = -0.0
EMPTY = -math.inf  # stands for a quantity that is not there
# What is counted of rows.
LAID, NO_ITEM, NO_DAY, NO_QUANTITY, ROUNDED, NEGATIVE = range(6)
N_COUNTS = 6


@njit(cache=True, nogil=True, error_model="numpy")
def column_of(item: int, day: int, quantity: float, n_items: int, origin: int, period_of_day: Ints, counts: Ints) -> int:
    """Count a row, as laid or by what is wrong with it; its column of the grid, -1 where it does not count."""
    if item >= n_items:
        counts[NO_ITEM] += 1
        return -1
    if day < origin or day - origin >= len(period_of_day):
        counts[NO_DAY] += 1
        return -1
    if math.isnan(quantity) or quantity == math.inf:
        counts[NO_QUANTITY] += 1
        return -1
    counts[LAID] += 1
    return int(period_of_day[day - origin])


@njit(cache=True, nogil=True, error_model="numpy")
def lay(
    codes: NDArray[np.uint32],
    days: NDArray[np.int32],
    quantities: Floats,
    origin: int,
    period_of_day: Ints,
    ignore_returns: int,
    grid: Grid,
    returned: Floats,
    counts: Ints,
) -> None:
    """
    Add rows to the grid, in their order.

    Parameters
    ----------
    codes
        Row of the item; beyond the grid where there is no such item.
    days, quantities
        `EMPTY` where no quantity is given. [days since 1970], [units]
    origin, period_of_day
        Column of the grid for each day from ``origin`` on; -1 where its period does not count.
    ignore_returns
        1: negative rows are only added to ``returned``.
    grid : (n_items, n_periods)
        At first `UNSPOKEN`.
    returned : (n_items,) [units]
    counts : (`N_COUNTS`,)
        Rows laid; those that cannot be believed, by what is wrong; sums the grid has too few bits for; negative rows.
    """
    for k in range(len(codes)):
        item, quantity = int(codes[k]), quantities[k]
        period = column_of(item, int(days[k]), quantity, grid.shape[0], origin, period_of_day, counts)
        if period < 0:
            continue
        there = float(grid[item, period])
        if quantity == EMPTY:
            if there == 0.0 and math.copysign(1.0, there) < 0.0:
                grid[item, period] = math.nan
            continue
        if quantity < 0.0:
            counts[NEGATIVE] += 1
            if ignore_returns:
                returned[item] -= quantity
                quantity = 0.0
        total = quantity if math.isnan(there) else there + quantity
        grid[item, period] = total
        if float(grid[item, period]) != total:
            counts[ROUNDED] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def first_days(codes: NDArray[np.uint32], days: NDArray[np.int32], first: Ints) -> None:
    """Lower ``first`` (n_items,) to the earliest day of each item's rows. [days since 1970]"""
    for k in range(len(codes)):
        if codes[k] < len(first):
            first[codes[k]] = min(first[codes[k]], days[k])


@njit(cache=True, nogil=True, error_model="numpy")
def first_spoken(start: int, stop: int, grid: Grid, first: Ints) -> None:
    """Fill ``first`` (n_items,) from ``start`` to ``stop`` with the first column anybody spoke of; their number where nobody did."""
    for i in range(start, stop):
        first[i] = grid.shape[1]
        for t in range(grid.shape[1]):
            value = float(grid[i, t])
            if value != 0.0 or math.copysign(1.0, value) > 0.0:
                first[i] = t
                break


@njit(cache=True, nogil=True, error_model="numpy")
def settle(start: int, stop: int, grid: Grid, first: Ints) -> None:
    """Fill ``first`` (n_items,) with the first known period from ``start`` to ``stop``; what nobody spoke of later becomes zero."""
    n_periods = grid.shape[1]
    for i in range(start, stop):
        begin = n_periods
        for t in range(n_periods):
            value = float(grid[i, t])
            if not math.isnan(value) and (value != 0.0 or math.copysign(1.0, value) > 0.0):
                begin = t
                break
        first[i] = begin
        for t in range(begin, n_periods):
            grid[i, t] = grid[i, t] + np.float32(0.0)  # minus zero plus zero is zero


@njit(cache=True, nogil=True, error_model="numpy")
def pack(flat: Grid, first: Ints, offsets: Ints, n_periods: int) -> None:
    """Move each item's series, from its first known period on, to its place in the grid's own memory, one behind the other."""
    for i in range(len(first)):
        source, target = i * n_periods + first[i], offsets[i]
        if source != target:
            for t in range(offsets[i + 1] - target):
                flat[target + t] = flat[source + t]

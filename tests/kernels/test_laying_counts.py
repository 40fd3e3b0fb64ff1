"""Laying counts gives what laying gives, and says what it cannot hold."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.kernels import laying, laying_counts

N_ITEMS, N_DAYS, ORIGIN = 5, 12, 100


def laid(kernels, width, rows):
    grid = np.full((N_ITEMS, N_DAYS), kernels.UNSPOKEN, width)
    counts = np.zeros(laying.N_COUNTS, np.int64)
    kernels.lay(*rows, ORIGIN, np.arange(N_DAYS), 0, grid, np.zeros(N_ITEMS), counts)
    return grid, counts


@pytest.mark.parametrize("n", [0, 3, 30, 400])
def test_series_are_those_of_the_wide_grid(n):
    random = np.random.default_rng(n)
    # Some rows are of no item, or of no day.
    codes, days = random.integers(0, N_ITEMS + 1, n).astype(np.uint32), (ORIGIN - 1 + random.integers(0, N_DAYS + 2, n)).astype(np.int32)
    rows = codes, days, random.poisson(0.7, n) * 40.0
    found = []
    for kernels, width in ((laying, np.float64), (laying_counts, np.uint16)):
        grid, counts = laid(kernels, width, rows)
        first, spoken = np.empty(N_ITEMS, np.int64), np.empty(N_ITEMS, np.int64)
        kernels.first_spoken(0, N_ITEMS, grid, spoken)
        kernels.settle(0, 2, grid, first)
        kernels.settle(2, N_ITEMS, grid, first)
        series = [grid[i, first[i] :].tolist() for i in range(N_ITEMS)]
        found.append((counts.tolist(), spoken.tolist(), first.tolist(), series))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("amounts", "held"),
    [([2.0, 0.0], True), ([0.5], False), ([-1.0], False), ([laying.EMPTY], False), ([65_000.0, 534.0], True), ([65_000.0, 535.0], False)],
)
def test_what_16_bits_cannot_hold_is_noticed(amounts, held):
    n = len(amounts)
    grid, counts = laid(laying_counts, np.uint16, (np.zeros(n, np.uint32), np.full(n, ORIGIN, np.int32), np.array(amounts)))
    assert counts[laying.LAID] == n
    assert bool(counts[laying.ROUNDED] == 0) is held
    if held:
        assert grid[0, 0] == sum(amounts) + 1

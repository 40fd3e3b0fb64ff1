"""Laying against a dictionary of what every place was told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from justenough.kernels import laying

N_ITEMS, N_DAYS, ORIGIN = 5, 12, 100


def told(seed, n=400):
    """Rows of which some have no quantity and some are returns."""
    random = np.random.default_rng(seed)
    quantity = random.integers(-2, 6, n).astype(np.float64)
    quantity[random.random(n) < 0.3] = laying.EMPTY
    return random.integers(0, N_ITEMS, n).astype(np.uint32), (ORIGIN + random.integers(0, N_DAYS, n)).astype(np.int32), quantity


def laid(codes, days, quantity, ignore=0, width=np.float64):
    grid = np.full((N_ITEMS, N_DAYS), laying.UNSPOKEN, width)
    returned, counts = np.zeros(N_ITEMS), np.zeros(laying.N_COUNTS, np.int64)
    laying.lay(codes, days, quantity, ORIGIN, np.arange(N_DAYS), ignore, grid, returned, counts)
    return grid, returned, counts


def expected(codes, days, quantity):
    places = {}
    for code, day, amount in zip(codes.tolist(), days.tolist(), quantity.tolist(), strict=True):
        places.setdefault((code, day - ORIGIN), []).append(amount)
    found = {}
    for place, amounts in places.items():
        known = [amount for amount in amounts if amount != laying.EMPTY]
        found[place] = sum(known) if known else math.nan
    return found


@pytest.mark.parametrize("n", [3, 30, 400])
def test_every_place_is_the_sum_of_its_rows(n):
    codes, days, quantity = told(n, n)
    grid, _, counts = laid(codes, days, quantity)
    for place, value in expected(codes, days, quantity).items():
        assert grid[place] == value or (math.isnan(value) and math.isnan(grid[place]))
    assert counts[laying.LAID] == n


def test_series_begin_at_their_first_known_period_and_the_unspoken_is_zero():
    codes, days, quantity = told(9, 20)
    grid, _, _ = laid(codes, days, quantity)
    places, first = expected(codes, days, quantity), np.empty(N_ITEMS, np.int64)
    laying.settle(0, 2, grid, first)
    laying.settle(2, N_ITEMS, grid, first)
    offsets = np.concatenate([[0], np.cumsum(N_DAYS - first)])
    laying.pack(grid.reshape(-1), first, offsets, N_DAYS)
    flat = grid.reshape(-1)[: offsets[-1]].tolist()
    for item in range(N_ITEMS):
        known = [day for day in range(N_DAYS) if not math.isnan(places.get((item, day), math.nan))]
        begin = min(known, default=N_DAYS)
        assert first[item] == begin
        series, flat = flat[: N_DAYS - begin], flat[N_DAYS - begin :]
        wanted = [places.get((item, day), 0.0) for day in range(begin, N_DAYS)]
        assert [str(value) for value in series] == [str(value) for value in wanted]  # no minus zero is left
    assert not flat


def test_days_before_anybody_spoke_are_told_from_days_without_demand():
    quantity = np.array([0.0, laying.EMPTY])
    grid, _, _ = laid(np.array([1, 3], np.uint32), np.array([104, 106], np.int32), quantity)
    first = np.empty(N_ITEMS, np.int64)
    laying.first_spoken(0, N_ITEMS, grid, first)
    assert first.tolist() == [N_DAYS, 4, N_DAYS, 6, N_DAYS]


def test_rows_that_cannot_be_believed_are_counted_and_left_out():
    codes = np.array([0, 9, 0, 0, 0], np.uint32)
    days = np.array([100, 100, 99, 112, 101], np.int32)
    grid, _, counts = laid(codes, days, np.array([1.0, 1.0, 1.0, 1.0, np.inf]))
    assert counts.tolist() == [1, 1, 2, 1, 0, 0]
    assert np.nansum(grid) == 1.0


def test_returns_are_ignored_but_counted_where_asked():
    grid, returned, _ = laid(np.zeros(2, np.uint32), np.full(2, ORIGIN, np.int32), np.array([5.0, -2.0]), ignore=1)
    assert grid[0, 0] == 5.0
    assert returned[0] == 2.0


@pytest.mark.parametrize(("amounts", "rounded"), [([0.5, 0.25], 0), ([0.1], 1), ([2.0**24, 1.0], 1)])
def test_what_32_bits_would_round_is_noticed(amounts, rounded):
    n = len(amounts)
    _, _, counts = laid(np.zeros(n, np.uint32), np.full(n, ORIGIN, np.int32), np.array(amounts), width=np.float32)
    assert counts[laying.ROUNDED] == rounded

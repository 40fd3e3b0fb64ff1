"""Reverse arrangements against counting every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from justenough.kernels.arrangements import arrangements


def test_every_pair_is_counted():
    rng = np.random.default_rng(1)
    series = [[], [4.0], [1.0, 1.0], *(rng.integers(0, 9, n).astype(float).tolist() for n in (2, 3, 7, 16, 33, 100)), list(range(50))]
    out = np.empty((len(series), 2), np.int64)
    arrangements(np.concatenate(series).astype(float), np.cumsum([0, *map(len, series)]), out)
    expected = [[sum(a < b for a, b in combinations(row, 2)), sum(a == b for a, b in combinations(row, 2))] for row in series]
    assert out.tolist() == expected

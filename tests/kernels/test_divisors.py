"""Lots along a record: the greatest common divisor, and how often demands kept to it."""

from __future__ import annotations

import math
from functools import reduce

import numpy as np
import pytest

from justenough.kernels.divisors import BROKEN, KEPT, LOT, N_FOUND, SINCE, lots_along


def found_in(series, least=3):
    values = np.array([y for one in series for y in one], dtype=np.float64)
    ends = np.cumsum([len(one) for one in series])
    found = np.empty((len(series), N_FOUND))
    lots_along(0, len(series), values, ends - [len(one) for one in series], ends, least, found)
    return found


def reference(series, least):
    """As whole lists: the divisor of every beginning of the record."""
    sizes = [int(y) if y == math.floor(y) else 1 for y in series if y > 0.0]
    divisors = [reduce(math.gcd, sizes[: k + 1]) for k in range(len(sizes))]
    kept, broken = 0, 0
    for k in range(1, len(sizes)):
        same = [j for j in range(k) if divisors[j] == divisors[k - 1]]
        if divisors[k - 1] > 1 and len(same) >= least:
            kept, broken = kept + (divisors[k] == divisors[k - 1]), broken + (divisors[k] != divisors[k - 1])
    return divisors[-1] if sizes else 0, divisors.count(divisors[-1]) if sizes else 0, kept, broken


def test_euclid_elements_vii_2_is_the_lot():
    """252 and 105 have 21 (the usual example of Euclid's algorithm); 60, 90 and 150 have 30."""
    assert found_in([[252, 0, 105], [60, 90, 150]])[:, LOT].tolist() == [21.0, 30.0]


@pytest.mark.parametrize("least", [1, 3, 8])
def test_it_is_the_divisor_of_every_beginning(least):
    random = np.random.default_rng(3)
    lots = random.choice([1, 2, 5, 20, 50], 200)
    series = [lot * random.integers(0, 5, 30) * random.choice([1, 1, 4], 30) for lot in lots]
    series = [np.where(random.random(30) < 0.02, 7.0, one) for one in series] + [[], [0.0, math.nan], [2.5, 5.0], [4.0, math.nan, 6.0]]
    found = found_in(series, least)
    for row, one in zip(found, series, strict=True):
        lot, since, kept, broken = reference(one, least)
        assert (row[LOT], row[KEPT], row[BROKEN]) == (lot, kept, broken)
        assert lot == 1 or row[SINCE] == since  # of units nobody asks


def test_a_number_too_large_to_be_whole_is_no_lot():
    assert found_in([[1e300, 1e300]])[0, LOT] == 1.0


def test_a_break_counts_once_and_the_new_lot_begins_with_it():
    row = found_in([[50, 100, 50, 150, 30, 20, 20]])[0]
    assert row.tolist() == [10.0, 3.0, 1.0, 1.0]

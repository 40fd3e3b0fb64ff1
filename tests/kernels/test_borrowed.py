"""A borrowed view is the same memory, and counts among nobody's owners."""

import sys

import numpy as np
from numba import njit

from justenough.kernels.borrowed import borrowed


@njit
def doubled(given, times):
    view = borrowed(given)
    for _ in range(times):
        view[1] = 2.0 * view[1]
    return view[1:].sum() + view.shape[0]


@njit
def passed_on():
    mine = np.full((3, 2), 1.5)
    return doubled(mine[1], 3), mine


def test_what_is_written_through_it_is_in_the_array():
    values = np.array([1.0, 3.0, 5.0])
    assert doubled(values, 2) == 12.0 + 5.0 + 3
    np.testing.assert_array_equal(values, [1.0, 12.0, 5.0])


def test_rows_of_what_the_caller_made_live_as_long_as_the_caller_needs():
    total, mine = passed_on()
    assert total == 12.0 + 2
    np.testing.assert_array_equal(mine, [[1.5, 1.5], [1.5, 12.0], [1.5, 1.5]])


def test_nobody_owns_the_array_more_or_less_after():
    values = np.ones(4)
    owners = sys.getrefcount(values)
    for _ in range(100):
        doubled(values, 1)
    assert sys.getrefcount(values) == owners

"""Halton: SciPy's points to the last bit, and those that are printed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from justenough.estimation.halton import halton


@pytest.mark.parametrize("count", [0, 1, 2, 256, 512, 20_000])
def test_points_are_scipys(count):
    assert np.array_equal(halton(count), qmc.Halton(2, scramble=False).random(count + 1)[1:])


def test_the_first_points_are_those_of_the_paper():
    """1/2, 1/4, 3/4, 1/8 and 1/3, 2/3, 1/9, 4/9."""
    assert halton(4).T == pytest.approx(np.array([[1 / 2, 1 / 4, 3 / 4, 1 / 8], [1 / 3, 2 / 3, 1 / 9, 4 / 9]]), abs=1e-15)


def test_any_interval_holds_its_share():
    """The discrepancy of n points in one dimension is O(log n / n): here within 4/n of any share."""
    points = np.sort(halton(1_000), axis=0)
    assert np.abs(points - (np.arange(1_000) + 0.5)[:, None] / 1_000).max() < 0.004

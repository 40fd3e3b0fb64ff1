"""The exact search for few items, against every choice tried."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from justenough.sizing.budget import Options, within
from justenough.sizing.whole_choice import whole_choice


def invented(seed, n_limits):
    random = np.random.default_rng(seed)
    cost, uses = random.integers(0, 9, (5, 4)).astype(float), random.integers(0, 6, (n_limits, 5, 4)).astype(float)
    cost[random.random(cost.shape) < 0.2] = np.inf
    cost[:, 0] = np.where(np.isinf(cost).all(axis=1), 3.0, cost[:, 0])
    return cost, uses, np.round(random.uniform(0.15, 0.6) * uses.max(axis=2).sum(axis=1))


def cheapest(cost, uses, most):
    sums = (
        (sum(cost[i, k] for i, k in enumerate(taken)), [sum(one[i, k] for i, k in enumerate(taken)) for one in uses])
        for taken in product(range(4), repeat=5)
    )
    return min((paid for paid, used in sums if all(a <= b for a, b in zip(used, most, strict=True))), default=np.inf)


@pytest.mark.parametrize("n_limits", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_every_choice_tried(seed, n_limits):
    cost, uses, most = invented(seed, n_limits)
    best, found = cheapest(cost, uses, most), whole_choice(cost, uses, most)
    if np.isinf(best):
        assert found is None
    else:
        assert found is not None
        assert (uses[:, np.arange(5), found].sum(axis=1) <= most).all()
        assert cost[np.arange(5), found].sum() == best


def test_limits_that_leave_one_choice_are_not_called_impossible():
    """No single change from where prices lead keeps both limits; (0, 2, 1) is the one choice of 27 that does."""
    cost = np.array([[4.0, 2.0, 3.0], [1.0, 5.0, 0.0], [1.0, 3.0, 0.0]])
    money = [[2.0, 0.0, 4.0], [1.0, 4.0, 1.0], [4.0, 0.0, 0.0]]
    volume = [[1.0, 2.0, 0.0], [3.0, 2.0, 0.0], [1.0, 2.0, 4.0]]
    spent = within(Options(cost, np.array([money, volume]), ("money", "volume")), np.array([3.0, 3.0]))
    assert spent.option.tolist() == [0, 2, 1]

"""Knapsack loops against lists that try every option."""

import numpy as np
import pytest

from justenough.kernels import knapsack
from justenough.kernels.abreast import PART


def invented(n=40, m=6, n_limits=2, seed=0):
    random = np.random.default_rng(seed)
    cost = random.integers(0, 9, (n, m)).astype(float)
    cost[random.random((n, m)) < 0.2] = np.inf
    cost[:, 2] = 5.0
    return cost, random.integers(0, 5, (n_limits, n, m)).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_the_cheapest_option_at_prices(seed):
    cost, uses = invented(seed=seed)
    prices = np.array([0.7, 1.3])
    chosen, sums = np.empty(40, dtype=np.int64), np.zeros((1, 3))
    knapsack.choose(0, 40, cost, uses, prices, chosen, sums)
    paid = [[cost[i, k] + 0.7 * uses[0, i, k] + 1.3 * uses[1, i, k] for k in range(6)] for i in range(40)]
    assert [paid[i][chosen[i]] for i in range(40)] == pytest.approx([min(row) for row in paid])
    assert sums[0] == pytest.approx([cost[range(40), chosen].sum(), *(use[range(40), chosen].sum() for use in uses)])


def test_sums_are_kept_by_part():
    cost, uses = invented(n=2 * PART)
    chosen, sums = np.empty(2 * PART, dtype=np.int64), np.zeros((2, 3))
    for start in (PART, 0):
        knapsack.choose(start, start + PART, cost, uses, np.zeros(2), chosen, sums)
    assert sums[:, 0] == pytest.approx([cost[:PART].min(axis=1).sum(), cost[PART:].min(axis=1).sum()])


def test_least_and_dearest_of_what_is_allowed():
    cost, uses = invented(seed=3)
    fewest, most = np.empty((2, 40)), np.empty(40)
    knapsack.least(0, 40, cost, uses, fewest)
    knapsack.dearest(0, 40, cost, most)
    for i in range(40):
        allowed = [k for k in range(6) if cost[i, k] < np.inf]
        assert most[i] == max(cost[i, k] for k in allowed)
        assert list(fewest[:, i]) == [min(use[i, k] for k in allowed) for use in uses]


@pytest.mark.parametrize("seed", range(5))
def test_changes_that_free_most_for_what_they_cost(seed):
    cost, uses = invented(seed=seed)
    prices, weights, chosen = np.array([0.5, 0.1]), np.array([1.0, 0.0]), np.full(40, 2)
    other, ratio = np.empty(40, dtype=np.int64), np.empty(40)
    knapsack.relief(0, 40, cost, uses, prices, weights, chosen, other, ratio)
    for i in range(40):
        tried = []
        for k in range(6):
            freed = uses[0, i, 2] - uses[0, i, k]
            if freed > 0:
                tried.append((cost[i, k] - cost[i, 2] - 0.5 * freed - 0.1 * (uses[1, i, 2] - uses[1, i, k])) / freed)
        assert ratio[i] == pytest.approx(min(tried, default=np.inf))
        assert (other[i] == 2) == (not np.isfinite(ratio[i]))


@pytest.mark.parametrize("seed", range(5))
def test_changes_that_fit_and_save(seed):
    cost, uses = invented(seed=seed)
    prices, slack, chosen = np.array([0.5, 0.1]), np.array([1.0, 2.0]), np.full(40, 2)
    other, ratio = np.empty(40, dtype=np.int64), np.empty(40)
    knapsack.fitting(0, 40, cost, uses, prices, slack, chosen, other, ratio)
    for i in range(40):
        tried = []
        for k in range(6):
            saved, more = 5.0 - cost[i, k], uses[:, i, k] - uses[:, i, 2]
            if saved > 0 and (more <= slack).all():
                tried.append((prices @ more - saved) / saved)
        assert ratio[i] == pytest.approx(min(tried, default=np.inf))


def test_changing_stops_when_every_limit_is_kept_and_never_passes_a_kept_one():
    uses = np.array([[[2.0, 0.0], [2.0, 0.0], [2.0, 0.0]], [[0.0, 9.0], [0.0, 0.0], [0.0, 0.0]]])
    chosen, used = np.zeros(3, dtype=np.int64), np.array([6.0, 0.0])
    changed = knapsack.change_while_over(np.arange(3), np.ones(3, dtype=np.int64), uses, np.array([4.0, 5.0]), chosen, used)
    assert changed == 1
    assert list(chosen) == [0, 1, 0]
    assert list(used) == [4.0, 0.0]


def test_what_does_not_fit_any_more_is_left_out():
    uses = np.array([[[0.0, 3.0], [0.0, 3.0], [0.0, 1.0]]])
    chosen, used = np.zeros(3, dtype=np.int64), np.zeros(1)
    assert knapsack.change_where_fits(np.arange(3), np.ones(3, dtype=np.int64), uses, np.array([4.0]), chosen, used) == 2
    assert list(chosen) == [1, 0, 1]
    assert used[0] == 4.0

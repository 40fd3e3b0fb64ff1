"""Tree kernels beside sums over all pairs of times, written out."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.kernels.guaranteed import CUSTOMER, SUPPLIER, Lattice, fold, inbound_costs, peeled, promise_costs, root, unfold


@pytest.mark.parametrize("seed", range(30))
def test_searches_find_what_trying_all_pairs_finds(seed):
    draw = np.random.default_rng(seed)
    least, i_high = -int(draw.integers(0, 6)), int(draw.integers(0, 9))
    i_low = int(draw.integers(0, i_high + 1))
    s_high = int(draw.integers(0, i_high - least + 1))
    cost = np.cumsum(draw.random(i_high - least + 1) * draw.integers(0, 2, i_high - least + 1))
    inside, outside = draw.normal(size=i_high + 1), draw.normal(size=s_high + 1)

    def price(i, s):
        return cost[i - s - least] if i - s >= least else np.inf

    out, by = np.empty(s_high + 1), np.empty(s_high + 1, dtype=np.int64)
    promise_costs(cost, least, inside, i_low, i_high, 0, s_high, out, by)
    for s in range(s_high + 1):
        expected = min(inside[i] + price(i, s) for i in range(i_low, i_high + 1))
        assert out[s] == pytest.approx(expected)
        assert np.isinf(expected) or inside[by[s]] + price(by[s], s) == pytest.approx(expected)
    out, by = np.empty(i_high + 1), np.empty(i_high + 1, dtype=np.int64)
    inbound_costs(cost, least, outside, i_low, i_high, 0, s_high, out, by)
    for i in range(i_low, i_high + 1):
        expected = min(outside[s] + price(i, s) for s in range(s_high + 1))
        assert out[i] == pytest.approx(expected)
        assert np.isinf(expected) or outside[by[i]] + price(i, by[i]) == pytest.approx(expected)


@pytest.mark.parametrize("side", [CUSTOMER, SUPPLIER])
@pytest.mark.parametrize("seed", range(12))
def test_two_stages_folded_from_either_end_cost_what_trying_all_times_does(seed, side):
    """Stage 0 supplies stage 1: what it promises is at most what stage 1 is promised, and may be just that."""
    draw = np.random.default_rng(seed)
    least, i_high, s_high = np.array([-2, -3]), np.array([1, 3]), np.array([3, 4])
    starts = np.concatenate([[0], np.cumsum(i_high - least + 1)])
    cost = np.concatenate([np.cumsum(draw.random(n)) for n in i_high - least + 1])
    i_at, s_at = np.concatenate([[0], np.cumsum(i_high + 1)]), np.concatenate([[0], np.cumsum(s_high + 1)])
    zero = np.zeros(2, dtype=np.int64)
    grid = Lattice(cost, starts, least, zero, i_high, zero, s_high, i_at, s_at)
    inside, outside = draw.normal(size=i_at[-1]), draw.normal(size=s_at[-1])

    def price(j, i, s):
        at = i - s - least[j]
        return cost[starts[j] + at] + inside[i_at[j] + i] + outside[s_at[j] + s] if at >= 0 else np.inf

    times = [[(i, s) for i in range(i_high[j] + 1) for s in range(s_high[j] + 1)] for j in (0, 1)]
    expected = min(price(0, *first) + price(1, *then) for first in times[0] for then in times[1] if first[1] <= then[0])
    leaf, stays = (0, 1) if side == CUSTOMER else (1, 0)
    order, into, sides = np.array([leaf]), np.full(2, -1), np.full(2, side)
    into[leaf] = stays
    kept_at = np.array([0, 5, 10])
    kept, by = np.full(10, np.inf), np.zeros(10, dtype=np.int64)
    within, beyond = inside.copy(), outside.copy()
    fold(order, into, sides, grid, within, beyond, kept, by, kept_at)
    promised, inbound = zero.copy(), zero.copy()
    assert root(stays, grid, within, beyond, promised, inbound) == pytest.approx(expected)
    unfold(order, into, sides, grid, kept, by, kept_at, promised, inbound)
    assert promised[0] <= inbound[1]
    assert sum(price(j, inbound[j], promised[j]) for j in (0, 1)) == pytest.approx(expected)


def peel(k, links):
    giver, taker = np.array(links, dtype=np.int64).reshape(-1, 2).T.copy()
    ends, index = np.concatenate([giver, taker]), np.tile(np.arange(len(giver)), 2)
    touch_at = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=k))])
    order, into, side = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    taken = peeled(giver, taker, index[np.argsort(ends, kind="stable")], touch_at, order, into, side)
    return order[:taken].tolist(), into.tolist()


def test_a_tree_is_peeled_to_its_last_stage():
    order, into = peel(5, [(0, 2), (1, 2), (2, 3), (2, 4)])
    assert len(order) == 4
    assert into.count(-1) == 1


def test_loops_stay_and_what_hangs_on_them_goes():
    order, into = peel(6, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (5, 0)])
    assert sorted(order) == [4, 5]
    assert [into[4], into[5]] == [3, 0]


def test_two_stages_peel_to_one():
    order, into = peel(2, [(0, 1)])
    assert (order, into) == ([0], [1, -1])

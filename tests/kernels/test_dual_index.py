"""Dual index kernels: overshoots against a list of every order on its way."""

import numpy as np
import pytest

from justenough.kernels import dual_index


def overshoots(demand, down, gap, policy, target):
    """Orders as a list of (review it enters the fast window, units); the position is a plain sum over it."""
    entered, waiting, over, fasts = [], 0.0, [], []
    begun = target if policy == dual_index.DUAL else 0.0
    for t in range(len(demand)):
        gone = demand[t - 1] if t else 0.0
        position = begun + sum(fasts) + sum(units for when, units in entered if when <= t) - sum(demand[:t])
        fast = max(-position, 0.0) if policy != dual_index.SLOW else 0.0
        fasts.append(fast)
        over.append(position + fast)
        waiting += {dual_index.SURGE: target, dual_index.FAST: 0.0}.get(policy, gone - fast)
        if not down[t]:
            entered.append((t + gap, waiting))
            waiting = 0.0
    return over, fasts


@pytest.mark.parametrize("policy", [dual_index.DUAL, dual_index.SURGE, dual_index.SLOW, dual_index.FAST])
@pytest.mark.parametrize("gap", [1, 3])
def test_the_path_against_a_list_of_orders(policy, gap):
    random = np.random.default_rng(gap)
    demand, down = random.poisson(3.0, 80).astype(float), random.random(80) < 0.3
    over = np.empty(80)
    target = 0.0 if policy in (dual_index.SLOW, dual_index.FAST) else 2.0
    mean = dual_index.path_of(demand, down, gap, 10, policy, target, np.empty(80 + gap + 1), over)
    expected, fasts = overshoots(demand, down, gap, policy, target)
    assert over == pytest.approx(expected)
    assert mean == pytest.approx(np.mean(fasts[10:]))


def test_the_level_is_the_best_of_all_levels():
    random = np.random.default_rng(7)
    demand, down = random.poisson(3.0, (1, 500)).astype(float), np.zeros((1, 500), dtype=bool)
    given = np.empty((1, 1, dual_index.N_GIVEN))
    reviews, money = np.array([[1, 2, 50]]), np.array([[1.0, 9.0, 2.0]])
    dual_index.policies_at(0, 1, demand, down, reviews, money, dual_index.DUAL, np.array([[4.0]]), given)
    over, fasts = overshoots(demand[0], down[0], 2, dual_index.DUAL, 4.0)
    missing = np.array([demand[0, t] + demand[0, t + 1] - over[t] for t in range(50, 499)])
    costs = [np.mean(np.where(missing < level, level - missing, 9.0 * (missing - level))) for level in range(20)]
    assert given[0, 0, dual_index.LEVEL] == int(np.argmin(costs))
    assert given[0, 0, dual_index.COST] == pytest.approx(min(costs) + 2.0 * np.mean(fasts[50:]))
    assert given[0, 0, dual_index.COVERED] == pytest.approx(np.mean(missing <= np.argmin(costs)))

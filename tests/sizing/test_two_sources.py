"""Two sources: against an exact dynamic programme, against single sources in closed form, and against lives."""

import numpy as np
import pytest

from justenough.simulation.dual_sourcing import TwoOrders, lived_two
from justenough.sizing.two_sources import Sources, compared


def sources(n, slow, fast, *, holding=5.0, shortage=495.0, premium=20.0, step=1.0):
    column = lambda value: np.full(n, float(value))  # noqa: E731
    slow, fast = (np.broadcast_to(np.asarray(each, dtype=np.int64), n) for each in (slow, fast))
    return Sources(slow, fast, column(holding), column(shortage), column(premium), column(step))


def uniform(n, life, seed=0):
    """The demand of the literature's small instances: 0, 1, 2, 3 or 4 with equal chance."""
    return np.random.default_rng(seed).integers(0, 5, (n, life)).astype(float)


def optimal(slow_reviews, holding, shortage, premium):
    """Least mean cost over all policies by relative value iteration: fast order at once, slow one after 2 or 3 reviews."""
    shelf, most = np.arange(-8, 13), 5
    pipeline = [range(most)] * (slow_reviews - 1)
    worth = np.zeros((len(shelf), *(most for _ in pipeline)))
    after = shelf[:, None] - np.arange(5)[None, :]
    at_end = (holding * np.maximum(after, 0) + shortage * np.maximum(-after, 0)).mean(axis=1)
    for _ in range(4000):
        # Worth of the shelf after ordering, by what arrives next (first axis of the pipeline) and what was ordered last.
        new = np.full_like(worth, np.inf)
        post = np.empty((len(shelf), *worth.shape[1:], most))
        for q in np.ndindex(*worth.shape[1:]):
            index = np.clip(after + q[0] - shelf[0], 0, len(shelf) - 1)
            for r in range(most):
                post[(slice(None), *q, r)] = at_end + worth[(index, *q[1:], r)].mean(axis=1)
        cheapest = post.min(axis=-1)
        for fast in range(most):
            reach = np.minimum(np.arange(len(shelf)) + fast, len(shelf) - 1)
            new = np.minimum(new, premium * fast + cheapest[reach])
        change = new - worth
        worth = new - new[(0,) * new.ndim]
        if change.max() - change.min() < 1e-5:
            break
    return float(change.mean())


@pytest.mark.parametrize(("premium", "shortage"), [(5.0, 95.0), (2.0, 45.0)])
def test_within_two_percent_of_all_policies(premium, shortage):
    """Veeraraghavan & Scheller-Wolf 2008 report dual index within 1 or 2 % of the optimum in most cases; here l = 2."""
    best = optimal(2, 5.0, shortage, premium)
    found = compared(uniform(2, 50_000), sources(2, 2, 0, premium=premium, shortage=shortage))
    assert best * 0.99 <= found.dual_index.cost.mean() <= best * 1.025
    assert found.base_surge.cost.mean() >= best * 0.99


def test_one_source_alone_is_the_newsvendor():
    """Demand of L + 1 reviews: level and cost from its exact distribution, by adding up the chances."""
    chance = np.array([1.0])
    for _ in range(3):
        chance = np.convolve(chance, np.full(5, 0.2))
    levels = np.arange(len(chance))
    cost = [5.0 * (np.maximum(level - levels, 0) @ chance) + 95.0 * (np.maximum(levels - level, 0) @ chance) for level in levels]
    found = compared(uniform(1, 200_000), sources(1, 2, 2, shortage=95.0))
    assert found.slow.slow_level[0] == int(np.argmin(cost))
    assert found.slow.cost[0] == pytest.approx(min(cost), rel=0.01)
    assert found.fast.cost[0] == pytest.approx(min(cost) + 20.0 * 2.0, rel=0.01)


@pytest.mark.parametrize("fast", [0, 1, 3])
@pytest.mark.parametrize("stops", [False, True])
def test_what_is_stated_is_what_is_lived(fast, stops):
    """The recursion on overshoots and a life with shelf and pipelines share nothing but the demand."""
    n, life, random = 6, 3000, np.random.default_rng(fast)
    demand = random.poisson(3.0, (n, life)).astype(float)
    slow = np.full(n, fast) + np.array([0, 1, 2, 4, 7, 10])
    down = np.cumsum(random.random((n, life)) < 0.02, axis=1) % 2 == 1 if stops else np.zeros((n, life), dtype=bool)
    given = sources(n, slow, fast, premium=3.0, shortage=60.0)
    found = compared(demand, given, down=down, warm_up=600)
    fasts = np.full(n, fast)
    for name in ("slow", "fast", "dual_index", "base_surge"):
        one = getattr(found, name)
        lived = lived_two(demand, TwoOrders(one.fast_level, one.slow_level, one.base), slow, fasts, down=down, warm_up=600 + fast)
        assert lived.mean_stock == pytest.approx(one.mean_stock, rel=2e-3, abs=2e-3), name
        assert lived.mean_short == pytest.approx(one.mean_short, rel=2e-3, abs=2e-3), name
        assert lived.fast_units == pytest.approx(one.fast_units, rel=5e-3, abs=5e-3), name
        assert lived.covered == pytest.approx(one.covered, abs=2e-3), name


def test_both_sources_never_cost_more_than_the_better_one_alone():
    random = np.random.default_rng(2)
    demand = random.gamma(2.0, 3.0, (20, 4000))
    found = compared(demand, sources(20, 6, 1, premium=8.0, shortage=40.0, step=0.0))
    assert (found.dual_index.cost <= np.minimum(found.slow.cost, found.fast.cost) * 1.005).all()
    assert (found.worth >= 0.0).all()


def test_a_dearer_fast_source_is_used_less_and_worth_less():
    demand = np.random.default_rng(3).poisson(5.0, (1, 20_000)).astype(float)
    found = [compared(demand, sources(1, 5, 0, premium=premium, shortage=100.0)) for premium in (0.5, 5.0, 50.0, 5000.0)]
    used, worth = [one.dual_index.fast_units[0] for one in found], [one.worth[0] for one in found]
    assert used == sorted(used, reverse=True)
    assert used[-1] < 0.01
    assert worth[1:] == sorted(worth[1:], reverse=True)


def test_a_source_that_stops_makes_the_second_worth_more():
    random = np.random.default_rng(4)
    demand = random.poisson(5.0, (1, 20_000)).astype(float)
    down = np.cumsum(random.random((1, 20_000)) < 0.01, axis=1) % 2 == 1
    given = sources(1, 4, 1, premium=20.0, shortage=100.0)
    calm, stopping = compared(demand, given), compared(demand, given, down=down)
    assert stopping.worth[0] > 2.0 * calm.worth[0]
    assert stopping.fast.cost[0] == calm.fast.cost[0]
    assert stopping.slow.slow_level[0] > calm.slow.slow_level[0]


def test_a_longer_gap_favours_the_constant_order():
    """Janakiraman, Seshadri & Sheopuri 2015: base-surge nears the best as the slow lead time grows."""
    demand = uniform(1, 40_000, seed=5)
    behind = []
    for slow in (2, 6, 14):
        found = compared(demand, sources(1, slow, 0, shortage=95.0, premium=10.0))
        behind.append(found.base_surge.cost[0] / found.dual_index.cost[0])
    assert behind == sorted(behind, reverse=True)


def test_items_do_not_know_each_other():
    demand, given = np.random.default_rng(6).poisson(4.0, (7, 2000)).astype(float), sources(7, 4, 1)
    whole = compared(demand, given).dual_index.cost
    alone = [compared(demand[i : i + 1], sources(1, 4, 1)).dual_index.cost[0] for i in range(7)]
    assert whole == pytest.approx(alone, abs=0.0)


@pytest.mark.parametrize(("slow", "fast", "said"), [(1, 2, "arrives first"), (2, -1, "arrives first")])
def test_sources_that_cannot_be_meant(slow, fast, said):
    with pytest.raises(ValueError, match=said):
        sources(1, slow, fast)
    with pytest.raises(ValueError, match="no level is best"):
        sources(1, 2, 1, shortage=0.0)


def test_too_short_a_life_is_refused():
    with pytest.raises(ValueError, match="must hold more than"):
        compared(np.ones((1, 100)), sources(1, 2, 1))

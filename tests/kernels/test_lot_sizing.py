"""The lot-sizing kernel beside every set of periods in which one could order."""

import itertools
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from justenough.kernels.lot_sizing import cheapest_lots


def every_plan(fixed, holding, unit, demand):
    """Costs of all plans that order, in each chosen period, what is needed until the next chosen one."""
    periods = range(len(demand))
    for chosen in itertools.chain.from_iterable(itertools.combinations(periods, n) for n in range(len(demand) + 1)):
        if any(demand[: chosen[0] if chosen else len(demand)]):
            continue  # somebody would wait
        orders = [0.0] * len(demand)
        for start, end in itertools.pairwise([*chosen, len(demand)]):
            orders[start] = sum(demand[start:end])
        yield cost_of(orders, fixed, holding, unit, demand, chosen), orders


def cost_of(orders, fixed, holding, unit, demand, chosen):
    total, stock = 0.0, 0.0
    for t, (order, wanted) in enumerate(zip(orders, demand, strict=True)):
        stock += order - wanted
        assert stock > -1e-9
        total += fixed[t] * (t in chosen) + unit[t] * order + holding[t] * stock
    return total


def run(fixed, holding, unit, demand):
    quantity, cost = np.full_like(demand, np.nan), np.full(len(demand), np.nan)
    cheapest_lots(fixed, holding, unit, demand, quantity, cost)
    return quantity, cost


def invented(seed, n_items, n_periods):
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 9, (n_items, n_periods)) * (rng.random((n_items, n_periods)) < 0.7) * 10.0
    return rng.uniform(0, 200, demand.shape), rng.uniform(0, 3, demand.shape), rng.uniform(0, 9, demand.shape), demand


@pytest.mark.parametrize("n_periods", [1, 2, 5, 8])
def test_beside_every_plan(n_periods):
    columns = invented(n_periods, 60, n_periods)
    quantity, cost = run(*columns)
    for i, rows in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        assert cost[i] == pytest.approx(min(plan for plan, _ in every_plan(*rows)), rel=1e-12, abs=1e-12)
        placed = [t for t in range(n_periods) if quantity[i, t] > 0]
        assert cost_of(quantity[i].tolist(), *rows, placed) == pytest.approx(cost[i], rel=1e-12, abs=1e-12)


def test_of_equal_plans_the_shorter_lot():
    """Ordering both at once costs 10 + 10 x 1, ordering twice 10 + 10."""
    quantity, cost = run(np.full((1, 2), 10.0), np.ones((1, 2)), np.zeros((1, 2)), np.full((1, 2), 10.0))
    assert cost.tolist() == [20.0]
    assert quantity.tolist() == [[10.0, 10.0]]


def test_nothing_wanted_nothing_ordered():
    quantity, cost = run(np.full((1, 4), 10.0), np.ones((1, 4)), np.zeros((1, 4)), np.zeros((1, 4)))
    assert cost.tolist() == [0.0]
    assert not quantity.any()


def test_without_compiling():
    """The same numbers from the plain Python of the kernel."""
    code = "import numpy as np, test_lot_sizing as t; print([x.hex() for x in t.run(*t.invented(4, 20, 6))[1].tolist()])"
    plain = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.path.dirname(__file__)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert eval(plain) == [x.hex() for x in run(*invented(4, 20, 6))[1].tolist()]
    assert not math.isnan(run(*invented(4, 20, 6))[1].sum())

"""Random yield beside the average over every quantity that may arrive."""

import math

import numpy as np
import pytest

from justenough.sizing.classic import (
    eoq,
    eoq_additive_yield,
    eoq_multiplicative_yield,
    newsvendor_additive_yield_uniform,
    newsvendor_normal_cost,
)

CASES = range(25)


def of_cycles(fixed, holding, demand, arriving):
    """Cost over time where each of ``arriving`` is as likely: mean cost of a cycle by its mean length."""
    cost = sum(fixed + holding * q * q / (2.0 * demand) for q in arriving) / len(arriving)
    return cost / (sum(arriving) / len(arriving) / demand)


@pytest.mark.parametrize("seed", CASES)
def test_additive_yield_is_the_cheapest_order(seed):
    rng = np.random.default_rng(seed)
    fixed, holding, demand = rng.uniform(10, 500), rng.uniform(0.1, 5), rng.uniform(100, 5000)
    mean, sd = rng.uniform(-20, 5), rng.uniform(0, 10)
    best = eoq_additive_yield(fixed, holding, demand, mean, sd)
    plain = lambda q: of_cycles(fixed, holding, demand, [q + mean - sd, q + mean + sd])  # noqa: E731
    assert best.cost == pytest.approx(plain(best.order_quantity), rel=1e-12)
    assert plain(best.order_quantity * 0.98) > best.cost < plain(best.order_quantity * 1.02)


@pytest.mark.parametrize("seed", CASES)
def test_multiplicative_yield_is_the_cheapest_order(seed):
    rng = np.random.default_rng(seed)
    fixed, holding, demand = rng.uniform(10, 500), rng.uniform(0.1, 5), rng.uniform(100, 5000)
    mean = rng.uniform(0.3, 0.99)
    sd = rng.uniform(0, math.sqrt(mean * (1 - mean)))
    best = eoq_multiplicative_yield(fixed, holding, demand, mean, sd)
    plain = lambda q: of_cycles(fixed, holding, demand, [q * (mean - sd), q * (mean + sd)])  # noqa: E731
    assert best.cost == pytest.approx(plain(best.order_quantity), rel=1e-12)
    assert plain(best.order_quantity * 0.98) > best.cost < plain(best.order_quantity * 1.02)


def test_perfect_yield_is_the_eoq():
    plain = eoq(8, 0.225, 1300)
    for perfect in (eoq_additive_yield(8, 0.225, 1300, 0, 0), eoq_multiplicative_yield(8, 0.225, 1300, 1, 0)):
        assert perfect.order_quantity == pytest.approx(plain.order_quantity, rel=1e-14)
        assert perfect.cost == pytest.approx(plain.cost, rel=1e-14)


def test_a_gift_larger_than_the_lot_is_not_added_to():
    best = eoq_additive_yield(8, 0.225, 1300, 1000, 0)
    assert best.order_quantity == 0.0
    assert best.cost == pytest.approx(8 * 1300 / 1000 + 0.225 * 1000 / 2)


@pytest.mark.parametrize("seed", CASES)
def test_uniform_yield_beside_ten_thousand_yields(seed):
    rng = np.random.default_rng(seed)
    holding, waiting, demand = rng.uniform(0.1, 10), rng.uniform(0.1, 50), rng.uniform(0, 40)
    low = rng.uniform(-10, 5)
    high = low + rng.uniform(0.1, 10)
    best = newsvendor_additive_yield_uniform(holding, waiting, demand, low, high)
    yields = [low + (high - low) * (k + 0.5) / 10_000 for k in range(10_000)]

    def plain(level):
        left = [level + y - demand for y in yields]
        return sum(holding * max(x, 0.0) + waiting * max(-x, 0.0) for x in left) / len(left)

    assert best.cost == pytest.approx(plain(best.base_stock), rel=1e-5, abs=1e-6)
    assert plain(best.base_stock + 0.05) >= best.cost * (1 - 1e-5)
    assert best.base_stock == 0.0 or plain(best.base_stock - 0.05) >= best.cost * (1 - 1e-5)


def test_known_yield_needs_no_reserve():
    best = newsvendor_additive_yield_uniform([1.0, 1.0], 9.0, [12.0, 1.0], [-2.0, 3.0], [-2.0, 3.0])
    assert best.base_stock.tolist() == [14.0, 0.0]
    assert best.cost.tolist() == [0.0, 2.0]
    assert best.cost[1] == newsvendor_normal_cost(3.0, 1.0, 9.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: eoq_multiplicative_yield(1, 1, 1, 1.2, 0.1), r"yield_mean must be a fraction in \[0, 1\], got 1.2"),
        (lambda: eoq_multiplicative_yield(1, 1, 1, -0.2, 0.1), r"yield_mean must be a fraction in \[0, 1\], got -0.2"),
        (lambda: eoq_multiplicative_yield(1, 1, 1, 0, 0), "nothing good would ever arrive"),
        (lambda: eoq_multiplicative_yield(1, 1, 1, 0.9, 0.31), "yield_sd is larger than that of any fraction"),
        (lambda: eoq_additive_yield(1, 1, 1, 0, -1), "yield_sd must be"),
        (lambda: newsvendor_additive_yield_uniform(1, 1, 1, 1, 0), "yield_low must be at most yield_high"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()

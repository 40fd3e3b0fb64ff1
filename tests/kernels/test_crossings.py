"""Lots between crossings, beside a general optimiser, a search over every whole lot, and extreme prices."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import optimize, special

from justenough.kernels import crossings

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


def row(mean, sd, setup, holding, backorder):
    both = holding + backorder
    best = -special.ndtri(holding / both) if holding < backorder else special.ndtri(backorder / both)
    return [mean, sd, setup, holding, backorder, float(best)]


def normal_lot(*figures):
    out = np.empty((1, 3))
    crossings.normal_lots(np.array([row(*figures)]), out)
    return out[0]


def poisson_lot(mean, setup, holding, backorder):
    out = np.empty((1, 3))
    crossings.poisson_lots(np.array([row(mean, 0.0, setup, holding, backorder)]), out)
    return out[0]


def plain_cost(r, q, mean, sd, setup, holding, backorder):
    """Mean cost by Gauss' rule over pieces of the lot; the normal from the standard library."""
    demand = NormalDist(mean, sd)
    pieces = np.linspace(r, r + q, 2 + int(q / sd / 3.0))
    total = 0.0
    for low, high in zip(pieces, pieces[1:]):
        for node, weight in zip(NODES, WEIGHTS):
            y = low + (high - low) * 0.5 * (node + 1.0)
            late = (mean - y) * (1.0 - demand.cdf(y)) + sd * sd * demand.pdf(y)
            total += 0.5 * (high - low) * weight * (holding * (y - mean + late) + backorder * late)
    return (setup + total) / q


def test_normal_lot_is_where_a_general_optimiser_ends():
    rng = np.random.default_rng(11)
    for _ in range(12):
        mean, sd = rng.uniform(0.0, 100.0), 10.0 ** rng.uniform(-1.0, 2.0)
        holding, backorder = 10.0 ** rng.uniform(-1.0, 1.0, 2)
        setup = 10.0 ** rng.uniform(-2.0, 3.0) * sd * sd * (holding + backorder)
        r, q, cost = normal_lot(mean, sd, setup, holding, backorder)
        case = (mean, sd, setup, holding, backorder)
        assert cost == pytest.approx(plain_cost(r, q, *case), rel=1e-10)
        found = optimize.minimize(
            lambda x: plain_cost(mean + sd * x[0], sd * math.exp(x[1]), *case),
            [(r - mean) / sd + 0.3, math.log(q / sd) + 0.3],
            method="BFGS",
        )
        assert cost <= found.fun * (1.0 + 1e-10)
        assert found.fun <= cost * (1.0 + 1e-6)


@pytest.mark.parametrize("share", [1e-12, 1e-9, 1e-6, 1e-3, 0.3, 0.5, 0.7, 0.999, 1.0 - 1e-6, 1.0 - 1e-9])
@pytest.mark.parametrize("setup", [1e-18, 1e-12, 1e-8, 1e-4, 1e-2, 1.0, 1e2, 1e6, 1e12, 1e20])
def test_both_ends_of_a_normal_lot_cost_what_the_policy_does(share, setup):
    """``G(r) = G(r + Q) = cost`` (Zheng 1992) for backorders a trillion times as dear as stock and the other way round."""
    holding, backorder = share, 1.0 - share
    low, wide, cost = normal_lot(0.0, 1.0, setup, holding, backorder)

    def at(z):
        bell = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        over, short = max(0.0, bell + z * special.ndtr(z)), max(0.0, bell - z * special.ndtr(-z))
        return holding * over + backorder * short

    assert wide > 0.0
    assert at(low) == pytest.approx(cost, rel=1e-8)
    # The upper end cannot be told more finely than the lot itself.
    assert at(low + wide) == pytest.approx(cost, rel=1e-8, abs=2e-16 * wide)
    deterministic = math.sqrt(2.0 * setup * holding * backorder)
    assert deterministic <= cost * (1.0 + 1e-12)


def test_a_normal_lot_scales_and_mirrors():
    r, q, cost = normal_lot(5.0, 2.0, 30.0, 1.0, 7.0)
    r2, q2, cost2 = normal_lot(50.0, 20.0, 30.0 * 300.0, 3.0, 21.0)
    assert (r2, q2, cost2) == pytest.approx((10 * r, 10 * q, 30 * cost), rel=1e-9)
    flipped = normal_lot(5.0, 2.0, 30.0, 7.0, 1.0)
    assert flipped == pytest.approx((10.0 - r - q, q, cost), rel=1e-9)


def test_free_orders_and_known_demand_are_the_limits():
    low, lot, cost = normal_lot(10.0, 2.0, 0.0, 1.0, 9.0)
    z = NormalDist().inv_cdf(0.9)
    assert (low, lot, cost) == pytest.approx((10.0 + 2.0 * z, 0.0, 2.0 * 10.0 * NormalDist().pdf(z)), rel=1e-12)
    known = normal_lot(10.0, 0.0, 100.0, 1.0, 9.0)
    lot = math.sqrt(2.0 * 100.0 * 10.0 / 9.0)
    assert known == pytest.approx((10.0 - 0.1 * lot, lot, 0.9 * lot), rel=1e-12)
    assert normal_lot(10.0, 1e-7, 100.0, 1.0, 9.0) == pytest.approx(known, rel=1e-6)
    assert np.isnan(normal_lot(10.0, math.nan, 100.0, 1.0, 9.0)).all()


def test_the_best_point_of_a_given_lot_is_the_cheapest():
    rng = np.random.default_rng(5)
    for _ in range(10):
        case = (rng.uniform(0, 50), rng.uniform(1, 20), rng.uniform(1, 50), rng.uniform(0.1, 2), rng.uniform(0.1, 20))
        lot = rng.uniform(0.5, 80)
        out = np.empty(1)
        crossings.normal_points(np.array([row(*case)]), np.array([lot]), out)
        here = plain_cost(out[0], lot, *case)
        assert here <= plain_cost(out[0] + 0.05, lot, *case)
        assert here <= plain_cost(out[0] - 0.05, lot, *case)


def test_the_best_point_of_tiny_and_huge_lots():
    for lot, expected in ((0.0, 10.0 + 2.0 * NormalDist().inv_cdf(0.9)), (1e15, 10.0 - 1e14)):
        out = np.empty(1)
        crossings.normal_points(np.array([row(10.0, 2.0, 1.0, 1.0, 9.0)]), np.array([lot]), out)
        assert out[0] == pytest.approx(expected, rel=1e-12)


def chances(mean, upto):
    listed = [math.exp(-mean)]
    for k in range(1, upto):
        listed.append(listed[-1] * mean / k)
    return listed


def plain_poisson(mean, setup, holding, backorder):
    """The cheapest of all whole lots up to 60 units from all points up to 3 deviations below and 8 above."""
    listed = chances(mean, 150)

    def at(y):
        return sum(p * (holding * max(y - d, 0) + backorder * max(d - y, 0)) for d, p in enumerate(listed))

    lowest = math.floor(mean - 3 * math.sqrt(mean)) - 20
    costs = [at(lowest + k) for k in range(150)]
    best = (math.inf, 0, 0)
    for first in range(75):
        total = setup
        for q in range(1, 61):
            total += costs[first + q]
            best = min(best, (total / q, lowest + first, q))
    return best


def test_poisson_lots_beside_a_search_over_every_lot():
    rng = np.random.default_rng(23)
    for _ in range(30):
        mean = 10.0 ** rng.uniform(-2.0, 1.5)
        holding, backorder = 10.0 ** rng.uniform(-1.0, 1.0, 2)
        setup = 10.0 ** rng.uniform(-1.5, 1.8) * min(holding, backorder)
        cost, r, q = plain_poisson(mean, setup, holding, backorder)
        assert q < 60
        assert poisson_lot(mean, setup, holding, backorder) == pytest.approx((r, q, cost), rel=1e-9)


def test_poisson_lots_of_one_unit_when_orders_are_free_and_of_known_demand():
    r, q, _ = poisson_lot(20.0, 0.0, 1.0, 9.0)
    listed = np.cumsum(chances(20.0, 100))
    assert (r + 1, q) == (int(np.argmax(listed >= 0.9)), 1)
    # No lead time, no uncertainty: stock runs from r to r + Q and every unit short waits from r on.
    r, q, cost = poisson_lot(0.0, 100.0, 1.0, 9.0)
    levels = [(100.0 + sum(max(y, -9 * y) for y in range(a + 1, a + n + 1))) / n for n in range(1, 40) for a in range(-10, 2)]
    assert cost == pytest.approx(min(levels), rel=1e-12)
    assert np.isnan(poisson_lot(math.nan, 1.0, 1.0, 1.0)).all()


def test_large_poisson_means_come_near_the_normal():
    normal = normal_lot(1000.0, math.sqrt(1000.0), 5e4, 1.0, 20.0)
    counted = poisson_lot(1000.0, 5e4, 1.0, 20.0)
    assert counted[2] == pytest.approx(normal[2], rel=2e-3)
    assert counted[:2] == pytest.approx(normal[:2], abs=2.0)


def test_poisson_stocks_are_quantiles():
    means = np.array([0.0, 0.1, 1.0, 7.5, 80.0])
    for backorder in (0.2, 1.0, 9.0, 1e6):
        out = np.empty((len(means), 2))
        crossings.poisson_stocks(np.array([row(m, 0.0, 0.0, 1.0, backorder) for m in means]), out)
        for mean, (stock, cost) in zip(means, out):
            listed = np.array(chances(mean, 400))
            least = int(np.argmax(np.cumsum(listed) >= backorder / (1.0 + backorder) - 1e-15))
            assert stock == least
            gaps = least - np.arange(400)
            plain = listed @ np.maximum(gaps, 0) + backorder * (listed @ np.maximum(-gaps, 0))
            assert cost == pytest.approx(plain, rel=1e-9, abs=1e-12)

"""The newsvendor beside a search over every level, averages over every demand, and a policy lived through."""

import math
from collections import deque
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from justenough.sizing.classic import (
    newsvendor_discrete,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_normal_cost,
    newsvendor_normal_profit,
    newsvendor_poisson,
    periodic_base_stock_normal,
)

SEEDS = range(15)
QUANTILES = [(k + 0.5) / 20_000 for k in range(20_000)]
NORMALS = [NormalDist().inv_cdf(share) for share in QUANTILES]


def costs(rng):
    return 10.0 ** rng.uniform(-0.7, 0.7), 10.0 ** rng.uniform(-0.7, 0.7)


def mean_cost(level, over, under, demands):
    return sum(over * max(level - d, 0.0) + under * max(d - level, 0.0) for d in demands) / len(demands)


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_beside_twenty_thousand_demands(seed):
    rng = np.random.default_rng(seed)
    (over, under), mean, sd = costs(rng), rng.uniform(0, 500), rng.uniform(0.1, 100)
    best = newsvendor_normal(over, under, mean, sd)
    demands = [mean + sd * z for z in NORMALS]
    assert best.cost == pytest.approx(mean_cost(best.base_stock, over, under, demands), rel=1e-3)
    assert best.base_stock == pytest.approx(NormalDist(mean, sd).inv_cdf(under / (over + under)), rel=1e-9, abs=1e-9)
    for shift in (-0.5, 0.5, 2.0):
        level = best.base_stock + shift * sd
        ours = newsvendor_normal_cost(level, over, under, mean, sd)
        assert ours == pytest.approx(mean_cost(level, over, under, demands), rel=1e-3)
        assert ours > best.cost
    assert newsvendor_normal_cost(best.base_stock, over, under, mean, sd) == pytest.approx(best.cost, rel=1e-12)


def test_a_known_demand_costs_only_its_misses():
    assert newsvendor_normal(1, 9, 40, 0).base_stock == 40
    assert newsvendor_normal_cost([38, 40, 43], 1, 9, 40, 0).tolist() == [18, 0, 3]


@pytest.mark.parametrize("seed", SEEDS)
def test_profit_beside_twenty_thousand_seasons(seed):
    rng = np.random.default_rng(seed)
    buy, margin, lost, hold, penalty = rng.uniform(0.5, 5, 5)
    sell, salvage, mean, sd = buy + margin, buy - lost, 200.0, rng.uniform(5, 50)
    best = newsvendor_normal_profit(sell, buy, salvage, mean, sd, holding_cost=hold, stockout_cost=penalty)

    def plain(q):
        seasons = [mean + sd * z for z in NORMALS]
        earned = sum(sell * min(q, d) + (salvage - hold) * max(q - d, 0) - penalty * max(d - q, 0) for d in seasons)
        return earned / len(seasons) - buy * q

    assert best.profit == pytest.approx(plain(best.order_quantity), rel=1e-4)
    assert plain(best.order_quantity - 0.3 * sd) < best.profit > plain(best.order_quantity + 0.3 * sd)


@pytest.mark.parametrize("seed", SEEDS)
def test_lognormal_beside_twenty_thousand_demands(seed):
    rng = np.random.default_rng(seed)
    (over, under), log_mean, log_sd = costs(rng), rng.uniform(-1, 6), rng.uniform(0.05, 0.7)
    best = newsvendor_lognormal(over, under, log_mean, log_sd)
    demands = [math.exp(log_mean + log_sd * z) for z in NORMALS]
    assert best.cost == pytest.approx(mean_cost(best.base_stock, over, under, demands), rel=2e-3)
    for factor in (0.9, 1.1):
        assert mean_cost(factor * best.base_stock, over, under, demands) > best.cost * 0.999


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 6.0, 55.0, 400.0])
@pytest.mark.parametrize("ratio", [1e-4, 0.3, 0.8, 0.99, 0.999999])
def test_poisson_beside_every_level(mean, ratio):
    best = newsvendor_poisson(1.0 - ratio, ratio, mean)
    chances = [math.exp(-mean)]
    for units in range(1, 800):
        chances.append(chances[-1] * mean / units)
    highest = int(mean + 8 * math.sqrt(mean) + 15)

    def plain(level):
        return sum(((1 - ratio) * max(level - d, 0) + ratio * max(d - level, 0)) * chance for d, chance in enumerate(chances))

    by_level = [plain(level) for level in range(highest)]
    assert best.cost == pytest.approx(min(by_level), rel=1e-6, abs=1e-12)
    assert by_level[int(best.base_stock)] <= min(by_level) * (1 + 1e-9) + 1e-15


def test_poisson_levels_are_the_least_that_reach_the_ratio():
    rng = np.random.default_rng(5)
    mean, ratio = 10.0 ** rng.uniform(-3, 5, 3000), 1 - 10.0 ** rng.uniform(-8, -0.01, 3000)
    best = newsvendor_poisson(1 - ratio, ratio, mean)
    assert (stats.poisson.cdf(best.base_stock, mean) >= ratio - 1e-11).all()
    assert (stats.poisson.cdf(best.base_stock - 1, mean) < ratio).all()


def test_far_tails_of_large_means_are_sums_of_probabilities():
    """Beyond a mean of about a million scipy's incomplete gamma is off by some percent of so small a tail; its probabilities are not."""
    mean, missed = np.array([1.83e6, 7.7e6, 9.812e6]), np.array([1.84e-6, 7.8e-8, 1.98e-7])
    best = newsvendor_poisson(missed, 1.0 - missed, mean)
    for k, level in enumerate(best.base_stock):
        chances = stats.poisson.pmf(level + np.arange(8.0 * np.sqrt(mean[k])), mean[k])
        assert chances[1:].sum() <= missed[k] < chances.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_discrete_beside_every_value(seed):
    rng = np.random.default_rng(seed)
    (over, under), n = costs(rng), int(rng.integers(1, 9))
    values, chances = rng.choice(np.arange(-5, 60), n, replace=False).astype(float), rng.dirichlet(np.ones(n))
    best = newsvendor_discrete(over, under, values, chances)
    plain = {s: sum(p * (over * max(s - d, 0) + under * max(d - s, 0)) for d, p in zip(values, chances, strict=True)) for s in values}
    assert best.cost == pytest.approx(min(plain.values()), rel=1e-12)
    assert plain[float(best.base_stock)] == pytest.approx(min(plain.values()), rel=1e-12)


def test_discrete_rows_of_different_length_in_any_order():
    values = [[3.0, 1.0, 2.0], [5.0, 8.0, 0.0]]
    chances = [[0.2, 0.5, 0.3], [0.5, 0.5, 0.0]]
    best = newsvendor_discrete([1.0, 1.0], [1.0, 3.0], values, chances)
    assert best.base_stock.tolist() == [1.0, 8.0]
    np.testing.assert_allclose(best.cost, [0.7, 1.5], rtol=1e-14)
    prices = newsvendor_discrete(1.0, [[1.0], [9.0]], [1.0, 2.0], [0.5, 0.5])
    assert prices.base_stock.tolist() == [[1.0], [2.0]]


def test_ten_tenths_reach_one():
    """Ten chances of 0.1 add up to less than 1 in doubles; nine of them are 0.9 all the same."""
    best = newsvendor_discrete(1.0, 9.0, np.arange(10.0), np.full(10, 0.1))
    assert best.base_stock == 8.0


@pytest.mark.parametrize(("lead_time", "review"), [(4, 1), (0, 1), (3, 2), (1, 5)])
def test_base_stock_lived_through(lead_time, review):
    """Orders at each review, delivered before the demand of that moment: end-of-exposure costs are those promised."""
    holding, waiting, mean, sd = 0.18, 0.70, 50.0, 8.0
    best = periodic_base_stock_normal(holding, waiting, mean, sd, lead_time, review)
    rng = np.random.default_rng(11)
    position = net = best.base_stock
    on_order: deque[tuple[int, float]] = deque()
    seen = []
    for day, demand in enumerate(rng.normal(mean, sd, 200_000).tolist()):
        if day % review == 0:
            on_order.append((day + lead_time, best.base_stock - position))
            position = best.base_stock
        while on_order and on_order[0][0] <= day:
            net += on_order.popleft()[1]
        net -= demand
        position -= demand
        if (day - lead_time + 1) % review == 0 and day > 50:  # the evening before the next order's arrival
            seen.append(holding * max(net, 0.0) + waiting * max(-net, 0.0))
    # Windows of exposed demand overlap: lead + review days apart they are independent.
    apart = -(-(lead_time + review) // review)
    error = np.std(seen) / math.sqrt(len(seen) / apart)
    assert abs(np.mean(seen) - best.cost) < 4 * error
    assert (
        best.base_stock == newsvendor_normal(holding, waiting, mean * (lead_time + review), sd * math.sqrt(lead_time + review)).base_stock
    )


def test_extreme_ratios_keep_their_digits():
    """z of 1 - 1e-13 from the side of the small chance; 7.3488 is the upper 1e-13 point of the normal."""
    assert newsvendor_normal(1e-13, 1.0, 0.0, 1.0).base_stock == pytest.approx(7.348796, abs=1e-6)
    assert newsvendor_normal(1.0, 1e-13, 0.0, 1.0).base_stock == pytest.approx(-7.348796, abs=1e-6)


def test_shapes_and_unknowns():
    best = newsvendor_normal([1.0, 2.0], 9.0, [[10.0], [np.nan]], 2.0)
    assert best.base_stock.shape == best.cost.shape == (2, 2)
    assert np.isnan(best.base_stock[1]).all()
    poisson = newsvendor_poisson(1.0, 4.0, [6.0, np.nan, 0.0])
    assert poisson.base_stock[[0, 2]].tolist() == [8.0, 0.0]
    assert np.isnan(poisson.cost[1])
    assert isinstance(newsvendor_poisson(1, 4, 6).cost, float)
    assert isinstance(newsvendor_discrete(1, 4, [1, 2], [0.5, 0.5]).cost, float)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: newsvendor_normal(0, 1, 1, 1), "overage_cost must be a finite number above 0, got 0"),
        (lambda: newsvendor_normal(1, 1, 1, -1), "demand_sd must be"),
        (lambda: newsvendor_normal_cost(1, -1, 1, 1, 1), "overage_cost must be"),
        (lambda: newsvendor_normal_profit(2, 2, 1, 10, 1), "revenue must be above purchase_cost"),
        (lambda: newsvendor_normal_profit(3, 2, 2, 10, 1), "salvage must be below"),
        (lambda: newsvendor_discrete(1, 1, [1, 2], [0.5, 0.4]), "probabilities must add up to 1"),
        (lambda: newsvendor_discrete(1, 1, [1, 2], [1.5, -0.5]), "probabilities must be a fraction"),
        (lambda: newsvendor_discrete(1, 1, [1, 2, 3], [0.5, 0.5]), "one entry a value"),
        (lambda: newsvendor_poisson(1, 1, -1), "demand_mean must be"),
        (lambda: newsvendor_lognormal(1, 1, 0, -1), "log_sd must be"),
        (lambda: periodic_base_stock_normal(1, 1, 1, 1, 1, 0), "review_periods must be"),
        (lambda: periodic_base_stock_normal(1, 1, 1, 1, -1), "lead_time must be"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_unit_that_hardly_matters_is_not_held():
    """A critical ratio of 1e-14 rounds with 1 minus it; the level is 0, never below."""
    best = newsvendor_poisson(1.0, 1e-14, [0.0, 1e-20, 3.0])
    assert best.base_stock.tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(best.cost, [0.0, 1e-34, 3e-14], rtol=1e-12)

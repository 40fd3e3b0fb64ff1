"""Min-max policies beside the stationary chain of their own stock, and beside value iteration over every policy there is."""

import math

import numpy as np
import pytest
from scipy import special, stats

from justenough.kernels import renewal


def row(mean, fixed, holding, backorder, lead=0.0):
    return [mean, mean * (lead + 1.0), fixed, holding, backorder, float(special.ndtri(backorder / (holding + backorder)))]


def cheapest(*figures):
    out = np.empty((1, 3))
    renewal.min_max_poisson(np.array([row(*figures)]), out)
    return out[0]


def cost_of(low, high, *figures):
    out = np.empty(1)
    renewal.min_max_poisson_cost(np.array([row(*figures)]), np.array([low], float), np.array([high], float), out)
    return out[0]


def level_cost(y, mean, holding, backorder):
    demand = np.arange(int(mean + 12 * math.sqrt(mean) + 40))
    gaps = y - demand
    return float(stats.poisson.pmf(demand, mean) @ (holding * np.maximum(gaps, 0) + backorder * np.maximum(-gaps, 0)))


def plain_cost(low, high, mean, fixed, holding, backorder, lead=0.0):
    """Cost of (s, S) from the stationary law of the position after ordering, a finite Markov chain solved as equations."""
    places = high - low  # positions low + 1 .. high
    step = np.zeros((places, places))
    ordering = np.zeros(places)
    for i in range(places):
        for j in range(i + 1):  # an order lifts to the top place
            step[i, j] += stats.poisson.pmf(i - j, mean)
        ordering[i] = 1.0 - step[i].sum()
        step[i, places - 1] += ordering[i]
    equations = np.vstack([step.T - np.eye(places), np.ones(places)])
    law = np.linalg.lstsq(equations, np.append(np.zeros(places), 1.0), rcond=None)[0]
    held = np.array([level_cost(low + 1 + i, mean * (lead + 1.0), holding, backorder) for i in range(places)])
    return float(law @ (held + fixed * ordering))


@pytest.mark.parametrize(
    ("low", "high", "figures"),
    [
        (3, 8, (6.0, 5.0, 1.0, 4.0)),
        (-2, 4, (0.3, 5.0, 1.0, 4.0)),
        (0, 1, (2.0, 5.0, 1.0, 4.0)),
        (30, 95, (20.0, 50.0, 0.5, 9.0)),
        (9, 30, (3.0, 20.0, 1.0, 9.0, 2.0)),
    ],
)
def test_the_cost_of_any_min_max_is_that_of_its_chain(low, high, figures):
    assert cost_of(low, high, *figures) == pytest.approx(plain_cost(low, high, *figures), rel=1e-9)


def iterated(mean, fixed, holding, backorder, lowest, highest):
    """Least mean cost of any policy whatever, by relative value iteration on positions lowest .. highest; bounds of it."""
    places = np.arange(lowest, highest + 1)
    pmf = stats.poisson.pmf(np.arange(len(places)), mean)
    held = np.array([level_cost(y, mean, holding, backorder) for y in places])
    step = np.zeros((len(places), len(places)))
    for i in range(len(places)):
        step[i, 1 : i + 1] = pmf[:i][::-1]
        step[i, 0] = 1.0 - step[i, 1:].sum()
    value = np.zeros(len(places))
    for _ in range(5000):
        after = held + step @ value
        ordered = fixed + np.minimum.accumulate(after[::-1])[::-1]
        fresh = np.minimum(after, ordered)
        change = fresh - value
        value = fresh - fresh[-1]
        if change.max() - change.min() < 1e-9:
            break
    return change.min(), change.max()


@pytest.mark.parametrize(
    "figures",
    [(4.0, 150.0, 40.0, 125.0), (0.4, 8.0, 1.0, 20.0), (6.0, 5.0, 1.0, 4.0), (2.0, 0.5, 1.0, 9.0), (10.0, 30.0, 1.0, 0.7)],
)
def test_no_policy_at_all_costs_less(figures):
    low, high, cost = cheapest(*figures)
    least, most = iterated(*figures, lowest=-70, highest=int(high) + 25)
    assert most - least < 1e-6
    assert cost == pytest.approx(0.5 * (least + most), rel=1e-6)


def test_neighbours_cost_no_less():
    rng = np.random.default_rng(3)
    for _ in range(40):
        mean = 10.0 ** rng.uniform(-1.0, 1.8)
        figures = (mean, rng.choice([0.0, 1.0, 30.0]) * rng.uniform(0.5, 2.0), 10.0 ** rng.uniform(-1, 1), 10.0 ** rng.uniform(-1, 1.5))
        figures += (float(rng.integers(0, 4)),)
        low, high, cost = cheapest(*figures)
        assert cost == pytest.approx(cost_of(low, high, *figures), rel=1e-10)
        for ds in range(-3, 4):
            for du in (-5, -2, -1, 0, 1, 2, 5):
                if low + ds < high + du:
                    assert cost <= cost_of(low + ds, high + du, *figures) * (1.0 + 1e-10)


def test_free_orders_make_a_base_stock():
    low, high, cost = cheapest(50.0, 0.0, 1.0, 9.0, 1.0)
    quantile = int(stats.poisson.ppf(0.9, 100.0))
    assert (low, high) == (quantile - 1, quantile)
    assert cost == pytest.approx(level_cost(quantile, 100.0, 1.0, 9.0), rel=1e-9)


def test_rare_demand_is_the_lot_of_one_at_a_time():
    """Demand so rare that periods hardly matter: the (r, Q) of Federgruen & Zheng with the same exposure."""
    from justenough.kernels import crossings

    mean = 1e-4
    low, high, cost = cheapest(mean, 2e4, 1.0, 9.0, 20_000.0)
    out = np.empty((1, 3))
    crossings.poisson_lots(np.array([[mean * 20_001, 0.0, mean * 2e4, 1.0, 9.0, 1.28]]), out)
    assert (low, high - low) == tuple(out[0, :2])
    assert cost == pytest.approx(out[0, 2], rel=1e-3)


def test_large_means_and_dear_orders_stay_finite():
    for figures in ((1000.0, 10.0, 1.0, 99.0), (1000.0, 1e4, 1.0, 9.0), (1000.0, 0.0, 1.0, 1e6), (0.1, 1e4, 0.01, 1e3)):
        low, high, cost = cheapest(*figures)
        assert low < high
        assert cost == pytest.approx(cost_of(low, high, *figures), rel=1e-9)
    assert np.isnan(cheapest(math.nan, 1.0, 1.0, 1.0)).all()

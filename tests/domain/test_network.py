"""Networks: what a chain may be, and how one that cannot stand is refused."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network, circle_in, sliced


def chain(**changed):
    said = {
        "stages": ["steel", "gear", "axle", "car"],
        "links": [(0, 1), (0, 2), (1, 3), (2, 3)],
        "per": [2.0, 3.0, 4.0, 1.0],
        "time_days": [10, 3, 2, 1],
        "cost_added": [1.0, 5.0, 7.0, 100.0],
        "demand_mean": [0, 0, 0, 6],
        "demand_sd": [0, 0, 0, 2],
    }
    given = {**said, **changed}
    return Network.of("car plant", given.pop("stages"), **given)


def test_cost_accumulates_over_every_way():
    assert chain().total_cost.tolist() == [1.0, 7.0, 10.0, 138.0]  # 100 + 4 x (5 + 2 x 1) + (7 + 3 x 1)


def test_suppliers_come_before_customers():
    order = chain().order.tolist()
    assert all(order.index(giver) < order.index(taker) for giver, taker in chain().links.tolist())


def test_a_chain_with_two_ways_is_no_tree():
    assert not chain().is_tree
    assert chain(links=[(0, 1), (1, 3), (2, 3)], per=1.0).is_tree


def test_demand_makes_a_stage_promise_from_the_shelf_unless_said_otherwise():
    assert chain().promise_days.tolist() == [np.inf, np.inf, np.inf, 0.0]
    assert chain(promise_days=[5, np.nan, np.nan, 2]).promise_days.tolist() == [5, np.inf, np.inf, 2]
    assert chain().outer.tolist() == [3]


def test_a_circle_is_told_stage_by_stage():
    with pytest.raises(NetworkError, match="in a circle: car -> axle -> gear -> car; expected"):
        chain(links=[(0, 1), (1, 3), (3, 2), (2, 1)])


@pytest.mark.parametrize("seed", range(20))
def test_a_named_circle_is_one(seed):
    draw = np.random.default_rng(seed)
    links = draw.integers(0, 9, (14, 2))
    links = links[links[:, 0] != links[:, 1]]
    circle = circle_in(9, links)
    reach = np.zeros((9, 9), dtype=bool)
    reach[links[:, 0], links[:, 1]] = True
    for middle in range(9):
        reach |= reach[:, [middle]] & reach[[middle], :]
    assert bool(circle) == bool(np.diag(reach).any())
    pairs = {tuple(link) for link in links.tolist()}
    assert all(step in pairs for step in zip(circle[:-1], circle[1:], strict=True))
    assert not circle or (circle[0] == circle[-1] and len(set(circle)) == len(circle) - 1)


def test_a_stage_that_supplies_itself_is_a_circle():
    with pytest.raises(NetworkError, match="gear -> gear"):
        chain(links=[(0, 1), (1, 1), (1, 3), (2, 3)])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"stages": ["steel", "gear", "gear", "car"]}, "two stages called 'gear'"),
        ({"cost_added": [1, -5, 7, 100]}, "stage 'gear' with added cost -5"),
        ({"time_days": [10, np.nan, 2, 1]}, "stage 'gear' with times"),
        ({"demand_sd": [0, 0, 0, np.nan]}, "stage 'car' with demand spread nan"),
        ({"cost_added": [1, np.inf, 1, 1]}, "added cost inf"),
        ({"service": [np.nan, np.nan, np.nan, 1.0]}, "no finite stock gives 1"),
        ({"service": [np.nan] * 4}, "stage 'car' with demand and no service"),
        ({"links": [(0, 1), (0, 1), (1, 3), (2, 3)]}, "steel -> gear twice"),
        ({"links": [(0, 1), (0, 7), (1, 3), (2, 3)]}, "place 0 to place 7"),
        ({"per": [2.0, 0.0, 4.0, 1.0]}, "steel -> axle of 0 units"),
        ({"times": {1: ([3.0, 5.0], [0.5, 0.4])}}, "shares above 0 that add up to 1"),
        ({"inbound_days": -1.0}, "inbound service time -1 days"),
    ],
)
def test_what_no_chain_can_have_is_refused_by_name(changed, told):
    with pytest.raises(NetworkError, match=told):
        chain(**changed)


def test_an_empty_network_is_refused():
    with pytest.raises(NetworkError, match="no stage"):
        Network.of("nothing", [], links=[], time_days=1, cost_added=1)


@pytest.mark.parametrize(("mean", "sd"), [(10.0, 2.0), (30.0, 14.0), (4.0, 0.1)])
def test_slices_have_the_mean_and_the_spread(mean, sd):
    values, shares = sliced(mean, sd)
    assert np.dot(values, shares) == pytest.approx(mean, rel=1e-9)
    assert np.sqrt(np.dot(np.square(values), shares) - mean**2) == pytest.approx(sd, rel=1e-6)
    assert min(values) >= 0.0


def test_a_certain_time_is_one_value():
    assert sliced(7.0, 0.0) == ([7.0], [1.0])
    assert chain().time_sd_days.tolist() == [0.0] * 4
    assert chain().longest_days.tolist() == [10.0, 3.0, 2.0, 1.0]

"""Demand of every stage beside a walk along every single way."""

from __future__ import annotations

import numpy as np
import pytest
from chain_references import demand_of, random_network
from scipy.stats import norm

from justenough.domain.network import Network
from justenough.sizing.pooled import requirements, stage_demand


@pytest.mark.parametrize("seed", range(20))
def test_demand_is_that_of_all_ways_added_up(seed):
    network = random_network(np.random.default_rng(seed), stages=7)
    ours, (mean, sd, factor) = stage_demand(network), demand_of(network)
    assert ours.mean.tolist() == pytest.approx(mean)
    assert ours.sd.tolist() == pytest.approx(sd)
    assert (ours.factor * ours.sd).tolist() == pytest.approx([z * s for z, s in zip(factor, sd, strict=True)])


def two_ways(**changed):
    """One part that reaches the same product by two ways."""
    said = {
        "links": [(0, 1), (0, 2), (1, 3), (2, 3)],
        "time_days": 1,
        "cost_added": 1,
        "demand_mean": [0, 0, 0, 8],
        "demand_sd": [0, 0, 0, 3],
    }
    return Network.of("two ways", list("abcd"), **{**said, **changed})


def test_two_ways_to_one_customer_swing_together():
    demand = stage_demand(two_ways())
    assert demand.mean.tolist() == [16, 8, 8, 8]
    assert demand.sd.tolist() == [6, 3, 3, 3]  # not 3 x sqrt(2): it is one customer


def test_customers_swing_apart():
    demand = stage_demand(
        Network.of("v", list("abc"), links=[(0, 1), (0, 2)], time_days=1, cost_added=1, demand_mean=[0, 1, 1], demand_sd=[0, 3, 4])
    )
    assert demand.sd[0] == pytest.approx(5.0)


def test_reserves_are_pooled_by_root_of_squares():
    """Graves & Willems (2000), p = 2: (k1 s1)^2 + (k2 s2)^2 at the common supplier."""
    network = Network.of(
        "v", list("abc"), links=[(0, 1), (0, 2)], time_days=1, cost_added=1,
        demand_mean=[0, 1, 1], demand_sd=[0, 3, 4], service=[np.nan, 0.9, 0.99],
    )  # fmt: skip
    ours = stage_demand(network)
    expected = np.hypot(norm.ppf(0.9) * 3, norm.ppf(0.99) * 4)
    assert ours(np.array([0]), np.array([4.0]), np.array([0.0]))[0] == pytest.approx(2 * expected)


def test_a_stage_may_state_its_own_service():
    assert stage_demand(two_ways(service=[0.8, np.nan, np.nan, 0.95])).factor[0] == pytest.approx(norm.ppf(0.8))


def test_certain_demand_with_a_time_that_varies_still_needs_a_reserve():
    demand = stage_demand(two_ways(demand_sd=0.0))
    assert demand.factor[0] == pytest.approx(norm.ppf(0.95))
    assert demand(np.array([0]), np.array([4.0]), np.array([2.0]))[0] == pytest.approx(norm.ppf(0.95) * 16 * 2)


def test_service_below_one_half_asks_for_nothing():
    assert stage_demand(two_ways(service=0.3))(np.array([3]), np.array([9.0]), np.array([0.0])).tolist() == [0.0]


def test_requirements_follow_quantities():
    needs = requirements(two_ways(per=[2.0, 3.0, 4.0, 1.0]), np.array([3])).toarray()[:, 0]
    assert needs.tolist() == [11.0, 4.0, 1.0, 1.0]

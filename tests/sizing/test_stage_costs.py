"""Net replenishment times and the cost of every pair of service times."""

from __future__ import annotations

import numpy as np
import pytest
from chain_references import random_network

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network
from justenough.sizing.pooled import stage_demand
from justenough.sizing.stage_costs import lattice_of, net_times


def one(**changed):
    said = {"links": [], "time_days": 5, "cost_added": 10, "demand_mean": 4, "demand_sd": 2}
    return Network.of("one", ["only"], **{**said, **changed})


def test_net_time_of_a_certain_time_is_what_is_left_of_it():
    net = net_times(one(), np.zeros(4, dtype=int), np.array([-9.0, -5.0, -2.0, 3.0]))
    assert net.mean_days.tolist() == [0, 0, 3, 8]
    assert net.sd_days.tolist() == [0, 0, 0, 0]


def test_net_time_of_a_time_that_varies_is_averaged_case_by_case():
    network = one(times={0: ([2.0, 6.0], [0.75, 0.25])})
    net = net_times(network, np.zeros(2, dtype=int), np.array([0.0, -4.0]))
    assert net.mean_days.tolist() == pytest.approx([3.0, 0.5])
    assert net.sd_days.tolist() == pytest.approx([np.sqrt(3.0), np.sqrt(0.75)])


def test_net_times_of_many_draws_agree_with_simulation():
    network = one(time_days=12, time_sd_days=4)
    drawn = np.random.default_rng(4).gamma(9, 12 / 9, 400_000)
    net = net_times(network, np.zeros(3, dtype=int), np.array([0.0, -9.0, -15.0]))
    for at, ahead in enumerate((0.0, -9.0, -15.0)):
        exposed = np.maximum(drawn + ahead, 0.0)
        assert net.mean_days[at] == pytest.approx(exposed.mean(), abs=0.05)
        assert net.sd_days[at] == pytest.approx(exposed.std(), abs=0.15)  # 24 slices for all of a gamma distribution


@pytest.mark.parametrize("seed", range(10))
def test_costs_rise_with_time_from_nothing(seed):
    network = random_network(np.random.default_rng(seed), stages=6)
    grid = lattice_of(network, stage_demand(network), np.ones(6), 1.0)
    for j in range(6):
        row = grid.cost[grid.at[j] : grid.at[j + 1]]
        assert (np.diff(row) >= -1e-9).all()
        assert len(row) == grid.i_high[j] - grid.least[j] + 1


def test_longest_times_follow_the_longest_way_and_are_cut_by_promises():
    network = Network.of(
        "row", list("abc"), links=[(0, 1), (1, 2)], time_days=[5, 4, 3], cost_added=1,
        demand_mean=[0, 0, 1], inbound_days=[2, 0, 0], promise_days=[np.nan, 8, 1],
    )  # fmt: skip
    grid = lattice_of(network, stage_demand(network), np.ones(3), 1.0)
    assert grid.i_low.tolist() == [2, 0, 0]
    assert grid.i_high.tolist() == [2, 7, 8]
    assert grid.s_high.tolist() == [7, 8, 1]


def test_times_need_not_be_whole_grains():
    grid = lattice_of(one(time_days=2.5, promise_days=9), stage_demand(one()), np.ones(1), 1.0)
    assert grid.least.tolist() == [-2]
    finer = lattice_of(one(time_days=2.5, promise_days=9), stage_demand(one()), np.ones(1), 0.5)
    assert finer.least.tolist() == [-5]
    assert finer.cost[0] == 0.0


@pytest.mark.parametrize(("days", "grain"), [(4e7, 1.0), (1e300, 1.0), (5.0, 1e-9)])
def test_times_beyond_counting_are_refused_and_the_slowest_stage_named(days, grain):
    row = Network.of("row", [f"s{i}" for i in range(9)], links=[(i, i + 1) for i in range(8)], time_days=[1] * 7 + [days, 1], cost_added=1,
                     demand_mean=[0] * 8 + [1])  # fmt: skip
    with pytest.raises(NetworkError, match=r"'s7' in grains of .*coarser grains"):
        lattice_of(row, stage_demand(row), np.ones(9), grain)

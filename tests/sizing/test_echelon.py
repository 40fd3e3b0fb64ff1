"""Placement of reserves: published trees stand in tests/published; here trees and loops beside brute force, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from chain_references import cheapest, random_network

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network
from justenough.sizing.echelon import everywhere, guaranteed, placed
from justenough.sizing.loops import Effort
from justenough.sizing.pooled import stage_demand


@pytest.mark.parametrize("seed", range(25))
def test_trees_are_solved_as_by_trying_all_times(seed):
    network = random_network(np.random.default_rng(seed), stages=2 + seed % 5, tree=True)
    found = guaranteed(network)
    assert found.total_cost == pytest.approx(cheapest(network), rel=1e-9, abs=1e-9)
    assert found.gap == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_loops_are_solved_as_by_trying_all_times(seed):
    network = random_network(np.random.default_rng(100 + seed), stages=3 + seed % 4)
    found = guaranteed(network)
    truth = cheapest(network)
    assert found.bound <= truth * (1 + 1e-9) + 1e-9
    assert found.total_cost == pytest.approx(truth, rel=1e-8, abs=1e-8)
    assert found.proven


def test_search_without_polish_or_passes_to_spare_states_a_true_gap():
    gaps = 0
    for seed in range(12):
        network = random_network(np.random.default_rng(200 + seed), stages=6)
        found = guaranteed(network, effort=Effort(passes=1, first_passes=1, each_passes=1, trees=0))
        truth = cheapest(network)
        assert found.bound <= truth * (1 + 1e-9) + 1e-9
        assert found.total_cost >= truth * (1 - 1e-9) - 1e-9
        gaps += found.gap > 1e-6
    assert gaps  # else nothing was left open, and the bound was not put to the test


def test_service_times_keep_every_promise():
    for seed in range(20):
        network = random_network(np.random.default_rng(300 + seed), stages=8)
        found = guaranteed(network)
        giver, taker = network.links.T
        assert (found.promised_days[giver] <= found.inbound_days[taker]).all()
        assert (found.promised_days <= network.promise_days).all()
        assert (found.inbound_days >= network.inbound_days).all()
        assert (found.promised_days <= found.inbound_days + network.longest_days + 1e-9).all()


def serial(**changed):
    said = {
        "links": [(0, 1), (1, 2)],
        "time_days": [20, 5, 2],
        "cost_added": [10, 30, 5],
        "demand_mean": [0, 0, 50],
        "demand_sd": [0, 0, 15],
    }
    return Network.of("row", ["part", "make", "sell"], **{**said, **changed})


def test_graves_willems_all_or_nothing():
    """Simpson (1958): in a serial chain of certain times each stage holds for all of its time or for none of it."""
    found = guaranteed(serial())
    whole = found.inbound_days + np.array([20, 5, 2])
    assert all(days in (0.0, total) for days, total in zip(found.promised_days, whole, strict=True))


def test_reserve_is_k_sigma_root_t():
    found = guaranteed(serial(cost_added=[1000, 0.0001, 0.0001]))
    assert found.net_days[2] == 27.0
    assert found.reserve[2] == pytest.approx(1.6448536 * 15 * np.sqrt(27), rel=1e-6)
    assert found.base_stock[2] == pytest.approx(50 * 27 + found.reserve[2])
    assert not found.holds[:2].any()


def test_a_longer_promise_to_customers_never_costs_more():
    costs = [guaranteed(serial(promise_days=[np.nan, np.nan, days])).total_cost for days in (0, 3, 10, 27)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == 0.0


def test_limits_on_inner_promises_only_add_cost():
    free, limited = guaranteed(serial()), guaranteed(serial(promise_days=[0, 0, 0]))
    assert limited.total_cost > free.total_cost
    assert limited.total_cost == pytest.approx(everywhere(serial()).total_cost)


def test_finer_service_times_never_cost_more():
    network = serial(time_days=[20.4, 5.3, 2.25])
    costs = [guaranteed(network, grain_days=grain).total_cost for grain in (1.0, 0.5, 0.25)]
    assert costs == sorted(costs, reverse=True)


def test_stages_apart_are_each_solved():
    one = serial()
    both = Network.of(
        "two rows",
        [f"{side}{i}" for side in "ab" for i in range(3)],
        links=[(0, 1), (1, 2), (3, 4), (4, 5)],
        time_days=[20, 5, 2] * 2,
        cost_added=[10, 30, 5] * 2,
        demand_mean=[0, 0, 50] * 2,
        demand_sd=[0, 0, 15] * 2,
    )
    assert guaranteed(both).total_cost == pytest.approx(2 * guaranteed(one).total_cost)


def test_a_reserve_that_falls_with_time_is_not_believed():
    """Whole units make a reserve step down now and then; more time is never given less."""

    def steps(stage, mean_days, sd_days):
        return np.where(mean_days > 10, 3.0, np.sqrt(mean_days))

    found = guaranteed(serial(), bound=steps)
    assert found.proven
    assert found.bound <= found.total_cost


def test_wrong_grain_is_refused():
    with pytest.raises(ValueError, match="grain_days must be above 0"):
        guaranteed(serial(), grain_days=0)


@pytest.mark.parametrize("rate", [-1.0, 0.0, np.nan, np.inf])
@pytest.mark.parametrize("place", [guaranteed, everywhere])
def test_stock_that_costs_nothing_or_pays_is_refused(place, rate):
    """A cost that falls with stock has no end to the search."""
    with pytest.raises(NetworkError, match="0.25 means 25 %"):
        place(serial(), holding_rate=rate)
    if rate != 0.0:
        with pytest.raises(NetworkError, match="held at"):
            place(serial(), unit_holding=np.array([1.0, rate, 1.0]))


def test_given_times_are_priced_as_chosen_ones():
    network, yearly = serial(), np.array([2.5, 10.0, 11.25])
    found = guaranteed(network, unit_holding=yearly)
    again = placed(network, found.promised_days, found.inbound_days, yearly, stage_demand(network))
    assert again.total_cost == pytest.approx(found.total_cost)

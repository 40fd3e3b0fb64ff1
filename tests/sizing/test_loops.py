"""Loops beside HiGHS on the plain mixed-integer program of the same model, and the search's own promises."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from chain_references import random_network

from justenough.domain.network import Network
from justenough.sizing.echelon import guaranteed
from justenough.sizing.loops import Effort, core_of
from justenough.sources.chain_file import read_chain

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from willems_chains import chains, plain_milp  # noqa: E402


def layered(seed, wide):
    """Parts, makers and sellers, each joined to several of the next: many loops."""
    draw = np.random.default_rng(seed)
    layers = [range(wide), range(wide, 2 * wide), range(2 * wide, 3 * wide)]
    links = [(i, j) for first, then in zip(layers, layers[1:], strict=False) for i in first for j in then if draw.random() < 0.6]
    k = 3 * wide
    outer = np.isin(np.arange(k), layers[2])
    return Network.of(
        "layers",
        [f"s{i}" for i in range(k)],
        links=links,
        time_days=draw.integers(1, 12, k),
        cost_added=draw.uniform(1.0, 30.0, k),
        demand_mean=np.where(outer, 10.0, 0.0),
        demand_sd=np.where(outer, draw.uniform(1, 6, k), 0.0),
        promise_days=np.where(outer, draw.integers(0, 4, k), np.inf),
    )


@pytest.mark.parametrize("network", [layered(seed, 3 + seed % 3) for seed in range(6)], ids=lambda network: str(len(network.stages)))
def test_proven_costs_are_those_of_highs(network):
    found, highs = guaranteed(network), plain_milp(network)
    assert found.proven
    assert found.total_cost == pytest.approx(highs.cost, rel=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_every_feature_at_once_costs_what_highs_says(seed):
    network = random_network(np.random.default_rng(700 + seed), stages=9)
    found = guaranteed(network)
    assert found.proven
    assert found.total_cost == pytest.approx(plain_milp(network).cost, rel=1e-7, abs=1e-7)


def test_the_chain_that_comes_along_costs_what_highs_says():
    network = read_chain("pumps").network
    assert guaranteed(network).total_cost == pytest.approx(plain_milp(network).cost, rel=1e-7)


def test_every_real_chain_here_is_proven_and_the_small_ones_agree_with_highs(shared_data):
    small = {name: one for name, one in chains(shared_data / "willems_networks").items() if len(one.stages) < 120}
    solved = {name: (network, guaranteed(network)) for name, network in small.items()}
    assert len(solved) == 9
    for name, (network, found) in solved.items():
        assert found.proven, name
        if len(network.stages) < 30:
            assert found.total_cost == pytest.approx(plain_milp(network).cost, rel=1e-7), name


def test_the_same_network_is_answered_the_same():
    network = layered(11, 6)
    first, second = guaranteed(network), guaranteed(network)
    assert first.promised_days.tolist() == second.promised_days.tolist()
    assert (first.bound, first.searched) == (second.bound, second.searched)


def test_more_effort_never_leaves_a_wider_gap():
    network = layered(5, 8)
    gaps = [guaranteed(network, effort=Effort(passes=n, first_passes=n, trees=0)).gap for n in (1, 4, 16, 4_000)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0.0


def test_a_core_knows_its_links_from_both_ends():
    core = core_of(5, np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), np.array([4, 0, 1, 2, 3]))
    assert core.order.tolist() == [0, 1, 2, 3]
    assert sorted(core.into[core.into_at[3] : core.into_at[4]].tolist()) == [2, 3]
    assert sorted(core.out_of[core.out_at[0] : core.out_at[1]].tolist()) == [0, 1]

"""Folding trees: costs of what was folded in reach the stage that stays, and its times reach back."""

from __future__ import annotations

import numpy as np
import pytest
from chain_references import random_network

from justenough.sizing.echelon import guaranteed
from justenough.sizing.forest import folded
from justenough.sizing.pooled import stage_demand
from justenough.sizing.stage_costs import lattice_of


@pytest.mark.parametrize("seed", range(12))
def test_a_tree_grown_from_its_root_costs_what_its_stages_add_up_to(seed):
    network = random_network(np.random.default_rng(seed), stages=9, tree=True)
    yearly = 0.25 * network.total_cost
    grid = lattice_of(network, stage_demand(network), yearly, 1.0)
    giver, taker = (np.ascontiguousarray(end) for end in network.links.T)
    forest = folded(giver, taker, grid, np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1]))
    promised, inbound = np.zeros(9, dtype=np.int64), np.zeros(9, dtype=np.int64)
    cost = forest.grow(np.flatnonzero(forest.stays), promised, inbound)
    forest.unfold(promised, inbound)
    assert forest.stays.sum() == 1
    each = [grid.cost[grid.at[j] + inbound[j] - promised[j] - grid.least[j]] for j in range(9)]
    assert cost == pytest.approx(sum(each))
    assert (promised[giver] <= inbound[taker]).all()
    assert cost == pytest.approx(guaranteed(network).total_cost, abs=1e-9)


def test_loops_are_left_alone():
    network = random_network(np.random.default_rng(3), stages=6)
    giver, taker = np.array([0, 0, 1, 2, 4]), np.array([1, 2, 3, 3, 0])
    grid = lattice_of(network, stage_demand(network), np.ones(6), 1.0)
    grid = grid._replace(i_high=np.full(6, grid.i_high.max()), s_high=np.minimum(grid.s_high, grid.i_high.max()))
    wide = grid.i_high + 1
    grid = grid._replace(i_at=np.concatenate([[0], np.cumsum(wide)]), at=np.arange(7) * 60, cost=np.tile(np.arange(60.0), 6))
    forest = folded(giver, taker, grid, np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1]))
    assert forest.stays.tolist() == [True, True, True, True, False, True]

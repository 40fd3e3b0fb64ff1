"""Chains of Willems (2008) solved one by one, the largest also as a plain MILP on HiGHS; trees beside stockpyl where installed.

python benchmarks/willems_chains.py FOLDER [--milp 36] [--limit 300] [--trees 1000 10000] [--peer 50 100 200 1000]

FOLDER holds NN_SD.csv[.gz] and NN_LL.csv[.gz] of each chain. Without it only trees are measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from justenough.domain.network import Network
from justenough.sizing.echelon import Placement, everywhere, guaranteed
from justenough.sizing.pooled import stage_demand
from justenough.sizing.stage_costs import lattice_of
from justenough.sources.chain_sheet import read_sheets

HOLDING_RATE = 0.25
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Plain:
    """What HiGHS answers: cost and bound, infinite where it has none, and seconds."""

    cost: float
    bound: float
    seconds: float


def plain_milp(network: Network, *, limit: float = 3600.0, grain_days: float = 1.0) -> Plain:
    """The same model as a mixed-integer program: one binary for each net time a stage may have, its cost beside it."""
    grid = lattice_of(network, stage_demand(network), HOLDING_RATE * network.total_cost, grain_days)
    k, m, n = len(network.stages), len(network.links), int(grid.at[-1])
    stage = np.repeat(np.arange(k), np.diff(grid.at))
    ahead = np.arange(n) - grid.at[stage] + grid.least[stage]
    every, times, links = np.arange(k), 2 * k + np.arange(n), 2 * k + np.arange(m)
    # Columns: promised S, inbound I, one binary a net time. Rows: one time a stage; S - I + time = 0; I >= S of suppliers.
    rows = np.concatenate([stage, k + every, k + every, k + stage, links, links])
    columns = np.concatenate([times, every, k + every, times, k + network.links[:, 1], network.links[:, 0]])
    values = np.concatenate([np.ones(n), np.ones(k), -np.ones(k), ahead, np.ones(m), -np.ones(m)])
    matrix = csr_array((values, (rows, columns)), shape=(2 * k + m, 2 * k + n))
    low = np.concatenate([np.ones(k), np.zeros(k), np.zeros(m)])
    high = np.concatenate([np.ones(k), np.zeros(k), np.full(m, np.inf)])
    limits = Bounds(np.concatenate([grid.s_low, grid.i_low, np.zeros(n)]), np.concatenate([grid.s_high, grid.i_high, np.ones(n)]))
    whole = np.concatenate([np.zeros(2 * k), np.ones(n)])
    began = time.perf_counter()
    found = milp(
        np.concatenate([np.zeros(2 * k), grid.cost]),
        constraints=LinearConstraint(matrix, low, high),
        integrality=whole,
        bounds=limits,
        options={"time_limit": limit, "mip_rel_gap": 1e-9},
    )
    cost = np.inf if found.fun is None else float(found.fun)
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return Plain(cost, bound, time.perf_counter() - began)


def random_tree(stages: int, seed: int) -> Network:
    """A tree of that many stages, as many joined upwards as downwards, stage times of 1 to 9 days."""
    draw, links = np.random.default_rng(seed), []
    for i in range(1, stages):
        other = int(draw.integers(max(0, i - 30), i))
        links.append((other, i) if draw.random() < 0.5 else (i, other))
    outer = np.bincount([giver for giver, _ in links], minlength=stages) == 0
    return Network.of(
        f"tree of {stages}",
        [str(i) for i in range(stages)],
        links=links,
        time_days=draw.integers(1, 10, stages),
        cost_added=draw.uniform(1.0, 10.0, stages),
        demand_mean=np.where(outer, 10.0, 0.0),
        demand_sd=np.where(outer, 3.0, 0.0),
    )


def timed(network: Network) -> tuple[Placement, float]:
    """A network's placement and the seconds of the fastest of several runs."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = guaranteed(network, holding_rate=HOLDING_RATE)
        taken.append(time.perf_counter() - began)
    return found, min(taken)


def _with_stockpyl(stages: int, answer: Any) -> None:
    from stockpyl.demand_source import DemandSource
    from stockpyl.gsm_tree import optimize_committed_service_times, preprocess_tree, relabel_nodes
    from stockpyl.supply_chain_network import SupplyChainNetwork
    from stockpyl.supply_chain_node import SupplyChainNode

    network = random_tree(stages, seed=1)
    demand, yearly = stage_demand(network), HOLDING_RATE * network.total_cost
    tree = SupplyChainNetwork()
    for i in range(stages):
        outer = network.demand_sd[i] > 0
        served = {"demand_source": DemandSource(type="N", mean=0, standard_deviation=float(network.demand_sd[i]))} if outer else {}
        tree.add_node(
            SupplyChainNode(
                i,
                processing_time=int(network.time_days[i]),
                local_holding_cost=float(yearly[i]),
                demand_bound_constant=float(demand.factor[i]),
                external_outbound_cst=0 if outer else None,
                external_inbound_cst=0,
                **served,
            )
        )
    for giver, taker in network.links.tolist():
        tree.add_successor(tree.get_node_from_index(giver), tree.get_node_from_index(taker))
    began = time.perf_counter()
    _, cost = optimize_committed_service_times(tree=preprocess_tree(relabel_nodes(tree)))
    answer.put((float(cost), time.perf_counter() - began))


def peer(stages: int, limit: float) -> str:
    """Stockpyl on the same tree, stopped at the limit."""
    if importlib.util.find_spec("stockpyl") is None:
        return "stockpyl: not installed"
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_with_stockpyl, args=(stages, answer))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        return f"stockpyl: not done in {limit:g} s"
    if process.exitcode:
        return f"stockpyl: ended with {process.exitcode}"
    cost, seconds = answer.get()
    return f"stockpyl: {cost:,.2f} in {seconds:.2f} s"


def chains(folder: Path) -> dict[str, Network]:
    """The chains of a folder by their number."""
    return {path.name.split("_SD")[0]: read_sheets(path) for path in sorted(folder.glob("*_SD.csv*"))}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", nargs="?", type=Path)
    asked.add_argument("--milp", nargs="*", default=[])
    asked.add_argument("--limit", type=float, default=300.0)
    asked.add_argument("--trees", nargs="*", type=int, default=[1_000, 10_000])
    asked.add_argument("--peer", nargs="*", type=int, default=[50, 100, 200])
    given = asked.parse_args()
    guaranteed(random_tree(50, seed=0))  # compiles
    for stages in given.trees:
        found, seconds = timed(random_tree(stages, seed=1))
        print(f"tree of {stages:,} stages: {found.total_cost:,.2f} in {seconds:.4f} s, gap {found.gap:.1e}")
    for stages in given.peer:
        found, seconds = timed(random_tree(stages, seed=1))
        print(f"tree of {stages:,} stages: {found.total_cost:,.2f} in {seconds:.4f} s; {peer(stages, given.limit)}", flush=True)
    if given.folder is None:
        return
    print("| chain | stages | links | cost a year | gap | parts | seconds | hold stock | saving |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, network in chains(given.folder).items():
        found, seconds = timed(network)
        alone = everywhere(network, holding_rate=HOLDING_RATE).total_cost
        row = f"| {name} | {len(network.stages):,} | {len(network.links):,} | {found.total_cost:,.0f} | {found.gap:.0e} | {found.searched} "
        print(f"{row}| {seconds:.3f} | {found.holds.mean():.0%} | {1 - found.total_cost / alone:.1%} |", flush=True)
    for name in given.milp:
        network = chains(given.folder)[name]
        found, seconds = timed(network)
        plain = plain_milp(network, limit=given.limit)
        gap = 1.0 - plain.bound / plain.cost if np.isfinite(plain.cost) else np.inf
        ours = f"{name}: ours {found.total_cost:,.2f} (gap {found.gap:.0e}) in {seconds:.2f} s"
        print(f"{ours}; HiGHS {plain.cost:,.2f} (gap {gap:.2%}) in {plain.seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()

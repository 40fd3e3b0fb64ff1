"""Exact reorder and min-max policies a second, and policy simulation, beside stockpyl, inventorize and replenishment.

python benchmarks/reorder_models.py --items 100000

Peers that are not installed are said to be so. Every ratio is of figures of one run on one machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.simulation.draws import drawn
from justenough.simulation.policies import live
from justenough.simulation.supply import Supply
from justenough.sizing import classic

PEER_SECONDS = 3.0  # how long a peer is let run
LEAD = 2.0
WARM = "from reorder_models import first_call; first_call()"


@dataclass(frozen=True, slots=True)
class Row:
    """One model: ours on columns, the peer's on one item's numbers."""

    name: str
    ours: Callable[..., Any]
    columns: tuple[np.ndarray, ...]
    peer: Callable[..., Any] | None
    exact: bool  # whether the peer is, too, and answers with the cost in third place


def rows(n_items: int, seed: int) -> list[Row]:
    """The models and invented items for them; Poisson items have the mean 50 in lead time or period."""
    rng = np.random.default_rng(seed)
    fixed, holding = rng.uniform(10.0, 200.0, n_items), rng.uniform(0.2, 2.0, n_items)
    waiting, lead = holding * rng.uniform(2.0, 50.0, n_items), np.full(n_items, LEAD)
    demand = rng.lognormal(4.0, 1.0, n_items)
    sd, counted = demand * rng.uniform(0.1, 1.0, n_items), np.full(n_items, 50.0)
    peer = peers()
    normal = (fixed, holding, waiting, demand, sd, lead)
    return [
        Row("r_q_normal, exact", classic.r_q_normal, normal, peer.get("normal"), exact=False),
        Row("r_q_eoqb", classic.r_q_eoqb, normal, peer.get("eoqb"), exact=False),
        Row("r_q_poisson, exact", classic.r_q_poisson, (fixed, holding, waiting, counted / LEAD, lead), peer.get("poisson"), exact=True),
        Row("s_s_poisson, exact", classic.s_s_poisson, (fixed, holding, waiting, counted), peer.get("min_max"), exact=True),
    ]


def peers() -> dict[str, Callable[..., Any]]:
    """Models of stockpyl by our order of arguments; empty where it is not installed. Its normal (r, Q) is approximate."""
    if importlib.util.find_spec("stockpyl") is None:
        return {}
    from stockpyl import rq, ss

    return {
        "normal": lambda k, h, p, m, s, lead: rq.r_q_loss_function_approximation(h, p, k, m, s, lead),
        "eoqb": lambda k, h, p, m, s, lead: rq.r_q_eoqb_approximation(h, p, k, m, s, lead),
        "poisson": lambda k, h, p, m, lead: rq.r_q_poisson_exact(h, p, k, m, lead),
        "min_max": lambda k, h, p, m: ss.s_s_discrete_exact(h, p, k, use_poisson=True, demand_mean=m),
    }


def peer_per_second(row: Row) -> tuple[float, float]:
    """Items a second of the peer, called item by item, and the largest relative difference of cost where both are exact."""
    assert row.peer is not None
    done, apart, began = 0, float("nan"), time.perf_counter()
    found = []
    for item in zip(*row.columns, strict=True):
        found.append(row.peer(*(float(value) for value in item)))
        done += 1
        if time.perf_counter() - began > PEER_SECONDS:
            break
    taken = time.perf_counter() - began
    if row.exact:
        ours = row.ours(*(column[:done] for column in row.columns)).cost
        apart = float(np.max(np.abs(ours / np.array([answer[2] for answer in found]) - 1.0)))
    return done / taken, apart


def first_call() -> None:
    """Print the seconds of each model's first call in this process, and of the first life."""
    for row in rows(2, 0):
        began = time.perf_counter()
        row.ours(*row.columns)
        print(f"{time.perf_counter() - began:.2f}", end=" ")
    began = time.perf_counter()
    simulated(2, 10, 0)
    print(f"{time.perf_counter() - began:.2f}")


def first_calls() -> tuple[list[str], list[str]]:
    """Seconds of first calls in a process that compiles, and in the next, which finds the cache."""
    with tempfile.TemporaryDirectory() as cache:
        path = os.pathsep.join([os.path.dirname(os.path.abspath(__file__)), *sys.path])  # noqa: PTH100, PTH120
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": path}
        runs = [
            subprocess.run([sys.executable, "-c", WARM], env=environment, capture_output=True, text=True, check=True).stdout.split()
            for _ in range(2)
        ]
    return runs[0], runs[1]


def simulated(n_items: int, days: int, seed: int) -> float:
    """Item-days a second of (r, Q) policies lived through given demand with fixed lead times."""
    names = [f"ITEM-{k}" for k in range(n_items)]
    one = np.ones(n_items)
    demand = drawn(names, one.astype(np.int64) * int(Form.NEGATIVE_BINOMIAL), 5.0 * one, 10.0 * one, 0.0 * one, periods=days, seed=seed)
    none = 0.0 * one
    supply = Supply(5.0 * one, none, none, none, none, none, none, none)
    levels = Levels(35.0 * one, 40.0 * one, one)
    began = time.perf_counter()
    live(names, levels, demand, supply, one, period_days=1.0, seed=seed)
    return n_items * days / (time.perf_counter() - began)


def replenishment_per_second(days: int) -> float | None:
    """Item-days a second of the same policy in the replenishment package; None where it is not installed."""
    if importlib.util.find_spec("replenishment") is None:
        return None
    from replenishment.policies import ReorderPointPolicy
    from replenishment.simulation import simulate_replenishment

    demand = np.random.default_rng(0).negative_binomial(5, 0.5, days).tolist()
    policy = ReorderPointPolicy(reorder_point=35, order_quantity=40)
    began = time.perf_counter()
    simulate_replenishment(periods=days, demand=demand, initial_on_hand=75, lead_time=5, policy=policy)
    return days / (time.perf_counter() - began)


def inventorize_per_second(days: int) -> float | None:
    """Item-days a second of the same policy in inventorize, whose customers never wait; None where it is not installed."""
    if importlib.util.find_spec("inventorize") is None:
        return None
    from inventorize import sim_min_Q_pois

    demand = np.random.default_rng(0).negative_binomial(5, 0.5, days)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it prefers another name
        began = time.perf_counter()
        sim_min_Q_pois(demand, lambda1=5, leadtime=5, service_level=0.95, Quantity=40, Min=35)
        return days / (time.perf_counter() - began)


def stockpyl_per_second(days: int) -> float | None:
    """Item-days a second of the same policy in stockpyl; None where it is not installed."""
    if importlib.util.find_spec("stockpyl") is None:
        return None
    from stockpyl.sim import simulation
    from stockpyl.supply_chain_network import single_stage_system

    network = single_stage_system(
        demand_type="P", mean=5, shipment_lead_time=5, policy_type="rQ", reorder_point=35, order_quantity=40, local_holding_cost=1
    )
    began = time.perf_counter()
    simulation(network, days, rand_seed=0, progress_bar=False)
    return days / (time.perf_counter() - began)


def main() -> None:
    """Print a row a model, then a row a simulator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    compiled, cached = first_calls()
    print(f"{'model':22}{'compiling s':>12}{'cached s':>10}{'items/s':>12}{'stockpyl/s':>12}{'ratio':>10}{'costs apart':>13}")
    for row, fresh, again in zip(rows(asked.items, asked.seed), compiled, cached, strict=False):
        row.ours(*(column[:2] for column in row.columns))
        began = time.perf_counter()
        row.ours(*row.columns)
        ours = asked.items / (time.perf_counter() - began)
        line = f"{row.name:22}{fresh:>12}{again:>10}{ours:12,.0f}"
        if row.peer is None:
            line += "  stockpyl is not installed"
        else:
            theirs, apart = peer_per_second(row)
            line += f"{theirs:12,.1f}{ours / theirs:10,.0f}" + (f"{apart:13.1e}" if row.exact else f"{'approximate':>13}")
        print(line)
    simulated(2, 10, 0)
    ours = simulated(asked.items // 10, asked.days, asked.seed)
    print(f"\nlive: first call {compiled[-1]} s compiling, {cached[-1]} s cached; {ours / 1e6:,.1f} M item-days/s")
    for name, per_second in (
        ("replenishment", replenishment_per_second),
        ("inventorize", inventorize_per_second),
        ("stockpyl", stockpyl_per_second),
    ):
        theirs = per_second(asked.days)
        print(f"{name} is not installed" if theirs is None else f"{name}: {theirs:,.0f} item-days/s, ratio {ours / theirs:,.0f}")


if __name__ == "__main__":
    main()

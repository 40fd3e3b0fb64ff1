"""Textbook models a second, a million items in one call, beside stockpyl one item at a time.

python benchmarks/classic_models.py --items 1000000

The reorder and min-max policies have their own page, reorder_models.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from justenough.sizing import classic

PEER_SECONDS = 0.5  # how long the peer is let run
PERIODS = 26  # of the lot plans
LOT_SHARE = 10  # one item in so many has its lots planned: each is a whole plan


@dataclass(frozen=True, slots=True)
class Row:
    """One model: ours on columns, the peer's on one item's numbers."""

    name: str
    ours: Callable[..., Any]
    columns: tuple[np.ndarray, ...]
    peer: Callable[..., Any] | None


def rows(n_items: int, seed: int) -> list[Row]:
    """The models and invented items for them."""
    rng = np.random.default_rng(seed)
    fixed, holding = rng.uniform(1.0, 100.0, n_items), rng.uniform(0.1, 2.0, n_items)
    waiting = holding * rng.uniform(2.0, 50.0, n_items)
    demand = rng.lognormal(5.0, 1.0, n_items)
    sd, made, slow, log_mean = 0.3 * demand, 2.0 * demand, demand / 10.0, np.log(demand)
    rate, log_sd = np.full(n_items, 0.25), np.full(n_items, 0.3)
    steps, prices = np.tile([0.0, 100.0, 300.0], (n_items, 1)), np.tile([3.0, 2.5, 2.0], (n_items, 1))
    stops, starts = np.full(n_items, 1.0), np.full(n_items, 12.0)
    stop, start = np.full(n_items, 0.04), np.full(n_items, 0.25)
    good, spread = np.full(n_items, 0.9), np.full(n_items, 0.05)
    values = np.sort(rng.choice(50, (n_items, 6)), axis=1) + np.arange(6.0)
    chances = rng.dirichlet(np.ones(6), n_items)
    lots = rng.poisson(5.0, (max(n_items // LOT_SHARE, 1), PERIODS)).astype(float)
    peer = peers()
    return [
        Row("eoq", classic.eoq, (fixed, holding, demand), peer.get("eoq")),
        Row("eoq_with_backorders", classic.eoq_with_backorders, (fixed, holding, waiting, demand), peer.get("eoqb")),
        Row("economic_production_quantity", classic.economic_production_quantity, (fixed, holding, demand, made), peer.get("epq")),
        Row("eoq_all_units_discount", classic.eoq_all_units_discount, (fixed, rate, demand, steps, prices), peer.get("all_units")),
        Row("eoq_incremental_discount", classic.eoq_incremental_discount, (fixed, rate, demand, steps, prices), peer.get("incremental")),
        Row("eoq_with_disruptions", classic.eoq_with_disruptions, (fixed, holding, waiting, demand, stops, starts), peer.get("eoqd")),
        Row("eoq_multiplicative_yield", classic.eoq_multiplicative_yield, (fixed, holding, demand, good, spread), peer.get("yield")),
        Row("newsvendor_normal", classic.newsvendor_normal, (holding, waiting, demand, sd), peer.get("normal")),
        Row("newsvendor_lognormal", classic.newsvendor_lognormal, (holding, waiting, log_mean, log_sd), None),
        Row("newsvendor_poisson", classic.newsvendor_poisson, (holding, waiting, slow), peer.get("poisson")),
        Row("newsvendor_discrete", classic.newsvendor_discrete, (holding, waiting, values, chances), peer.get("discrete")),
        Row("newsvendor_with_disruptions", classic.newsvendor_with_disruptions, (holding, waiting, demand, stop, start), None),
        Row("poisson_expected_backorders", classic.poisson_expected_backorders, (np.floor(slow), slow), peer.get("poisson_loss")),
        Row(
            f"wagner_whitin, {PERIODS} periods",
            classic.wagner_whitin,
            (fixed[: len(lots)], holding[: len(lots)], lots),
            peer.get("wagner_whitin"),
        ),
    ]


def peers() -> dict[str, Callable[..., Any]]:
    """The same models of stockpyl by our order of arguments; empty where it is not installed."""
    if importlib.util.find_spec("stockpyl") is None:
        return {}
    from stockpyl import eoq, loss_functions, newsvendor, supply_uncertainty
    from stockpyl import wagner_whitin as lots

    return {
        "eoq": eoq.economic_order_quantity,
        "eoqb": eoq.economic_order_quantity_with_backorders,
        "epq": eoq.economic_production_quantity,
        "all_units": lambda k, i, d, b, c: eoq.economic_order_quantity_with_all_units_discounts(k, i, d, b.tolist(), c.tolist()),
        "incremental": lambda k, i, d, b, c: eoq.economic_order_quantity_with_incremental_discounts(k, i, d, b.tolist(), c.tolist()),
        "eoqd": supply_uncertainty.eoq_with_disruptions,
        "yield": supply_uncertainty.eoq_with_multiplicative_yield_uncertainty,
        "normal": newsvendor.newsvendor_normal,
        "poisson": newsvendor.newsvendor_poisson,
        "discrete": lambda h, p, d, f: newsvendor.newsvendor_discrete(h, p, demand_pmf=dict(zip(d.tolist(), f.tolist(), strict=True))),
        "poisson_loss": lambda x, m: loss_functions.poisson_loss(int(x), m),
        "wagner_whitin": lambda k, h, d: lots.wagner_whitin(len(d), h, k, d.tolist()),
    }


def per_second(row: Row) -> tuple[float, float]:
    """Seconds of the first call (two items) and items a second of the call on all of them."""
    began = time.perf_counter()
    row.ours(*(column[:2] for column in row.columns))
    first = time.perf_counter() - began
    began = time.perf_counter()
    row.ours(*row.columns)
    return first, len(row.columns[0]) / (time.perf_counter() - began)


def peer_per_second(row: Row) -> float:
    """Items a second of the peer, called item by item."""
    assert row.peer is not None
    done, began = 0, time.perf_counter()
    for item in zip(*row.columns, strict=True):
        row.peer(*(float(value) if np.ndim(value) == 0 else value for value in item))
        done += 1
        if time.perf_counter() - began > PEER_SECONDS:
            break
    return done / (time.perf_counter() - began)


def main() -> None:
    """Print a row a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not peers():
        print("stockpyl is not installed; its columns stay empty (pip install stockpyl)")
    print(f"{'model':32}{'first call s':>14}{'items/s':>14}{'stockpyl/s':>14}{'ratio':>10}")
    for row in rows(asked.items, asked.seed):
        first, ours = per_second(row)
        line = f"{row.name:32}{first:14.3f}{ours:14,.0f}"
        if row.peer is not None:
            theirs = peer_per_second(row)
            line += f"{theirs:14,.0f}{ours / theirs:10,.0f}"
        print(line)


if __name__ == "__main__":
    main()

"""Items recommended a second on invented daily history, and where the time goes.

python benchmarks/recommend_items.py --items 100000 --days 365
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from datetime import date, timedelta

import numpy as np
import polars as pl

import justenough as je

KINDS = 4


def invented_plant(n_items: int, days: int, seed: int) -> je.Plant:
    """A plant of smooth, erratic, intermittent and lumpy items, a quarter of each."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n_items) % KINDS
    chance = np.where(kind >= KINDS // 2, 0.08, 1.0)[:, None]
    dispersion = np.where(kind % 2 == 0, 20.0, 1.0)[:, None]
    mean = rng.lognormal(1.5, 1.0, n_items)[:, None]
    wanted = rng.random((n_items, days)) < chance
    quantity = np.where(wanted, rng.negative_binomial(dispersion, dispersion / (dispersion + mean), (n_items, days)), 0)
    names = pl.Series("item", [f"ITEM-{i:07d}" for i in range(n_items)])
    row, day = np.nonzero(quantity)
    first = date(2025, 1, 1)
    calendar = pl.Series("date", [first + timedelta(days=d) for d in range(days)])
    demand = pl.DataFrame({"item": names.gather(row), "date": calendar.gather(day), "quantity": quantity[row, day].astype(float)})
    items = pl.DataFrame(
        {
            "item": names,
            "unit_cost": rng.lognormal(2, 1, n_items),
            "lead_time_days": rng.integers(3, 60, n_items).astype(float),
            "target_cycle_service": np.full(n_items, 0.95),
        }
    )
    return je.Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="day", label="benchmark (invented)")


def main() -> None:
    """Print the first (compiling) run, the second run, the bare group-by of the same rows, and the profile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    settings = je.Settings(holding_rate=0.25, ordering_cost=20.0)
    began = time.perf_counter()
    je.recommend(invented_plant(200, 100, asked.seed), settings)
    compiled = time.perf_counter() - began
    plant = invented_plant(asked.items, asked.days, asked.seed)
    began = time.perf_counter()
    plant.demand.group_by("item", maintain_order=True).agg(pl.col("quantity"))
    grouped = time.perf_counter() - began
    profile = cProfile.Profile()
    began = time.perf_counter()
    profile.runcall(je.recommend, plant, settings)
    taken = time.perf_counter() - began
    print(f"first call with 200 items (compile or cache load): {compiled:.1f} s")
    print(f"{asked.items:,} items x {asked.days} days, {plant.demand.height:,} demand rows")
    print(f"bare group-by {grouped:.2f} s; recommend {taken:.2f} s, {taken / grouped:.1f} x the group-by")
    print(f"{asked.items / taken:,.0f} items/s")
    pstats.Stats(profile).sort_stats("cumulative").print_stats("justenough", 18)


if __name__ == "__main__":
    main()

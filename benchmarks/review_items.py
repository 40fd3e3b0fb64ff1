"""A day's review of many items, beside sizing the same items once.

python benchmarks/review_items.py 10000 100000

Invented: two years of weekly demand and ten receipts an item; the last ten weeks came after the plan, and of one item in fifty
demand doubled with them.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from datetime import date, timedelta

import numpy as np
import polars as pl

from justenough.domain.plant import Plant
from justenough.estimation.changes import Since, changes_of
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import known_before
from justenough.strategy.review import review
from justenough.strategy.settings import Settings

FIRST, WEEKS, NEW, RECEIPTS = date(2024, 1, 1), 104, 10, 10


def invented(n: int, seed: int = 0) -> Plant:
    """A plant of so many items, fifty of each supplier."""
    random = np.random.default_rng(seed)
    codes = np.array([f"I{i:07d}" for i in range(n)])
    rate = np.exp(random.normal(2.0, 1.0, n))
    level = np.repeat(rate[:, None], WEEKS, axis=1)
    level[::50, -NEW:] *= 2.0
    weeks = [FIRST + timedelta(days=7 * k) for k in range(WEEKS)]
    demand = pl.DataFrame(
        {
            "item": np.repeat(codes, WEEKS),
            "date": np.tile(np.array(weeks, dtype="datetime64[D]"), n),
            "quantity": random.poisson(level).ravel(),
        }
    ).with_columns(pl.col("date").cast(pl.Date), pl.col("quantity").cast(pl.Float64))
    took = np.maximum(np.round(np.exp(random.normal(2.5, 0.3, (n, RECEIPTS)))), 1).astype(int)
    ordered = np.datetime64(FIRST) + np.arange(RECEIPTS) * 70
    receipts = pl.DataFrame(
        {
            "order": [f"{k}" for k in range(n * RECEIPTS)],
            "item": np.repeat(codes, RECEIPTS),
            "ordered": np.tile(ordered, n),
            "received": (ordered[None, :] + took).ravel(),
        }
    ).with_columns(pl.col("ordered", "received").cast(pl.Date))
    items = pl.DataFrame(
        {"item": codes, "supplier": [f"S{i // 50:05d}" for i in range(n)], "unit_cost": np.exp(random.normal(2.0, 1.0, n))}
    )
    return Plant.from_frames(items=items, demand=demand, receipts=receipts, currency="EUR", demand_period="week", label="invented")


def measured(n: int) -> dict[str, float | int]:
    """Processor seconds of plan, tests and the whole review."""
    plant, since = invented(n), FIRST + timedelta(days=7 * (WEEKS - NEW))
    settings = Settings(holding_rate=0.25, target_cycle_service=0.95, anatomy_items=0, coming_items=0, expiry_items=0, gate_items=0)
    began = time.process_time()
    plan = recommend(known_before(plant, since), settings)
    planned = time.process_time()
    changes_of(plant, Since.of(plant, since))
    tested = time.process_time()
    found = review(plant, plan, since)
    reviewed = time.process_time()
    return {
        "items": n,
        "changed": found.n_changed,
        "queued": found.queue.height,
        "plan_core_seconds": round(planned - began, 2),
        "tests_core_seconds": round(tested - planned, 2),
        "review_core_seconds": round(reviewed - tested, 2),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", type=int, nargs="*", default=[10_000, 100_000])
    for n in parser.parse_args().items:
        print(json.dumps(measured(n)), flush=True)


if __name__ == "__main__":
    main()

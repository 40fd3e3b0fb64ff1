"""A roadmap over many machines, suppliers and items, beside sizing the same items once.

python benchmarks/roadmap_items.py --machines 200 --items 10000 --suppliers 300

Invented: half of the items are bought, each from one supplier with ten receipts; half are made on one of the machines, each of
which has failed thirty times. Every figure of every machine and supplier is reckoned to first order, the best are sized again.
On two busy cores 2,500 improvements took 9.9 processor seconds: 5.5 to first order, 4.4 for the best 20 sized again.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from justenough.domain.plant import Plant
from justenough.strategy.decide import decided
from justenough.strategy.resizing import replanned
from justenough.strategy.roadmap import RoadmapParams, roadmap
from justenough.strategy.settings import Settings
from justenough.strategy.situation import situation_of

FIRST, BEGIN = date(2025, 1, 1), datetime(2025, 1, 1)  # noqa: DTZ001  the clock of the plant
FAILURES, RECEIPTS, MONTHS = 30, 10, 12


def invented(machines: int, items: int, suppliers: int, seed: int) -> Plant:
    """A plant of so many machines, items and suppliers."""
    random = np.random.default_rng(seed)
    codes = [f"I{i:06d}" for i in range(items)]
    made, bought = codes[: items // 2], codes[items // 2 :]
    who = [f"S{i % suppliers:03d}" for i in range(len(bought))]
    on = [f"M{i % machines:03d}" for i in range(len(made))]
    names = [f"M{i:03d}" for i in range(machines)]
    table = pl.DataFrame(
        {
            "item": codes,
            "supplier": [None] * len(made) + who,
            "unit_cost": np.exp(random.normal(3.0, 1.0, items)),
            "target_cycle_service": random.choice([0.9, 0.95, 0.98], items),
            "lead_time_days": [3.0] * len(made) + [20.0] * len(bought),
        }
    )
    rate = np.exp(random.normal(1.0, 0.8, items))
    demand = pl.DataFrame(
        {
            "item": np.repeat(codes, MONTHS),
            "date": [FIRST + timedelta(days=30 * month) for _ in range(items) for month in range(MONTHS)],
            "quantity": random.poisson(np.repeat(30.0 * rate, MONTHS)).astype(float),
        }
    )
    took = np.maximum(np.round(np.exp(random.normal(3.0, 0.3, (len(bought), RECEIPTS)))), 1).astype(int)
    receipts = pl.DataFrame(
        [
            (f"{item}-{k}", item, FIRST + timedelta(days=25 * k), FIRST + timedelta(days=25 * k + int(took[i, k])))
            for i, item in enumerate(bought)
            for k in range(RECEIPTS)
        ],
        schema=["order", "item", "ordered", "received"],
        orient="row",
    )
    stops = pl.DataFrame({"supplier": [f"S{i:03d}" for i in range(0, suppliers, 5)], "start": FIRST, "end": FIRST + timedelta(days=25)})
    cycle = _cycles(rate[: len(made)], machines)
    return Plant.from_frames(
        items=table,
        demand=demand,
        receipts=receipts,
        disruptions=stops,
        machines=pl.DataFrame({"machine": names, "ideal_cycle_seconds": [60.0] * machines}),
        routing=pl.DataFrame({"item": made, "machine": on, "cycle_seconds": cycle}),
        events=_events(names, random),
        currency="EUR",
        demand_period="month",
        label="invented",
    )


def _cycles(rate: np.ndarray, machines: int) -> np.ndarray:
    """Seconds a unit that fill each machine to about 70 %."""
    at = np.arange(len(rate)) % machines
    load = np.bincount(at, rate, machines)
    return np.asarray(0.7 * 86_400.0 / load[at])


def _events(names: list[str], random: np.random.Generator) -> pl.DataFrame:
    rows = []
    for name in names:
        now = BEGIN
        for up, down in zip(random.exponential(8.0, FAILURES), random.lognormal(-1.5, 1.0, FAILURES), strict=True):
            for state, days in (("running", up), ("down", down)):
                end = now + timedelta(days=float(days))
                rows.append((name, now, end, state))
                now = end
    return pl.DataFrame(rows, schema=["machine", "start", "end", "state"], orient="row")


def main() -> None:
    """Measure and print, or print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machines", type=int, default=200)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--suppliers", type=int, default=300)
    parser.add_argument("--tried", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    plant = invented(asked.machines, asked.items, asked.suppliers, asked.seed)
    settings = Settings(holding_rate=0.25, anatomy_items=0, coming_items=0, expiry_items=0, gate_items=0)
    began = time.perf_counter()
    made = decided(plant, settings)
    planned = time.perf_counter() - began
    situation = situation_of(made, plant)
    began = time.perf_counter()
    replanned(situation.known)
    once = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    steps: list[tuple[str, float]] = []
    found = roadmap(made, plant, RoadmapParams(tried=asked.tried), progress=lambda what: steps.append((what, time.process_time())))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    ends = [at for _, at in steps[1:]] + [cpu + used]
    told = {
        "machines": len(situation.machines),
        "suppliers": len(situation.suppliers),
        "items": len(situation),
        "improvements": found.rows.height,
        "plan_seconds": round(planned, 2),
        "sizing_once_seconds": round(once, 3),
        "roadmap_seconds": round(took, 2),
        "roadmap_processor_seconds": round(used, 2),
        "processor_seconds_by_step": {what: round(end - at, 2) for (what, at), end in zip(steps, ends, strict=True)},
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()

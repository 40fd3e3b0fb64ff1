"""Lead times and outages of a million order lines, beside merely grouping the same rows by order.

python benchmarks/order_receipts.py [LINES]
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.plant import Plant, Terms
from justenough.estimation.crossing import crossing_of
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.receipts import order_lines
from justenough.estimation.supplier import outages_of
from justenough.estimation.yields import yield_of

if TYPE_CHECKING:
    from collections.abc import Callable


def plant_of(lines: int, seed: int = 1) -> Plant:
    """A plant of one item for twenty lines, forty lines a day, one line in twenty going unlike the others."""
    draws = np.random.default_rng(seed)
    items, suppliers = max(lines // 20, 1), max(lines // 500, 1)
    item = draws.integers(0, items, lines)
    ordered = draws.integers(0, 1500, lines)
    noise = draws.normal(0.0, 0.3, lines) * np.where(draws.random(lines) < 0.05, 4.0, 1.0)
    took = np.maximum(np.rint(np.exp(draws.normal(3.0, 0.2, items)[item] + noise)), 1.0).astype(np.int64)
    day = np.datetime64("2020-01-01")
    names = np.array([f"S{k:06}" for k in range(suppliers)])
    codes = np.array([f"I{k:07}" for k in range(items)])
    table = pl.DataFrame({"item": codes, "supplier": names[draws.integers(0, suppliers, items)], "lead_time_days": np.full(items, 20.0)})
    receipts = pl.DataFrame(
        {
            "order": np.arange(lines).astype(str),
            "item": codes[item],
            "ordered": day + ordered,
            "received": day + ordered + took,
            "quantity_ordered": np.full(lines, 100.0),
            "quantity_received": np.full(lines, 100.0),
            "quantity_rejected": np.where(draws.random(lines) < 0.03, 20.0, 0.0),
        }
    ).with_columns(pl.when(pl.col("received") < pl.lit(day + 1500)).then("received").alias("received"))
    start = draws.integers(0, 1400, suppliers)
    down = pl.DataFrame({"supplier": names, "start": day + start, "end": day + start + draws.integers(1, 60, suppliers)})
    return Plant.of(Terms("EUR", "day"), {"items": table, "receipts": receipts, "disruptions": down})


def timed(work: Callable[[], object]) -> float:
    """Seconds of the better of two runs."""
    best = np.inf
    for _ in range(2):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def main(lines: int) -> None:
    plant = plant_of(lines)
    grouped = timed(lambda: plant.receipts.group_by("order", "order_line", "item", "ordered").agg(pl.col("received").max()))
    table, lead_time = order_lines(plant), lead_time_of(plant)
    work: dict[str, Callable[[], object]] = {
        "order_lines": lambda: order_lines(plant),
        "lead_time_of (order_lines and crossing included)": lambda: lead_time_of(plant),
        "crossing_of": lambda: crossing_of(table, len(plant)),
        "outages_of": lambda: outages_of(plant, lead_time=lead_time),
        "yield_of": lambda: yield_of(plant),
    }
    print(f"{lines:,} order lines, {len(plant):,} items; grouping the rows by order: {grouped:.2f} s")
    for name, run in work.items():
        seconds = timed(run)
        print(f"{name}: {seconds:.2f} s, {seconds / grouped:.1f} times the grouping")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

"""Invented plants as Parquet files, as large as wanted: items, and demand in long form, zstd.

python benchmarks/demand_files.py FOLDER --items 1000000 --days 365 --order item --mix mixed

What an item is wanted is drawn from its own block's seed, so that a larger plant begins with the smaller one, and `--first`
writes what a larger one has from that item on. Demand of zero has no row. `--order date` writes the rows as a ledger grows: by
day, items in an order drawn anew each day.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.uint16]

FIRST_DAY = date(2025, 1, 1)
BLOCK = 10_000  # items drawn from one seed
GROUP_ROWS = 1_000_000
# Share of items by kind: chance of demand on a day, and dispersion (shape of a gamma-mixed Poisson) of its size.
MIXES = {
    "mixed": ((0.25, 1.0, 20.0), (0.15, 1.0, 1.0), (0.25, 0.08, 20.0), (0.2, 0.08, 1.0), (0.1, 1.0, 6.0), (0.05, 0.3, 3.0)),
    "lumpy": ((1.0, 0.05, 0.5),),
    "seasonal": ((1.0, 1.0, 6.0),),
    "late": ((0.5, 1.0, 4.0), (0.5, 0.08, 1.0)),
}
SEASONAL = {"mixed": 4, "seasonal": 0}  # the kind of a mix that goes through the year


def drawn(block: int, n: int, days: int, seed: int, mix: str) -> Counts:
    """Demand of ``n`` items of one block. (n, days)"""
    random = np.random.default_rng((seed, block))
    shares, chances, shapes = np.array(MIXES[mix]).T
    kind = random.choice(len(shares), n, p=shares / shares.sum())
    mean = random.lognormal(1.2, 1.0, n)[:, None] * np.ones((1, days), np.float32)
    season = kind == SEASONAL.get(mix, -1)
    phase = random.uniform(0.0, 2.0 * np.pi, n)[:, None]
    course = 1.0 + 0.7 * np.sin(2.0 * np.pi * np.arange(days)[None, :] / 365.25 + phase)
    mean = np.where(season[:, None], mean * course, mean)
    shape = shapes[kind][:, None]
    wanted = random.random((n, days), dtype=np.float32) < chances[kind][:, None]
    level = random.standard_gamma(np.broadcast_to(shape, (n, days)), dtype=np.float64) * (mean / shape)
    return np.where(wanted, np.minimum(random.poisson(level), 60_000), 0).astype(np.uint16)


def items_table(first: int, stop: int, seed: int, mix: str) -> pa.Table:
    """The items from ``first`` to ``stop``; of one in three today's reorder point is known."""
    n = stop
    price, days, known, level = (np.random.default_rng((seed, column, 1)) for column in range(4))
    lead = days.integers(180, 541, n) if mix == "late" else days.integers(3, 61, n)
    reorder = np.where(known.random(n) < 1 / 3, np.round(level.lognormal(4.0, 1.0, n)), np.nan)
    return pa.table(
        {
            "item": names(0, n),
            "unit_cost": np.round(price.lognormal(2.0, 1.0, n), 2) + 0.01,
            "lead_time_days": lead.astype(np.float64),
            "target_cycle_service": np.full(n, 0.95),
            "current_reorder_point": pa.array(reorder, from_pandas=True),
        }
    ).slice(first)


def names(start: int, stop: int) -> pa.Array:
    """Codes of the items from ``start`` to ``stop``."""
    return pa.array([f"ITEM-{i:08d}" for i in range(start, stop)])


def write(folder: Path, n_items: int, days: int, seed: int, mix: str, order: str, first: int = 0) -> int:
    """Write ``items.parquet`` and ``demand.parquet`` into a new folder; gives the rows of demand. ``first``: a multiple of `BLOCK`."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(items_table(first, first + n_items, seed, mix), folder / "items.parquet", compression="zstd")
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\nlabel = "benchmark (invented)"\n', encoding="utf-8")
    calendar = pa.array([FIRST_DAY + timedelta(days=d) for d in range(days)], pa.date32())
    schema = pa.schema({"item": pa.string(), "date": pa.date32(), "quantity": pa.float64()})
    rows = 0
    with pq.ParquetWriter(folder / "demand.parquet", schema, compression="zstd") as file:
        grid = np.empty((n_items if order == "date" else 0, days), np.uint16)
        for start in range(0, n_items, BLOCK):
            stop = min(start + BLOCK, n_items)
            demand = drawn((first + start) // BLOCK, stop - start, days, seed, mix)
            if order == "date":
                grid[start:stop] = demand
                continue
            row, day = np.nonzero(demand)
            table = {
                "item": names(first + start, first + stop).take(row),
                "date": calendar.take(day),
                "quantity": demand[row, day].astype(np.float64),
            }
            file.write_table(pa.table(table, schema=schema), row_group_size=GROUP_ROWS)
            rows += len(row)
        if order == "date":
            random, codes = np.random.default_rng((seed, n_items, 2)), names(first, first + n_items)
            for number in range(days):
                row = random.permutation(np.flatnonzero(grid[:, number]))
                quantity = grid[row, number].astype(np.float64)
                table = {"item": codes.take(row), "date": pa.repeat(calendar[number], len(row)), "quantity": quantity}
                file.write_table(pa.table(table, schema=schema), row_group_size=GROUP_ROWS)
                rows += len(row)
    return rows


def main() -> None:
    """Write one plant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help=f"number of the first item, a multiple of {BLOCK:,}")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", choices=sorted(MIXES), default="mixed")
    parser.add_argument("--order", choices=("item", "date"), default="item")
    asked = parser.parse_args()
    rows = write(asked.folder, asked.items, asked.days, asked.seed, asked.mix, asked.order, asked.first)
    size = sum(file.stat().st_size for file in asked.folder.iterdir()) / 1e6
    print(
        f"{asked.folder}: {asked.items:,} items x {asked.days} days ({asked.mix}, by {asked.order}), {rows:,} demand rows, {size:,.0f} MB"
    )


if __name__ == "__main__":
    main()

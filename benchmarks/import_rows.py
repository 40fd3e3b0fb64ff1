"""Rows imported a second from a long demand CSV, beside Polars' bare read of the same file.

python benchmarks/import_rows.py --rows 10000000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from

if TYPE_CHECKING:
    from collections.abc import Callable


def write_export(folder: Path, rows: int, seed: int) -> Path:
    """Write items.csv, demand.csv and plant.toml of an invented plant with one demand row per item and day."""
    days = 365
    n_items = -(-rows // days)
    rng = np.random.default_rng(seed)
    names = pl.Series("item", [f"ITEM-{i:07d}" for i in range(n_items)])
    first = date(2025, 1, 1)
    calendar = pl.Series("date", [first + timedelta(days=day) for day in range(days)])
    demand = pl.DataFrame(
        {
            "item": names.gather(np.repeat(np.arange(n_items), days)[:rows]),
            "date": calendar.gather(np.tile(np.arange(days), n_items)[:rows]),
            "quantity": rng.negative_binomial(1, 0.3, rows),
        }
    )
    demand.write_csv(folder / "demand.csv")
    pl.DataFrame(
        {"item": names, "unit_cost": rng.lognormal(2, 1, n_items).round(2), "lead_time_days": rng.integers(3, 60, n_items)}
    ).write_csv(folder / "items.csv")
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\nreturns = "undo_demand"\nlabel = "benchmark (invented)"\n')
    return folder


def seconds(run: Callable[[], object]) -> float:
    """Give the wall time of one call [s]."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main() -> None:
    """Print bare read, import to canonical tables, and import kept in a workspace, in rows a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = write_export(Path(scratch), asked.rows, asked.seed)
        bare = seconds(lambda: pl.read_csv(folder / "demand.csv", try_parse_dates=True))
        held: list[object] = []
        read = seconds(lambda: held.append(import_from(folder, "canonical")))
        workspace = Workspace.open(folder / "workspace", create=True)
        kept = seconds(lambda: workspace.import_(held[0], author="benchmark"))
        print(f"{asked.rows:,} rows, {(folder / 'demand.csv').stat().st_size / 1e6:,.0f} MB")
        for label, taken in (("Polars bare read", bare), ("import to checked tables", read), ("kept in the workspace (added)", kept)):
            print(f"{label:32s} {taken:7.2f} s  {asked.rows / taken / 1e6:6.2f} M rows/s  {taken / bare:5.1f} x bare read")


if __name__ == "__main__":
    main()

"""Exports with long demand and all kinds of rows that cannot be believed, small enough to be read whole as well."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

ITEMS = [f"BOLT-{i:03}" for i in range(30)]


def rows_of(n: int, seed: int = 7) -> pl.DataFrame:
    """Rows in no order, several of an item and a day, with fractions that do not add up alike in another order."""
    rng = np.random.default_rng(seed)
    days = [date(2025, 1, 6) + timedelta(days=int(day)) for day in rng.integers(0, 120, n)]
    return pl.DataFrame({"item": np.array(ITEMS)[rng.integers(0, len(ITEMS), n)], "date": days, "quantity": rng.integers(0, 50, n) / 10})


def write_export(folder: Path, form: str, n: int = 3000) -> Path:
    """An export in ``form`` (csv, parquet, or both: two files): unknown items, no dates, a word for a number, repeats, blank lines."""
    folder.mkdir(parents=True)
    prices = pl.DataFrame({"item": ITEMS, "unit_cost": [0.0, *range(1, len(ITEMS))], "lead_time_days": 7.0})
    prices.write_csv(folder / "items.csv")
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    at, rows = pl.int_range(pl.len()), rows_of(n)
    rows = rows.with_columns(
        pl.when(at % 777 == 5).then(pl.lit("GONE")).otherwise("item").alias("item"),
        pl.when(at % 911 == 5).then(None).otherwise("date").alias("date"),
        pl.when(at % 501 == 7).then(None).when(at % 400 == 9).then(-pl.col("quantity")).otherwise("quantity").alias("quantity"),
    )
    rows = pl.concat([rows, rows.slice(100, 7), rows.slice(n - 50, 3)])
    if form == "parquet":
        rows.write_parquet(folder / "demand.parquet", row_group_size=300)
        return folder
    lines = rows.write_csv().splitlines()
    lines[60], lines[n // 2] = "BOLT-001,2025-13-01,3", "BOLT-001,2025-02-01,several"
    lines[61:61] = ["", ",,"]
    (folder / "demand.csv").write_text("\n".join(lines) + "\n")
    return folder

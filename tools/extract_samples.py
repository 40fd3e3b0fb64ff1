"""
Cut the two real samples out of their public exports: `retail` and `deliveries`.

Run beside the real data sets: ``python tools/extract_samples.py FOLDER``, the folder that holds
``online_retail/`` and ``scms_deliveries/``. The README beside each extract says what was changed.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from pathlib import Path

import polars as pl

from justenough.sources.read import import_from

OUT = Path(__file__).parents[1] / "src" / "justenough" / "sources" / "bundled"
CODES = 60


def retail(folder: Path) -> dict[str, pl.DataFrame]:
    """Sixty stock codes picked by hash among those sold in at least ten weeks; weekly sums, returns apart."""
    plant = import_from(folder / "online_retail", "online_retail").plant()
    weekly = (
        plant.demand.with_columns(pl.col("date").dt.truncate("1w"), returned=pl.col("quantity") < 0)
        .group_by("item", "date", "returned")
        .agg(pl.col("quantity").sum())
    )
    sold = weekly.filter(~pl.col("returned")).group_by("item").len().filter(pl.col("len") >= 10)["item"].to_list()
    chosen = sorted(sorted(sold, key=lambda code: hashlib.sha256(f"retail:{code}".encode()).digest())[:CODES])
    demand = weekly.filter(pl.col("item").is_in(chosen)).sort("item", "date", "returned").drop("returned")
    return {"items": plant.items.filter(pl.col("item").is_in(chosen)).select("item", "description"), "demand": demand}


def deliveries(folder: Path) -> dict[str, pl.DataFrame]:
    """Every line that a vendor sent straight to a client and the import accepts; demand is what clients ordered each month."""
    plant = import_from(folder / "scms_deliveries", "scms_deliveries").plant()
    receipts = plant.receipts.select(column.name for column in plant.receipts if column.null_count() < len(column))
    ordered = receipts.select("item", date=pl.col("ordered").dt.truncate("1mo"), quantity="quantity_ordered")
    demand = ordered.group_by("item", "date").agg(pl.col("quantity").sum()).sort("item", "date")
    return {"items": plant.items.select("item", "supplier", "unit_cost"), "receipts": receipts, "demand": demand}


def write(name: str, tables: dict[str, pl.DataFrame]) -> None:
    """One CSV a table, the long ones gzipped without a time stamp."""
    for table, frame in tables.items():
        content = frame.write_csv().encode()
        if len(content) > 100_000:
            (OUT / name / f"{table}.csv.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        else:
            (OUT / name / f"{table}.csv").write_bytes(content)


if __name__ == "__main__":
    shared = Path(sys.argv[1])
    write("retail", retail(shared))
    write("deliveries", deliveries(shared))

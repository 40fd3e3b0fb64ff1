"""Rhythm: how often stock is looked at, as far as the days tell on which orders were placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Plant

GRIDS = (28, 14, 7)  # days between two looks that days of orders can tell apart, the longest first
ALIKE, UNLIKE = 0.7, 0.4  # chance that two orders stand on one day of the grid, above which it is kept and below which it is not
LEAST_DAYS, LEAST_ALL = 5, 30  # different days of orders, of a supplier and of all these


def looked_every(plant: Plant) -> float | None:
    """
    Days between two looks at the stock that the plant's own orders speak for; None where they do not say.

    Whoever looks every so many days places orders on the days of that grid only, though not on each of them. Of two days on
    which one supplier got an order, drawn at random, the chance that they lie whole multiples of the grid apart is 1 where it
    is kept, and a fifth where orders are placed on any of five working days. That chance is estimated without bias from all
    pairs of days of a supplier, each supplier counted by its days. Where not even the days of the week are kept, stock is looked
    at every day. An order that was dated later than it was decided, by whoever approved it, hides the grid.

    Returns
    -------
    float | None
        1, 7, 14 or 28. [days]
    """
    usual = plant.items.select("item", pl.col("supplier").alias("usual"))
    placed = plant.receipts.drop_nulls("ordered").join(usual, on="item", how="left")
    days = placed.select(pl.coalesce("supplier", "usual").alias("supplier"), pl.col("ordered").to_physical().alias("day"))
    days = days.drop_nulls().unique().filter(pl.len().over("supplier") >= LEAST_DAYS)
    if days.height < LEAST_ALL:
        return None
    for grid in GRIDS:
        if (alike := _alike(days, grid)) > ALIKE:
            return float(grid)
    return 1.0 if alike < UNLIKE else None


def _alike(days: pl.DataFrame, grid: int) -> float:
    """Chance that two different days of one supplier stand on one day of the grid; suppliers weighted by their days. [fraction]"""
    counted = days.with_columns(pl.col("day") % grid).group_by("supplier", "day").len("n").cast({"n": pl.Int64})
    both = counted.group_by("supplier").agg(all=pl.col("n").sum(), pairs=(pl.col("n") * (pl.col("n") - 1)).sum())
    told = both.select((pl.col("pairs") / (pl.col("all") - 1)).sum() / pl.col("all").sum())
    return float(told.item())

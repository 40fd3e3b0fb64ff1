"""Crossing: orders that overtake each other, and the lead-time spread that is left when that is counted.

Stock does not ask which order a delivery belongs to. The *effective* lead time pairs the n-th order with the n-th
arrival; its mean is that of the lead times, its spread is never larger (Robinson, Bradley & Thomas 2001; Hayya,
Bagchi, Kim & Sun 2008). Where orders cross, the spread of single orders asks for more stock than is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

PRIOR_LINES = 20.0  # lines' worth of belief that an item's orders cross as the plant's do


@dataclass(frozen=True, slots=True)
class Crossing:
    """
    How orders of each item overtake each other; each array is (n_items,).

    Parameters
    ----------
    pairs
        Orders in a row of which is known which came first.
    share
        Of these, the pairs of which the later came first; NaN without pairs. [fraction]
    spread_ratio
        Spread of the effective lead time over that of single orders, drawn to the plant's; 1 where nothing
        crosses. [fraction]
    """

    pairs: Ints
    share: Floats
    spread_ratio: Floats


def crossing_of(lines: pl.DataFrame, n: int, *, prior_lines: float = PRIOR_LINES) -> Crossing:
    """
    Crossings among the order lines of each item.

    Only lines that have come and were not open during a disruption are paired; of a pair with one line still
    open, the open one is the later. Lines ordered the same day cannot cross.

    Parameters
    ----------
    lines
        From `order_lines`.
    n
        Items.
    prior_lines
        Lines' worth of pull to the plant's ratio.
    """
    ordinary = lines.filter(~pl.col("disrupted") & pl.col("short").is_null()).sort("code", "ordered", "received", nulls_last=True)
    before = pl.col("received").shift(1).over("code")
    pairs = ordinary.with_columns(
        pl.col("ordered").shift(1).over("code").alias("ordered_before"),
        before.alias("before"),
    ).filter(pl.col("ordered_before") < pl.col("ordered"), pl.col("received").is_not_null() | pl.col("before").is_not_null())
    # The earlier order still open, or come after the later one.
    crossed = (pl.col("received") < pl.col("before")) | (pl.col("before").is_null())
    counts = pairs.group_by("code").agg(pl.len().alias("pairs"), crossed.fill_null(value=False).sum().alias("crossed"))
    n_pairs, n_crossed = _columns(counts, n, "pairs", "crossed")
    # Of the lines that have come, n-th arrival less n-th order against each line's own time.
    came = ordinary.filter(pl.col("received").is_not_null()).with_columns(pl.col("received").sort().over("code").alias("nth"))
    took = (pl.col("received") - pl.col("ordered")).dt.total_days().cast(pl.Float64)
    effective = (pl.col("nth") - pl.col("ordered")).dt.total_days().cast(pl.Float64)
    spreads = came.group_by("code").agg(pl.len().alias("lines"), took.var(ddof=0).alias("own"), effective.var(ddof=0).alias("effective"))
    count, own, shared = _columns(spreads, n, "lines", "own", "effective")
    own_sum, shared_sum = count * own, count * shared
    # Each item's variance against its own scale, so that slow items do not speak for all.
    ratio = np.where(own > 0, shared / np.where(own > 0, own, 1.0), 1.0)
    told = own > 0
    plant = float(np.average(ratio[told], weights=count[told])) if told.any() else 1.0
    drawn = (np.where(told, count * ratio, 0.0) + prior_lines * plant) / (np.where(told, count, 0.0) + prior_lines)
    drawn = np.where(own_sum + shared_sum > 0, drawn, plant)
    with np.errstate(invalid="ignore"):
        share = np.where(n_pairs > 0, n_crossed / np.maximum(n_pairs, 1.0), np.nan)
    return Crossing(n_pairs.astype(np.int64), share, np.sqrt(np.minimum(drawn, 1.0)))


def _columns(frame: pl.DataFrame, n: int, *names: str) -> list[Floats]:
    codes, columns = frame["code"].to_numpy(), []
    for name in names:
        column = np.zeros(n)
        column[codes] = frame[name].fill_null(0).to_numpy()
        columns.append(column)
    return columns

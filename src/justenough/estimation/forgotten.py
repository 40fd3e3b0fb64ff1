"""Forgotten: order lines that stay open in the books though nobody can expect them any more.

Two questions, two rules. How long orders take is learned from open lines too, which have waited at least so long: to drop one that
does come makes its supplier look quick, so only what has outlasted the whole plant by far is left out there, whatever was promised
(`LeadTimeParams.forgotten_factor`). What lies on order decides what is ordered now: to count on one that does not come empties the
shelf, so here a line is given up sooner, by its own supplier's past, unless what was planned or promised still speaks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.estimation.receipts import last_day
from justenough.estimation.remainders import remainders

if TYPE_CHECKING:
    from justenough.domain.plant import Plant

LEAST_LINES = 10  # received, of a supplier or else of the plant, that say how long an order may take
TIMES = 2.0  # of the longest any of these took, after which a line is not expected


def open_lines(plant: Plant) -> pl.DataFrame:
    """
    Rows of receipts that name no day of arrival, with what the others say of how long they may take.

    Returns
    -------
    pl.DataFrame
        The columns of receipts, ``age_days`` since it was ordered, to the last day on record,
        ``longest_days`` that any received line of its supplier took (of the plant's, where the supplier has fewer than
        `LEAST_LINES`; null where the plant has), and ``forgotten``: it waits more than `TIMES` as long,
        and as was planned, and its promise is gone by.
    """
    usual = plant.items.select("item", pl.col("supplier").alias("_usual"), pl.col("lead_time_days").alias("_planned"))
    rows = plant.receipts.join(usual, on="item", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("supplier", "_usual").alias("_who"))
    took = (pl.col("received") - pl.col("ordered")).dt.total_days()
    came = rows.filter(pl.col("received").is_not_null())
    own = came.group_by("_who").agg(took.max().alias("_own"), pl.len().alias("_lines"))
    every = came.select(took.max()).item() if came.height >= LEAST_LINES else None
    enough = pl.col("_lines") >= LEAST_LINES
    last = pl.lit(last_day(plant), pl.Date)
    longest = pl.when(enough).then("_own").otherwise(pl.lit(every, pl.Int64)).alias("longest_days")
    waiting = rows.filter(pl.col("received").is_null()).join(own, on="_who", how="left", nulls_equal=True, maintain_order="left")
    usually = pl.max_horizontal("longest_days", "_planned")
    gone_by = pl.col("promised").is_null() | (pl.col("promised") < last)
    late = pl.col("longest_days").is_not_null() & (pl.col("age_days") > TIMES * usually) & gone_by
    return (
        waiting.with_columns((last - pl.col("ordered")).dt.total_days().alias("age_days"), longest)
        .with_columns(late.fill_null(value=False).alias("forgotten"))
        .drop("_usual", "_planned", "_who", "_own", "_lines")
    )


def expected(plant: Plant) -> pl.DataFrame:
    """Open rows of receipts that may still come, and the rests of lines that came in part (`justenough.estimation.remainders`)."""
    waiting = open_lines(plant).filter(~pl.col("forgotten")).select(plant.receipts.columns)
    return pl.concat([waiting, remainders(plant)], how="vertical_relaxed")


def forgotten(plant: Plant) -> pl.DataFrame:
    """What of each item nobody can expect: ``item``, ``lines``, ``units`` (null where not known), ``age_days`` and ``longest_days``."""
    left = (pl.col("quantity_ordered") - pl.col("quantity_received").fill_null(0.0)).clip(lower_bound=0.0)
    return (
        open_lines(plant)
        .filter("forgotten")
        .group_by("item", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("lines"),
            pl.when(left.is_null().any()).then(None).otherwise(left.sum()).alias("units"),
            pl.col("age_days").min(),
            pl.col("longest_days").max(),
        )
    )

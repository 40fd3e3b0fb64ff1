"""Shortage: which items are expected to run out before their next receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.estimation.forgotten import expected

if TYPE_CHECKING:
    from datetime import date

    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan


def running_out(plant: Plant, plan: Plan, today: date) -> pl.DataFrame:
    """
    Items whose stock is expected to end before the next receipt comes, most money first.

    At mean demand the stock on hand lasts ``on_hand / demand_per_day``. The next receipt is the earliest open order by its
    promised day (by its lead time where nothing was promised, and not before today); without an open order it is one placed now.
    An order whose day is past is taken to come today, unless nobody can expect it any more (`justenough.estimation.forgotten`).

    Parameters
    ----------
    plant, plan
        The plan gives each item's mean demand and lead time.
    today
        The day from which it is looked ahead.

    Returns
    -------
    pl.DataFrame
        ``item``, ``on_hand`` [units], ``lasts_days``, ``next_receipt`` (date), ``receipt_days``, ``ordered`` (whether it is on order),
        ``stockout_cost`` [money/year] of the plan, by which they are sorted.
    """
    rows = plan.figures.select("item", "demand_per_day", "lead_time_days", "stockout_cost", "decision")
    known = rows.join(plant.items.select("item", "on_hand"), on="item").filter(
        pl.col("on_hand").is_not_null(), pl.col("demand_per_day") > 0, pl.col("lead_time_days") > 0, pl.col("decision") != "ended"
    )
    lead_time = pl.duration(days=pl.col("lead_time_days").ceil().cast(pl.Int64))
    comes = pl.coalesce(pl.col("promised").cast(pl.Date), pl.col("ordered").cast(pl.Date) + lead_time)
    still_open = expected(plant).join(known.select("item", "lead_time_days"), on="item")
    first = still_open.with_columns(comes=pl.max_horizontal(comes, pl.lit(today))).group_by("item").agg(pl.col("comes").min())
    looked = known.join(first, on="item", how="left").with_columns(
        lasts_days=pl.col("on_hand").clip(lower_bound=0) / pl.col("demand_per_day"),
        ordered=pl.col("comes").is_not_null(),
        next_receipt=pl.coalesce("comes", pl.lit(today) + lead_time),
    )
    looked = looked.with_columns(receipt_days=(pl.col("next_receipt") - pl.lit(today)).dt.total_days())
    short = looked.filter(pl.col("lasts_days") < pl.col("receipt_days"))
    columns = ("item", "on_hand", "lasts_days", "next_receipt", "receipt_days", "ordered", "stockout_cost")
    return short.select(columns).sort("stockout_cost", "item", descending=[True, False], nulls_last=True)

"""Daily look: what a plan would be if stock were looked at every day where nobody says how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from justenough.strategy.engine import Engine
from justenough.strategy.settings import NO_REVIEW

if TYPE_CHECKING:
    import polars as pl

    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings

DAILY = 1.0  # time between two looks [days]
DAILY_VALUE, DAILY_TODAY = "_daily_value", "_daily_today"  # mean stock looked at every day, the plan's and today's; null: not tried [money]
DAILY_SERVED = "_daily_served"  # fill rate of today's levels looked at every day [fraction]
ORDERED_EVERY = "_ordered_every"  # days between two looks that past orders speak for, the same of all items; null: they do not say [days]


def hangs_on_review(plan: Plan) -> bool:
    """Whether any sized item of a plan stands on a time between two looks that nobody declared."""
    return not plan.figures.filter(unreviewed()).is_empty()


def unreviewed() -> pl.Expr:
    """The sized items whose time between two looks nobody declared and is taken as more than a day."""
    import polars as pl

    return pl.col("gate").is_not_null() & pl.col("assumed").list.contains(NO_REVIEW) & (pl.col("review_days") > DAILY)


def looked_daily(settings: Settings) -> Settings:
    """Settings that size the same plant looked at every day, with nothing that is only told of single items."""
    return replace(settings, review_days=DAILY, anatomy_items=0, gate_items=0, coming_items=0, engine=Engine())


def with_daily_look(plan: Plan, daily: Plan, ordered_every: float | None = None) -> Plan:
    """
    The plan with what ``daily`` (the same plant by `looked_daily`) says of each item: `DAILY_VALUE`, `DAILY_TODAY`, `DAILY_SERVED`.

    Parameters
    ----------
    ordered_every
        What the plant's own orders speak for (`justenough.estimation.rhythm.looked_every`), kept as `ORDERED_EVERY`. [days]
    """
    import polars as pl

    ours, today = pl.col("mean_stock_value").alias(DAILY_VALUE), pl.col("today_mean_stock_value").alias(DAILY_TODAY)
    beside = daily.figures.select("item", ours, today, pl.col("today_stated_fill_rate").alias(DAILY_SERVED))
    figures = plan.figures.join(beside, on="item", how="left", maintain_order="left")
    return replace(plan, figures=figures.with_columns(pl.lit(ordered_every, pl.Float64).alias(ORDERED_EVERY)))

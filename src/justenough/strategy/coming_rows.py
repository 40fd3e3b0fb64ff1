"""Coming rows: levels by coming period as a plan holds them, and in words."""

from __future__ import annotations

import polars as pl

from justenough.strategy.reserves import said_whole

COMING_COLUMNS = ("demand", "safety_stock", "reorder_point", "order_up_to", "stated_cycle_service", "stated_fill_rate")


def coming_schema() -> dict[str, pl.DataType]:
    """
    Columns of a plan's levels by coming period and their types, in order.

    ``item, start`` (first day of the period), ``demand`` of the period, ``safety_stock``, ``reorder_point``,
    ``order_up_to`` for its reviews [units], ``stated_cycle_service``, ``stated_fill_rate`` [fraction].
    """
    return {"item": pl.String(), "start": pl.Date(), **dict.fromkeys(COMING_COLUMNS, pl.Float64())}


def moving_sentences(coming: pl.DataFrame) -> pl.DataFrame:
    """``item, moves``: a sentence on where the level goes, for every item with levels by coming period."""
    first = pl.col("reorder_point").first()
    said = coming.group_by("item", maintain_order=True).agg(
        first.alias("first"),
        pl.col("start").first().dt.strftime("%Y-%m-%d").alias("day"),
        pl.col("reorder_point").min().alias("low"),
        pl.col("reorder_point").max().alias("high"),
        pl.len().alias("periods"),
    )
    worded = said.with_columns(said_whole(said[name]).alias(name) for name in ("first", "low", "high"))
    same = pl.col("low") == pl.col("high")
    moves = pl.format(
        "The level moves with demand: {} in the period from {}, between {} and {} in the next {}. Those above are for an average time.",
        "first", "day", "low", "high", "periods",
    )  # fmt: skip
    stays = pl.format("The level stays at {} in the next {} periods, though demand moves.", "first", "periods")
    return worded.select("item", pl.when(same).then(stays).otherwise(moves).alias("moves"))

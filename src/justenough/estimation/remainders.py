"""Remainders: what has not come yet of order lines of which a part has, where the plant's own lines say that it will."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.estimation.receipts import ENOUGH_SHARE, last_day

if TYPE_CHECKING:
    from justenough.domain.plant import Plant

LINE = ("order", "order_line", "item", "ordered")
LEAST_LINES = 10  # that came in parts, of a supplier or else of the plant
TIMES = 2.0  # of the longest time any rest took, after which a rest is not expected


def remainders(plant: Plant) -> pl.DataFrame:
    """
    Rests of lines whose rows have all arrived and are less than was ordered, as open rows of receipts.

    A rest is expected where at least as many lines that came in parts were completed as were settled short, by the lines of its
    supplier (of the plant, where the supplier has fewer than `LEAST_LINES`), and where it waits no more than `TIMES` as
    long as any of these rests took. Rejected units have come: whether they are sent again the books do not say.

    Returns
    -------
    pl.DataFrame
        The columns of receipts; ``received`` is null, ``quantity_received`` what has come of ``quantity_ordered``.
    """
    known = plant.receipts.filter(pl.col("received").is_not_null())
    waiting = plant.receipts.filter(pl.col("received").is_null()).select(LINE)
    lines = _lines(known).join(waiting, on=LINE, how="anti", nulls_equal=True)
    last = pl.lit(last_day(plant), pl.Date)
    lines = lines.with_columns(waits=(last - pl.col("latest")).dt.total_days())
    parted = lines.filter(pl.col("short") | (pl.col("took") > 0))
    own = _experience(parted, ["supplier"])
    every = _experience(parted.with_columns(all=pl.lit(value=True)), ["all"])
    judged = lines.filter("short").with_columns(all=pl.lit(value=True)).join(own, on="supplier", how="left", nulls_equal=True)
    judged = judged.join(every, on="all", how="left", suffix="_every")
    enough = pl.col("parted") >= LEAST_LINES
    trusted = pl.when(enough).then(pl.col("completes")).when(pl.col("parted_every") >= LEAST_LINES).then(pl.col("completes_every"))
    longest = pl.when(enough).then(pl.col("longest")).otherwise(pl.col("longest_every"))
    coming = judged.filter(trusted.fill_null(value=False) & (pl.col("waits") <= TIMES * longest))
    rows = coming.select(*LINE, "supplier", "promised", quantity_ordered="target", quantity_received="come")
    return pl.concat([plant.receipts.clear(), rows], how="diagonal_relaxed")


def _lines(known: pl.DataFrame) -> pl.DataFrame:
    """One row a line that counts what came: ``target``, ``come``, ``short``, ``latest`` arrival and days its rest ``took`` if it came."""
    ordered, come = pl.col("quantity_ordered"), pl.col("quantity_received")
    lines = known.group_by(*LINE, maintain_order=True).agg(
        pl.col("supplier").min(),
        pl.col("promised").max(),
        pl.col("received").max().alias("latest"),
        (pl.col("received").max() - pl.col("received").min()).dt.total_days().alias("span"),
        come.sum().alias("come"),
        (come.is_null() | ordered.is_null()).any().alias("uncounted"),
        ordered.max().alias("most"),
        ordered.min().alias("least"),
        ordered.sum().alias("all"),
    )
    instalments = (pl.col("least") < pl.col("most")) | (pl.col("come") >= 1.5 * pl.col("most"))
    lines = lines.filter(~pl.col("uncounted"), pl.col("most") > 0)
    lines = lines.with_columns(pl.when(instalments).then("all").otherwise("most").alias("target"))
    short = pl.col("come") < ENOUGH_SHARE * pl.col("target") * (1.0 - 1e-9)
    return lines.with_columns(short.alias("short"), pl.when(short).then(0).otherwise("span").alias("took")).drop("all")


def _experience(parted: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Of lines that came in parts: how many, the longest time a rest took, and whether rests come more often than not."""
    longest = pl.col("took").max().over(by)
    settled = pl.col("short") & (pl.col("waits") > TIMES * pl.col("longest"))
    return (
        parted.with_columns(longest=longest)
        .group_by(by)
        .agg(
            (~pl.col("short")).sum().alias("parted"),
            pl.col("longest").max(),
            ((~pl.col("short")).sum() >= settled.sum()).alias("completes"),
        )
    )

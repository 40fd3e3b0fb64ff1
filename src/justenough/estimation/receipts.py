"""Receipts: what became of every order line, from the rows that were booked for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.periods import end_of
from justenough.estimation.unended import with_ends

if TYPE_CHECKING:
    from justenough.domain.plant import Plant

ENOUGH_SHARE = 0.95  # of the quantity ordered; plants book 98 of 100 as complete
KEY = ("order", "order_line", "code", "ordered")


def order_lines(plant: Plant, *, enough_share: float = ENOUGH_SHARE) -> pl.DataFrame:
    """
    One row per order line of known items, whatever the number and order of its receipt rows.

    A line is received on the day by which ``enough_share`` of the quantity ordered has come in good
    state; rejected units do not count as come. Where quantities are not booked it is received when its last
    row is. Rows of a line that name different quantities ordered are instalments, and add up; rows that repeat
    the same quantity speak of the whole line, unless half as much again has come.

    Parameters
    ----------
    plant
        Its ``receipts`` and ``disruptions``.
    enough_share
        Good units that make a line complete, of those ordered. [fraction]

    Returns
    -------
    pl.DataFrame
        ``order, order_line, code`` (row in ``plant.items``), ``ordered, promised, supplier``; ``received`` (null:
        not yet enough has come), ``short`` (last arrival on a line of which only a part has come, else null),
        ``instalments`` (whether its first arrival was not enough), ``seen`` (last day the records speak
        of), ``disrupted`` (open during a known disruption of its supplier).
    """
    items = plant.items.select("item", pl.int_range(pl.len(), dtype=pl.Int64).alias("code"), pl.col("supplier").alias("usual"))
    arrived, ordered = pl.col("received").is_not_null(), pl.col("quantity_ordered")
    good = (pl.col("quantity_received") - pl.col("quantity_rejected").fill_null(0.0)).clip(0.0)
    # Worked out by row, so that the grouping below needs plain sums only.
    rows = plant.receipts.join(items, on="item", how="inner").with_columns(
        pl.when(arrived).then(good).alias("good"),
        pl.when(arrived).then("quantity_received").alias("come"),
        (arrived & pl.col("quantity_received").is_null()).alias("uncounted"),
        pl.col("received").is_null().alias("waiting"),
        pl.col("supplier").fill_null(pl.col("usual")),
    )
    lines = rows.group_by(*KEY).agg(
        pl.col("promised").max(),
        pl.col("received").max().alias("last"),
        pl.col("waiting").any(),
        pl.col("supplier").min(),
        pl.len().alias("rows"),
        pl.col("good").sum(),
        pl.col("come").sum(),
        pl.col("uncounted").any(),
        ordered.max().alias("most"),
        ordered.min().alias("least"),
        ordered.sum().alias("all"),
    )
    instalments = (pl.col("least") < pl.col("most")) | (pl.col("come") >= 1.5 * pl.col("most"))
    lines = lines.with_columns(pl.when(instalments).then("all").otherwise("most").alias("target"))
    counted = pl.col("target").is_not_null() & (pl.col("target") > 0) & ~pl.col("uncounted")
    enough = pl.col("good") >= enough_share * pl.col("target") * (1.0 - 1e-9)
    whole = pl.when(~pl.col("waiting")).then("last")
    lines = _when_enough(rows, lines.with_columns(counted.alias("counted"), enough.alias("enough")), enough_share)
    return (
        lines.with_columns(
            pl.when("counted").then(pl.when("enough").then("full")).otherwise(whole).alias("received"),
            pl.when(pl.col("counted") & ~pl.col("enough")).then("last").alias("short"),
            pl.lit(last_day(plant), dtype=pl.Date).alias("seen"),
        )
        .with_columns((pl.col("short").is_not_null() | pl.col("later")).alias("instalments"))
        .pipe(_disrupted, plant)
        .select(*KEY, "promised", "supplier", "received", "short", "instalments", "seen", "disrupted")
        .sort("code", "ordered", "order", "order_line")
    )


def _when_enough(rows: pl.DataFrame, lines: pl.DataFrame, enough_share: float) -> pl.DataFrame:
    """Day ``full`` by which enough had come, and whether that was ``later`` than the first arrival."""
    several = lines.filter(pl.col("rows") > 1, "counted", "enough").select(*KEY, (enough_share * pl.col("target")).alias("asked"))
    if several.height == 0:
        return lines.with_columns(pl.col("last").alias("full"), pl.lit(value=False).alias("later"))
    days = (
        rows.filter(pl.col("received").is_not_null())
        .join(several, on=KEY, how="inner", nulls_equal=True)
        .group_by(*KEY, "received", "asked")
        .agg(pl.col("good").sum())
        .sort(*KEY, "received")
        .with_columns(pl.col("good").cum_sum().over(KEY).alias("sum"))
        .with_columns((pl.col("sum") >= pl.col("asked") * (1.0 - 1e-9)).alias("reached"))
        .group_by(*KEY)
        .agg(pl.col("received").filter("reached").min().alias("full"), pl.col("received").min().alias("first"))
    )
    return lines.join(days, on=KEY, how="left", nulls_equal=True).with_columns(
        pl.col("full").fill_null(pl.col("last")),
        (pl.col("full") > pl.col("first")).fill_null(value=False).alias("later"),
    )


def _disrupted(lines: pl.DataFrame, plant: Plant) -> pl.DataFrame:
    """Mark the lines that were open on a day their supplier was known to be down."""
    down = joined_outages(plant)
    if down.height == 0 or lines.height == 0:
        return lines.with_columns(pl.lit(value=False).alias("disrupted"))
    until = pl.coalesce("received", "short", "seen")
    # Outages of a supplier do not overlap: if any struck, the last that began before the order came did.
    return (
        lines.with_columns(until.alias("until"))
        .sort("until")
        .join_asof(
            down.select("supplier", "start", "end").sort("start"),
            left_on="until",
            right_on="start",
            by="supplier",
            strategy="backward",
            check_sortedness=False,
        )
        .with_columns((pl.col("end") >= pl.col("ordered")).fill_null(value=False).alias("disrupted"))
    )


def outages_on_record(plant: Plant) -> pl.DataFrame:
    """
    The disruptions that happened: without those that begin after the last period on record and have an end.

    These are closures announced beforehand, which are no chance. One without an end is going on, however late it began,
    unless its supplier has answered orders placed since: then its end was forgotten, and is the likeliest one
    (`justenough.estimation.unended`); ``shown`` is the day of that answer.
    """
    table, last = plant.tables["disruptions"], last_day(plant)
    if last is not None and table.height:
        table = table.filter((pl.col("start") <= end_of(last, plant.terms.demand_period)) | pl.col("end").is_null())
    return with_ends(table, plant, last)


def joined_outages(plant: Plant) -> pl.DataFrame:
    """
    Outages of each supplier, overlapping ones joined: ``supplier, start, end, ended``.

    One that has not ended lasts at least to the last day on record.
    """
    table = outages_on_record(plant)
    last = max((day for day in (last_day(plant), table["start"].max(), table["end"].max()) if isinstance(day, date)), default=None)
    return (
        table.select(
            "supplier",
            "start",
            pl.col("end").fill_null(pl.lit(last, dtype=pl.Date)).alias("end"),
            pl.col("end").is_not_null().alias("ended"),
        )
        .sort("supplier", "start", "end")
        .with_columns(pl.col("end").cum_max().shift(1).over("supplier").alias("before"))
        .with_columns((pl.col("before").is_null() | (pl.col("start") > pl.col("before"))).cum_sum().over("supplier").alias("outage"))
        .group_by("supplier", "outage")
        .agg(pl.col("start").min(), pl.col("end").max(), pl.col("ended").all())
        .sort("supplier", "start")
        .select("supplier", "start", "end", "ended")
    )


def last_day(plant: Plant) -> date | None:
    """The last day that the records speak of."""
    days = [
        plant.receipts["received"].max(),
        plant.receipts["ordered"].max(),
        plant.first_wanted()["last"].max() if plant.recorded is not None else plant.demand["date"].max(),
        plant.tables["stock"]["date"].max(),
    ]
    return max((day for day in days if isinstance(day, date)), default=None)

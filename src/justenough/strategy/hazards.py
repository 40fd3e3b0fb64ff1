"""Hazards: sentences on an item's supplier stopping, its stock spoiling and its receipts being refused."""

from __future__ import annotations

import polars as pl

from justenough.domain.figures import percent, units
from justenough.strategy.reserves import once, said, said_whole

REFUSED = 0.999  # usable share above which nothing is said of rejects


def hazard_sentences(facts: pl.DataFrame, money: str) -> pl.DataFrame:
    """
    ``outlives, forgotten_end, spoils, refused`` of every row, in their order; null where there is nothing to say.

    Parameters
    ----------
    facts
        A plan's rows and, with an underscore, the evidence they rest on (`justenough.strategy.decide`).
    money
        The currency as it stands behind a sum, with its space.
    """
    days = ("survive_days", "recover_days", "recover_p95_days")
    told = facts.select(
        "supplier", "survives", "expiry_cost", "usable_share", "_on_hand", "_lots", "_weighed", "_life", "review_days",
        "_out_since", "_out_days", "_over_since", "_over_days", "_shown",
        *(once(facts[name], _days).alias(name) for name in days),
        *(said_whole(facts[name]).alias(f"said_{name}") for name in ("_on_hand", "_life")),
        said(facts["expiry_cost"]).alias("said_expiry_cost"),
        once(facts["survives"], _chance).alias("chance"),
        once(facts["usable_share"], percent).alias("share"),
    )  # fmt: skip
    stock = pl.format("the {} on hand", "said__on_hand").fill_null("the plan's mean stock")
    outlives = pl.format(
        "If {} stopped today, {} would last {} days; 95 % of its outages are over within {}: "
        "{} of them would be outlived.",
        pl.col("supplier").fill_null("its supplier"), stock, "survive_days", "recover_p95_days", "chance",
    )  # fmt: skip
    bare = pl.format(
        "If {} stopped today, nothing is on hand to last; 95 % of its outages are over within {}.",
        pl.col("supplier").fill_null("its supplier"), "recover_p95_days",
    )  # fmt: skip
    told_out = _going_on(stock)
    ended = pl.when(pl.col("_over_days") == 1).then(pl.lit("day")).otherwise(pl.lit("days"))
    forgotten = pl.format(
        "No end is written down of {}'s outage that began on {}; what was ordered since had come by {}, "
        "so it is taken to have lasted {} {}.",
        "supplier", "_over_since", "_shown", "_over_days", ended,
    )  # fmt: skip
    weighed = pl.when("_weighed").then(pl.lit(" and weighed against running out")).otherwise(pl.lit(""))
    bare_between = pl.when(pl.col("_life") < pl.col("review_days")).then(pl.lit(", and the shelf is then bare until the next comes"))
    spoils = pl.format(
        f"Shelf life: it keeps {{}} days{{}}; what is thrown away costs {{}}{money} a year, counted in its cost{{}}.",
        "said__life", bare_between.otherwise(pl.lit("")), "said_expiry_cost", weighed,
    )  # fmt: skip
    lots = pl.when(pl.col("_lots") == 1).then(pl.lit("lot")).otherwise(pl.lit("lots"))
    refused = pl.format(
        "Rejects: {} of what its supplier sends is fit for use ({} {} judged); no more than that of what is on order is counted on.",
        "share", "_lots", lots,
    )  # fmt: skip
    could = pl.when(pl.col("_on_hand") <= 0.0).then(bare).otherwise(outlives)
    return told.select(
        pl.when(pl.col("survives").is_not_null()).then(pl.coalesce(told_out, could)).alias("outlives"),
        forgotten.alias("forgotten_end"),
        pl.when(pl.col("expiry_cost") >= 0.005).then(spoils).alias("spoils"),
        pl.when(pl.col("usable_share") < REFUSED).then(refused).alias("refused"),
    )


def _going_on(stock: pl.Expr) -> pl.Expr:
    """Of a supplier who is out today: how long yet, and whether the stock lasts so long; null of all others."""
    lasts = pl.format("{} would last {} days, and outlive that outage with {}.", stock, "survive_days", "chance")
    bare = pl.lit("nothing is on hand to last.")
    return pl.format(
        "{} is out since {} ({} days by the last day on record), and by what is known delivers again within {} days on average, "
        "{} with 95 %; {}",
        "supplier", "_out_since", "_out_days", "recover_days", "recover_p95_days",
        pl.when(pl.col("_on_hand") <= 0.0).then(bare).otherwise(lasts),
    )  # fmt: skip


def _days(days: float) -> str:
    return units(days if days < 10 else round(days))


def _chance(share: float) -> str:
    return "under 1 %" if share < 0.01 else percent(share)

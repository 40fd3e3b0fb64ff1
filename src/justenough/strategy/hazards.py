"""Hazards: sentences on an item's supplier stopping, its stock spoiling and its receipts being refused."""

from __future__ import annotations

import polars as pl

from justenough.domain.figures import percent, units
from justenough.strategy.reserves import once, said, said_whole

REFUSED = 0.999  # usable share above which nothing is said of rejects


def hazard_sentences(facts: pl.DataFrame, money: str) -> pl.DataFrame:
    """
    ``outlives, spoils, refused`` of every row, in their order; null where there is nothing to say.

    Parameters
    ----------
    facts
        A plan's rows and, with an underscore, the evidence they rest on (`justenough.strategy.decide`).
    money
        The currency as it stands behind a sum, with its space.
    """
    days = ("survive_days", "recover_p95_days")
    told = facts.select(
        "supplier", "survives", "expiry_cost", "usable_share", "_on_hand", "_lots", "_weighed", "_life", "review_days",
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
    return told.select(
        pl.when(pl.col("survives").is_not_null()).then(pl.when(pl.col("_on_hand") <= 0.0).then(bare).otherwise(outlives)).alias("outlives"),
        pl.when(pl.col("expiry_cost") >= 0.005).then(spoils).alias("spoils"),
        pl.when(pl.col("usable_share") < REFUSED).then(refused).alias("refused"),
    )


def _days(days: float) -> str:
    return units(days if days < 10 else round(days))


def _chance(share: float) -> str:
    return "under 1 %" if share < 0.01 else percent(share)

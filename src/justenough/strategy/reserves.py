"""Reserves: what a reserve is for and what would let it go, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.figures import LEAST_RESERVE, ROUNDING, figure, percent, units
from justenough.strategy.lever import Lever
from justenough.strategy.recommendation import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable

FOR = {
    "demand": "because demand varies",
    "lead_time": "because the lead time varies",
    "supplier": "for supplier outages",
    "machine": "for machine stops",
    "review_lot": "for the review and the lot size",
    "estimate": "because the estimates are uncertain",
}
_TOLD = 3  # causes named in a sentence
_WORTH_TELLING = 0.05  # of the reserve; a smaller part stands in the table only


def lever_words(levers: pl.DataFrame) -> pl.Series:
    """
    What would have to be true, for rows of `justenough.strategy.lever.lever_schema`.

    Examples
    --------
    >>> rows = pl.DataFrame({"lever": ["review", "outages"], "now": [7.0, 0.1], "then": [3.5, 0.0]})
    >>> lever_words(rows).to_list()
    ['if it were reviewed every 3.5 days instead of 7', 'if the supplier never failed']
    """
    told = levers.select("lever", "then", *(said_whole(levers[name]).alias(f"said_{name}") for name in ("now", "then")))
    none = pl.col("then") <= 0.0
    words = {
        Lever.LEAD_TIME_SPREAD: pl.when(none)
        .then(pl.lit("if every order took the same time"))
        .otherwise(pl.format("if the lead time varied by {} days instead of {}", "said_then", "said_now")),
        Lever.LEAD_TIME: pl.format("if orders took {} days instead of {}", "said_then", "said_now"),
        Lever.OUTAGES: pl.when(none).then(pl.lit("if the supplier never failed")).otherwise(pl.lit("if half as many orders met an outage")),
        Lever.REVIEW: pl.format("if it were reviewed every {} days instead of {}", "said_then", "said_now"),
        Lever.LOT: pl.format("if it could be ordered {} at a time instead of {}", "said_then", "said_now"),
        Lever.DEMAND: pl.lit("if a day's demand varied half as much"),
        Lever.FORECAST: pl.lit("if the estimates erred half as much"),
    }
    expression = pl.lit(None, pl.String)
    for lever, sentence in words.items():
        expression = pl.when(pl.col("lever") == lever.label).then(sentence).otherwise(expression)
    return told.select(agreeing(expression).alias("words")).to_series()


def reserve_sentences(rows: pl.DataFrame, levers: pl.DataFrame, money: str) -> pl.DataFrame:
    """
    ``item, reserve, strip``: what each reserve is for, and the one lever that would save most; null where there is nothing to say.

    Parameters
    ----------
    rows
        Rows of a plan, reserves that are counted in whole units already rounded.
    levers
        Its levers.
    money
        What stands behind an amount of money, such as " EUR"; may be empty.
    """
    parts = _largest(rows)
    best = levers.filter(pl.col("released_units") > 0).sort("saved_cost", descending=True).unique("item", keep="first", maintain_order=True)
    best = best.select("item", lever_words(best).alias("_if"), "released_units", "saved_cost")
    told = rows.select("item", "safety_stock", "order_quantity", "anatomy_review_lot").join(parts, on="item", how="left")
    told = told.join(best, on="item", how="left", maintain_order="left")
    reserves = {
        "said_safety_stock": told["safety_stock"],
        "said_released_units": told["released_units"],
        "said_covered": -told["anatomy_review_lot"],
        "said_asked": told["safety_stock"] - told["anatomy_review_lot"],
    }
    told = told.with_columns(said_reserve(values).alias(name) for name, values in reserves.items()).with_columns(
        said_whole(told["order_quantity"]).alias("said_order_quantity"), said(told["saved_cost"]).alias("said_saved_cost")
    )
    held = pl.col("safety_stock") > 0
    covers = pl.col("anatomy_review_lot") < -_WORTH_TELLING * pl.col("safety_stock").abs()
    asked = pl.col("safety_stock") - pl.col("anatomy_review_lot") >= 1.0  # less than a unit is nothing to tell of
    kept = pl.format("Reserve of {}: {}", "said_safety_stock", "_largest")
    less = pl.when(covers).then(pl.format("; the lot of {} makes {} less do", "said_order_quantity", "said_covered"))
    bare = pl.format("Reserve: none is needed; the lot of {} covers the {} that all else asks for.", "said_order_quantity", "said_asked")
    goes = pl.format(
        f"To strip it: {{}}, {{}} of {{}} would go ({{}}{money} a year).",
        "_if", "said_released_units", "said_safety_stock", "said_saved_cost",
    )  # fmt: skip
    return told.select(
        "item",
        pl.when(held).then(kept + less.fill_null("") + pl.lit(".")).when(covers & asked).then(bare).alias("reserve"),
        pl.when(held & (pl.col("released_units") <= pl.col("safety_stock"))).then(goes).alias("strip"),
    )


def agreeing(sentence: pl.Expr) -> pl.Expr:
    """A sentence in which a single day or period is one: figures are put into words before anybody knows what they count."""
    return sentence.str.replace_all(" 1 days", " 1 day", literal=True).str.replace_all(" 1 periods", " 1 period", literal=True)


def said(values: pl.Series) -> pl.Series:
    """What is estimated or costed as text, as `figure` has it; many items share few rounded values, so each is put into words once."""
    return once(values.cast(pl.Float64).round_sig_figs(3), figure)


def said_whole(values: pl.Series) -> pl.Series:
    """Levels, counts and what was declared as text, as `units` has them: every digit of a whole number."""
    exact = values.cast(pl.Float64)
    shown = pl.when(exact.abs() >= 1000.0).then(exact.round()).when(exact == exact.floor()).then(exact).otherwise(exact.round_sig_figs(3))
    return once(pl.select(shown).to_series(), units)


def said_reserve(values: pl.Series) -> pl.Series:
    """Reserves and parts of them as text: a level less a mean, of which nobody holds a part of a unit where there are many."""
    exact = values.cast(pl.Float64)
    some = pl.when(exact.abs() >= 10.0).then(exact.round()).otherwise(exact.round_sig_figs(2))
    shown = pl.when(exact.abs() < LEAST_RESERVE).then(0.0).otherwise(some)
    return once(pl.select(shown).to_series(), units)


def said_share(values: pl.Series) -> pl.Series:
    """Shares as text, as `percent` has them: cut to what it shows, so that few different values are put into words."""
    share = pl.col("share")
    cut = (share * 1e4).round(5).floor() / 1e4
    nearly = pl.when((share > 0.9999) & (share < 1.0 - ROUNDING)).then(0.99999).when((share > 0.0) & (cut == 0.0)).then(5e-5).otherwise(cut)
    return once(pl.DataFrame({"share": values.cast(pl.Float64)}).select(nearly).to_series(), percent)


def once(values: pl.Series, words: Callable[[float], str]) -> pl.Series:
    """Each distinct number put into words once."""
    known = values.drop_nulls().unique()
    if not len(known):
        return pl.Series(values.name, [None] * len(values), dtype=pl.String)
    return values.replace_strict(known, pl.Series([words(value) for value in known.to_list()]), default=None, return_dtype=pl.String)


def _largest(rows: pl.DataFrame) -> pl.DataFrame:
    """The largest parts of each reserve in words: "51 because the lead time varies, 34 because demand varies"."""
    names = {f"anatomy_{cause}": cause for cause in CAUSES}
    long = rows.select("item", "safety_stock", *names).unpivot(
        list(names), index=["item", "safety_stock"], variable_name="cause", value_name="units"
    )
    worth = long.filter((pl.col("units") > _WORTH_TELLING * pl.col("safety_stock")) & (pl.col("safety_stock") > 0))
    worth = worth.sort("units", descending=True).with_columns(
        pl.col("cause").replace_strict({name: FOR[cause] for name, cause in names.items()}, return_dtype=pl.String)
    )
    whole = pl.when(pl.col("safety_stock") >= 10.0).then(pl.col("units").round()).otherwise("units")  # as the whole is said
    told = said_reserve(worth.select(whole.alias("units")).to_series())
    worth = worth.select("item", pl.concat_str(told, pl.lit(" "), "cause").alias("words"))
    return worth.group_by("item", maintain_order=True).agg(pl.col("words").head(_TOLD).str.join(", ").alias("_largest"))

"""Unended: outages whose end nobody wrote down, those that go on today and those that are long over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from datetime import date

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats

LEAST_LINES = 10  # received, of a supplier or else of the plant, that say how long an order usually takes
WAITED = 1.5  # times the usual, beyond which an order is taken to have waited for the end of the outage
ROUNDS = 60  # of filling in what is not known by what is, until neither moves


def with_ends(stops: pl.DataFrame, plant: Plant, last: date | None) -> pl.DataFrame:
    """
    Outages with the end that deliveries give away, where nobody wrote one down.

    Whoever answers an order placed after his outage began delivers again: the outage was over, and has been forgotten in the
    books. An arrival of what was ordered before proves nothing: it may have been on its way. An order that took far longer than
    usual had waited for the end, which lies the usual time before it came; of others it is known only that the outage was over
    when they were placed, and it is taken to have lasted as long as outages of the plant last that are over so soon.

    Parameters
    ----------
    stops
        Rows of ``disruptions``.
    plant
        Its receipts, whose supplier is their own or else the item's.
    last
        Day up to which an outage without an end and without such proof has lasted.

    Returns
    -------
    pl.DataFrame
        ``stops`` in their order, with ``shown``, the day of that arrival (null where an end was written down or nothing speaks for one).
    """
    unproven = stops.with_columns(pl.lit(None, pl.Date).alias("shown"))
    if last is None or not stops["end"].null_count() or not plant.receipts.height:
        return unproven
    told = stops.with_row_index("_row").sort("start")
    told = told.join_asof(
        _first_answers(plant), left_on="start", right_on="ordered", by="supplier", strategy="forward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    told = told.sort("_row").with_columns(pl.when(pl.col("end").is_null()).then("came").alias("shown"))
    lasted = _days(told["start"], told["end"]) + 1.0
    within = np.where(told["shown"].is_null().to_numpy(), np.nan, _days(told["start"], told["over_by"]))
    until = _days(told["start"], pl.Series([last], dtype=pl.Date).new_from_index(0, told.height)) + 1.0
    forgotten, waited = np.isfinite(within), told["waited"].fill_null(value=False).to_numpy()
    days, some = within.copy(), forgotten & ~waited
    known = np.concatenate([lasted[np.isfinite(lasted)], within[forgotten & waited]])
    days[some] = _filled(within[some], known, until[np.isnan(lasted) & ~forgotten])
    # Whole days down, the first one included.
    more = pl.Series(days).fill_nan(None).round().clip(lower_bound=1.0).cast(pl.Int64) - 1
    return told.with_columns(pl.coalesce("end", pl.col("start").dt.offset_by(pl.format("{}d", more)))).select(unproven.columns)


def out_today(record: pl.DataFrame, last: date | None) -> pl.DataFrame:
    """
    Suppliers of whose outages no end is written down, one row each: which of them is out, and which has forgotten to say that it is not.

    Parameters
    ----------
    record
        Of `with_ends`.

    Returns
    -------
    pl.DataFrame
        ``supplier``; ``out_since`` and ``out_days`` by ``last``, of the outage that goes on, null where none does; ``over_since``,
        ``over_days`` (as long as it is taken to have lasted) and ``shown`` of the latest that was forgotten, null where none was.
    """
    lasted = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    goes_on = record.filter(pl.col("end").is_null()).group_by("supplier").agg(pl.col("start").min().alias("out_since"))
    over = record.filter(pl.col("shown").is_not_null()).sort("start").group_by("supplier", maintain_order=True)
    latest = over.agg(pl.col("start").last().alias("over_since"), lasted.last().alias("over_days"), pl.col("shown").last())
    so_far = (pl.lit(last, pl.Date) - pl.col("out_since")).dt.total_days().clip(lower_bound=0).alias("out_days")
    return goes_on.join(latest, on="supplier", how="full", coalesce=True).with_columns(so_far).sort("supplier")


def _first_answers(plant: Plant) -> pl.DataFrame:
    """
    For each day on which a supplier got an order, which of the orders he got then or later shows him delivering first.

    ``supplier, ordered``; ``over_by``, the day that order was sent at the usual time it takes, or was placed if that is later;
    ``came``; ``waited``, whether it took far longer than usual.
    """
    usual = plant.items.select("item", pl.col("supplier").alias("usual"))
    came = plant.receipts.drop_nulls(["ordered", "received"]).join(usual, on="item", how="left")
    took = (pl.col("received") - pl.col("ordered")).dt.total_days()
    asked = came.select(pl.coalesce("supplier", "usual").alias("supplier"), "ordered", "received", took.alias("took")).drop_nulls()
    # The time of half of a supplier's orders, where he had so many; an outage strikes fewer.
    own = pl.when(pl.len().over("supplier") >= LEAST_LINES).then(pl.col("took").median().over("supplier"))
    asked = asked.with_columns(own.fill_null(pl.col("took").median()).floor().cast(pl.Int64).alias("usually"))
    sent = pl.col("ordered") + pl.duration(days=(pl.col("took") - pl.col("usually")).clip(lower_bound=0))
    asked = asked.with_columns(sent.alias("sent")).sort("ordered", "sent", descending=[True, True])
    first = pl.col("sent").cum_min().over("supplier")
    here = pl.col("sent") == pl.col("over_by")
    waited = pl.col("took") > WAITED * pl.col("usually")
    told = asked.with_columns(first.alias("over_by")).with_columns(
        pl.when(here).then("received").forward_fill().over("supplier").alias("came"),
        pl.when(here).then(waited).forward_fill().over("supplier").alias("waited"),
    )
    last = told.unique(["supplier", "ordered"], keep="last", maintain_order=True)
    return last.select("supplier", "ordered", "over_by", "came", "waited").sort("ordered")


def _days(first: pl.Series, then: pl.Series) -> Floats:
    """NaN where either day is not known. [days]"""
    return (then - first).dt.total_days().cast(pl.Float64).fill_null(np.nan).to_numpy()


def _filled(within: Floats, lasted: Floats, so_far: Floats) -> Floats:
    """
    Mean lengths of outages that were over within so many days, exponential about the mean of all.

    Of a mean ``m``, what ends within ``w`` lasts ``m - w / (exp(w / m) - 1)``; the mean is again that of all of them,
    those that go on counted as time without an end (Dempster, Laird & Rubin 1977, on censored exponentials). Where no
    outage was ever seen to end there is no such mean, and half of what is possible is taken.

    Parameters
    ----------
    within : (n_forgotten,) [days]
    lasted, so_far
        Of the outages with an end on record, and of those that go on. [days]
    """
    days = within / 2.0
    if not len(lasted):
        return days
    for _ in range(ROUNDS):
        mean = (lasted.sum() + so_far.sum() + days.sum()) / (len(lasted) + len(within))
        days = mean - within / np.expm1(np.minimum(within / mean, 700.0))
    return np.asarray(days)

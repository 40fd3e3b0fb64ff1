"""Inspected: which lots that arrived were looked at, by what receipts say was rejected."""

from __future__ import annotations

import polars as pl

_CAME = pl.col("received").is_not_null() & (pl.col("quantity_received") > 0)


def rejects_alone(receipts: pl.DataFrame) -> int:
    """
    Receipts without a rejected quantity where every one that names it names more than 0; else 0.

    Who inspects lots finds some of them good. A record without one good lot is a record of the bad ones, and those that
    it does not name were good.
    """
    if not {"received", "quantity_received", "quantity_rejected"} <= set(receipts.columns):
        return 0
    rejected = receipts.filter(_CAME)["quantity_rejected"]
    bad = rejected.drop_nulls()
    return rejected.null_count() if len(bad) and bool((bad > 0).all()) else 0


def counted(receipts: pl.DataFrame) -> pl.DataFrame:
    """Receipts of something, with 0 rejected where rejects alone are on record (`rejects_alone`)."""
    came = receipts.filter(_CAME)
    return came.with_columns(pl.col("quantity_rejected").fill_null(0.0)) if rejects_alone(receipts) else came

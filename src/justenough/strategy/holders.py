"""Holders: which machine's stops and which supplier's lateness and outages hold how much of the plant's reserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.strategy.situation import coarse, situation_of

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.throughput import Link
    from justenough.strategy.decide import Decided

HISTORIES = 256  # of the machines, in which it is told whose stops an item's lead time varies by
HOLDERS = {"holder": pl.String, "kind": pl.String, "cause": pl.String, "items": pl.Int64, "units": pl.Float64, "value": pl.Float64}


def holders_of(decided: Decided, plant: Plant) -> pl.DataFrame:
    """
    The parts of the plan's reserves by who holds them, most money first.

    Parameters
    ----------
    decided
        A plan whose reserves are split by cause, and what it rests on.
    plant
        It was made from.

    Returns
    -------
    pl.DataFrame
        ``holder``, ``kind`` (machine, supplier), ``cause`` (stops, outages, lead time), ``items``, ``units`` [units] and
        ``value`` [money] of safety stock.

    Notes
    -----
    An item's machine part is its only machine's or, where it passes several, shared out by how much the variance of its lead
    time falls if each of them alone never stops.
    """
    situation = situation_of(decided, plant)
    rows = decided.plan.rows.select("item", "unit_cost", "anatomy_supplier", "anatomy_lead_time", "anatomy_machine")
    known = pl.DataFrame({"item": situation.items, "supplier": situation.supplier, "row": situation.rows}).join(rows, on="item", how="left")
    parts = [
        known.select(holder="supplier", kind=pl.lit("supplier"), cause=pl.lit(cause), units=column, price="unit_cost", item="item")
        for cause, column in (("outages", "anatomy_supplier"), ("lead time", "anatomy_lead_time"))
    ]
    if decided.link is not None:
        parts.append(_by_machine(decided.link, known))
    held = pl.concat(parts).drop_nulls(["holder", "units"]).filter(pl.col("units") != 0.0)
    value = pl.col("units") * pl.col("price").fill_null(0.0)
    summed = held.group_by("holder", "kind", "cause").agg(
        pl.col("item").n_unique().cast(pl.Int64).alias("items"), pl.col("units").sum(), value.sum().alias("value")
    )
    return summed.select(pl.col(name).cast(kind) for name, kind in HOLDERS.items()).sort(
        "value", "holder", "cause", descending=[True, False, False]
    )


def machine_shares(link: Link) -> pl.DataFrame:
    """``row`` (of the plant), ``machine`` and ``share`` of an item's machine part; the shares of an item add up to 1."""
    machines = coarse(link.machines, HISTORIES)
    everything = variance_of(link.lead_time(machines))
    found = []
    for name in machines.names:
        rows = link.items_of(name)
        if len(rows):
            without = variance_of(link.lead_time(machines.never_stopping(name), items=rows))
            found.append(pl.DataFrame({"row": rows, "machine": [name] * len(rows), "falls": np.maximum(everything - without, 0.0)[rows]}))
    if not found:
        return pl.DataFrame(schema={"row": pl.Int64, "machine": pl.String, "share": pl.Float64})
    total = pl.col("falls").sum().over("row")
    alike = 1.0 / pl.len().over("row")
    return pl.concat(found).select("row", "machine", share=pl.when(total > 0.0).then(pl.col("falls") / total).otherwise(alike))


def variance_of(time: LeadTime) -> Floats:
    """Variance of the lead time, late orders included. (n_items,) [days^2]"""
    stops = time.stops
    if stops is None:
        return np.square(time.sd_days)
    late = stops.probability
    mixed = late * np.square(stops.wait_sd_days) + late * (1.0 - late) * np.square(stops.wait_days)
    return np.asarray(np.square(time.sd_days) + mixed)


def _by_machine(link: Link, known: pl.DataFrame) -> pl.DataFrame:
    shares = machine_shares(link)
    joined = known.join(shares, on="row", how="inner")
    return joined.select(
        holder="machine",
        kind=pl.lit("machine"),
        cause=pl.lit("stops"),
        units=pl.col("anatomy_machine") * pl.col("share"),
        price="unit_cost",
        item="item",
    )

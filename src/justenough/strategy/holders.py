"""Holders: which machine's stops and which supplier's lateness and outages hold how much of the plant's reserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan

HOLDERS = {"holder": pl.String, "kind": pl.String, "cause": pl.String, "items": pl.Int64, "units": pl.Float64, "value": pl.Float64}
STOPPED_BY, STOPPED_SHARES = "_stopped_by", "_stopped_shares"  # evidence in a plan: machines behind an item's machine part
HELD = ("lead_time", "supplier", "machine")  # causes that have a holder


def holders_of(plan: Plan, plant: Plant) -> pl.DataFrame:
    """
    The parts of the plan's reserves by who holds them, most money first.

    Parameters
    ----------
    plan
        A plan whose reserves are split by cause.
    plant
        It was made from.

    Returns
    -------
    pl.DataFrame
        ``holder``, ``kind`` (machine, supplier), ``cause`` (stops, outages, lead time), ``items``, ``units`` [units] and
        ``value`` [money] of safety stock.
    """
    held = held_parts(plan, plant)
    value = pl.col("units") * pl.col("unit_cost").fill_null(0.0)
    summed = held.group_by("holder", "kind", "cause").agg(
        pl.col("item").n_unique().cast(pl.Int64).alias("items"), pl.col("units").sum(), value.sum().alias("value")
    )
    return summed.select(pl.col(name).cast(kind) for name, kind in HOLDERS.items()).sort(
        "value", "holder", "cause", descending=[True, False, False]
    )


def held_parts(plan: Plan, plant: Plant) -> pl.DataFrame:
    """
    One row an item, holder and cause: ``item``, ``holder``, ``kind``, ``cause``, ``units`` of its reserve and ``unit_cost``.

    Nobody holds more of an item than there is: where a large lot stands in for most of what they ask for (a negative part), the
    reserve is shared out over them in the proportion of their parts.
    """
    rows = plan.figures.drop_nulls("anatomy_demand").with_columns(_within_reserve())
    parts = [
        rows.select("item", holder="supplier", kind=pl.lit("supplier"), cause=pl.lit(cause), units=column, unit_cost="unit_cost")
        for cause, column in (("outages", "anatomy_supplier"), ("lead time", "anatomy_lead_time"))
    ]
    stopped = rows.filter(pl.col("anatomy_machine") != 0.0)
    if stopped.height:
        joined = stopped.join(stops_shared(plan, plant), on="item", how="inner")
        units = pl.col("anatomy_machine") * pl.col("share")
        parts.append(
            joined.select("item", holder="machine", kind=pl.lit("machine"), cause=pl.lit("stops"), units=units, unit_cost="unit_cost")
        )
    return pl.concat(parts).drop_nulls(["holder", "units"]).filter(pl.col("units") != 0.0)


def _within_reserve() -> list[pl.Expr]:
    """The parts that suppliers and machines hold, all together no more than the reserve. [units]"""
    parts = [pl.col(f"anatomy_{cause}") for cause in HELD]
    asked = pl.sum_horizontal(part.clip(lower_bound=0.0) for part in parts)
    too_much = asked > pl.col("safety_stock").clip(lower_bound=0.0)
    share = pl.when(too_much).then(pl.col("safety_stock").clip(lower_bound=0.0) / asked).otherwise(1.0)
    return [pl.when(too_much).then(part.clip(lower_bound=0.0) * share).otherwise(part) for part in parts]


def stops_shared(plan: Plan, plant: Plant) -> pl.DataFrame:
    """
    ``item, machine, share`` of an item's machine part, as they were worked out when the plan was made.

    A plan that does not know them (it was saved before they were kept) shares the part evenly among the machines of the item's routing.
    """
    routed = plant.tables["routing"].select("item", "machine").unique().with_columns(share=1.0 / pl.len().over("item"))
    if STOPPED_BY not in plan.figures.columns:
        return routed
    known = (
        plan.figures.select("item", machine=STOPPED_BY, share=STOPPED_SHARES)
        .explode("machine", "share", empty_as_null=False)
        .drop_nulls("machine")
    )
    return pl.concat([known, routed.join(known, on="item", how="anti")])

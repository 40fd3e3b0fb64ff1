"""Linking: made items tied to their machines, with orders of the size the plan itself would place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.exposure import exposure_over
from justenough.estimation.stop_shares import stop_shares_of
from justenough.estimation.throughput import Link, link_of, tied
from justenough.sizing.single import Economics, order_quantity
from justenough.strategy.daily_look import DAILY
from justenough.strategy.holders import STOPPED_BY, STOPPED_SHARES
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.supplier import Outages
    from justenough.strategy.trace import Known


def followed(economics: Economics, review_days: Floats, link: Link) -> tuple[Economics, Floats]:
    """
    Economics and reviews of all items, those made continuously looked at and made anew every day, without the cost of an order.

    Their stock is the hedging point: the machine runs at full speed below it and at the pace of demand at it.
    """
    steady = np.zeros(len(review_days), dtype=bool)
    steady[link.continuous] = True
    ordering = np.where(steady, 0.0, economics.ordering_cost)
    return replace(economics, ordering_cost=ordering), np.where(steady, np.fmin(review_days, DAILY), review_days)


def linked(
    plant: Plant,
    demand: Demand,
    lead_time: LeadTime,
    outages: Outages,
    economics: Economics,
    review_days: Floats,
    machines: Machines | None,
) -> Link | None:
    """
    The plant's made items and their machines; None where no machine of a routing is measured.

    An order is what the plan would order at a time (`order_units`).

    Parameters
    ----------
    demand, lead_time, outages, economics, review_days
        Of all items, no machine in the lead times yet.
    """
    if machines is None or not plant.tables["routing"].height:
        return None
    units = order_units(demand, lead_time, outages, economics, review_days)
    return link_of(plant, lead_time, np.nan_to_num(demand.mean), units, machines)


def order_units(demand: Demand, lead_time: LeadTime, outages: Outages, economics: Economics, review_days: Floats) -> Floats:
    """What is made at a time: the order quantity, or what a review uses if that is more. (n_items,) [units]"""
    quantity = order_quantity(exposure_over(demand, lead_time, outages, review_days), economics)
    return np.fmax(np.nan_to_num(quantity), np.nan_to_num(demand.mean) * review_days)


def ordered_anew(link: Link, known: Known, rows: Ints) -> Link | None:
    """
    The link where the items at ``rows``, of which this is ``known``, are made in the lots these economics ask for.

    Parameters
    ----------
    known
        Of these rows only; machines in its lead times are not read.
    """
    units, other = link.units.copy(), part(link.other, rows)
    anew = order_units(known.demand, other, known.outages, known.economics, known.review_days)
    units[rows] = np.where(np.isin(rows, link.continuous), link.units[rows], anew)
    return tied(link.machines, link.routes, link.other, link.rate, units)


def stopped_by(rows: pl.DataFrame, link: Link | None) -> pl.DataFrame:
    """
    The rows with the machines that hold each item's machine part (`STOPPED_BY`) and their shares of it (`STOPPED_SHARES`).

    ``rows`` are all items, split by cause. Null where no machine holds a part of the reserve; no column where none does of any item.
    """
    held = np.flatnonzero((rows["anatomy_machine"].fill_null(0.0) != 0.0).to_numpy())
    if link is None or not len(held):
        return rows
    found = stop_shares_of(link, held)
    names = pl.Series(link.machines.names, dtype=pl.String).gather(found.machine)
    by = pl.DataFrame({"row": found.item, STOPPED_BY: names, STOPPED_SHARES: found.share}).group_by("row", maintain_order=True).all()
    return rows.with_row_index("row").cast({"row": pl.Int64}).join(by, on="row", how="left", maintain_order="left").drop("row")

"""Linking: made items tied to their machines, with orders of the size the plan itself would place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.exposure import exposure_over
from justenough.estimation.throughput import Link, link_of
from justenough.sizing.single import Economics, order_quantity
from justenough.strategy.daily_look import DAILY

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.estimation.demand import Demand
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.supplier import Outages


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

    An order is what the plan would order at a time: its order quantity, or what a review uses if that is more.

    Parameters
    ----------
    demand, lead_time, outages, economics, review_days
        Of all items, no machine in the lead times yet.
    """
    if machines is None or not plant.tables["routing"].height:
        return None
    quantity = order_quantity(exposure_over(demand, lead_time, outages, review_days), economics)
    rate = np.nan_to_num(demand.mean)
    return link_of(plant, lead_time, rate, np.fmax(np.nan_to_num(quantity), rate * review_days), machines)

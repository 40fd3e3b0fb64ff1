"""Lever: what can be improved of an item, and how a plan keeps what that would free."""

from __future__ import annotations

from enum import unique

import polars as pl

from justenough.domain.item import Coded

LEVER_COLUMNS = ("now", "then", "safety_stock", "released_units", "released_value", "saved_cost")


@unique
class Lever(Coded):
    """What can be improved; the words stand in the column ``lever`` of a plan's levers."""

    LEAD_TIME_SPREAD = 0  # sd of the lead time [days]
    LEAD_TIME = 1  # mean lead time [days], its spread in proportion
    OUTAGES = 2  # chance that an order meets an outage of its supplier [fraction]
    REVIEW = 3  # time between two looks [days]
    LOT = 4  # order quantity that MOQ and lot multiple force [units]
    DEMAND = 5  # sd of a day's demand [units]
    FORECAST = 6  # error of the level, relative to it [fraction]


def lever_schema() -> dict[str, pl.DataType]:
    """
    Columns of a plan's levers and their types, in order.

    ``item, lever`` (`Lever`), ``now`` and ``then`` (the lever's figure), ``safety_stock`` that the item would have then and
    ``released_units`` of today's plan it would do without [units], ``released_value`` of mean stock [money],
    ``saved_cost`` of all costs [money/year].
    """
    return {"item": pl.String(), "lever": pl.String(), **dict.fromkeys(LEVER_COLUMNS, pl.Float64())}

"""In hand: stock in hand and on order beside an item's levels, and what that asks for this week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import LeadTimeBasis
from justenough.estimation.forgotten import expected

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.strategy.recommendation import Recommendation

ORDER, STOP, NOTHING = "order now", "order nothing", "within its levels"
NO_STOCK, NO_LEVELS, NO_QUANTITY = "stock not known", "levels not known", "open orders not known"  # why nobody can say
ORDERED = ("supplier", "item", "description", "on_hand", "on_order", "reorder_point", "order_quantity", "order_now", "order_now_value")
MADE_HERE = "made here"
NEEDED = ("decision", "on_hand", "on_order", "reorder_point", "order_quantity", "order_up_to", "demand_per_day")


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """
    What all stock in hand asks for.

    Parameters
    ----------
    n_known
        Decided items whose stock in hand is known.
    n_order, n_stop
        Those at or below their reorder point; those above their order-up-to level.
    stock_value
        Of all stock in hand of these items. [money]
    above_value
        Of the stock above the order-up-to levels. [money]
    order_value
        Of what is to be ordered now. [money]
    """

    n_known: int
    n_order: int
    n_stop: int
    stock_value: float
    above_value: float
    order_value: float


def on_order_of(plant: Plant) -> pl.Series:
    """
    Units on their way to each item; null where the plant keeps no orders, NaN where an open one does not say how much.

    Lines that nobody can expect any more (`justenough.estimation.forgotten`) are not on their way.
    """
    if not plant.tables["receipts"].height:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(plant))
    waiting = expected(plant).select(
        "item", due=(pl.col("quantity_ordered") - pl.col("quantity_received").fill_null(0.0)).clip(lower_bound=0.0)
    )
    due = waiting.group_by("item").agg(pl.col("due").fill_null(np.nan).sum(), pl.len().alias("lines"))
    found = plant.items.select("item").join(due, on="item", how="left", maintain_order="left")
    return found.select(pl.when(pl.col("lines").is_null()).then(0.0).otherwise("due")).to_series()


def this_week(rows: pl.DataFrame) -> pl.DataFrame:
    """
    A plan's rows with what stock in hand and on order ask for.

    An order is due when they have fallen to the reorder point: as many whole orders as bring them above it. Above the
    order-up-to level nothing is ordered until they have fallen to the reorder point, at mean demand.

    Returns
    -------
    pl.DataFrame
        ``rows`` with ``week`` (null where stock in hand, the levels or what is on order are not known), ``week_units`` to order [units],
        and ``week_days`` to wait [days].
    """
    position = pl.col("on_hand") + pl.col("on_order").fill_null(0.0)
    point, lot, upper = pl.col("reorder_point"), pl.col("order_quantity"), pl.col("order_up_to")
    known = position.is_not_null() & position.is_not_nan() & point.is_not_null() & (pl.col("decision") != "cannot_decide")
    ended = pl.col("decision") == "ended"
    due = known & ~ended & (position <= point)
    above = known & ((position > pl.max_horizontal(upper, point)) | (ended & (position > 0)))
    orders = ((point - position) / lot).floor() + 1.0
    wait = (position - point) / pl.col("demand_per_day")
    return rows.with_columns(
        pl.when(due).then(pl.lit(ORDER)).when(above).then(pl.lit(STOP)).when(known).then(pl.lit(NOTHING)).alias("week"),
        pl.when(due & (lot > 0)).then(orders * lot).alias("week_units"),
        pl.when(above & ~ended & (pl.col("demand_per_day") > 0)).then(wait).alias("week_days"),
    )


def with_orders(rows: pl.DataFrame) -> pl.DataFrame:
    """
    A plan's rows with what to order this week, as it leaves the house.

    Returns
    -------
    pl.DataFrame
        ``rows`` with ``this_week`` (what stock in hand asks for, else why nobody can say), ``order_now`` [units], 0 where nothing
        is to be ordered and null where nobody can say, and ``order_now_value`` [money], null too where there is no price.
    """
    told = this_week(rows)
    lacks = pl.when(pl.col("on_hand").is_null()).then(pl.lit(NO_STOCK)).when(pl.col("reorder_point").is_null()).then(pl.lit(NO_LEVELS))
    units = pl.when(pl.col("week").is_in([STOP, NOTHING])).then(0.0).otherwise("week_units")
    return told.with_columns(
        pl.coalesce("week", lacks.otherwise(pl.lit(NO_QUANTITY))).alias("this_week"),
        units.alias("order_now"),
        (units * pl.col("unit_cost")).alias("order_now_value"),
    ).drop("week", "week_units", "week_days")


def reserve_to_enter() -> pl.Expr:
    """
    The safety stock that goes into a system of plans: its part of the reorder point, never more than all of it.

    A reserve is the lowest position less the mean exposure, and the lowest position is one unit above the reorder point where
    units are whole: an order is due *at* the reorder point. Where less than a unit is wanted in the exposed time that unit
    makes the reserve the larger of the two, by less than a unit; a system that adds expected demand to a safety stock refuses it.
    """
    both = pl.col("safety_stock").is_not_null() & pl.col("reorder_point").is_not_null()
    return pl.when(both).then(pl.min_horizontal("safety_stock", "reorder_point")).otherwise("safety_stock").alias("safety_stock")


def orders_of(rows: pl.DataFrame) -> pl.DataFrame:
    """What is to be ordered now, one row an item: by supplier (`MADE_HERE`: the plant itself), of each the most money first."""
    made = pl.when(pl.col("lead_time_basis") == LeadTimeBasis.MACHINES.label).then(pl.lit(MADE_HERE))
    due = with_orders(rows).filter(pl.col("this_week") == ORDER).with_columns(pl.coalesce("supplier", made).alias("supplier"))
    due = due.select(*ORDERED)
    return due.sort("supplier", "order_now_value", "item", descending=[False, True, False], nulls_last=True)


@dataclass(frozen=True, slots=True)
class Week:
    """What one item's stock in hand asks for: the word, units to order and days to wait; None where it does not apply."""

    word: str
    units: float | None
    days: float | None


def week_of_one(item: Recommendation) -> Week:
    """What the stock in hand of one item asks for; no word where nobody knows it."""
    kinds = {name: pl.String() if name == "decision" else pl.Float64() for name in NEEDED}
    row = this_week(pl.DataFrame([{name: getattr(item, name) for name in NEEDED}], schema=kinds)).row(0, named=True)
    return Week(row["week"] or "", row["week_units"], row["week_days"])


def week_of(rows: pl.DataFrame) -> ThisWeek:
    """What stock in hand asks for over all items of a plan."""
    known = this_week(rows).filter(pl.col("week").is_not_null())
    price = pl.col("unit_cost").fill_null(0.0)
    held = pl.col("on_hand").clip(lower_bound=0.0)
    above = (held - pl.max_horizontal(pl.col("order_up_to"), pl.col("reorder_point"), pl.lit(0.0))).clip(lower_bound=0.0)
    sums = known.select(
        order=(pl.col("week") == ORDER).sum(),
        stop=(pl.col("week") == STOP).sum(),
        stock=(held * price).sum(),
        above=(above * price).sum(),
        due=(pl.col("week_units").fill_null(0.0) * price).sum(),
    ).row(0)
    return ThisWeek(known.height, *sums)

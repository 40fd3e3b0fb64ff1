"""Shared out: what limits on all items together cost, in money, in service and item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.figures import in_currency, money, units
from justenough.sizing.single import DAYS_PER_YEAR
from justenough.strategy.offers import Shared
from justenough.strategy.purse import kept_within
from justenough.strategy.reserves import said_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.strategy.purse import Together
    from justenough.strategy.settings import Settings
    from justenough.strategy.spread import Spread
    from justenough.strategy.trace import Known, Point, Traced

    Bools = NDArray[np.bool_]

SHARED = ("criticality", "volume")  # of the items table
_PRICED = {
    "money": (1000.0, "1,000{} more for stock"),
    "volume": (1.0, "one cubic metre more"),
    "orders_per_day": (1.0, "one order a day more"),
    "items_reviewed": (1.0, "one item more to be changed"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """
    One limit: what there is, what the plan uses, what every item alone would use, and its price.

    Parameters
    ----------
    price
        What one more unit of the limit would save a year: money of cost or, where the aim is service, of demand short.
    """

    name: str
    most: float
    used: float
    alone: float
    price: float


@dataclass(frozen=True, slots=True)
class Totals:
    """
    Sums over the sized items.

    Parameters
    ----------
    stock_value : [money]
    holding_cost, stockout_cost, total_cost : [money/year]
    short_value
        Demand not served from the shelf, at unit costs. [money/year]
    served
        The other share of all demand. [fraction]
    """

    stock_value: float
    holding_cost: float
    stockout_cost: float
    total_cost: float
    short_value: float
    served: float


@dataclass(frozen=True, slots=True)
class Purse:
    """
    What the limits of a plan came to.

    Parameters
    ----------
    cost, bound, gap
        What was made least, what no choice of whole levels within the limits can be below (at the order quantities
        considered, within 1 in 10,000), and the rest as a share of the cost.
    n_moved
        Items that got other levels than they would choose alone.
    n_without_volume
        Items whose space is not known and so counted as none.
    alone, together
        Totals before and after the limits.
    """

    aim: str
    uses: tuple[Use, ...]
    cost: float
    bound: float
    gap: float
    n_items: int
    n_moved: int
    n_without_volume: int
    alone: Totals
    together: Totals
    currency: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The items' new levels, a sentence for each that was moved (null elsewhere), and the sums; None without limits."""

    traced: Traced
    limited: pl.Series
    purse: Purse | None


def shared_out(
    items: pl.DataFrame, known: Known, traced: Traced, fixed: Bools, settings: Settings, spread: Spread, currency: str
) -> Outcome:
    """
    Give all items the levels that keep the plant's limits together.

    Parameters
    ----------
    items
        Rows of the items table, those that were traced; its columns `SHARED`.
    fixed : (n_items,)
        Items whose curve's points are taken as they are.
    """
    limits = settings.limits
    if not limits.binding:
        return Outcome(traced, pl.Series("_limited", [None], dtype=pl.String).new_from_index(0, items.height), None)
    floors: dict[str, float | None] = dict(limits.floors) or {"": None}
    floor = items["criticality"].replace_strict(floors, default=None, return_dtype=pl.Float64)
    volume = items["volume"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    found = kept_within(Shared(known, volume, floor.fill_null(np.nan).to_numpy(), fixed), traced, settings, spread)
    uses = tuple(
        Use(name, *map(float, figures))
        for name, *figures in zip(found.names, found.most, found.used, found.alone_used, found.price, strict=True)
    )
    purse = Purse(
        limits.aim, uses, found.cost, found.bound, found.gap, items.height, int(found.moved.sum()),
        int(np.isnan(volume).sum()) if limits.volume is not None else 0,
        totals_of(known, traced.chosen), totals_of(known, found.traced.chosen), currency,
    )  # fmt: skip
    return Outcome(found.traced, _sentences(found, traced, purse), purse)


def totals_of(known: Known, point: Point) -> Totals:
    """Sums over the items at a point."""
    price, outcome = known.economics.unit_cost, point.outcome
    wanted = float(np.nansum(price * known.demand.mean) * DAYS_PER_YEAR)
    short = float(np.nansum(price * outcome.units_short))
    return Totals(
        float(np.nansum(price * outcome.mean_stock)),
        float(np.nansum(outcome.holding_cost)),
        float(np.nansum(outcome.stockout_cost)),
        float(np.nansum(outcome.total_cost)),
        short,
        max(0.0, 1.0 - short / wanted) if wanted > 0.0 else 1.0,
    )


def prices_said(purse: Purse) -> list[str]:
    """What a little more of each limit that binds would bring, in words."""
    code = in_currency(purse.currency, " {}")
    saves = "would save" if purse.aim == "cost" else "would serve demand worth"
    told = []
    for use in purse.uses:
        step, words = _PRICED[use.name]
        if use.price > 0.0:
            told.append(f"{words.format(code)} {saves} {money(use.price * step, purse.currency)} a year")
    return told


def _sentences(found: Together, alone: Traced, purse: Purse) -> pl.Series:
    words = "; ".join(prices_said(purse))
    final, today = found.traced.chosen.levels, found.traced.today.levels
    left = (final.reorder_point == today.reorder_point) & (final.order_quantity == today.order_quantity)
    few = next((use.most for use in purse.uses if use.name == "items_reviewed"), None)
    before = said_whole(pl.Series("before", alone.chosen.levels.reorder_point))
    # Where orders are limited larger lots are tried, and may cost less even where the limit leaves room.
    shared = f"what all items share is limited: {words}." if words else "larger orders were tried, and cost less together."
    rows = pl.DataFrame({"before": before, "moved": found.moved, "left": left & (few is not None)})
    stays = pl.format(
        "Limits: left at today's levels, since {} items may be changed; alone it would reorder at {}.", pl.lit(units(few)), "before"
    )
    moves = pl.format("Limits: alone it would reorder at {}; {}", "before", pl.lit(shared))
    told = rows.select(pl.when(pl.col("moved") & pl.col("left")).then(stays).when("moved").then(moves))
    return told.to_series().alias("_limited")

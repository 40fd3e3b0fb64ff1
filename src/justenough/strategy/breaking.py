"""Breaking: each item's stock day by day through what is supposed to happen, and which items break first and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import StockoutBasis
from justenough.estimation.forgotten import expected
from justenough.strategy.spread import BLOCK_ITEMS, Cut, Spread, part, poured
from justenough.strategy.survival import outlives

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.sizing.single import Economics
    from justenough.strategy.trace import Known

HOURS = 24.0
AT_RISK = 0.05  # chance of a stockout from which an item is at risk [fraction]


@dataclass(frozen=True, slots=True)
class Start:
    """
    Where the stock stands on the first day.

    Parameters
    ----------
    today
        The last day any record speaks of.
    on_hand : (n_items,) [units]
    order_item, order_placed, order_due, order_units
        Open orders: their item, days from today (placed: below 0), units still to come.
    """

    today: date
    on_hand: Floats
    order_item: Ints
    order_placed: Floats
    order_due: Floats
    order_units: Floats

    def among(self, places: slice) -> Start:
        """Of these items only, counted from the first of them."""
        own = (self.order_item >= places.start) & (self.order_item < places.stop)
        orders = (self.order_placed[own], self.order_due[own], self.order_units[own])
        return Start(self.today, self.on_hand[places], self.order_item[own] - places.start, *orders)


@dataclass(frozen=True, slots=True)
class Paths:
    """
    Stock lived day by day at mean demand; negative where units are owed.

    Parameters
    ----------
    stock : (n_items, days) [units]
        At the end of each day.
    chance_short : (n_items, days) [fraction]
        Chance that more is wanted by then than was on hand and has come.
    """

    stock: Floats
    chance_short: Floats

    def breaks_on(self) -> Ints:
        """First day with nothing left, -1 where there is none. (n_items,)"""
        return _first(self.stock < 0.0)

    def at_risk_on(self) -> Ints:
        """First day on which the chance to be short is above `AT_RISK`, -1 where there is none. (n_items,)"""
        return _first(self.chance_short > AT_RISK)

    def back_on(self) -> Ints:
        """First day after the last one short; -1 where an item never breaks, the number of days where it stays short. (n_items,)"""
        short = self.stock < 0.0
        last = self.stock.shape[1] - np.argmax(short[:, ::-1], axis=1)
        return np.where(short.any(axis=1), last, -1)


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which the supplier of each item delivers nothing; both 0 where it is not away. (n_items,)"""

    start: Floats
    end: Floats

    def later(self, item: Ints, placed: Floats, due: Floats) -> Floats:
        """When orders arrive: all that is under way, or placed meanwhile, waits for what is left of the outage. (n_orders,) [days]"""
        begin, end = self.start[item], self.end[item]
        held = (end > begin) & (due >= begin) & (placed < end)
        return np.where(held, due + end - np.maximum(begin, placed), due)


def start_of(plant: Plant, rows: Ints, known: Known, planned_stock: Floats) -> Start:
    """
    What lies on the shelf and what is on its way.

    Parameters
    ----------
    rows : (n_items,)
        Of the plant.
    planned_stock : (n_items,) [units]
        Taken for what is on hand where nobody says.

    Notes
    -----
    An open order comes when it was promised or, without a promise or with one gone by, a mean lead time after it was
    placed; one overdue even so comes today, and one nobody can expect any more never
    (`justenough.estimation.forgotten`). Without quantities there is nothing on its way.
    """
    today = max(day for day in (plant.demand["date"].max(), plant.receipts["ordered"].max(), plant.receipts["received"].max()) if day)
    on_hand = plant.items["on_hand"].cast(pl.Float64).fill_null(np.nan).to_numpy()[rows]
    on_hand = np.where(np.isnan(on_hand), planned_stock, on_hand)
    places = pl.DataFrame({"item": plant.items["item"].gather(rows), "place": np.arange(len(rows))})
    open_orders = (
        expected(plant)
        .with_columns(left=pl.col("quantity_ordered") - pl.col("quantity_received").fill_null(0.0))
        .filter(pl.col("left") > 0)
        .join(places, on="item", how="inner")
        .with_columns(placed=(pl.col("ordered") - today).dt.total_days(), promised_in=(pl.col("promised") - today).dt.total_days())
    )
    item = open_orders["place"].to_numpy()
    placed = open_orders["placed"].cast(pl.Float64).to_numpy()
    promised = open_orders["promised_in"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    usual = placed + known.lead_time.mean_days[item]
    due = np.where(promised >= 0.0, promised, np.maximum(usual, 0.0))
    units = open_orders["left"].cast(pl.Float64).to_numpy() * known.usable_share[item]
    return Start(today, on_hand, item, placed, due, units)  # type: ignore[arg-type]


def lived_through(known: Known, levels: Levels, start: Start, away: Away, days: int) -> Paths:
    """
    Live so many days at mean demand, ordering by the levels in force at every review.

    Parameters
    ----------
    known
        As it would be; its demand is wanted and its lead time is waited.
    levels
        In force.
    away
        When the supplier of each item is.
    """
    n, rate = len(start.on_hand), known.demand.mean
    comes = np.zeros((n, days + 1))
    due = away.later(start.order_item, start.order_placed, start.order_due)
    _put(comes, start.order_item, due, start.order_units)
    on_order = np.bincount(start.order_item, start.order_units, n).astype(np.float64)
    lead = known.lead_time.mean_days + (known.lead_time.stops.mean_days if known.lead_time.stops is not None else 0.0)
    review = np.maximum(np.round(known.review_days), 1.0)
    net, stock = start.on_hand.copy(), np.empty((n, days))
    quantity = np.maximum(np.nan_to_num(levels.order_quantity), 1e-9)
    everyone = np.arange(n)
    for day in range(days):
        position = net + on_order
        asked = (day % review == 0) & (position <= levels.reorder_point)
        ordered = np.where(asked, np.ceil(np.maximum(levels.lowest_position - position, 0.0) / quantity) * quantity, 0.0)
        placed = np.full(n, float(day))
        _put(comes, everyone, away.later(everyone, placed, placed + lead), ordered * known.usable_share)
        on_order += ordered * known.usable_share
        net = net + comes[:, day] - rate
        on_order -= comes[:, day]
        stock[:, day] = net
    arrived = start.on_hand[:, None] + np.cumsum(comes[:, :days], axis=1)
    short = np.stack([1.0 - outlives(arrived[:, day], np.full(n, day + 1.0), known.demand) for day in range(days)], axis=1)
    return Paths(stock, short)


@dataclass(frozen=True, slots=True)
class _Living:
    """A block of items and all that `lived_through` asks of them."""

    known: Known
    levels: Levels
    start: Start
    away: Away


def _live(block: _Living, days: int) -> Paths:
    return lived_through(block.known, block.levels, block.start, block.away, days)


def lived_by(known: Known, levels: Levels, start: Start, away: Away, days: int, spread: Spread) -> Paths:
    """`lived_through`, block by block of items."""

    def block(i: int) -> _Living:
        at = slice(i * BLOCK_ITEMS, (i + 1) * BLOCK_ITEMS)
        return _Living(part(known, at), part(levels, at), start.among(at), part(away, at))

    paths: Paths = poured(spread(partial(_live, days=days), Cut(block, max(-(-len(start.on_hand) // BLOCK_ITEMS), 1))))
    return paths


def shortage_cost(paths: Paths, economics: Economics, rate: Floats) -> tuple[Floats, Floats]:
    """
    Units short and what they cost, as each item's stockouts are charged. (n_items,) each [units], [money]

    Parameters
    ----------
    rate : (n_items,) [units/day]
    """
    owed = np.maximum(-paths.stock, 0.0)
    newly = np.minimum(owed, rate[:, None])
    units, empty = newly.sum(axis=1), (owed > 0.0).sum(axis=1)
    occasions = ((owed > 0.0) & (np.concatenate([np.zeros((len(rate), 1)), owed[:, :-1]], axis=1) == 0.0)).sum(axis=1)
    charged = {
        StockoutBasis.PER_UNIT: units,
        StockoutBasis.PER_UNIT_DAY: owed.sum(axis=1),
        StockoutBasis.PER_OCCASION: occasions,
        StockoutBasis.PER_LINE_HOUR: empty * HOURS,
    }
    amount = np.select([economics.stockout_basis == int(basis) for basis in charged], list(charged.values()), 0.0)
    return units, np.nan_to_num(economics.stockout_cost) * amount


def _put(comes: Floats, item: Ints, due: Floats, units: Floats) -> None:
    """Add arrivals to the day they come on; what comes after the last day falls away."""
    last = comes.shape[1] - 1
    day = np.minimum(np.ceil(np.maximum(due, 0.0) - 1e-9), last).astype(np.int64)
    np.add.at(comes, (item, day), np.where(day < last, units, 0.0))


def _first(happens: NDArray[np.bool_]) -> Ints:
    return np.where(happens.any(axis=1), np.argmax(happens, axis=1), -1).astype(np.int64)

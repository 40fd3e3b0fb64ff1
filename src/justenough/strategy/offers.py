"""Offers: what items may choose from when they share limits, each a column of levels beside what it gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.sizing.curve import curves_of
from justenough.sizing.single import DAYS_PER_YEAR, cheapest, order_lots, outcome_at
from justenough.strategy.spoiling import curves_with_expiry, earned_at
from justenough.strategy.spread import BLOCK_ITEMS, joined, part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.shared_limits import Limits
    from justenough.sizing.single import Economics, Outcome
    from justenough.strategy.spread import Spread
    from justenough.strategy.trace import Known, Traced

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What the items of a plant share limits by, beside what is known of each. Columns (n_items,).

    Parameters
    ----------
    volume : [m3/unit]
        NaN unknown: it then uses none.
    floor : [fraction]
        Least cycle service where the aim is service; NaN for none.
    fixed
        Items whose points are taken as the curve has them: their whole units are dear to weigh again.
    """

    known: Known
    volume: Floats
    floor: Floats
    fixed: Bools


@dataclass(frozen=True, slots=True)
class Row:
    """A block of items at certain levels or order quantities, as workers get it."""

    known: Known
    levels: Levels


@dataclass(frozen=True, slots=True)
class Offer:
    """Options of items, beside each other: levels and what they give. (n_items, n_options)"""

    reorder_point: Floats
    order_quantity: Floats
    mean_stock: Floats
    orders_per_day: Floats
    cycle_service: Floats
    fill_rate: Floats
    cost: Floats


def drawn_at(shared: Shared, traced: Traced, factor: float, limits: Limits, spread: Spread) -> Offer:
    """The points of the curves at ``factor`` times the order quantities."""
    own = traced.chosen.levels
    lots = own.order_quantity if factor == 1.0 else lots_of(shared.known, own, factor)
    row = Row(shared.known, replace(own, order_quantity=lots))
    return offered(row, blockwise(spread, _curves_at, row), limits)


def lots_of(known: Known, levels: Levels, factor: float) -> Floats:
    """
    Order quantities ``factor`` times as large, in whole lots and never below the MOQ; what can spoil keeps its own. (n_items,) [units]

    Where the factor is above 1 it is at least so many reviews' demand: lots that each review orders anyway order no less often.
    """
    economics, own = known.economics, levels.order_quantity
    size = factor * (np.fmax(own, known.demand.mean * known.review_days) if factor > 1.0 else own)
    lot = order_lots(economics.lot_multiple, levels.step, levels.lot)
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.maximum(np.maximum(np.round(size / lot), 1.0), np.ceil(np.fmax(economics.moq, 0.0) / lot - 1e-9)) * lot
    quantity = np.where(lot > 0.0, counted, np.fmax(size, economics.moq))
    return np.where(np.isfinite(economics.shelf_life_days), own, quantity)


def beside_points(shared: Shared, traced: Traced, point: Offer, share: float, limits: Limits, spread: Spread) -> Offer:
    """Each item ``share`` of the distance between two points of its curve further, in whole units or lots; those that are fixed stay."""
    own, ends = traced.chosen.levels, traced.curves.reorder_point.astype(np.float64)
    away = share * (ends[:, -1] - ends[:, 0]) / (ends.shape[1] - 1)
    unit = np.where(own.unit > 0.0, own.unit, 1.0)
    away = np.where(own.unit > 0.0, np.copysign(np.maximum(np.ceil(np.abs(away) / unit), 1.0) * unit, share), away)
    here = point.reorder_point[:, 0]
    moved = np.clip(here + away, np.minimum(ends[:, 0], here), np.maximum(ends[:, -1], here))
    row = Row(shared.known, Levels(np.where(shared.fixed, here, moved), point.order_quantity[:, 0], own.step))
    return offered(row, blockwise(spread, earned_by, row), limits)


def whole_units(shared: Shared, point: Offer, price: Floats, limits: Limits, names: Sequence[str], spread: Spread) -> Offer:
    """The whole units items choose at these prices, at the order quantities of ``point``; those that are fixed stay."""
    known = shared.known
    told = dict(zip(names, price.tolist(), strict=True))
    economics = priced(known.economics, shared.volume, told, service=limits.aim == "service", floor=shared.floor)
    start = Levels(point.reorder_point[:, 0], point.order_quantity[:, 0], known.demand.step)
    chosen: Levels = blockwise(spread, _cheapest, Row(replace(known, economics=economics), start))  # type: ignore[assignment]
    lowest = np.where(shared.fixed | np.isnan(chosen.reorder_point), start.reorder_point, chosen.reorder_point)
    row = Row(known, replace(start, reorder_point=lowest))
    return offered(row, blockwise(spread, earned_by, row), limits)


def _cheapest(row: Row) -> Levels:
    return cheapest(exposure_of(row.known), row.known.economics, row.levels.order_quantity).levels


def priced(economics: Economics, volume: Floats, price: dict[str, float], *, service: bool, floor: Floats) -> Economics:
    """
    Economics under which an item alone chooses what is best for all.

    Parameters
    ----------
    price
        By limit. [money/year for one more unit of it]
    service
        Whether demand short is what counts, each unit at its own unit cost, and floors are those given.
    """
    rent = price.get("money", 0.0) + price.get("volume", 0.0) * np.nan_to_num(volume) / economics.unit_cost
    order = price.get("orders_per_day", 0.0) / DAYS_PER_YEAR
    if not service:
        return replace(economics, holding_rate=economics.holding_rate + rent, ordering_cost=economics.ordering_cost + order)
    n = len(rent)
    return replace(
        economics,
        holding_rate=np.maximum(rent, 1e-9),
        ordering_cost=np.full(n, order),
        stockout_cost=economics.unit_cost,
        stockout_basis=np.full(n, int(StockoutBasis.PER_UNIT)),
        target_cycle_service=floor,
        target_fill_rate=np.full(n, np.nan),
    )


def exposure_of(known: Known) -> Exposure:
    """Demand of the exposed days, everything that can go wrong in it."""
    return exposure_over(known.demand, known.lead_time, known.outages, known.review_days)


def earned_by(row: Row) -> Outcome:
    """What the row's levels earn, with what spoils. (n_items,)"""
    return earned_at(row.known, exposure_of(row.known), row.levels).outcome


def _orders(row: Row) -> Floats:
    """Orders a year at these order quantities."""
    one = replace(row.known.economics, ordering_cost=np.ones(len(row.known.review_days)))
    return outcome_at(exposure_of(row.known), one, row.levels).ordering_cost


def blockwise(spread: Spread, work: object, row: Row) -> Outcome:
    """The work done block by block, joined."""
    n = len(row.known.review_days)
    blocks = [part(row, np.arange(i, min(i + BLOCK_ITEMS, n))) for i in range(0, n, BLOCK_ITEMS)]
    return joined(spread(work, blocks))  # type: ignore[arg-type,no-any-return]


def _curves_at(row: Row) -> Outcome:
    exposure, quantity = exposure_of(row.known), row.levels.order_quantity
    return curves_with_expiry(row.known, exposure, curves_of(exposure, row.known.economics, quantity), quantity)


def offered(row: Row, outcome: Outcome, limits: Limits) -> Offer:
    """Options made of outcomes, (n_items,) or (n_items, points) of them, at the row's order quantities."""
    columns = {name: _wide(getattr(outcome, name)) for name in ("mean_stock", "cycle_service", "fill_rate", "units_short", "total_cost")}
    shape, price = columns["mean_stock"].shape, row.known.economics.unit_cost[:, None]
    cost = columns["total_cost"] if limits.aim == "cost" else columns["units_short"] * price
    reorder = _wide(getattr(outcome, "reorder_point", row.levels.reorder_point))
    orders = _wide(_orders(row) / DAYS_PER_YEAR) if limits.orders_per_day is not None else np.zeros((shape[0], 1))
    quantity = _wide(row.levels.order_quantity)
    return Offer(
        reorder, np.broadcast_to(quantity, shape), columns["mean_stock"], np.broadcast_to(orders, shape), columns["cycle_service"],
        columns["fill_rate"], cost,
    )  # fmt: skip


def _wide(column: Floats) -> Floats:
    return column if column.ndim == 2 else column[:, None]

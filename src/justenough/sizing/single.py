"""Single: the order quantity and the reorder point of one item on its own, and what they earn."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import StockoutBasis
from justenough.kernels import marginal, position
from justenough.kernels.abreast import abreast

if TYPE_CHECKING:
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure

DAYS_PER_YEAR = 365.25
HOURS_PER_YEAR = 8766.0


@dataclass(frozen=True, slots=True)
class Economics:
    """
    What stock and the lack of it cost, and the rules orders obey. Columns (n_items,).

    Parameters
    ----------
    unit_cost : [money/unit]
    holding_rate : [1/year]
    ordering_cost : [money/order]
        0 where unknown.
    stockout_cost : [money per what ``stockout_basis`` says]
        NaN where none is known: a stockout is then free, and only the targets ask for stock.
    stockout_basis
        Codes of `justenough.domain.item.StockoutBasis`.
    target_cycle_service, target_fill_rate
        Floors, in (0, 1); NaN for none.
    moq, lot_multiple : [units]
        Least order and the multiple orders come in; NaN for none.
    shelf_life_days : [days]
        Infinite for none.
    """

    unit_cost: Floats
    holding_rate: Floats
    ordering_cost: Floats
    stockout_cost: Floats
    stockout_basis: Ints
    target_cycle_service: Floats
    target_fill_rate: Floats
    moq: Floats
    lot_multiple: Floats
    shelf_life_days: Floats

    def __post_init__(self) -> None:
        for name in ("target_cycle_service", "target_fill_rate"):
            target = getattr(self, name)
            outside = ~np.isnan(target) & ((target <= 0.0) | (target >= 1.0))
            if outside.any():
                raise ValueError(f"{name} must be in (0, 1), got {target[outside][0]}: no finite stock reaches 1")


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a policy earns, in the long run. Columns (n_items,), or (n_items, points) on a curve.

    Parameters
    ----------
    cycle_service
        Chance that a cycle which starts from the lowest position sees no stockout.
    fill_rate
        Share of units served from the shelf, counting each unit short once (two-term formula).
    ready_rate
        Share of time with nobody waiting: net stock not below zero.
    mean_stock, backorders : [units]
        Means over time, by three to twelve moments of a cycle (`justenough.kernels.instants`).
    units_short : [units/year]
    occasions : [1/year]
        Times the shelf begins to fail, and orders that come while somebody waits and leave somebody waiting: a shelf
        that is always empty fails once an order, so it is never cheap by being empty without end.
    holding_cost, ordering_cost, stockout_cost, total_cost : [money/year]
    """

    cycle_service: Floats
    fill_rate: Floats
    ready_rate: Floats
    mean_stock: Floats
    backorders: Floats
    units_short: Floats
    occasions: Floats
    holding_cost: Floats
    ordering_cost: Floats
    stockout_cost: Floats
    total_cost: Floats


OUTCOME_FIELDS = tuple(column.name for column in fields(Outcome))
AMOUNTS = ("mean_stock", "backorders", "units_short")  # that are counted in units


@dataclass(frozen=True, slots=True)
class Chosen:
    """Levels and the `Reason` code each was chosen for. (n_items,)"""

    levels: Levels
    reason: Ints


def order_quantity(exposure: Exposure, economics: Economics) -> Floats:
    """
    Economic order quantity in whole lots, (n_items,) in units.

    Of the two whole lot counts around the EOQ (Harris 1913) the cheaper; never below the MOQ, nor
    above what is used within the shelf life less a review, with two standard deviations of exposed demand
    left as room for the reserve; but at least one lot. One step (or, of divisible
    items, a day's demand) where orders cost nothing.
    """
    step = np.where(exposure.step > 0.0, exposure.step, 0.0)
    smallest = np.where(step > 0.0, step, np.where(exposure.rate > 0.0, exposure.rate, 1.0))
    lot = order_lots(economics.lot_multiple, step, exposure.lot)
    yearly = exposure.rate * DAYS_PER_YEAR
    carrying = economics.unit_cost * economics.holding_rate
    with np.errstate(divide="ignore", invalid="ignore"):
        eoq = np.sqrt(2.0 * economics.ordering_cost * yearly / carrying)
    eoq = np.where(np.isfinite(eoq), eoq, 0.0)
    least = np.fmax(np.fmax(economics.moq, 0.0), np.where(lot > 0.0, lot, smallest))
    spoils = np.isfinite(economics.shelf_life_days)
    fresh = np.where(spoils, economics.shelf_life_days, 0.0) - exposure.review_days
    usable = np.where(spoils, np.maximum(fresh * exposure.rate - 2.0 * np.sqrt(exposure.variance[:, 2]), 0.0), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        fewest = np.where(lot > 0.0, np.ceil(least / lot - 1e-9), 0.0)
        lots = np.maximum(np.floor(eoq / lot + 1e-9), 1.0)
        # The costs of k and k + 1 lots are equal at sqrt(k (k + 1)) lots.
        lots = np.where(eoq / lot > np.sqrt(lots * (lots + 1.0)), lots + 1.0, lots)
        most = np.floor(usable / lot + 1e-9)
        counted = np.maximum(np.minimum(lots, most), fewest) * lot
    free = np.maximum(np.minimum(np.maximum(eoq, smallest), usable), least)
    quantity = np.where(lot > 0.0, counted, free)
    return np.where(np.isnan(exposure.rate), np.nan, quantity)


def order_lots(multiple: Floats, step: Floats, wanted: Floats | None) -> Floats:
    """
    What orders come in: the multiple declared, but the lots that demand comes in where these are whole multiples of it.

    (n_items,) in units; 0 where an item is divisible.
    """
    lot = np.where(multiple > 0.0, multiple, step)
    if wanted is None:
        return lot
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((wanted > 1.0) & (np.mod(wanted, lot) == 0.0), wanted, lot)


def outcome_at(exposure: Exposure, economics: Economics, levels: Levels) -> Outcome:
    """What ``levels`` earn. Rows as ``exposure``; NaN where exposure or levels are unknown."""
    form, blocks, items, basis = packed(exposure, economics, levels.order_quantity)
    outcomes = np.empty((len(form), len(OUTCOME_FIELDS)))
    lows = np.asarray(in_lots(exposure, levels.reorder_point + exposure.step), dtype=np.float64)
    abreast(lambda start, stop: marginal.outcomes_at(start, stop, form, blocks, items, basis, lows, outcomes), len(form))
    return Outcome(*in_units(exposure, np.ascontiguousarray(outcomes.T)))


def cheapest(exposure: Exposure, economics: Economics, order_quantity: Floats, *, reach: Floats | None = None) -> Chosen:
    """
    Levels of least total cost between the JIT and the JIC end that keep the floors.

    Parameters
    ----------
    exposure, economics
        Rows are items.
    order_quantity : (n_items,) [units]
        As from `order_quantity`.
    reach : (n_items,) [units]
        A curve that ends below this position goes on to there, but to no more than twice its own length and one step; None: none does.

    Notes
    -----
    Within 1 in 10,000 of the least cost among whole units; a floor that asks for more wins, shelf life over all.
    Only the floors may go beyond the 99.9 % end of the curve; where the next unit beyond it would still cost less, the reason is
    ``CURVE_END``. Without a unit cost only the floors speak.
    """
    from justenough.sizing.curve import traced

    return traced(exposure, economics, order_quantity, reach=reach).chosen


def _count_in_lots(lot: Floats, basis: Ints, blocks: Floats, items: Floats) -> None:
    """Count items in their lots; an order is no less than one."""
    blocks[:, 0::3] /= lot[:, None, None]
    blocks[:, 1::3] /= np.square(lot)[:, None, None]
    items[:, [position.RATE, position.QUANTITY]] /= lot[:, None]
    items[:, position.COST] *= lot
    by_unit = np.isin(basis, (int(StockoutBasis.PER_UNIT), int(StockoutBasis.PER_UNIT_DAY)))
    items[:, position.SHORT_COST] *= np.where(by_unit, lot, 1.0)
    items[:, position.QUANTITY] = np.where(lot > 1.0, np.maximum(items[:, position.QUANTITY], 1.0), items[:, position.QUANTITY])


def in_lots(exposure: Exposure, units: Floats) -> Floats:
    """Amounts of items, (n_items,), as the kernels count them. [lots]"""
    return units if exposure.lot is None else np.asarray(units / exposure.lot)


def in_units(exposure: Exposure, columns: Floats) -> Floats:
    """Columns of outcomes, (11 or more, n_items, ...), as kernels give them: those that are amounts by the unit again. [units]"""
    if exposure.lot is not None:
        lot = exposure.lot.reshape((-1,) + (1,) * (columns.ndim - 2))
        for name in AMOUNTS:
            columns[OUTCOME_FIELDS.index(name)] *= lot
    return columns


def packed(exposure: Exposure, economics: Economics, order_quantity: Floats) -> tuple[Ints, Floats, Floats, Ints]:
    """
    Columns of the kernels in `justenough.kernels.marginal`: form, exposure blocks, item rows, stockout basis.

    An item wanted in lots is counted in lots, and what a unit costs is what a lot does: its positions and its demand are then whole
    numbers, as kernels have them. What these give goes back through `in_units`.
    """
    blocks = np.stack(
        [
            exposure.mean,
            exposure.variance,
            exposure.idle,
            exposure.outage_mean,
            exposure.outage_variance,
            exposure.outage_idle,
        ],
        axis=1,
    ).astype(np.float64)
    items = np.stack(
        [
            exposure.outage_probability,
            exposure.step,
            exposure.rate,
            exposure.review_days,
            economics.unit_cost,
            economics.holding_rate,
            economics.ordering_cost,
            economics.stockout_cost,
            economics.target_cycle_service,
            economics.target_fill_rate,
            economics.shelf_life_days,
            order_quantity,
        ],
        axis=1,
    ).astype(np.float64)
    if exposure.lot is not None:
        _count_in_lots(exposure.lot, economics.stockout_basis, blocks, items)
    return (
        np.array(exposure.form, dtype=np.int64),  # a copy: a kernel is compiled anew for what may not be written
        np.ascontiguousarray(blocks),
        np.ascontiguousarray(items),
        np.array(economics.stockout_basis, dtype=np.int64),
    )

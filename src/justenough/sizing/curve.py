"""Curve: an item's whole choice from just-in-time to just-in-case, as 32 points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.kernels import marginal, straight
from justenough.kernels.abreast import abreast
from justenough.kernels.along import POINTS
from justenough.kernels.position import (
    COST,
    N_ITEM,
    ORDER_COST,
    RATE_OF_HOLDING,
    SHELF_LIFE,
    SHORT_COST,
    STEP,
    TARGET_CYCLE,
    TARGET_FILL,
)
from justenough.sizing.single import OUTCOME_FIELDS, Chosen, Economics, Outcome, in_lots, in_units, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure

N_COLUMNS = len(OUTCOME_FIELDS) + 2


@dataclass(frozen=True, slots=True)
class Curves(Outcome):
    """
    Outcomes along each item's curve, (n_items, 32), left end JIT, right end JIC.

    The JIT end is a lowest position equal to the mean exposure (whole units, rounded down: 0 for
    slow movers, order to order); the JIC end covers 99.9 % of exposures, outages included, or more
    where a floor asks for more. Points are distinct as far as whole units allow; the last then
    repeats.

    Parameters
    ----------
    reorder_point : [units]
    safety_stock : [units]
        Lowest position less the mean exposure, outages included.
    """

    reorder_point: Floats
    safety_stock: Floats


@dataclass(frozen=True, slots=True)
class Traced:
    """Curves and the point chosen on each, from one pass."""

    curves: Curves
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Supply:
    """
    How items are supplied and counted, where nothing more is known. Columns (n_items,).

    Parameters
    ----------
    lead_days, lead_sd_days, review_days : [days]
    form
        `Form` of exposed demand, WINDOWS excepted.
    step : [units]
        1 where the item is counted in whole units, else 0.
    """

    lead_days: Floats
    lead_sd_days: Floats
    review_days: Floats
    form: Ints
    step: Floats


def curves_of(exposure: Exposure, economics: Economics, order_quantity: Floats) -> Curves:
    """Curve of each item. Parameters as for `justenough.sizing.single.cheapest`."""
    return traced(exposure, economics, order_quantity).curves


def traced(exposure: Exposure, economics: Economics, order_quantity: Floats, *, reach: Floats | None = None) -> Traced:
    """Curve of each item and its cheapest point. Parameters as for `justenough.sizing.single.cheapest`."""
    form, blocks, items, basis = packed(exposure, economics, order_quantity)
    n = len(form)
    beyond = np.zeros(n) if reach is None else np.array(in_lots(exposure, reach), dtype=np.float64)
    room, lowest, reasons = np.empty((N_COLUMNS, n, POINTS)), np.empty(n), np.zeros(n, dtype=np.int64)
    abreast(
        lambda start, stop: marginal.traced(start, stop, 1, form, blocks, items, basis, beyond, room, lowest, reasons, marginal.scratch()),
        n,
    )
    step, quantity = np.asarray(exposure.step, dtype=np.float64), np.asarray(order_quantity, dtype=np.float64)
    if exposure.lot is not None:
        _count_in_units(exposure, step, room, lowest)
    return Traced(_columns(room), Chosen(Levels(lowest - step, quantity, step, exposure.lot), reasons))


def _count_in_units(exposure: Exposure, step: Floats, room: Floats, lowest: Floats) -> None:
    """Make units of lots; reorder points become the last unit below a whole lot, as `Levels` has them."""
    lot = np.ones(len(step)) if exposure.lot is None else exposure.lot
    in_units(exposure, room)
    room[-2] = (room[-2] + step[:, None]) * lot[:, None] - step[:, None]
    room[-1] *= lot[:, None]
    lowest *= lot


def curves_from_history(
    values: NDArray[np.floating],
    economics: Economics,
    order_quantity: Floats,
    supply: Supply,
    *,
    period_days: float = 1.0,
    room: Floats | None = None,
) -> Curves:
    """
    Curves straight from a dense history: mean, variance, exposure and 32 points in one pass over it.

    The level is the mean of all periods, its own uncertainty that of so many of them; nothing drifts, no period
    is censored, no order meets an outage. What `demand_of` learns from a plant's items together is not in it:
    this is for a first look at very many items, and to measure the kernels by.

    Parameters
    ----------
    values : (n_items, n_periods) [units/period]
        32 or 64 bits; NaN where nobody recorded.
    economics
        Targets are kept as floors: they may lengthen the curve.
    order_quantity : (n_items,) [units]
    supply
    period_days : [days]
    room : (13, n_items, 32)
        Memory to fill, C-contiguous, where the curves of one block of items after another are used and let go: new memory costs
        about as much as a curve. What was returned with the same room before changes.

    Returns
    -------
    Curves
        NaN where no period or only one is known.

    Raises
    ------
    ValueError
        Where a column has another number of rows than the history, or ``room`` is not as asked.
    """
    n = len(values)
    times = (supply.lead_days, supply.lead_sd_days, supply.review_days, order_quantity)
    terms = {
        STEP: supply.step, COST: economics.unit_cost, RATE_OF_HOLDING: economics.holding_rate, ORDER_COST: economics.ordering_cost,
        SHORT_COST: economics.stockout_cost, TARGET_CYCLE: economics.target_cycle_service, TARGET_FILL: economics.target_fill_rate,
        SHELF_LIFE: economics.shelf_life_days,
    }  # fmt: skip
    if any(len(known) != n for known in (*times, *terms.values(), supply.form, economics.stockout_basis)):
        raise ValueError(f"supply, economics and order quantity must have a row for each of the {n} items of the history")
    filled = np.empty((N_COLUMNS, n, POINTS)) if room is None else room
    if filled.shape != (N_COLUMNS, n, POINTS) or filled.dtype != np.float64 or not filled.flags.c_contiguous:
        raise ValueError(f"room must be C-contiguous float64 of shape {(N_COLUMNS, n, POINTS)}, got {filled.dtype} of {filled.shape}")
    form, basis = np.array(supply.form, dtype=np.int64), np.array(economics.stockout_basis, dtype=np.int64)
    values, supplied, blocks, items = np.ascontiguousarray(values), np.empty((n, 4)), np.empty((n, 6, 3)), np.empty((n, N_ITEM))
    beyond, lowest, reasons = np.zeros(n), np.empty(0), np.empty(0, dtype=np.int64)  # nothing is chosen

    def trace(start: int, stop: int) -> None:
        rows = slice(start, stop)  # filled here too: new memory takes the longer the fewer threads reach for it
        for column, known in enumerate(times):
            supplied[rows, column] = known[rows]
        for column, known in terms.items():
            items[rows, column] = known[rows]
        straight.exposures_from(start, stop, values, period_days, form, supplied, blocks, items)
        marginal.traced(start, stop, 0, form, blocks, items, basis, beyond, filled, lowest, reasons, marginal.scratch())

    abreast(trace, n, 2048)  # so little is done for an item that fewer would wait for one another
    return _columns(filled)


def _columns(room: Floats) -> Curves:
    *outcomes, reorder_point, safety_stock = room
    return Curves(reorder_point=reorder_point, safety_stock=safety_stock, **dict(zip(OUTCOME_FIELDS, outcomes, strict=True)))


def mean_exposure(exposure: Exposure) -> Floats:
    """Mean demand of the exposed time, outages included. (n_items,) [units]"""
    pi = exposure.outage_probability
    outage = np.where(pi > 0.0, exposure.outage_mean[:, 2], 0.0)
    return np.asarray((1.0 - pi) * exposure.mean[:, 2] + pi * outage, dtype=np.float64)

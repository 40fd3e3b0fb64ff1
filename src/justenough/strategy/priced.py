"""Priced: what any other point of an item's curve would hold, promise and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

PRICED = ("safety_stock", "mean_stock_value", "cycle_service", "fill_rate", "holding_cost", "stockout_cost", "ordering_cost", "total_cost")


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """
    One point of an item's curve; None where the curve does not say it.

    Levels in units, money in the plant's currency, costs a year, services as fractions.
    """

    reorder_point: float
    safety_stock: float | None
    mean_stock_value: float | None
    cycle_service: float | None
    fill_rate: float | None
    holding_cost: float | None
    stockout_cost: float | None
    ordering_cost: float | None
    total_cost: float | None


def points_of(curve: pl.DataFrame) -> tuple[CurvePoint, ...]:
    """The points of a curve, from little stock to much; none where it could not be drawn."""
    rows = curve.drop_nulls("reorder_point").fill_nan(None).sort("reorder_point")
    return tuple(CurvePoint(**row) for row in rows.iter_rows(named=True))


def point_at(points: tuple[CurvePoint, ...], reorder_point: float) -> CurvePoint | None:
    """
    The curve at a reorder point of one's own, straight between the points it was drawn through.

    Parameters
    ----------
    points
        Of one item, by rising reorder point.
    reorder_point : [units]
        Moved to the nearer end where it lies outside the curve.

    Returns
    -------
    CurvePoint or None
        None where there is no curve.

    Examples
    --------
    >>> ends = [CurvePoint(r, r, 10 * r, s, s, r, 9 - r, 0.0, 9.0) for r, s in ((2.0, 0.5), (6.0, 0.9))]
    >>> found = point_at(tuple(ends), 3.0)
    >>> print(found.mean_stock_value, round(found.cycle_service, 3), found.stockout_cost)
    30.0 0.6 6.0
    """
    if not points:
        return None
    levels = np.array([one.reorder_point for one in points])
    at = float(np.clip(reorder_point, levels[0], levels[-1]))
    return CurvePoint(at, *(_between(levels, [getattr(one, name) for one in points], at) for name in PRICED))


def covering(points: tuple[CurvePoint, ...], share: float) -> float | None:
    """
    Units that demand before we can answer does not exceed with a probability.

    The cycle service of a reorder point is that probability, so the curve is read the other way, straight between its
    points. None where the curve does not reach so far. [units]
    """
    known = [(one.cycle_service, one.reorder_point) for one in points if one.cycle_service is not None]
    services = np.array([service for service, _ in known])
    if not known or not services[0] <= share <= services[-1]:
        return None
    return float(np.interp(share, services, np.array([level for _, level in known])))


def _between(levels: np.ndarray, values: list[float | None], at: float) -> float | None:
    if any(value is None for value in values):
        return None
    return float(np.interp(at, levels, np.array(values, float)))

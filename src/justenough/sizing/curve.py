"""Curve: an item's whole choice from just-in-time to just-in-case, as 32 points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.kernels import marginal
from justenough.sizing.single import OUTCOME_FIELDS, Chosen, Economics, Outcome, packed

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure

POINTS = 32


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


def curves_of(exposure: Exposure, economics: Economics, order_quantity: Floats) -> Curves:
    """Curve of each item. Parameters as for `justenough.sizing.single.cheapest`."""
    return traced(exposure, economics, order_quantity).curves


def traced(exposure: Exposure, economics: Economics, order_quantity: Floats) -> Traced:
    """Curve of each item and its cheapest point. Parameters as for `justenough.sizing.single.cheapest`."""
    form, blocks, items, basis = packed(exposure, economics, order_quantity)
    n = len(form)
    lows = np.empty((n, POINTS))
    outcomes = np.empty((n, POINTS, len(OUTCOME_FIELDS)))
    lowest = np.empty(n)
    reasons = np.zeros(n, dtype=np.int64)
    marginal.traced(form, blocks, items, basis, lows, outcomes, lowest, reasons)
    step = np.asarray(exposure.step, dtype=np.float64)
    columns = {name: np.ascontiguousarray(outcomes[:, :, k]) for k, name in enumerate(OUTCOME_FIELDS)}
    curves = Curves(reorder_point=lows - step[:, None], safety_stock=lows - mean_exposure(exposure)[:, None], **columns)
    return Traced(curves, Chosen(Levels(lowest - step, np.asarray(order_quantity, dtype=np.float64), step), reasons))


def mean_exposure(exposure: Exposure) -> Floats:
    """Mean demand of the exposed time, outages included. (n_items,) [units]"""
    pi = exposure.outage_probability
    outage = np.where(pi > 0.0, exposure.outage_mean[:, 2], 0.0)
    return np.asarray((1.0 - pi) * exposure.mean[:, 2] + pi * outage, dtype=np.float64)

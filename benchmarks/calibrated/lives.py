"""Lives: levels put through the periods kept back, and what they gave against what was stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.estimation.calibration import calibration_of
from justenough.simulation.policies import Supply, live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibrated.methods import Answer, Measure
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats
    from justenough.simulation.policies import Lived


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result; see `benchmarks/calibration.py` for the columns."""

    set: str
    method: str
    measure: Measure
    target: float
    kind: str
    items: int
    stated: float
    achieved: float
    gap: float
    standard_error: float
    mean_stock_value: float
    mean_stock_units: float


def lived_through(split: Split, level: Floats, seed: int) -> Lived:
    """
    Order up to ``level`` each period, unmet demand waits; a period is a slot, so nothing is drawn.

    The warm-up leaves the pipeline as it would be had the levels been in force before the cut.
    """
    one = np.ones(len(level))
    return live(
        split.items,
        Levels(level - 1.0, one, one),
        split.later,
        Supply.constant(split.lead.astype(np.float64)),
        one,
        period_days=1.0,
        warm_up_days=split.warm,
        seed=seed,
    )


def rows_of(split: Split, method: str, measure: Measure, target: float, answer: Answer, lived: Lived, kind: Sequence[str]) -> list[Row]:
    """Stated against achieved by demand kind and over all; cycle service by windows, fill rate by value wanted."""
    by_cycle = measure == "cycle"
    weight = lived.windows if by_cycle else lived.units * split.unit_cost
    found = calibration_of(answer.stated, lived.cycle_service if by_cycle else lived.fill_rate, weight, kind)
    units = np.where(lived.days > 0.0, lived.mean_stock, 0.0)
    stocks = []
    for name in found.group:
        mine = np.array([name in (own, "all") for own in kind])
        stocks.append((float((units * split.unit_cost)[mine].sum()), float(units[mine].sum())))
    columns = zip(found.group, found.items, found.stated, found.achieved, found.gap, found.standard_error, stocks, strict=True)
    return [
        Row(split.name, method, measure, target, group, int(items), float(stated), float(kept), float(gap), float(error), *stock)
        for group, items, stated, kept, gap, error, stock in columns
    ]

"""Lives: levels put through the periods kept back, and what they gave against what was stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.estimation.calibration import ALL, calibration_of
from justenough.simulation.policies import Supply, live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibrated.answers import Answer, Measure
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats
    from justenough.simulation.policies import Lived


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the result.

    Parameters
    ----------
    set, method
    measure
        ``cycle``: share of exposed windows covered. ``fill``: share of the value wanted served from the shelf.
    target
        Service asked for. [fraction]
    kind
        Demand kind as known at the cut, or ``all``.
    items
        Items judged; fill rate judges only those wanted in the periods lived.
    stated, achieved, gap, standard_error
        See `justenough.estimation.calibration.Calibration`. [fraction]
    mean_stock_value
        Stock of all items of the kind, mean over the periods lived. [money, or units where the set has no prices]
    mean_stock_units : [units]
    """

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


@dataclass(frozen=True, slots=True)
class Judged:
    """Items lived at one target; with several cuts, an item once for each. (n_items,)"""

    kind: Sequence[str]
    stated: Floats
    achieved: Floats
    weight: Floats
    stock_value: Floats
    stock_units: Floats


def lived_through(split: Split, level: Floats, seed: int) -> Lived:
    """
    Order up to ``level`` each period, unmet demand waits; a period is a slot, so nothing is drawn.

    The warm-up leaves the pipeline as it would be had the levels been in force before the cut.
    """
    one = np.ones(len(level))
    supply = Supply.constant(split.lead.astype(np.float64))
    levels = Levels(level - 1.0, one, one)
    return live(split.items, levels, split.later, supply, one, period_days=1.0, warm_up_days=split.warm, seed=seed)


def judged(splits: Sequence[Split], kinds: Sequence[Sequence[str]], answers: Sequence[Answer], measure: Measure, seed: int) -> Judged:
    """Live the answers given at each cut and put them one below the other; stock is the mean over cuts."""
    parts = []
    for split, answer in zip(splits, answers, strict=True):
        lived = lived_through(split, answer.level, seed)
        by_cycle = measure == "cycle"
        units = np.where(lived.days > 0.0, lived.mean_stock, 0.0) / len(splits)
        parts.append(
            (
                answer.stated,
                lived.cycle_service if by_cycle else lived.fill_rate,
                lived.windows if by_cycle else lived.units * split.unit_cost,
                units * split.unit_cost,
                units,
            )
        )
    return Judged([kind for each in kinds for kind in each], *map(np.concatenate, zip(*parts, strict=True)))


def rows_of(name: str, method: str, measure: Measure, target: float, lives: Judged) -> list[Row]:
    """Stated against achieved by demand kind and over all."""
    found = calibration_of(lives.stated, lives.achieved, lives.weight, lives.kind)
    kind = np.array(lives.kind)
    rows = []
    for i, group in enumerate(found.group):
        mine = np.ones(len(kind), dtype=bool) if group == ALL else kind == group
        figures = (found.stated[i], found.achieved[i], found.gap[i], found.standard_error[i])
        stock = (lives.stock_value[mine].sum(), lives.stock_units[mine].sum())
        rows.append(Row(name, method, measure, target, group, int(found.items[i]), *map(float, (*figures, *stock))))
    return rows

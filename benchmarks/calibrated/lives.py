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
    """Items lived at one target; stock is the mean over cuts. (n_items,)"""

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
    """Live the answers given at each cut; an item fitted at several is one item still, of the kind it had at the first."""
    row = {code: i for i, code in enumerate(dict.fromkeys(code for split in splits for code in split.items))}
    kind = {
        code: each for split, own in reversed(list(zip(splits, kinds, strict=True))) for code, each in zip(split.items, own, strict=True)
    }
    stated, kept, weight, value, units = np.zeros((5, len(row)))
    for split, answer in zip(splits, answers, strict=True):
        lived, at = lived_through(split, answer.level, seed), [row[code] for code in split.items]
        by_cycle = measure == "cycle"
        count = lived.windows if by_cycle else lived.units * split.unit_cost
        stock = np.where(lived.days > 0.0, lived.mean_stock, 0.0) / len(splits)
        weight[at] += count
        stated[at] += count * answer.stated
        kept[at] += count * np.nan_to_num(lived.cycle_service if by_cycle else lived.fill_rate)
        value[at] += stock * split.unit_cost
        units[at] += stock
    whole = np.where(weight > 0.0, weight, np.nan)
    return Judged([kind[code] for code in row], stated / whole, kept / whole, weight, value, units)


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

"""Lives: levels put through the periods kept back, and what they gave against what was stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.estimation.calibration import ALL, calibration_of
from justenough.kernels import replenish
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
    ten_share, gap_without_ten
        Share of the weight of the ten items that weigh most, and the gap of all others. [fraction]
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
    ten_share: float
    gap_without_ten: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Items lived at one target. (n_items,)"""

    kind: Sequence[str]
    stated: Floats
    achieved: Floats
    weight: Floats
    stock_value: Floats
    stock_units: Floats


def lived_through(split: Split, level: Floats, seed: int) -> Lived:
    """
    Order up to ``level`` each period, unmet demand waits; a period is a slot, so nothing is drawn.

    The warm-up leaves the pipeline as it would be had the first levels been in force before the cut. A level (n_items,
    n_periods) that falls sends nothing back: nothing is ordered until demand has taken the stock down to it.
    """
    one = np.ones(len(level))
    supply = Supply.constant(split.lead.astype(np.float64))
    if level.ndim == 2:
        level = np.column_stack([np.repeat(level[:, :1], split.warm, axis=1), level])
    levels = Levels(level - 1.0, one, one)
    return live(split.items, levels, split.later, supply, one, period_days=1.0, warm_up_days=split.warm, seed=seed)


def judged(split: Split, kind: Sequence[str], answer: Answer, measure: Measure, seed: int) -> Judged:
    """Live an answer; each item is of the kind it had at the cut."""
    lived, by_cycle = lived_through(split, answer.level, seed), measure == "cycle"
    weight = lived.windows if by_cycle else lived.units * split.unit_cost
    stock = np.where(lived.days > 0.0, lived.mean_stock, 0.0)
    stated = answer.stated if answer.stated.ndim == 1 else _mean_stated(split, lived, answer.stated, measure)
    achieved = lived.cycle_service if by_cycle else lived.fill_rate
    return Judged(kind, stated, achieved, weight, stock * split.unit_cost, stock)


def _mean_stated(split: Split, lived: Lived, stated: Floats, measure: Measure) -> Floats:
    """What was stated of the windows that were judged, or of the units wanted: those a lead time later than their level."""
    periods = lived.by_period[:, split.warm :]
    weight = periods[:, :, replenish.SEASON_WINDOWS if measure == "cycle" else replenish.SEASON_UNITS]
    if measure == "fill":
        made = np.maximum(np.arange(stated.shape[1]) - split.lead[:, None], 0)
        stated = np.take_along_axis(stated, made, axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((weight * stated).sum(axis=1) / weight.sum(axis=1))


def rows_of(name: str, method: str, measure: Measure, target: float, lives: Judged) -> list[Row]:
    """Stated against achieved by demand kind and over all."""
    found = calibration_of(lives.stated, lives.achieved, lives.weight, lives.kind)
    kind = np.array(lives.kind)
    rows = []
    for i, group in enumerate(found.group):
        mine = np.ones(len(kind), dtype=bool) if group == ALL else kind == group
        figures = (found.stated[i], found.achieved[i], found.gap[i], found.standard_error[i])
        stock = (lives.stock_value[mine].sum(), lives.stock_units[mine].sum())
        few = _without(10, lives.stated[mine], lives.achieved[mine], lives.weight[mine])
        rows.append(Row(name, method, measure, target, group, int(found.items[i]), *map(float, (*figures, *stock, *few))))
    return rows


def _without(ten: int, stated: Floats, achieved: Floats, weight: Floats) -> tuple[float, float]:
    """Share of the weight in the ten items that weigh most; the gap of the others, NaN where there are none."""
    known = np.where(np.isnan(stated) | np.isnan(achieved), 0.0, weight)
    others = np.argsort(-known, kind="stable")[ten:]
    left = known[others].sum()
    if not left > 0.0:
        return 1.0, float("nan")
    missed = (known * np.nan_to_num(achieved - stated))[others].sum()
    return float(1.0 - left / known.sum()), float(missed / left)

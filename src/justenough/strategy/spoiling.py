"""Spoiling: what of an item's stock outlives its shelf life, stated for every item and weighed where it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.sizing.curve import curves_of
from justenough.sizing.expiry import cheapest_perishable, perishable_outcome
from justenough.sizing.single import OUTCOME_FIELDS, order_quantity, outcome_at
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.curve import Curves
    from justenough.sizing.single import Chosen, Economics, Outcome
    from justenough.strategy.trace import Known

NOTICED = 1e-6  # a share of demand that spoils, below which nothing does


@dataclass(frozen=True, slots=True)
class Earned:
    """What levels earn, expiry included; ``expiry_cost`` is 0 for what keeps for ever. (n_items,) [money/year]"""

    outcome: Outcome
    expiry_cost: Floats


def aged_exposure(known: Known) -> Exposure:
    """Exposure with the shelf life added to every lead time, as `justenough.sizing.expiry` asks for."""
    lead_time, life = known.lead_time, known.economics.shelf_life_days
    older = replace(lead_time, mean_days=lead_time.mean_days + np.where(np.isfinite(life), life, 0.0))
    return exposure_over(known.demand, older, known.outages, known.review_days)


def _brief(known: Known) -> NDArray[np.bool_]:
    """Whether each delivery dies before the next comes, so that the shelf is bare between them even where nothing is left to spoil."""
    return np.asarray(known.economics.shelf_life_days <= known.review_days, dtype=bool)


def earned_at(known: Known, exposure: Exposure, levels: Levels) -> Earned:
    """What ``levels`` earn; where something spoils before it is used, with the cost of it."""
    outcome = outcome_at(exposure, known.economics, levels)
    cost = np.where(np.isnan(levels.reorder_point), np.nan, 0.0)
    finite = np.flatnonzero(np.isfinite(known.economics.shelf_life_days))
    if not len(finite):
        return Earned(outcome, cost)
    some, at = part(known, finite), part(levels, finite)
    aged = aged_exposure(some)
    places = (outcome_at(aged, some.economics, at).fill_rate > NOTICED) | _brief(some)  # what would be left unsold at the end of its life
    finite, some, at, aged = finite[places], part(some, places), part(at, places), part(aged, places)
    if not len(finite):
        return Earned(outcome, cost)
    found = perishable_outcome(part(exposure, finite), aged, some.economics, at)
    columns = {name: np.array(getattr(outcome, name)) for name in OUTCOME_FIELDS}
    for name, column in columns.items():
        column[finite] = getattr(found.outcome, name)
    cost[finite] = found.expiry_cost
    return Earned(replace(outcome, **columns), cost)


def curves_with_expiry(known: Known, exposure: Exposure, curves: Curves, quantity: Floats) -> Curves:
    """The same curves, the points where something spoils with the cost of it."""
    finite = np.flatnonzero(np.isfinite(known.economics.shelf_life_days))
    if len(finite):
        # More stock spoils more: where nothing does at the end of the curve, nothing does before it.
        some, last = part(known, finite), Levels(curves.reorder_point[finite, -1], quantity[finite], exposure.step[finite])
        finite = finite[(outcome_at(aged_exposure(some), some.economics, last).fill_rate > NOTICED) | _brief(some)]
    if not len(finite):
        return curves
    points = curves.reorder_point.shape[1]
    row = np.repeat(finite, points)
    at = Levels(curves.reorder_point[finite].ravel(), quantity[row], exposure.step[row])
    found = earned_at(part(known, row), part(exposure, row), at).outcome
    columns = {name: np.array(getattr(curves, name)) for name in OUTCOME_FIELDS}
    for name, column in columns.items():
        column[finite] = getattr(found, name).reshape(-1, points)
    return replace(curves, **columns)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Levels chosen with expiry weighed, and the curve of their order quantity."""

    chosen: Chosen
    curves: Curves


def weighed(known: Known, exposure: Exposure) -> Weighed:
    """Order quantity and level of least cost with expiry in it, of items with a shelf life; about 200 items a second."""
    free: Economics = replace(known.economics, shelf_life_days=np.full(len(exposure.rate), np.inf))
    chosen = cheapest_perishable(exposure, aged_exposure(known), known.economics, order_quantity(exposure, known.economics)).chosen
    return Weighed(chosen, curves_of(exposure, free, chosen.levels.order_quantity))


def worth_weighing(expiry_cost: Floats, total_cost: Floats, by_shelf_life: Floats, *, share: float, most: int) -> Ints:
    """
    Places of the items to choose again with expiry weighed: those where it costs ``share`` of all costs, dearest first.

    Parameters
    ----------
    by_shelf_life : (n_items,)
        Whether the plain cap by shelf life fixed the level: it may hold too little as well.
    most
        Items at most.
    """
    cost = np.nan_to_num(expiry_cost)
    places = np.flatnonzero((cost > share * np.nan_to_num(total_cost)) | np.asarray(by_shelf_life, dtype=bool))
    order = np.lexsort((places, -cost[places]))
    return np.sort(places[order[:most]])

"""Curve end: what a stockout may cost at most for the safest point of an item's curve to be enough."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Reason
from justenough.sizing.single import outcome_at
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.single import Economics


def enough_of(exposure: Exposure, economics: Economics, levels: Levels, reason: Ints) -> Floats:
    """
    The share of its stockout cost up to which an item at the end of its curve is as safe as pays. (n_items,) [fraction]

    There the next unit would cost as much as the stockouts it saves: what it adds to all other costs over what it takes from
    the cost of stockouts. NaN where the level was fixed by anything else than the end (`Reason.CURVE_END`).
    """
    share = np.full(len(reason), np.nan)
    places = np.flatnonzero(reason == int(Reason.CURVE_END))
    if len(places):
        exposed, prices, here = part(exposure, places), part(economics, places), part(levels, places)
        unit = np.where(exposed.step > 0.0, exposed.step, 1e-3 * np.sqrt(exposed.variance[:, 2]))
        unit = unit if exposed.lot is None else np.maximum(unit, np.where(exposed.lot > 1.0, exposed.lot, 0.0))
        now = outcome_at(exposed, prices, here)
        more = outcome_at(exposed, prices, replace(here, reorder_point=here.reorder_point + unit))
        saved = now.stockout_cost - more.stockout_cost
        share[places] = (more.total_cost - now.total_cost + saved) / saved
    return share

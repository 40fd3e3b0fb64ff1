"""Wanted lots: what an item's every demand is a multiple of, where its record and the plant's leave no doubt of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.abreast import abreast
from justenough.kernels.divisors import BROKEN, KEPT, LOT, N_FOUND, SINCE, lots_along

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.history import History
    from justenough.estimation.knobs import DemandParams


def lots_of(history: History, params: DemandParams) -> Floats | None:
    """
    Lot that each item's demand comes in: 1 where it is counted in units or divisible. (n_items,) [units]; None where no item's does.

    A common divisor of few demands is chance: of ten real spare parts whose first five demands were even, one in six breaks it. So
    ``params.lot_demands`` must have come in a row, and lots must be kept at this plant: of all demands that came once so many had,
    no more than ``params.lot_broken`` may have been anything else, with half a break on top that nobody has seen (Jeffreys' prior).
    A plant whose lots are a custom with exceptions is counted in units.
    """
    offsets = history.series.offsets
    found = np.empty((len(offsets) - 1, N_FOUND))
    values, starts, ends = history.series.values, offsets[:-1], offsets[1:]
    abreast(lambda start, stop: lots_along(start, stop, values, starts, ends, params.lot_demands, found), len(found))
    kept, broken = float(found[:, KEPT].sum()), float(found[:, BROKEN].sum())
    believed = (found[:, LOT] > 1.0) & (found[:, SINCE] >= params.lot_demands)
    if (broken + 0.5) / (kept + broken + 1.0) > params.lot_broken or not believed.any():
        return None
    return np.where(believed, found[:, LOT], 1.0)

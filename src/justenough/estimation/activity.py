"""Activity: how much an item's record says of it, by which it shares a class with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded, DemandKind

if TYPE_CHECKING:
    from justenough.domain.ragged import Ints
    from justenough.estimation.knobs import DemandParams
    from justenough.estimation.past import Past

_FEW = 13  # demands from which an item's evenness tells more of it than their number


class Activity(Coded):
    """How much an item's record says of it: by its demands while they are few, then by how they come."""

    NEVER = 0
    ONCE = 1
    TWICE = 2
    FEW = 3  # 3 to 5 demands
    SOME = 4  # 6 to 12
    SELDOM = 5  # more, with gaps
    UNEVEN = 6  # more, without gaps, of uneven size
    STEADY = 7
    ENDED = 8  # silent for longer than chance allows one item; whether it is called ended, its plant tells


N_CLASSES = len(Activity)


def activity_of(past: Past, kind: Ints, params: DemandParams) -> Ints:
    """`Activity` of each item. (n_items,)"""
    by_number = np.digitize(past.positive, [1.0, 2.0, 3.0, 6.0])
    evenness = np.where(past.cv2 > params.cv2_cutoff, Activity.UNEVEN, Activity.STEADY)
    many = np.where(past.adi > params.adi_cutoff, Activity.SELDOM, evenness)
    found = np.where(past.positive < _FEW, by_number, many)
    return np.where((kind == DemandKind.ENDED) & (past.positive > 0), Activity.ENDED, found).astype(np.int64)

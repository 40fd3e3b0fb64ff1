"""Resized: levels made again as periods pass, from what had been seen by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from calibrated.answers import Answer
from calibrated.methods import exposed_days_of
from justenough.estimation.classes import classes_of
from justenough.estimation.demand import DEFAULT_PARAMS
from justenough.estimation.history import history_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibrated.answers import Answers, Measure
    from calibrated.sets import Split
    from justenough.domain.plant import Plant


def resized(split: Split, plant: Plant, days: float) -> list[Split]:
    """
    The set as it was known each time its levels are made again, every ``days`` days from the cut on.

    The items stay those of the cut. What their classes have in common is learned again each time, from what had been
    seen by then, as `recommend` does after an import; a plan then stands for that long, and no longer.
    """
    whole = history_of(plant)
    every = max(round(days / whole.period_days), 1)
    params = replace(DEFAULT_PARAMS, plan_days=every * whole.period_days)
    cut, exposed = whole.n_periods - split.held_back, exposed_days_of(split)
    seen = [whole.until(moment) for moment in range(cut, whole.n_periods, every)]
    return [replace(split, history=known, learned=classes_of(known, params, exposed_days=exposed)) for known in seen]


def along(splits: Sequence[Split], answers: Sequence[Answers], measure: Measure, target: float) -> Answer:
    """Levels and stated services of each period lived, made at the last moment before it. (n_items, n_periods)"""
    found = [each(measure, target) for each in answers]
    begun = np.array([split.history.n_periods - splits[0].history.n_periods for split in splits])
    moment = np.searchsorted(begun, np.arange(splits[0].held_back), side="right") - 1
    level, stated = (np.stack(columns, axis=1)[:, moment] for columns in ([a.level for a in found], [a.stated for a in found]))
    return Answer(level, stated)

"""Calibration: what was stated held against what was kept, and how sure the gap between them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

ALL = "all"


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    Stated and achieved service of groups of items; the last row is `ALL` of them.

    Parameters
    ----------
    group : (n_groups,)
        In alphabetical order, then `ALL`.
    items : (n_groups,)
        Items that were judged.
    stated, achieved : (n_groups,) [fraction]
        Weighted means; NaN where nothing could be judged.
    gap : (n_groups,)
        Achieved less stated: below 0 more was promised than kept. [fraction]
    standard_error : (n_groups,) [fraction]
        Of the gap, items taken as independent; NaN for fewer than two items.
    """

    group: tuple[str, ...]
    items: Ints
    stated: Floats
    achieved: Floats
    gap: Floats
    standard_error: Floats


def calibration_of(stated: Floats, achieved: Floats, weight: Floats, group: Sequence[str]) -> Calibration:
    """
    Hold stated against achieved service, group by group.

    Parameters
    ----------
    stated, achieved : (n_items,) [fraction]
        An item's service as its plan stated it, and the share of its windows (cycle service) or of its
        units (fill rate) that was served.
    weight : (n_items,)
        What the share is of: windows; units or their value. An item of weight 0, or with an unknown
        service, is not judged.
    group : (n_items,)
        Each item's group, such as its demand kind, or target and kind in one word.

    Returns
    -------
    Calibration
        The gap of a group is the ratio ``sum w (achieved - stated) / sum w`` and its standard error that of
        a ratio estimate over ``n`` items drawn at random [1]_. An item's windows overlap and speak for one
        another; whole items are what is counted. What moves all items at once, such as a good season, is
        not in the error.

    References
    ----------
    .. [1] Cochran, *Sampling Techniques*, 3rd ed. 1977, ch. 6 (estimated variance of a ratio).

    Examples
    --------
    >>> found = calibration_of(np.array([0.9, 0.9]), np.array([0.8, 1.0]), np.array([10.0, 30.0]), ["lumpy", "lumpy"])
    >>> found.group, found.achieved.round(3).tolist(), found.gap.round(3).tolist()
    (('lumpy', 'all'), [0.95, 0.95], [0.05, 0.05])
    """
    stated, achieved, weight = (np.asarray(each, dtype=np.float64) for each in (stated, achieved, weight))
    if not len(stated) == len(achieved) == len(weight) == len(group):
        raise ValueError(
            "stated, achieved, weight and group must have one entry for each item, "
            f"got {len(stated)}, {len(achieved)}, {len(weight)} and {len(group)}"
        )
    judged = (weight > 0.0) & ~np.isnan(stated) & ~np.isnan(achieved)
    names = sorted(set(group))
    place = np.searchsorted(names, list(group)) if names else np.zeros(0, np.int64)
    w, s, a = (np.where(judged, each, 0.0) for each in (weight, stated, achieved))
    last = len(names)

    def summed(values: Floats) -> Floats:
        parts = np.bincount(place, values, last)
        return np.append(parts, parts.sum())

    items, whole = summed(judged.astype(np.float64)), summed(w)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_stated, mean_achieved = summed(w * s) / whole, summed(w * a) / whole
        gap = mean_achieved - mean_stated
        # sum w^2 (d - gap)^2 without the loop over groups: d^2, d and 1 each weighted by w^2.
        d, square = a - s, np.square(w)
        spread = np.maximum(summed(square * d * d) - 2.0 * gap * summed(square * d) + np.square(gap) * summed(square), 0.0)
        error = np.where(items > 1.0, np.sqrt(spread * items / (items - 1.0)) / whole, np.nan)
    return Calibration((*names, ALL), items.astype(np.int64), mean_stated, mean_achieved, gap, error)

"""Past: what items' records show up to a moment, counted, and of what kind they are by it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betaln

from justenough.domain.item import DemandKind
from justenough.kernels import smoothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.knobs import DemandParams


@dataclass(frozen=True, slots=True)
class Past:
    """
    Each item's history up to a moment, counted; each array is (n_items,).

    Parameters
    ----------
    values, starts, ends
        Flat series and the stretch of each item that is looked at.
    known, positive, silent, whole
        Periods known; with demand; since the last demand; what all quantities are whole multiples of: 1, or a lot; 0 where they are not.
    before, first
        Periods known before the first demand, and place of that demand in the stretch.
    mean, variance
        Of the known periods, plainly averaged. [units/period], [units^2/period]
    cv2, adi
        As in `Demand`.
    unit_cost
        NaN where not known. [money/unit]
    cycle
        Periods in a week where they are days, else 1.
    """

    values: Floats = field(repr=False)
    starts: Ints
    ends: Ints
    known: Floats
    positive: Floats
    silent: Floats
    whole: Floats
    before: Floats
    first: Ints
    mean: Floats
    variance: Floats
    adi: Floats
    cv2: Floats
    unit_cost: Floats
    cycle: int = 1

    def at(self, rows: slice | NDArray[Any]) -> Past:
        """Some of the items."""
        return replace(self, **{name: getattr(self, name)[rows] for name in PER_ITEM})


PER_ITEM = tuple(column.name for column in fields(Past) if column.name not in ("values", "cycle"))


def past_of(values: Floats, starts: Ints, ends: Ints, unit_cost: Floats | None = None, cycle: int = 1) -> Past:
    """Count the stretches ``values[starts[i]:ends[i]]``."""
    counts = smoothing.records(values, starts, ends)
    known, positive, total, squares = counts[:, 0], counts[:, 1], counts[:, 2], counts[:, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known > 0, total / known, 0.0)
        variance = np.where(known > 1, np.maximum(squares - known * mean**2, 0.0) / (known - 1.0), 0.0)
        size = total / positive
        cv2 = np.where(positive > 0, np.maximum(squares / positive / size**2 - 1.0, 0.0), np.nan)
        adi = np.where(positive > 0, known / positive, np.nan)
    cost = np.full(len(known), np.nan) if unit_cost is None else unit_cost
    places = counts[:, 8].astype(np.int64)
    return Past(
        values, starts, ends, known, positive, counts[:, 4], counts[:, 6], counts[:, 7], places, mean, variance, adi, cv2, cost, cycle
    )


def in_lots_of(past: Past, lots: Floats) -> Past:
    """The same, counted in these lots [units] where it was in units."""
    return replace(past, whole=np.where(past.whole > 0.0, lots, past.whole))


def since_begun(past: Past, params: DemandParams, able: NDArray[np.bool_] | None = None) -> Past:
    """
    Each record from its first demand on, where the silence before it is longer than chance allows: the item came later than the record.

    The chance is that of `silence_chance`, backwards in time. A spare part entered at once with all others and wanted every month
    since its machine came would else be taken for one wanted now and then.

    Parameters
    ----------
    able : (n_items,)
        Those whose record may begin later; without it, all.
    """
    since = past.known - past.before
    waited = (past.positive > 0.0) & (past.before >= params.least_silence) & (past.before * past.positive > since)
    rows = np.flatnonzero(waited if able is None else waited & able)
    chance = _silent_for(past.before[rows], since[rows] - past.positive[rows], past.positive[rows] - 1.0)
    late = rows[chance <= params.begun_chance]
    known, mean, variance, before = (column.copy() for column in (past.known, past.mean, past.variance, past.before))
    starts = past.starts.copy()
    periods, total = since[late], past.mean[late] * past.known[late]
    squares = past.variance[late] * (past.known[late] - 1.0) + total * past.mean[late]
    known[late], before[late], starts[late] = periods, 0.0, past.starts[late] + past.first[late]
    mean[late] = total / periods
    variance[late] = np.maximum(squares - total * mean[late], 0.0) / np.maximum(periods - 1.0, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        adi = np.where(past.positive > 0.0, known / past.positive, np.nan)
    return replace(past, starts=starts, known=known, before=before, mean=mean, variance=variance, adi=adi)


def kinds_of(past: Past, params: DemandParams, silence: Floats | None = None) -> Ints:
    """
    `DemandKind` of each item. (n_items,)

    New and ended come first; the four steady kinds by the cut-offs of Syntetos, Boylan & Croston (2005).
    Ended: silent for longer than chance allows, given how often it was wanted until then, and longer than once.

    Parameters
    ----------
    silence : (n_items,)
        `silence_chance`, if it was worked out already.
    """
    silence = silence_chance(past) if silence is None else silence
    rare, uneven = past.adi > params.adi_cutoff, past.cv2 > params.cv2_cutoff
    kind = np.where(
        rare,
        np.where(uneven, DemandKind.LUMPY, DemandKind.INTERMITTENT),
        np.where(uneven, DemandKind.ERRATIC, DemandKind.SMOOTH),
    )
    ended = (past.silent >= params.least_silence) & (silence <= params.ended_chance)
    kind = np.where(ended | (past.positive == 0), DemandKind.ENDED, kind)
    return np.where(past.known < params.new_periods, DemandKind.NEW, kind).astype(np.int64)


def silence_chance(past: Past) -> Floats:
    """Probability that each item, going on as before its last demand, had been silent for as long as it is. (n_items,) [fraction]."""
    # A record that begins because something was wanted has one demand that says nothing of the share.
    begun = past.values[np.minimum(past.starts, max(len(past.values) - 1, 0))] > 0.0 if len(past.values) else np.zeros(len(past.known))
    return _silent_for(past.silent, past.known - past.silent - past.positive, past.positive - begun)


def _silent_for(silent: Floats, idle: Floats, positive: Floats) -> Floats:
    """
    Probability of so many periods without demand beside others of which some were idle and some had it. (n_items,) [fraction].

    The share of periods with demand is itself uncertain: beta by Jeffreys' prior, silence beta-binomial.
    """
    demands, idle = np.maximum(positive, 0.0) + 0.5, np.maximum(idle, 0.0) + 0.5
    return np.asarray(np.exp(betaln(demands, idle + silent) - betaln(demands, idle)))


def ended_chance(past: Past, params: DemandParams) -> float:
    """
    Chance of its silence up to which an item is taken as ended: so that no more than a few of all that are may go on after all.

    Of a thousand items that live, ten are at any time silent as one in a hundred is; where hundreds are, most have ended.
    """
    asked = (past.positive > 0.0) & (past.known >= params.new_periods)
    return min(params.ended_chance, cut_off(silence_chance(past)[asked], params.living_share))


def cut_off(chances: Floats, share: float) -> float:
    """Chance up to which to call, so that at most this share of all called are so by chance (Benjamini & Hochberg 1995, eq. 1)."""
    allowed = share * np.arange(1, len(chances) + 1) / max(len(chances), 1)
    within = np.flatnonzero(np.sort(chances) <= allowed)
    return float(allowed[within[-1]]) if len(within) else share / max(len(chances), 1)

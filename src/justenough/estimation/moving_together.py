"""Moving together: how far the demand of all items moves together, and what that leaves open of a promise made for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from justenough.estimation.demand import DEFAULT_PARAMS, Demand
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import past_of
from justenough.kernels.smoothing import window_sums

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

_FEWEST = 20  # items known in two blocks in a row, or their sum says nothing of all
_LEAST_STEPS = 5  # of three or fewer, the squares of the walks that may be have no mean
_POSSIBLE = 200  # walks weighed
_FARTHEST = 4.0  # of them, in root mean square steps seen
_ENDS = 10.0  # sd of the farthest walk: no move lies beyond
_NO_MOVE = 1e-9  # sd taken for 0
_NO_CHANCE = _NO_MOVE**2


@dataclass(frozen=True, slots=True)
class Common:
    """
    The walk of the level of all items' demand together.

    Parameters
    ----------
    sds : (n_walks,)
        Walks that may be: sd of the logarithm of that level from one block of periods to the next.
    weights : (n_walks,)
        How likely each is; none where nothing is known.
    blocks
        Blocks in the record.
    block_periods
        Length of a block. [periods]
    """

    sds: Floats
    weights: Floats
    blocks: int
    block_periods: int

    def spread(self, periods: float) -> float:
        """
        How far the mean level of the next ``periods`` lies from that of the record: sd of its logarithm.

        Of a random walk of ``K`` steps seen and ``L`` to come: ``sd sqrt((K + L) / 3)``.
        """
        return float(np.sqrt(self.weights @ np.square(self.sds))) * self._far(periods)

    def reach(self, periods: float, probability: float) -> float:
        """Common move not exceeded with this probability, as a logarithm: normal for each walk, over all that may be."""
        spreads = np.maximum(self.sds * self._far(periods), _NO_MOVE)
        if not len(spreads):
            return 0.0
        end = _ENDS * float(spreads.max())
        return float(brentq(lambda move: float(self.weights @ ndtr(move / spreads)) - probability, -end, end))

    def _far(self, periods: float) -> float:
        return float(np.sqrt((self.blocks + periods / self.block_periods) / 3.0))

    def moved(self, demand: Demand, periods: float, probability: float) -> Demand:
        """
        Demand of the next ``periods``, were the common move the one not exceeded with this probability.

        The mean over all moves is what was foretold; an item's own drift is what the common one leaves over.
        """
        spread = self.spread(periods)
        factor = float(np.exp(self.reach(periods, probability) - 0.5 * spread**2))
        left = np.sqrt(np.maximum(np.square(demand.drift) - np.expm1(spread**2), 0.0) / np.exp(spread**2))
        return at_level(demand, factor, left)


def at_level(demand: Demand, factor: float | Floats, drift: Floats) -> Demand:
    """Demand were its level so many times what it is, and open only by ``drift`` from there; single orders stay as large."""
    return replace(demand, mean=demand.mean * factor, variance=demand.variance * factor, drift=drift, idle=demand.idle**factor)


def common_of(history: History, exposed_days: Floats, params: DemandParams = DEFAULT_PARAMS) -> Common:
    """
    How far the level of all items has walked from block to block of the record.

    Blocks are as long as the median exposed time. Each item's demand counts in its own usual demand of a block, so that no
    item speaks for all; an item counts from the block after its first. The steps of their sum from one block to the next vary
    by the walk and by the chance of single items, whose variance is that of a ratio of sums (Cochran, *Sampling Techniques*,
    3rd ed. 1977, ch. 6). Chance goes back in the next step, half of it; a walk stays, and means of its blocks go on in the
    next step (Working 1960): steps in their order tell the two apart, their size alone hardly does. Every walk is weighed by
    how likely it makes the steps seen (normal), all sds alike before (Gelman 2006), so that none at all stays possible.

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        Lead time + review; NaN unknown.
    """
    offsets = history.series.offsets
    width = max(round(float(np.nanmedian(exposed_days)) / history.period_days), 1) if np.isfinite(exposed_days).any() else 1
    blocks = history.n_periods // width
    past = past_of(history.series.values, offsets[:-1], offsets[1:])
    usual = np.maximum(past.mean * width, past.mean * np.nan_to_num(past.adi, nan=1.0))
    ends, lengths = offsets[1:], np.diff(offsets)
    steps, chance, places = [], [], []
    for back in range(blocks - 1):
        known = np.flatnonzero((lengths > (back + 2) * width) & (usual > 0.0))
        stops = ends[known] - back * width
        after, before = (window_sums(history.series.values, stop - width, stop) / usual[known] for stop in (stops, stops - width))
        both = ~np.isnan(after + before)
        after, before = (np.minimum(each[both], params.largest) for each in (after, before))
        if both.sum() >= _FEWEST and after.any() and before.any():
            ratio = after.sum() / before.sum()
            steps.append(np.log(ratio))
            places.append(back)
            chance.append(np.square(after - ratio * before).sum() / after.sum() ** 2)
    if len(steps) < _LEAST_STEPS:
        return Common(np.zeros(0), np.zeros(0), blocks, width)
    seen = np.array(steps)
    sds = np.linspace(0.0, _FARTHEST * np.sqrt(np.square(seen).mean()), _POSSIBLE)
    fits = _fits(seen, np.array(places), max(float(np.mean(chance)), _NO_CHANCE), sds, width)
    weights = np.exp(fits - fits.max())
    return Common(sds, weights / weights.sum(), blocks, width)


def _fits(steps: Floats, places: Ints, chance: float, sds: Floats, width: int) -> Floats:
    """Log likelihood of steps of block means at their places, for each sd of a walk observed with chance in each step. (n_walks,)"""
    apart = np.abs(places[:, None] - places)
    same, next_to = (apart == 0).astype(float), (apart == 1).astype(float)
    walk = same * (2.0 + width**-2.0) / 3.0 + next_to * (1.0 - width**-2.0) / 6.0
    variance = np.square(sds)[:, None, None] * walk + chance * (same - 0.5 * next_to)
    solved = np.linalg.solve(variance, np.broadcast_to(steps[:, None], (len(sds), len(steps), 1)))[..., 0]
    return np.asarray(-0.5 * (np.linalg.slogdet(variance)[1] + solved @ steps))

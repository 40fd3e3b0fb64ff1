"""Common: how far the demand of all items moves together, and what that leaves open of a promise made for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, stdtrit

from justenough.estimation.demand import DEFAULT_PARAMS, Demand, DemandParams, past_of
from justenough.kernels.smoothing import window_sums

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.history import History

_FEWEST = 20  # items known in two blocks in a row, or their sum says nothing of all
_LEAST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Common:
    """
    The walk of the level of all items' demand together.

    Parameters
    ----------
    sd
        Of the logarithm of that level from one block of periods to the next.
    blocks
        Blocks in the record.
    freedom
        Degrees of freedom of ``sd``; 0 where nothing is known.
    block_periods
        Length of a block. [periods]
    """

    sd: float
    blocks: int
    freedom: float
    block_periods: int

    def spread(self, periods: float) -> float:
        """
        How far the mean level of the next ``periods`` lies from that of the record: sd of its logarithm.

        Of a random walk of ``K`` steps seen and ``L`` to come: ``sd sqrt((K + L) / 3)``.
        """
        return self.sd * float(np.sqrt((self.blocks + periods / self.block_periods) / 3.0))

    def reach(self, periods: float, probability: float) -> float:
        """Common move not exceeded with this probability, as a logarithm; Student's t, for the walk itself is estimated."""
        return self.spread(periods) * float(stdtrit(self.freedom, probability)) if self.freedom > 0.0 else 0.0

    def moved(self, demand: Demand, periods: float, probability: float) -> Demand:
        """
        Demand of the next ``periods``, were the common move the one not exceeded with this probability.

        The mean over all moves is what was foretold; an item's own drift is what the common one leaves over.
        """
        spread = self.spread(periods)
        factor = float(np.exp(self.reach(periods, probability) - 0.5 * spread**2))
        left = np.sqrt(np.maximum(np.square(demand.drift) - np.expm1(spread**2), 0.0) / np.exp(spread**2))
        return replace(demand, mean=demand.mean * factor, variance=demand.variance * factor, drift=left, idle=demand.idle**factor)


def common_of(history: History, exposed_days: Floats, params: DemandParams = DEFAULT_PARAMS) -> Common:
    """
    How far the level of all items has walked from block to block of the record.

    Blocks are as long as the median exposed time. Each item's demand counts in its own usual demand of a block, so that no
    item speaks for all; an item counts from the block after its first. The steps of their sum from one block to the next vary
    by the walk and by the chance of single items, whose variance is that of a ratio of sums and is taken off (Cochran,
    *Sampling Techniques*, 3rd ed. 1977, ch. 6). Means over ``m`` periods of a walk step by ``(2 m^2 + 1) / 3 m`` of its period's
    variance, not ``m`` (Working 1960). What moves all items in one block and back in the next counts as walk too:
    records are too short to tell the two apart.

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
    steps, chance = [], []
    for back in range(blocks - 1):
        known = np.flatnonzero((lengths > (back + 2) * width) & (usual > 0.0))
        stops = ends[known] - back * width
        after, before = (window_sums(history.series.values, stop - width, stop) / usual[known] for stop in (stops, stops - width))
        both = ~np.isnan(after + before)
        after, before = (np.minimum(each[both], params.largest) for each in (after, before))
        if both.sum() >= _FEWEST and after.any() and before.any():
            ratio = after.sum() / before.sum()
            steps.append(np.log(ratio))
            chance.append(np.square(after - ratio * before).sum() / after.sum() ** 2)
    if len(steps) < _LEAST_STEPS:
        return Common(0.0, blocks, 0.0, width)
    seen = float(np.square(steps).mean())
    error = seen * np.sqrt(2.0 / len(steps))
    walked = seen - float(np.mean(chance))
    # A variance is not below 0: the mean of what a normal error leaves possible. Means of blocks step less than the walk.
    walked += error * np.exp(_log_density(walked / error) - log_ndtr(walked / error))
    walked *= 3.0 * width**2 / (2.0 * width**2 + 1.0)
    return Common(float(np.sqrt(walked)), blocks, len(steps) / 2.0, width)


def _log_density(z: float) -> float:
    """Of the standard normal."""
    return -0.5 * z * z - 0.5 * float(np.log(2.0 * np.pi))

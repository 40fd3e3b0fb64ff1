"""Dispersion: how the variance of demand goes with its level, and how far one item is believed over the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.demand import Past, past_of

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats

_FEWEST = 10  # items for which a line is drawn


@dataclass(frozen=True, slots=True)
class Dispersion:
    """
    The line around which the variances of a plant's items lie.

    Parameters
    ----------
    start, slope
        ``log variance = start + slope log mean`` of a period's demand (Taylor 1961).
    scatter
        How far items truly lie from that line: variance of the log.
    noise
        Variance of one item's log sample variance, times its periods with demand.
    """

    start: float = 0.0
    slope: float = 1.0
    scatter: float = 0.25
    noise: float = 2.0

    def variance_of(self, past: Past, level: Floats) -> Floats:
        """
        Variance of one period, the item's own drawn to the line. (n_items,) [units^2/period]

        Empirical Bayes on the logarithm: the item's weight is ``scatter / (scatter + noise / demands)``.
        A level that has moved since takes the variance with it along the line. 0 where the level is.
        """
        trust = self.scatter / (self.scatter + self.noise / np.maximum(past.positive, 1.0))
        own = (past.mean > 0.0) & (past.variance > 0.0)
        mean = np.where(past.mean > 0.0, past.mean, 1.0)
        expected = self.start + self.slope * np.log(mean)
        seen = np.where(own, np.log(np.where(own, past.variance, 1.0)), expected)
        moved = np.where(level > 0.0, level, mean) / mean
        return np.where(level > 0.0, np.exp(trust * seen + (1.0 - trust) * expected) * moved**self.slope, 0.0)


def dispersion_of(past: Past) -> Dispersion:
    """Taylor's line through the items of a record, each weighing its periods with demand; noise by its two halves."""
    use = (past.mean > 0.0) & (past.variance > 0.0) & (past.positive >= 2.0)
    if use.sum() < _FEWEST:
        return Dispersion()
    x, y, weight = np.log(past.mean[use]), np.log(past.variance[use]), past.positive[use]
    slope = float(np.cov(x, y, aweights=weight)[0, 1] / max(float(np.cov(x, aweights=weight)), 1e-12)) if np.ptp(x) > 0.1 else 1.5
    slope = min(max(slope, 1.0), 2.0)
    start = float(np.average(y - slope * x, weights=weight))
    middle = (past.starts + past.ends) // 2
    halves = past_of(past.values, past.starts, middle), past_of(past.values, middle, past.ends)
    both = use & (halves[0].variance > 0.0) & (halves[1].variance > 0.0) & (halves[0].positive > 1.0) & (halves[1].positive > 1.0)
    noise = 2.0
    if both.sum() >= _FEWEST:
        apart = [np.log(half.variance[both]) - slope * np.log(half.mean[both]) for half in halves]
        demands = 1.0 / (1.0 / halves[0].positive[both] + 1.0 / halves[1].positive[both])
        noise = float(np.clip(np.mean(np.square(apart[0] - apart[1]) * demands), 0.2, 20.0))
    rest = float(np.average(np.square(y - start - slope * x), weights=weight) - np.average(noise / weight, weights=weight))
    return Dispersion(start, slope, max(rest, 0.01), noise)

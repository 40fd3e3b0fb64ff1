"""Dispersion: how the variance of demand goes with its level and its lumps, and how far one item is believed over the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import lsq_linear

from justenough.estimation.past import Past, past_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats

_FEWEST = 10  # items for which a plane is laid
_EXPECTED = np.array([1.0, 1.0])  # slopes by mean and size of lumps that come by chance (`Dispersion`)
_BELIEF = 5.0  # items' worth of belief in them, where means or sizes hardly differ
_CREDIBLE = np.array([0.8, 0.0]), np.array([2.0, 1.2])  # least and largest slopes by mean and size


@dataclass(frozen=True, slots=True)
class Dispersion:
    """
    The plane around which the variances of a plant's items lie.

    Parameters
    ----------
    start, slope, lump
        ``log variance = start + slope log mean + lump log size``, of a period's demand and of a period with demand. Taylor's
        line (1961) has no size, and would draw a lumpy item to the even ones of its mean; lumps that come by chance have
        slope and lump 1 (compound Poisson: variance ``mean size (1 + cv2)``).
    scatter
        How far items truly lie from it: variance of the log.
    noise
        Variance of one item's log sample variance, times its periods with demand.
    """

    start: float = 0.0
    slope: float = 1.0
    lump: float = 0.0
    scatter: float = 0.25
    noise: float = 2.0

    def variance_of(self, past: Past, level: Floats) -> Floats:
        """
        Variance of one period, the item's own drawn to the plane. (n_items,) [units^2/period]

        Empirical Bayes on the logarithm: the item's weight is ``scatter / (scatter + noise / demands)``.
        A level that has moved since takes the variance with it by its slope: more demands, not larger. 0 where the level is.
        """
        trust = self.scatter / (self.scatter + self.noise / np.maximum(past.positive, 1.0))
        own = (past.mean > 0.0) & (past.variance > 0.0)
        mean = np.where(past.mean > 0.0, past.mean, 1.0)
        expected = self.start + self.slope * np.log(mean) + self.lump * np.log(_size(past))
        seen = np.where(own, np.log(np.where(own, past.variance, 1.0)), expected)
        moved = np.where(level > 0.0, level, mean) / mean
        return np.where(level > 0.0, np.exp(trust * seen + (1.0 - trust) * expected) * moved**self.slope, 0.0)


def dispersion_of(past: Past) -> Dispersion:
    """The plane through the items of a record, each weighing its periods with demand; noise by its two halves."""
    use = (past.mean > 0.0) & (past.variance > 0.0) & (past.positive >= 2.0)
    if use.sum() < _FEWEST:
        return Dispersion()
    by, y, weight = _logs(past, use), np.log(past.variance[use]), past.positive[use]
    whole = weight.sum()
    centred, height = by - (weight[:, None] * by).sum(axis=0) / whole, y - (weight * y).sum() / whole
    share, belief = np.sqrt(weight * len(weight) / whole), np.sqrt(_BELIEF)
    rows, heights = np.vstack([centred * share[:, None], belief * np.eye(2)]), np.concatenate([height * share, belief * _EXPECTED])
    slopes = lsq_linear(rows, heights, _CREDIBLE).x
    start = float((weight * (y - _on(by, slopes))).sum() / whole)
    middle = (past.starts + past.ends) // 2
    halves = past_of(past.values, past.starts, middle), past_of(past.values, middle, past.ends)
    both = use & (halves[0].variance > 0.0) & (halves[1].variance > 0.0) & (halves[0].positive > 1.0) & (halves[1].positive > 1.0)
    noise = 2.0
    if both.sum() >= _FEWEST:
        apart = [np.log(half.variance[both]) - _on(_logs(half, both), slopes) for half in halves]
        demands = 1.0 / (1.0 / halves[0].positive[both] + 1.0 / halves[1].positive[both])
        noise = float(np.clip(np.mean(np.square(apart[0] - apart[1]) * demands), 0.2, 20.0))
    rest = float((weight * np.square(y - start - _on(by, slopes))).sum() / whole - len(weight) * noise / whole)
    return Dispersion(start, float(slopes[0]), float(slopes[1]), max(rest, 0.01), noise)


def _size(past: Past) -> Floats:
    """Mean of the periods with demand; 1 where there are none. (n_items,) [units]"""
    return np.where(past.mean > 0.0, past.mean * np.nan_to_num(past.adi, nan=1.0), 1.0)


def _on(by: Floats, slopes: Floats) -> Floats:
    """``by @ slopes``, term by term: a product of matrices rounds otherwise with every number of threads. (n_rows,)"""
    return np.asarray(by[:, 0] * slopes[0] + by[:, 1] * slopes[1])


def _logs(past: Past, rows: NDArray[np.bool_]) -> Floats:
    """Logarithms of mean and size. (n_rows, 2)"""
    return np.log(np.column_stack([past.mean[rows], _size(past)[rows]]))

"""Detector: evidence that a stream of standard normal scores is no longer one, added up as it comes.

Each bet is a likelihood ratio against standard normal scores; for each the Shiryaev-Roberts sum
``R = (1 + R) LR`` weighs every moment at which the change may have begun, and the bets' sums are weighed into one.
While nothing changes its mean after n scores is n, so it passes a limit c within n scores with a chance of at most
n / c (an e-detector: Shin, Ramdas & Rinaldo 2023, *New England Journal of Statistics in Data Science*).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels import variates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Words = NDArray[np.uint64]

# What a bet is on: that the scores' mean became ``size``, or that their spread did.
SHIFT, SCALE = 0, 1
# Columns of `alarms`.
AT, BET, SINCE, EVIDENCE = range(4)
_SCORES = 7  # purpose of a stream of chance, beside those of `variates`


@njit(cache=True)
def log_ratio(kind: int, size: float, low: float, high: float) -> float:
    """Log likelihood ratio of a bet at a score known to lie from ``low`` to ``high``: the least it can be."""
    if kind == SHIFT:
        return size * (low if size > 0.0 else high) - 0.5 * size * size
    wide = size > 1.0
    square = max(low * low, high * high)
    if wide:
        square = 0.0 if low <= 0.0 <= high else min(low * low, high * high)
    return -math.log(size) + 0.5 * square * (1.0 - 1.0 / (size * size))


@njit(cache=True, parallel=True)
def alarms(scores: Floats, offsets: Ints, kinds: Ints, sizes: Floats, weights: Floats, limits: Floats) -> Floats:
    """
    When each stream first gave an alarm, on what bet, and since when.

    Parameters
    ----------
    scores : (n_scores, 2)
        Least and largest each score can be; NaN is passed over. Stream i is ``scores[offsets[i]:offsets[i + 1]]``.
    kinds, sizes, weights : (n_bets,)
        Of each bet; the weights add up to 1.
    limits : (n,)
        Evidence at which each stream alarms.

    Returns
    -------
    (n, 4)
        Place of the alarm in the stream, -1 without one; the bet that had most of the evidence; the first score
        of the stretch that speaks for it most (Page's CUSUM); log of the largest evidence seen until then.
    """
    n_bets = len(kinds)
    out = np.empty((len(offsets) - 1, 4))
    for i in prange(len(offsets) - 1):
        sums = np.zeros(n_bets)
        walks = np.zeros(n_bets)
        starts = np.zeros(n_bets, np.int64)
        most, at, bet = 0.0, -1, 0
        for t in range(offsets[i + 1] - offsets[i]):
            low, high = scores[offsets[i] + t, 0], scores[offsets[i] + t, 1]
            if math.isnan(low):
                continue
            whole = 0.0
            for k in range(n_bets):
                told = log_ratio(kinds[k], sizes[k], low, high)
                sums[k] = (1.0 + sums[k]) * math.exp(told)
                whole += weights[k] * sums[k]
                if walks[k] <= 0.0:
                    walks[k], starts[k] = 0.0, t
                walks[k] += told
            most = max(most, whole)
            if whole >= limits[i]:
                at = t
                bet = int(np.argmax(weights * sums))
                break
        out[i, 0], out[i, 1] = at, bet if at >= 0 else -1.0
        out[i, 2] = starts[bet] if at >= 0 else -1.0
        out[i, 3] = math.log(most) if most > 0.0 else -math.inf
    return out


@njit(cache=True, parallel=True)
def largest(words: Words, moments: Ints, kinds: Ints, sizes: Floats, weights: Floats) -> Floats:
    """
    Largest evidence of streams in which nothing changes, up to each of these numbers of scores.

    Parameters
    ----------
    words : (n,)
        One for each stream drawn.
    moments : (m,)
        Rising numbers of scores.

    Returns
    -------
    (n, m)
    """
    n_bets = len(kinds)
    out = np.empty((len(words), len(moments)))
    for i in prange(len(words)):
        state = np.empty(1, np.uint64)
        variates.stream(state, words[i], 0, _SCORES, 0)
        sums = np.zeros(n_bets)
        most, m = 0.0, 0
        for t in range(moments[-1]):
            score = variates.normal(state)
            whole = 0.0
            for k in range(n_bets):
                sums[k] = (1.0 + sums[k]) * math.exp(log_ratio(kinds[k], sizes[k], score, score))
                whole += weights[k] * sums[k]
            most = max(most, whole)
            if t + 1 == moments[m]:
                out[i, m] = most
                m += 1
    return out

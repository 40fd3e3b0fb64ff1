"""Samples: exposed demand as a heap of numbers, the item's own windows or a bootstrap of its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from calibrated.answers import Answers, least_level
from justenough.simulation.draws import seeds_of

if TYPE_CHECKING:
    from calibrated.answers import Answer, Measure
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats, Ints

DRAWS = 1000


def own_windows(split: Split, _seed: int) -> Answers:
    """Every stretch of the item's own record that is as long as its exposed time, each equally likely."""
    seen, longest = split.seen, int(split.seen.lengths.max(initial=1))
    exposed, during = np.full((2, len(split.rows), longest), np.nan)
    for i, series in enumerate(seen):
        for row, length in ((exposed[i], split.lead[i] + 1), (during[i], split.lead[i])):
            sums = np.convolve(series, np.ones(length), "valid") if len(series) >= length else np.empty(0)
            # A record shorter than the exposed time is stretched to it: there is nothing else to go by.
            row[: len(sums)] = sums
            if np.isnan(row).all():
                row[0] = np.nanmean(series) * length
    return _answers(exposed, during, np.array([np.nanmean(series) for series in seen]))


def bootstrap(split: Split, seed: int) -> Answers:
    """
    Smoothed bootstrap of lead-time demand.

    Idle and busy periods follow a two-state Markov chain from the last state on record (counts started with a
    sixth); busy periods take one of the item's own quantities, jittered: ``1 + int(x + z sqrt(x))``, or x itself
    where that is not above 0. Willemain, Smart & Schwarz, *Int. J. Forecasting* 20 (2004), section 4.
    """
    seen = split.seen
    exposed, during = np.empty((2, len(split.rows), DRAWS))
    _draw(seen.values, seen.offsets, split.lead, seeds_of(split.items, seed).astype(np.int64) & 0xFFFFFFFF, exposed, during)
    return _answers(exposed, during, exposed.mean(axis=1) - during.mean(axis=1))


def _answers(exposed: Floats, during: Floats, review: Floats) -> Answers:
    """Answers by the samples: covered share, or two-term fill rate with the demand of one review, ``review``."""

    def share(measure: Measure, level: Floats) -> Floats:
        covered, short = np.empty((2, len(level)))
        _above(exposed, level, covered, short)
        if measure == "cycle":
            return covered
        before = np.empty_like(short)
        _above(during, level, covered, before)
        return 1.0 - (short - before) / np.maximum(review, 1e-12)

    most = np.ceil(np.nanmax(exposed, axis=1)) + 1.0

    def answers(measure: Measure, target: float) -> Answer:
        return least_level(lambda level: share(measure, level), target, most)

    return answers


@njit(parallel=True, cache=True)
def _above(samples: Floats, level: Floats, covered: Floats, short: Floats) -> None:
    """Share of each row's samples at or below its level, and their mean excess above it; NaN is no sample."""
    for i in prange(len(level)):
        known, at_most, excess = 0, 0, 0.0
        for value in samples[i]:
            if value <= level[i]:
                at_most += 1
                known += 1
            elif value > level[i]:
                excess += value - level[i]
                known += 1
        covered[i] = at_most / known
        short[i] = excess / known


@njit(parallel=True, cache=True)
def _draw(values: Floats, offsets: Ints, lead: Ints, seeds: Ints, exposed: Floats, during: Floats) -> None:
    for i in prange(len(lead)):
        np.random.seed(seeds[i])  # noqa: NPY002  numba knows no other; a thread's own, set for each item
        record = values[offsets[i] : offsets[i + 1]]
        counts = np.full((2, 2), 1.0 / 6.0)
        last = -1
        sizes = np.empty(len(record))
        busy = 0
        for value in record:
            if np.isnan(value):
                continue
            state = 1 if value > 0.0 else 0
            if last >= 0:
                counts[last, state] += 1.0
            if state:
                sizes[busy] = value
                busy += 1
            last = state
        chance = counts[:, 1] / (counts[:, 0] + counts[:, 1])
        for k in range(exposed.shape[1]):
            state, total = last, 0.0
            for _ in range(lead[i]):
                state, total = _step(chance, state, sizes, busy, total)
            during[i, k] = total
            exposed[i, k] = _step(chance, state, sizes, busy, total)[1]


@njit(cache=True)
def _step(chance: Floats, state: int, sizes: Floats, busy: int, total: float) -> tuple[int, float]:
    """One period further: the state it is in and the demand until then."""
    # A return may have cancelled all that an item ever sold.
    if busy == 0 or np.random.random() >= chance[state]:  # noqa: NPY002  numba's, seeded in `_draw`
        return 0, total
    size = sizes[np.random.randint(busy)]  # noqa: NPY002  numba's, seeded in `_draw`
    jittered = 1.0 + np.trunc(size + np.random.normal() * np.sqrt(size))  # noqa: NPY002  numba's, seeded in `_draw`
    return 1, total + (jittered if jittered > 0.0 else size)

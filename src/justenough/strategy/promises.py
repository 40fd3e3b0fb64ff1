"""Promises: what improvements release to first order, all of them reckoned before any is tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.exposure import exposure_over
from justenough.sizing.curve import mean_exposure
from justenough.strategy.moves import OF_MACHINE, Figure
from justenough.strategy.rejects import with_rejects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.machines_measured import Machines
    from justenough.strategy.moves import Move
    from justenough.strategy.resizing import Resized
    from justenough.strategy.situation import Situation
    from justenough.strategy.trace import Known

SMALL = 0.05  # of an improvement, that a slope is taken over


def promises(situation: Situation, before: Resized, moves: Sequence[Move], places: Sequence[Ints], histories: int) -> list[Floats]:
    """
    Units released by each move to first order. (n_touched,) each [units]

    Parameters
    ----------
    before
        The plan's items as they are.
    places
        Of the items each move touches.
    histories
        Of the machines, that this is worked out in.

    Notes
    -----
    A reserve is taken to stay as many standard deviations of exposed demand as it is. Moves of one figure that touch no
    item in common are reckoned in one go: each item sees only its own.
    """
    few = situation.link.machines.coarse(histories) if situation.link else None
    everything = np.arange(len(situation))
    as_bought, as_made = (spread_of(situation.after([], everything, machines)) for machines in (None, few))
    released = [np.zeros(len(at)) for at in places]
    for batch in batches(moves, places):
        small = [_small(moves[i]) for i in batch]
        at = np.unique(np.concatenate([places[i] for i in batch]))
        of_machine = small[0].figure in OF_MACHINE
        machines: Machines | None = few if of_machine else None
        now = (as_made if of_machine else as_bought)[at]
        then = spread_of(situation.after(small, at, machines))
        with np.errstate(divide="ignore", invalid="ignore"):
            falls = np.where(now > 0.0, (now - then) / now, 0.0) / _share(small[0])
        units = np.maximum(before.reserve[at], 0.0) * falls
        for i in batch:
            released[i] = units[np.searchsorted(at, places[i])]
    return released


def batches(moves: Sequence[Move], places: Sequence[Ints]) -> list[list[int]]:
    """Moves, by their place in the list, of one figure that touch no item twice; each in one batch, the first that has room."""
    found: list[tuple[Figure, set[int], list[int]]] = []
    for i, (move, at) in enumerate(zip(moves, places, strict=True)):
        touched = set(at.tolist())
        if not touched:
            continue
        for figure, taken, batch in found:
            if figure == move.figure and not taken & touched:
                taken.update(touched)
                batch.append(i)
                break
        else:
            found.append((move.figure, touched, [i]))
    return [batch for _, _, batch in found]


def _share(move: Move) -> float:
    # There is no little of a second source: its whole effect on the spread is taken.
    return 1.0 if move.figure == Figure.SECOND_SOURCE else SMALL


def _small(move: Move) -> Move:
    return move if move.figure == Figure.SECOND_SOURCE else replace(move, factor=1.0 + (move.factor - 1.0) * SMALL)


def spread_of(estimated: Known) -> Floats:
    """Standard deviation of exposed demand, outages and stops included. (n_items,) [units]"""
    known = with_rejects(estimated)
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    chance, mean = exposure.outage_probability, mean_exposure(exposure)
    late = np.where(chance > 0.0, exposure.outage_variance[:, 2] + np.square(exposure.outage_mean[:, 2]), 0.0)
    square = (1.0 - chance) * (exposure.variance[:, 2] + np.square(exposure.mean[:, 2])) + chance * late
    return np.sqrt(np.maximum(square - np.square(mean), 0.0))

"""Allocation: how much room each buffer of a line gets, found by moving parts or by trying every way.

Each search asks a ``throughput`` for one figure an allocation and never looks inside it, so it may be
decomposed, lived with common random numbers, or exact. It must not fall where a buffer grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.domain.ragged import Floats, Ints

    Throughput = Callable[[Ints], float]

_GAIN = 1e-12  # a smaller one is rounding
_MOST_TRIED = 200_000  # ways that are still tried one by one
_GROWTH = 20  # a search for a target grows the line's room by about one part in this many


@dataclass(frozen=True, slots=True)
class Allocation:
    """
    Room of each buffer, and what it gives.

    Parameters
    ----------
    capacity : (b,) [parts]
    throughput : [parts/time]
    worth : [money/time]
        What was made as large as possible: the profit where there is one, else the throughput.
    tried
        Allocations asked for.
    """

    capacity: Ints
    throughput: float
    worth: float
    tried: int


@dataclass(frozen=True, slots=True)
class Allocations:
    """
    All ways to share out a total, judged.

    Parameters
    ----------
    best : (n_best, b) [parts]
        Every allocation within 1e-9 of the best throughput.
    best_throughput, second_best_throughput, worst_throughput : [parts/time]
        The second is the best of those that are not the best; NaN where there is none.
    tried
        How many there were.
    """

    best: Ints
    best_throughput: float
    second_best_throughput: float
    worst_throughput: float
    tried: int


class _Asked:
    """What allocations were worth, each asked once."""

    def __init__(self, worth: Throughput) -> None:
        self.worth = worth
        self.known: dict[bytes, float] = {}

    def __call__(self, capacity: Ints) -> float:
        key = capacity.tobytes()
        if key not in self.known:
            self.known[key] = self.worth(capacity)
        return self.known[key]


def best_for(throughput: Throughput, total: int, lower: Ints, upper: Ints) -> Allocation:
    """
    Most throughput from a total of room.

    Parameters
    ----------
    throughput
        Of an allocation.
    total : [parts]
        Sum of all capacities.
    lower, upper : (b,) [parts]
        Least and most of each buffer.
    """
    _check(lower, upper)
    if not lower.sum() <= total <= upper.sum():
        raise SettingsError(f"a total of {total} parts; the buffers' limits allow {lower.sum()} to {upper.sum()}")
    asked = _Asked(throughput)
    capacity = _spread(total, lower, upper)
    step = max(1, int(total) // (2 * len(lower)))
    while step:
        capacity, moved = _moved(asked, capacity, lower, upper, step)
        if not moved:
            step //= 2
    return Allocation(capacity, asked(capacity), asked(capacity), len(asked.known))


def smallest_for(throughput: Throughput, target: float, lower: Ints, upper: Ints) -> Allocation:
    """
    Least total room that reaches a throughput.

    Grows the buffer that gains most until the target is met, then takes back every part that is not needed,
    moving parts between buffers where that makes one more superfluous.

    Raises
    ------
    SettingsError
        Where all buffers at their most do not reach the target.
    """
    _check(lower, upper)
    asked = _Asked(throughput)
    most = asked(upper)
    if most < target:
        raise SettingsError(f"a throughput of {target:g} is out of reach: all buffers at their most give {most:g}")
    capacity = lower.copy()
    while asked(capacity) < target:
        step = max(1, int(capacity.sum()) // (_GROWTH * len(capacity)))
        gains = _gains(asked, capacity, lower, upper, step)
        capacity = capacity.copy()
        capacity[np.argmax(gains)] += min(step, int((upper - capacity)[np.argmax(gains)]))
    while True:
        capacity = _trimmed(asked, capacity, lower, target)
        better, moved = _moved(asked, capacity, lower, upper, 1)
        if not moved or np.array_equal(_trimmed(asked, better, lower, target), better):
            return Allocation(capacity, asked(capacity), asked(capacity), len(asked.known))
        capacity = better


def most_profit(
    throughput: Throughput, content: Callable[[Ints], Floats], margin: float, cost: Floats, lower: Ints, upper: Ints
) -> Allocation:
    """
    Most profit: margin on what is made, less the money that lies in the buffers.

    Parameters
    ----------
    content
        Mean parts in each buffer of an allocation, (b,).
    margin : [money/part]
    cost : (b,) [money/part/time]
        Of a part that lies in a buffer for a unit of time.
    """
    _check(lower, upper)

    def profit(capacity: Ints) -> float:
        return margin * throughput(capacity) - float(cost @ content(capacity))

    asked = _Asked(profit)
    capacity, step = lower.copy(), int(max(1, (upper - lower).max() // 4))
    while step:
        trials = [capacity]
        for j in range(len(capacity)):
            for change in (step, -step):
                trial = capacity.copy()
                trial[j] = np.clip(trial[j] + change, lower[j], upper[j])
                trials.append(trial)
        best = max(trials, key=asked)
        if asked(best) <= asked(capacity) + _GAIN:
            best, moved = _moved(asked, capacity, lower, upper, step)
            if not moved:
                step //= 2
        capacity = best
    return Allocation(capacity, throughput(capacity), asked(capacity), len(asked.known))


def every_allocation(throughput: Throughput, buffers: int, total: int, least: int = 0) -> Allocations:
    """
    Every way to share a total of room out over the buffers, by trying all of them.

    Parameters
    ----------
    throughput
        Of an allocation, (b,) parts.
    total, least : [parts]
        Sum of the capacities, and the least of each.

    Raises
    ------
    SettingsError
        Where there is no way, or more ways than can be tried.
    """
    spare = total - least * buffers
    if spare < 0:
        raise SettingsError(f"a total of {total} parts cannot give {buffers} buffers {least} each; expected {least * buffers} or more")
    ways = np.array(list(_shares(spare, buffers, _MOST_TRIED)), dtype=np.int64) + least
    made = np.array([throughput(way) for way in ways])
    best = made.max()
    top = made >= best - 1e-9
    others = made[~top]
    return Allocations(ways[top], float(best), float(others.max()) if len(others) else float("nan"), float(made.min()), len(ways))


def _check(lower: Ints, upper: Ints) -> None:
    for j in np.flatnonzero((lower < 1) | (upper < lower)):
        raise SettingsError(
            f"buffer {j + 1}: limits of {lower[j]} to {upper[j]} parts; expected 1 or more, and the most no less than the least"
        )


def _spread(total: int, lower: Ints, upper: Ints) -> Ints:
    """The total as evenly as the limits allow."""
    capacity = lower.copy()
    while (left := int(total - capacity.sum())) > 0:
        open_ = np.flatnonzero(capacity < upper)
        share = max(1, left // len(open_))
        for j in open_[: max(1, left // share)]:
            capacity[j] = min(upper[j], capacity[j] + share)
    return capacity


def _gains(asked: _Asked, capacity: Ints, lower: Ints, upper: Ints, change: int) -> Floats:
    """What a change of each buffer alone does; minus infinity where a limit forbids it."""
    gains = np.full(len(capacity), -np.inf)
    for j in range(len(capacity)):
        trial = capacity.copy()
        trial[j] = min(trial[j] + change, upper[j])
        if trial[j] != capacity[j] and trial[j] >= lower[j]:
            gains[j] = asked(trial) - asked(capacity)
    return gains


def _moved(asked: _Asked, capacity: Ints, lower: Ints, upper: Ints, step: int) -> tuple[Ints, bool]:
    """Move a step of room from one buffer to another where that gains; the likeliest moves first."""
    more, less = _gains(asked, capacity, lower, upper, step), _gains(asked, capacity, lower, upper, -step)
    pairs = [(more[i] + less[j], i, j) for i in range(len(capacity)) for j in range(len(capacity)) if i != j]
    for _, i, j in sorted((pair for pair in pairs if np.isfinite(pair[0])), reverse=True):
        trial = capacity.copy()
        trial[i] += step
        trial[j] -= step
        if trial[i] <= upper[i] and asked(trial) > asked(capacity) + _GAIN:
            return trial, True
    return capacity, False


def _trimmed(asked: _Asked, capacity: Ints, lower: Ints, target: float) -> Ints:
    """Without the parts that the target does not need, those that cost least first."""
    capacity = capacity.copy()
    step = max(1, int(capacity.max()) // 4)
    while step:
        losses = _gains(asked, capacity, lower, capacity, -step)
        j = int(np.argmax(losses))
        if np.isfinite(losses[j]) and asked(capacity) + losses[j] >= target:
            capacity[j] -= step
        else:
            step //= 2
    return capacity


def _shares(spare: int, buffers: int, most: int) -> list[tuple[int, ...]]:
    """All ways to write ``spare`` as an ordered sum, by the places of the bars between."""
    ways: list[tuple[int, ...]] = []
    for bars in combinations(range(spare + buffers - 1), buffers - 1):
        if len(ways) == most:
            raise SettingsError(f"more than {most} ways to share {spare} parts over {buffers} buffers; search instead of trying all")
        edges = (-1, *bars, spare + buffers - 1)
        ways.append(tuple(edges[i + 1] - edges[i] - 1 for i in range(buffers)))
    return ways

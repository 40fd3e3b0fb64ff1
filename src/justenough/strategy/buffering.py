"""Buffering: room for every buffer of a real line, searched by decomposition and held against the line lived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import SettingsError
from justenough.domain.line import LEAST_CAPACITY
from justenough.domain.plant import DAYS_PER_YEAR
from justenough.simulation.lines import LineLives, live
from justenough.sizing import allocation
from justenough.sizing.paces import Paces, decomposed, paces_of
from justenough.strategy.masking import USUAL, Effort

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats, Ints

MOST_ROUNDS = 8
USUAL_MOST = 200  # parts: the most a buffer gets where nobody says
_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Goal:
    """
    What room is sought for; exactly one of the three.

    Parameters
    ----------
    target : [parts/hour]
        Least room that makes this.
    total : [parts]
        Most throughput from this sum of capacities.
    margin : [currency/part]
        Most profit: this on every part made, less the cost of what lies in the buffers.
    holding_rate : [1/year]
        Yearly cost of money that lies in parts; for ``margin``.
    """

    target: float | None = None
    total: int | None = None
    margin: float | None = None
    holding_rate: float = 0.25

    def __post_init__(self) -> None:
        given = [name for name in ("target", "total", "margin") if getattr(self, name) is not None]
        if len(given) != 1:
            raise SettingsError(f"one of target, total and margin says what room is for; found {', '.join(given) or 'none'}")


@dataclass(frozen=True, slots=True)
class Buffered:
    """
    A line with room found for it.

    Parameters
    ----------
    line
        With the new capacities.
    lives
        That line lived; its failures are those of the line as it was.
    before
        The line as it was, lived.
    raw : [parts/hour]
        What the decomposition alone says of the new line.
    factor
        By how much the lived line makes more (above 1) or less than the decomposition there.
    rounds
        Times the search was held against a lived line and corrected.
    tried
        Allocations the searches asked for.
    """

    line: Line
    lives: LineLives
    before: LineLives
    raw: float
    factor: float
    rounds: int
    tried: int


def buffered(
    line: Line,
    goal: Goal,
    *,
    lower: Ints | None = None,
    upper: Ints | None = None,
    effort: Effort = USUAL,
) -> Buffered:
    """
    Room for every buffer, for a target, a total or the most profit.

    The search runs on the decomposed line; what it finds is lived, the decomposition is corrected by the
    ratio of the two, and the search runs again, until the lived line keeps what the search promised.

    Parameters
    ----------
    lower, upper : (b,) [parts]
        Limits of each buffer; 2 (no buffer) and `USUAL_MOST` where not given.

    Raises
    ------
    SettingsError
        For a goal that cannot be reached within the limits, or profit where nobody said what a part is worth.
    """
    if len(line.links) == 0:
        raise SettingsError(f"line {line.name!r} has no buffer to give room to: it is one machine.")
    least = np.full(len(line.links), LEAST_CAPACITY) if lower is None else lower
    most = np.maximum(np.full(len(line.links), USUAL_MOST), line.capacity) if upper is None else upper
    paces = paces_of(line)

    def lived(capacity: Ints) -> LineLives:
        return live(replace(line, capacity=capacity), seed=effort.seed, lives=effort.lives, parts=effort.parts, warm_up=effort.warm_up)

    def raw(capacity: Ints) -> float:
        return decomposed(replace(line, capacity=capacity), paces).throughput / _HOURS

    before = lived(line.capacity)
    factor, rounds, tried = before.mean / _HOURS / raw(line.capacity), 0, 0
    found: tuple[float, Ints, LineLives] | None = None
    for _ in range(MOST_ROUNDS):
        rounds += 1
        chosen = _searched(line, goal, _times(factor, raw), paces, least, most)
        tried += chosen.tried
        lives = lived(chosen.capacity)
        ratio = lives.mean / _HOURS / raw(chosen.capacity)
        enough = goal.target is None or lives.mean / _HOURS >= goal.target
        if enough and (found is None or chosen.capacity.sum() <= found[1].sum()):
            found = ratio, chosen.capacity, lives
        settled = abs(ratio / factor - 1.0) < 1e-3
        if enough and (settled or goal.target is None):
            break
        # A target just missed asks for a little more than the ratio alone, or the rounds would end below it.
        factor = ratio if enough or not settled else ratio * 0.999
    if found is None:
        raise SettingsError(
            f"a throughput of {goal.target:g} an hour was not kept by any lived line within {MOST_ROUNDS} rounds; allow larger buffers"
        )
    ratio, capacity, lives = found
    return Buffered(replace(line, capacity=capacity), lives, before, raw(capacity), ratio, rounds, tried)


def _times(factor: float, raw: Callable[[Ints], float]) -> Callable[[Ints], float]:
    """The decomposition, corrected."""
    return lambda capacity: factor * raw(capacity)


def _searched(line: Line, goal: Goal, made: Callable[[Ints], float], paces: Paces, least: Ints, most: Ints) -> allocation.Allocation:
    if goal.total is not None:
        return allocation.best_for(made, goal.total, least, most)
    if goal.target is not None:
        return allocation.smallest_for(made, goal.target, least, most)
    for j in np.flatnonzero(np.isnan(line.part_value)):
        raise SettingsError(
            f"buffer {line.buffer_name(int(j))}: no part_value, so the cost of its parts is not known; give one to weigh profit"
        )
    hourly: Floats = line.part_value * goal.holding_rate / DAYS_PER_YEAR / _HOURS

    def content(capacity: Ints) -> Floats:
        return decomposed(replace(line, capacity=capacity), paces).level

    return allocation.most_profit(made, content, float(goal.margin or 0.0), hourly, least, most)

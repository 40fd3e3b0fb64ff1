"""Answers: the order-up-to level a method gives for a promised service, and what it then states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats

Measure = Literal["cycle", "fill"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Order-up-to level of each item in whole units, and the service stated at it. (n_items,) or, made again, (n_items, n_periods)"""

    level: Floats
    stated: Floats


Answers = Callable[[Measure, float], Answer]


def least_level(share: Callable[[Floats], Floats], target: float, guess: Floats) -> Answer:
    """Least whole level whose share reaches the target, by bisection; ``share`` never falls as levels rise."""
    low, high = np.full(len(guess), -1.0), guess.astype(np.float64)
    for _ in range(20):
        missing = share(high) < target
        if not missing.any():
            break
        high = np.where(missing, 2.0 * high, high)
    while True:
        middle = np.floor((low + high) / 2.0)
        open_ = (low < middle) & (middle < high)  # beyond 2^53 there is no whole number between two of them
        if not open_.any():
            break
        reached = share(middle) >= target
        low, high = np.where(open_ & ~reached, middle, low), np.where(open_ & reached, middle, high)
    return Answer(high, share(high))

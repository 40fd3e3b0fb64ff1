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
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        reached = share(middle) >= target
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return Answer(high, share(high))

"""Together: levels for one promise to all items, each unit of stock where it serves most for its money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibrated.answers import Answer, Answers, Measure, least_level
from justenough.kernels.loss import cdf, loss

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

# Levels that an item may be given, by the service each states; between two of them little is gained.
SHARES = 1.0 - np.concatenate([[1.0], np.linspace(0.99, 0.1, 20), np.geomspace(0.08, 1e-7, 44)])
_ROUNDS = 60  # halvings of the price of a promise


@dataclass(frozen=True, slots=True)
class Law:
    """
    A method's demand over the lead time (column 0) and over lead time + review (column 1).

    Parameters
    ----------
    form, step : (n_items,)
        As `justenough.kernels.loss.cdf` takes them.
    mean, variance, idle : (n_items, 2) [units], [units^2], [fraction]
    """

    form: Ints
    step: Floats
    mean: Floats
    variance: Floats
    idle: Floats

    def short(self, level: Floats, column: int) -> Floats:
        """Units short at the end of that time. (n_items,)"""
        return loss(self.form, self.mean[:, column], self.variance[:, column], self.idle[:, column], self.step, level)

    def share(self, measure: Measure, level: Floats) -> Floats:
        """Service stated at a level. (n_items,)"""
        if measure == "cycle":
            return cdf(self.form, self.mean[:, 1], self.variance[:, 1], self.idle[:, 1], self.step, level)
        return 1.0 - (self.short(level, 1) - self.short(level, 0)) / np.maximum(self.mean[:, 1] - self.mean[:, 0], 1e-12)

    def stock(self, level: Floats) -> Floats:
        """Stock when an order has just come, as the benchmark counts it. (n_items,) [units]"""
        return level - self.mean[:, 0] + self.short(level, 0)


def together(law: Law, unit_cost: Floats) -> Answers:
    """
    Least stock value that keeps a promise over all items: mean cycle service, or share of the value wanted.

    Every item takes the level that is worth most at one price of the promise (Lagrange; Sherbrooke 2004, ch. 2, buys
    spares so, unit by unit); the price is the least that keeps it.
    """
    top = np.ceil(law.mean[:, 1] + 6.0 * np.sqrt(law.variance[:, 1])) + 1.0
    levels = np.stack([least_level(lambda level: law.share("cycle", level), share, top).level for share in SHARES], axis=1)
    levels[:, 0] = 0.0
    value = np.stack([law.stock(level) for level in levels.T], axis=1) * unit_cost[:, None]
    rows = np.arange(len(unit_cost))
    weights = {"cycle": np.ones(len(unit_cost)), "fill": (law.mean[:, 1] - law.mean[:, 0]) * unit_cost}
    stated = {measure: np.stack([law.share(measure, level) for level in levels.T], axis=1) for measure in weights}

    def answers(measure: Measure, target: float) -> Answer:
        weight = weights[measure] / weights[measure].sum()
        served = stated[measure] * weight[:, None]
        low, high = -60.0, 60.0  # logarithm of the price
        for _ in range(_ROUNDS):
            middle = 0.5 * (low + high)
            chosen = np.argmax(served - value * np.exp(-middle), axis=1)
            low, high = (low, middle) if served[rows, chosen].sum() >= target else (middle, high)
        chosen = np.argmax(served - value * np.exp(-high), axis=1)
        return Answer(levels[rows, chosen], stated[measure][rows, chosen])

    return answers

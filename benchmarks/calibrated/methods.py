"""Methods: ways to choose an order-up-to level for a promised service, and what each then states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.demand import Demand, demand_of, past_of
from justenough.estimation.exposure import exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages
from justenough.kernels.loss import cdf, loss
from justenough.sizing.single import Economics, cheapest, outcome_at
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats, Ints

Measure = Literal["cycle", "fill"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Order-up-to level of each item in whole units, and the service stated at it. (n_items,)"""

    level: Floats
    stated: Floats


Answers = Callable[[Measure, float], Answer]


def demand_seen(split: Split) -> Demand:
    """Our predictive demand of every item of the set, learned before the cut."""
    exposed = np.full(len(split.history.items), np.nan)
    exposed[split.rows] = (split.lead + 1) * split.history.period_days
    return demand_of(split.history, exposed_days=np.where(np.isnan(exposed), np.nanmedian(exposed), exposed))


def ours(split: Split, _seed: int) -> Answers:
    """The package's own way: predictive demand, exposure, least level at the floor, its stated service."""
    demand = part(demand_seen(split), split.rows)
    n, period = len(split.rows), split.history.period_days
    nothing, unknown = np.zeros(n), np.full(n, np.nan)
    count = np.zeros(n, np.int64)
    lead_time = LeadTime(split.lead * period, nothing, count, count, count, split.lead * period, unknown, unknown)
    outages = Outages(nothing, nothing, nothing, count, nothing)
    exposure = exposure_over(demand, lead_time, outages, np.full(n, period))
    one = np.ones(n)

    def answers(measure: Measure, target: float) -> Answer:
        floors = (np.full(n, target), unknown) if measure == "cycle" else (unknown, np.full(n, target))
        basis = np.full(n, int(StockoutBasis.NONE))
        economics = Economics(split.unit_cost, one, nothing, unknown, basis, *floors, unknown, unknown, np.full(n, np.inf))
        levels = cheapest(exposure, economics, one).levels
        level = np.ceil(levels.lowest_position - 1e-9)
        outcome = outcome_at(exposure, economics, Levels(level - exposure.step, one, exposure.step))
        return Answer(level, outcome.cycle_service if measure == "cycle" else outcome.fill_rate)

    return answers


def textbook_normal(split: Split, _seed: int) -> Answers:
    """Mean and sd of the recorded periods, normal, independent: mu H + z sigma sqrt(H), rounded up."""
    return _by_moments(split, Form.NORMAL, 0.0)


def negative_binomial(split: Split, _seed: int) -> Answers:
    """Negative binomial with the mean and variance of the recorded periods, scaled to the exposed time."""
    return _by_moments(split, Form.NEGATIVE_BINOMIAL, 1.0)


def _by_moments(split: Split, form: Form, step: float) -> Answers:
    seen = split.seen
    past = past_of(seen.values, seen.offsets[:-1], seen.offsets[1:])
    mean, lead, exposed = past.mean, split.lead, split.lead + 1
    # A negative binomial cannot vary less than Poisson; asked to, it is one.
    variance = np.maximum(past.variance, mean) if form == Form.NEGATIVE_BINOMIAL else past.variance

    def share(measure: Measure, level: Floats) -> Floats:
        if measure == "cycle":
            return cdf(form, mean * exposed, variance * exposed, 0.0, step, level)
        short = loss(form, mean * exposed, variance * exposed, 0.0, step, level)
        return 1.0 - (short - loss(form, mean * lead, variance * lead, 0.0, step, level)) / mean

    def answers(measure: Measure, target: float) -> Answer:
        return least_level(lambda level: share(measure, level), target, np.ceil(mean * exposed + 6.0 * np.sqrt(variance * exposed)) + 1.0)

    return answers


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


def kinds(demand: Demand, rows: Ints) -> list[str]:
    """Each item's demand kind, as known at the cut."""
    from justenough.domain.item import DemandKind

    words = DemandKind.labels()
    return [words[code] for code in demand.kind[rows]]


METHODS: dict[str, Callable[[Split, int], Answers]] = {
    "ours": ours,
    "textbook normal": textbook_normal,
    "negative binomial": negative_binomial,
}

"""Methods: ways to choose an order-up-to level for a promised service, and what each then states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from calibrated.answers import Answer, Answers, Measure, least_level
from calibrated.conformal import conformal
from calibrated.samples import bootstrap, own_windows
from justenough.domain.item import DemandKind, Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.demand import Demand, demand_of, past_of
from justenough.estimation.exposure import exposure_over
from justenough.estimation.supplier import Outages
from justenough.kernels.loss import cdf, loss
from justenough.sizing.single import Economics, cheapest, outcome_at
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats, Ints


def demand_seen(split: Split) -> Demand:
    """Our predictive demand of every item of the set, learned before the cut."""
    exposed = split.lead_time.mean_days + split.history.period_days
    return demand_of(split.history, exposed_days=np.where(np.isnan(exposed), np.nanmedian(exposed), exposed))


def ours(split: Split, _seed: int) -> Answers:
    """The package's own way: predictive demand, exposure, least level at the floor, its stated service."""
    demand = part(demand_seen(split), split.rows)
    n, period = len(split.rows), split.history.period_days
    nothing, unknown = np.zeros(n), np.full(n, np.nan)
    never = Outages(**{column.name: nothing for column in fields(Outages)})
    exposure = exposure_over(demand, part(split.lead_time, split.rows), never, np.full(n, period))
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


def kinds_of(demand: Demand, rows: Ints) -> list[str]:
    """Each item's demand kind, as known at the cut."""
    words = DemandKind.labels()
    return [words[code] for code in demand.kind[rows]]


METHODS: dict[str, Callable[[Split, int], Answers]] = {
    "ours": ours,
    "textbook normal": textbook_normal,
    "negative binomial": negative_binomial,
    "own windows": own_windows,
    "bootstrap": bootstrap,
    "conformal": conformal,
}


def measures_of(method: str) -> tuple[Measure, ...]:
    """What a method can be asked for: an interval says nothing of a fill rate."""
    return ("cycle",) if method == "conformal" else ("cycle", "fill")

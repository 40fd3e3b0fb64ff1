"""Methods: ways to choose an order-up-to level for a promised service, and what each then states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from calibrated.answers import Answer, Answers, Measure, least_level
from calibrated.conformal import conformal
from calibrated.samples import bootstrap, own_windows
from calibrated.together import Law, together
from justenough.domain.item import DemandKind, Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.demand import DEFAULT_PARAMS, Demand, demand_of
from justenough.estimation.exposure import exposure_over
from justenough.estimation.past import past_of
from justenough.estimation.supplier import Outages
from justenough.kernels.loss import cdf, loss
from justenough.sizing.single import Economics, cheapest, outcome_at
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure


def demand_seen(split: Split) -> Demand:
    """Our predictive demand of every item of the set, learned before the cut."""
    return demand_of(split.history, exposed_days=exposed_days_of(split), classes=split.learned)


def exposed_days_of(split: Split) -> Floats:
    """Lead time + review of every item of the set, the median where there is no lead time. (n_items,) [days]"""
    exposed = split.lead_time.mean_days + split.history.period_days
    return np.where(np.isnan(exposed), np.nanmedian(exposed), exposed)


def ours(split: Split, _seed: int) -> Answers:
    """The package's own way: predictive demand, exposure, least level at the floor, its stated service."""
    return _cheapest(split, _exposed(split, demand_seen(split)))


def in_hindsight(split: Split, _seed: int) -> Answers:
    """No method but a measure: ours, told one number of what was kept back, by how much all items' demand moved together."""
    demand = demand_seen(split)
    moved = _moved_together(split, part(demand, split.rows))
    known = replace(demand, mean=demand.mean * moved, variance=demand.variance * moved, idle=demand.idle**moved)
    return _cheapest(split, _exposed(split, known))


def _moved_together(split: Split, demand: Demand) -> float:
    """Demand that came over demand foretold, in demands of each item's usual size over its exposed time; `largest` at most."""
    seen, exposed = split.seen, split.lead + 1
    size = np.array([series[series > 0.0].mean() for series in seen])
    lived = [series[split.warm :] for series in split.later]
    known = np.array([(~np.isnan(series)).any() for series in lived])
    came = np.array([np.nanmean(series) if some else 0.0 for series, some in zip(lived, known, strict=True)]) * exposed / size
    foretold = demand.mean * split.history.period_days * exposed / size
    return float(np.minimum(came, DEFAULT_PARAMS.largest)[known].sum() / foretold[known].sum())


def _cheapest(split: Split, exposure: Exposure) -> Answers:
    n = len(split.rows)
    one, nothing, unknown = np.ones(n), np.zeros(n), np.full(n, np.nan)

    def answers(measure: Measure, target: float) -> Answer:
        floors = (np.full(n, target), unknown) if measure == "cycle" else (unknown, np.full(n, target))
        basis = np.full(n, int(StockoutBasis.NONE))
        economics = Economics(split.unit_cost, one, nothing, unknown, basis, *floors, unknown, unknown, np.full(n, np.inf))
        levels = cheapest(exposure, economics, one).levels
        level = np.ceil(levels.lowest_position - 1e-9)
        outcome = outcome_at(exposure, economics, Levels(level - exposure.step, one, exposure.step))
        return Answer(level, outcome.cycle_service if measure == "cycle" else outcome.fill_rate)

    return answers


def _exposed(split: Split, seen: Demand) -> Exposure:
    n = len(split.rows)
    never = Outages(**{column.name: np.zeros(n) for column in fields(Outages)})
    demand, lead_time = part(seen, split.rows), part(split.lead_time, split.rows)
    return exposure_over(demand, lead_time, never, np.full(n, split.history.period_days))


def ours_together(split: Split, _seed: int) -> Answers:
    """The same predictive demand, one promise for all items together."""
    at, exposure = [0, 2], _exposed(split, demand_seen(split))
    law = Law(exposure.form, exposure.step, exposure.mean[:, at], exposure.variance[:, at], exposure.idle[:, at])
    return together(law, split.unit_cost)


def textbook_normal(split: Split, _seed: int) -> Answers:
    """Mean and sd of the recorded periods, normal, independent: mu H + z sigma sqrt(H), rounded up."""
    return _by_moments(split, Form.NORMAL, 0.0)


def negative_binomial(split: Split, _seed: int) -> Answers:
    """Negative binomial with the mean and variance of the recorded periods, scaled to the exposed time."""
    return _by_moments(split, Form.NEGATIVE_BINOMIAL, 1.0)


def negative_binomial_together(split: Split, _seed: int) -> Answers:
    """The same negative binomials, one promise for all items together."""
    past = past_of(split.seen.values, split.seen.offsets[:-1], split.seen.offsets[1:])
    n, times = len(split.rows), np.stack([split.lead, split.lead + 1], axis=1)
    variance = np.maximum(past.variance, past.mean)[:, None] * times
    law = Law(np.full(n, int(Form.NEGATIVE_BINOMIAL)), np.ones(n), past.mean[:, None] * times, variance, np.zeros((n, 2)))
    return together(law, split.unit_cost)


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
        before = loss(form, mean * lead, variance * lead, 0.0, step, level)
        return 1.0 - (short - before) / np.maximum(mean, 1e-12)

    def answers(measure: Measure, target: float) -> Answer:
        return least_level(lambda level: share(measure, level), target, np.ceil(mean * exposed + 6.0 * np.sqrt(variance * exposed)) + 1.0)

    return answers


def kinds_of(demand: Demand, rows: Ints) -> list[str]:
    """Each item's demand kind, as known at the cut."""
    words = DemandKind.labels()
    return [words[code] for code in demand.kind[rows]]


HINDSIGHT = "ours in hindsight"
METHODS: dict[str, Callable[[Split, int], Answers]] = {
    "ours": ours,
    "textbook normal": textbook_normal,
    "negative binomial": negative_binomial,
    "own windows": own_windows,
    "bootstrap": bootstrap,
    "conformal": conformal,
    "ours together": ours_together,
    "negative binomial together": negative_binomial_together,
    HINDSIGHT: in_hindsight,
}


def measures_of(method: str) -> tuple[Measure, ...]:
    """What a method can be asked for: an interval says nothing of a fill rate."""
    return ("cycle",) if method == "conformal" else ("cycle", "fill")

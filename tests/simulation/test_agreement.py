"""Simulation and formula answer the same question: within the simulation's standard error, or within the error stated.

Invented items whose demand is what their exposure says: `Futures` draws it, `Exposure` sums it up, and neither
floor knows the other. Where the formula is exact the gaps over their standard errors must be standard normal; where
it is an approximation its error is written here and in docs/simulation.md.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Exposure
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Lived, Rules, Supply, live_drawn
from justenough.sizing.single import DAYS_PER_YEAR, Economics, Outcome, outcome_at

N, G, B, Z = Form.NORMAL, Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA


@dataclass(frozen=True)
class Case:
    """Items of one form and what is uncertain about them."""

    form: Form
    drift: float = 0.0
    poisson: bool = False
    outage: float = 0.0
    lead_cv: float = 0.0


def exposed(case, rate, variance, idle, lead, review, wait):
    """Sums of independent days over random times, around a drifting level (Hadley & Whitin 1963, ch. 3)."""

    def over(days, spread):
        mean = rate[:, None] * days
        total = variance[:, None] * days + np.square(rate)[:, None] * spread + np.square(case.drift * mean)
        relative = case.drift**2 + spread / np.square(days)
        count = -np.log(idle)[:, None] * days if case.form == Z else np.full_like(days, 700.0)
        none = np.where(relative > 1e-9, np.power(1.0 + relative * count, -1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
        return mean, total, np.minimum(none, total / (total + np.square(mean)))

    days = lead[:, None] + review[:, None] * np.array([0.0, 0.5, 1.0])
    spread = np.square(case.lead_cv * lead)[:, None] + np.zeros((1, 3))
    step = np.full(len(rate), 1.0 if case.form == B else 0.0)
    late = over(days + wait[:, None], spread + np.square(wait)[:, None])
    form, outage = np.full(len(rate), int(case.form)), np.full(len(rate), case.outage)
    return Exposure(*over(days, spread), *late, outage, form, step, rate, review, lead)


def population(case, n, seed):
    """Random items: 0.4 to 7 a day, lead times of 1 to 15 days, reviews of 1 to 8, lots from one unit to 40 days, whole lots as a MOQ."""
    random = np.random.default_rng(seed)
    rate = np.exp(random.uniform(-1.0, 2.0, n))
    variance = np.square(0.15 * rate) if case.form == N else rate * (1.0 if case.poisson else np.exp(random.uniform(0.3, 1.4, n)))
    idle = random.uniform(0.5, 0.97, n)
    if case.form == Z:  # lumps that vary by 1.1 to 2 times their squared mean
        variance = np.square(rate) / -np.log(idle) * random.uniform(1.1, 2.0, n)
    lead, review = random.integers(1, 16, n).astype(float), random.integers(1, 9, n).astype(float)
    wait = random.integers(5, 25, n) * (case.outage > 0.0) * 1.0
    exposure = exposed(case, rate, variance, idle, lead, review, wait)
    whole = exposure.step > 0.0
    quantity = np.exp(random.uniform(0.0, 1.0, n) * np.log(40.0 * rate + 2.0))
    quantity = np.where(whole, np.where(random.random(n) < 0.3, 1.0, np.round(quantity)), quantity)
    low = np.maximum(exposure.mean[:, 2] + random.uniform(-0.5, 1.6, n) * np.sqrt(exposure.variance[:, 2]), 0.0)
    low = np.where(whole, np.round(low), low)
    futures = Futures(exposure.form, rate[:, None], variance[:, None], idle, np.full(n, case.drift))
    nothing = np.zeros(n)
    supply = Supply(lead, case.lead_cv * lead, exposure.outage_probability, wait, wait, nothing, nothing, nothing).stopping()
    return exposure, Levels(low - exposure.step, quantity, exposure.step), futures, supply


def stated(exposure, levels) -> Outcome:
    n = len(exposure.rate)
    one, nothing = np.ones(n), np.full(n, np.nan)
    economics = Economics(one, one, one, nothing, np.zeros(n, np.int64), nothing, nothing, nothing, nothing, np.full(n, np.inf))
    return outcome_at(exposure, economics, levels)


def both(case, n, seed, *, days, lives, crossing=True) -> tuple[Exposure, Outcome, Lived]:
    exposure, levels, futures, supply = population(case, n, seed)
    items = [f"{case.form.name}{i}" for i in range(n)]
    rules = Rules(crossing=crossing)
    lived = live_drawn(
        items, levels, futures, supply, exposure.review_days, days=days, lives=lives, rules=rules, warm_up_days=200, seed=seed
    )
    return exposure, stated(exposure, levels), lived


# Forms that stay themselves over any time, with constant lead times: nothing is approximated.
EXACT = [Case(N), Case(N, drift=0.3), Case(G), Case(B), Case(B, poisson=True, drift=0.4)]


@pytest.fixture(scope="module")
def exact():
    """200 items, 40 of each exact case; drifting levels need many short lives, others few long ones."""
    return [both(case, 40, 20 + k, days=500 if case.drift else 1400, lives=900 if case.drift else 60) for k, case in enumerate(EXACT)]


@pytest.mark.parametrize("measure", ["cycle_service", "fill_rate"])
def test_gaps_over_their_errors_are_standard_normal(exact, measure):
    """200 items: mean, spread and the largest (Bonferroni, 0.1 %) of z, and its whole distribution (Kolmogorov, 0.1 %)."""
    gaps = [(getattr(lived, measure) - getattr(outcome, measure)) / lived.error_of(measure) for _, outcome, lived in exact]
    z = np.concatenate(gaps)
    assert len(z) == 200
    assert np.isfinite(z).all()
    assert abs(z.mean()) < 3.3 / np.sqrt(len(z))
    assert 0.8 < z.std() < 1.25
    assert np.abs(z).max() < stats.t.ppf(1.0 - 0.0005 / len(z), 59)
    assert stats.kstest(z, "norm").pvalue > 0.001


def test_orders_are_placed_as_often_as_stated(exact):
    """In units of a review's chance to order. A drifting normal review may ask for less than nothing, which orders nothing."""
    for case, (exposure, outcome, lived) in zip(EXACT, exact, strict=True):
        share = exposure.review_days / DAYS_PER_YEAR
        gap = np.abs(lived.orders - outcome.ordering_cost) * share
        slack = 0.02 if case.form == N and case.drift else 0.002
        assert (gap <= 4.5 * lived.error_of("orders") * share + slack).all()


# Largest error of one item and mean error, measured on 200 items and 100 lives of 2,000 days: time means by Simpson's rule
# over three moments of a cycle, an occasion's chance taken as if orders and stock were independent.
@pytest.mark.parametrize(
    ("measure", "most", "mean"), [("ready_rate", 0.05, 0.004), ("mean_stock", 0.05, 0.002), ("mean_backorders", 0.05, 0.002)]
)
def test_means_over_time_are_simpsons(exact, measure, most, mean):
    """Stock and backorders in units of the exposed demand."""
    gaps = []
    for exposure, outcome, lived in exact:
        unit = 1.0 if measure == "ready_rate" else exposure.mean[:, 2]
        expected = outcome.backorders if measure == "mean_backorders" else getattr(outcome, measure)
        gap = (getattr(lived, measure) - expected) / unit
        assert (np.abs(gap) <= 4.5 * lived.error_of(measure) / unit + most).all()
        gaps.append(gap)
    assert abs(np.concatenate(gaps).mean()) < mean


def test_occasions_lived(exact):
    """A review's chance of an occasion: within 0.03 for one item, 0.004 on the mean."""
    gaps = []
    for case, (exposure, outcome, lived) in zip(EXACT, exact, strict=True):
        if case.form == N and case.drift:
            continue  # days below zero end and begin stockouts on their own
        share = exposure.review_days / DAYS_PER_YEAR
        gap = (lived.occasions - outcome.occasions) * share
        assert (np.abs(gap) <= 4.5 * lived.error_of("occasions") * share + 0.03).all()
        gaps.append(gap)
    assert abs(np.concatenate(gaps).mean()) < 0.004


# What is approximated, and by how much the formula then errs: (largest error of an item beyond 4.5 standard errors, mean error)
# of cycle service and of fill rate, lived less stated.
APPROXIMATE = {
    "sums of lumps are not zero-gamma": (Case(Z), True, (0.02, 0.012), (0.02, 0.005)),
    "lumps around a drifting level": (Case(Z, drift=0.6), True, (0.02, 0.01), (0.02, 0.01)),
    "counts around a drifting level are not negative binomial": (Case(B, drift=0.4), True, (0.01, 0.008), (0.02, 0.006)),
    "a gamma around a gamma level is no gamma": (Case(G, drift=0.4), True, (0.015, 0.01), (0.02, 0.006)),
    "an outage stops the supplier as a whole": (Case(B, outage=0.1), True, (0.02, 0.009), (0.02, 0.006)),
    "lead times spread by 20 %, orders cross": (Case(B, lead_cv=0.2), True, (0.01, 0.005), (0.09, 0.015)),
    "lead times spread by 40 %, orders cross": (Case(B, lead_cv=0.4), True, (0.01, 0.005), (0.15, 0.04)),
}


@pytest.mark.parametrize("name", APPROXIMATE)
def test_approximations_err_no_more_than_stated(name):
    case, crossing, cycle, fill = APPROXIMATE[name]
    drifts = case.drift > 0.0
    _, outcome, lived = both(case, 60, 7, days=500 if drifts else 1400, lives=600 if drifts else 50, crossing=crossing)
    for measure, (most, mean) in (("cycle_service", cycle), ("fill_rate", fill)):
        gap = getattr(lived, measure) - getattr(outcome, measure)
        assert (np.abs(gap) <= 4.5 * lived.error_of(measure) + most).all(), measure
        assert abs(gap.mean()) < mean, measure
    if case.lead_cv:
        assert (lived.fill_rate - outcome.fill_rate).mean() > 0.0  # crossing helps: the formula errs on the safe side


@pytest.mark.parametrize(("lead", "review"), [(0, 1), (3, 1), (3, 4), (11, 7)])
def test_one_lead_time_convention(lead, review):
    """Demand of lead time + review days, and nothing else: closed form, formula and simulation agree on it.

    Four units every day, all in vain below 4 (L + R); then Poisson, P(X <= S) with the mean 4 (L + R).
    """
    one, days = np.ones(1), float(lead + review)
    case = Case(B, poisson=True)
    exposure = exposed(case, 4.0 * one, 4.0 * one, one, lead * one + 1e-12, review * one, 0.0 * one)
    futures = Futures(exposure.form, np.array([[4.0]]), np.array([[4.0]]), one, 0.0 * one)
    supply = Supply.constant(lead * one)
    level = np.ceil(4.0 * days + np.sqrt(4.0 * days))
    levels = Levels((level - 1.0) * one, one, one)
    closed = stats.poisson.cdf(level, 4.0 * days)
    lived = live_drawn(["A"], levels, futures, supply, review * one, days=3000, lives=60, warm_up_days=100, seed=1)
    assert stated(exposure, levels).cycle_service[0] == pytest.approx(closed, rel=1e-9)
    assert abs(lived.cycle_service[0] - closed) < 4 * lived.error_of("cycle_service")[0]

    constant = replace(futures, variance=np.zeros((1, 1)))
    even = replace(exposure, variance=np.zeros((1, 3)))
    for below, covered in ((0.0, 1.0), (1.0, 0.0)):
        tight = Levels((4.0 * days - below - 1.0) * one, one, one)
        lived = live_drawn(["A"], tight, constant, supply, review * one, days=436, lives=2, warm_up_days=100, seed=1)
        assert stated(even, tight).cycle_service[0] == lived.cycle_service[0] == covered
        assert stated(even, tight).fill_rate[0] == pytest.approx(lived.fill_rate[0]) == pytest.approx(1.0 - below / (4.0 * review))

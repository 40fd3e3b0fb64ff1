"""Instants: time means of a cycle beside fine quadrature over laws of scipy, for invented items of every form."""

import math

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Exposure
from justenough.kernels.instants import EMPTIES, GROUPS, RISE, SHAPES, SHORTS
from justenough.kernels.position import N_OUTCOME, earn, orders_per_year, shapes_over
from justenough.sizing.single import Economics, outcome_at

FORMS = (Form.NORMAL, Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.ZERO_LOGNORMAL)
RATIOS = (0.02, 0.05, 0.15, 0.4, 1.0, 2.0, 3.0, 7.0, 15.0, 30.0)  # review over lead time
PLACES = 401  # of a cycle


class Invented:
    """An item of independent days, a level that drifts, and lead times that may vary."""

    def __init__(self, form, seed):
        random = np.random.default_rng(seed)
        self.form, self.review = form, float(random.choice([1.0, 7.0, 30.0]))
        self.lead = self.review / RATIOS[seed % len(RATIOS)]
        self.rate, self.ratio = math.exp(random.uniform(-2.0, 4.0)), math.exp(random.uniform(0.05, 2.2))
        self.drift, self.lead_sd = random.choice([0.0, 0.15, 0.3]), random.choice([0.0, 0.2]) * self.lead
        self.lumps = self.rate / self.ratio * random.uniform(1.2, 3.0)  # orders of customers a day
        self.step = 1.0 if form is Form.NEGATIVE_BINOMIAL else 0.0

    def moments(self, place):
        days = self.lead + self.review * place
        mean, relative = self.rate * days, self.drift**2 + (self.lead_sd / days) ** 2
        variance = mean * self.ratio + (self.rate * self.lead_sd) ** 2 + (self.drift * mean) ** 2
        count = self.lumps * days
        idle = np.where(relative > 1e-9, (1.0 + relative * count) ** (-1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
        return mean, variance, np.minimum(idle, variance / (variance + mean**2))

    def above(self, level, place):
        """P(X > level) and E[(X - level)+] at places of a cycle, by scipy."""
        mean, variance, idle = self.moments(place)
        if self.form is Form.NORMAL:
            law = stats.norm(mean, np.sqrt(variance))
            return law.sf(level), variance * law.pdf(level) - (level - mean) * law.sf(level)
        if self.form is Form.NEGATIVE_BINOMIAL:
            chance, number = mean / variance, mean**2 / (variance - mean)
            law, more = stats.nbinom(number, chance), stats.nbinom(number + 1.0, chance)  # k f(k) is the mean times that of r + 1 at k - 1
            return law.sf(level), mean * more.sf(level - 1.0) - level * law.sf(level)
        weight = np.ones_like(mean) if self.form is Form.GAMMA else 1.0 - np.minimum(idle, 0.999 * variance / (variance + mean**2))
        second = (variance + mean**2) / weight
        mean = mean / weight
        variance = second - mean**2
        if self.form is Form.ZERO_LOGNORMAL:
            sigma = np.sqrt(np.log(second / mean**2))
            z = (np.log(level) - np.log(mean) + 0.5 * sigma**2) / sigma
            return weight * stats.norm.sf(z), weight * (mean * stats.norm.sf(z - sigma) - level * stats.norm.sf(z))
        shape, scale = mean**2 / variance, variance / mean
        tail = stats.gamma.sf(level, shape, scale=scale)
        return weight * tail, weight * (mean * stats.gamma.sf(level, shape + 1.0, scale=scale) - level * tail)

    def level(self, deviations):
        mean, variance, _ = self.moments(1.0)
        level = mean + deviations * math.sqrt(variance)
        return round(level) if self.step else level

    def time_means(self, level):
        """Empty shelf and units waiting, by Simpson's rule over four hundred places, close together towards the end."""
        side = np.linspace(0.0, 1.0, PLACES)
        place, weight = 1.0 - side**3, 3.0 * side**2 * np.array([1.0, *[4.0, 2.0] * (PLACES // 2)]) / (3.0 * (PLACES - 1))
        weight[-1] = 3.0 / (3.0 * (PLACES - 1))
        empty, short = self.above(level, place)
        return weight @ empty, weight @ short


def exposures(invented):
    columns = [np.array([item.moments(np.array([0.0, 0.5, 1.0]))[k] for item in invented]) for k in range(3)]
    fact = lambda name: np.array([float(getattr(item, name)) for item in invented])  # noqa: E731
    none = np.zeros(len(invented))
    return Exposure(*columns * 2, none, fact("form").astype(int), fact("step"), fact("rate"), fact("review"), fact("lead"))


def free(n):
    none = np.full(n, np.nan)
    basis = np.full(n, int(StockoutBasis.NONE))
    return Economics(np.ones(n), np.full(n, 0.2), np.zeros(n), none, basis, none, none, none, none, np.full(n, np.inf))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name.lower())
def test_time_means_are_those_of_fine_quadrature(form):
    """Fifty items of each form, reviews of .02 to 30 lead times, five levels each."""
    invented = [Invented(form, seed) for seed in range(50)]
    # A normal that is often negative, or tails that nobody counts, say nothing.
    sound = [item for item in invented if item.moments(1.0)[1] < (0.25 if form is Form.NORMAL else 1.5) * item.moments(1.0)[0] ** 2]
    asked = [(item, item.level(z)) for item in sound for z in (-1.0, 0.0, 0.7, 1.5, 3.0) if item.level(z) > 0.0]
    asked = [(item, level) for item, level in asked if item.above(level, 1.0)[0] > 1e-6]
    assert len(asked) > 120
    exposure, levels = exposures([item for item, _ in asked]), np.array([level for _, level in asked])
    step = np.where(exposure.step > 0.0, 1.0, 1e-9 * levels)  # lots so small that the position is the level
    found = outcome_at(exposure, free(len(levels)), Levels(levels - exposure.step, step, exposure.step))
    empty, waiting = np.array([item.time_means(level) for item, level in asked]).T
    off = np.abs(found.backorders / waiting - 1.0)
    assert np.median(off) < 1e-3
    # As docs/sizing.md says it; the normal's worst are three standard deviations out.
    assert np.quantile(off, 0.9) < (0.01 if form is Form.NORMAL else 0.004)
    assert off.max() < (0.20 if form is Form.NORMAL else 0.10)
    assert np.abs(found.ready_rate - (1.0 - empty)).max() < 0.005


def test_what_moments_count_adds_up_to_the_cycle_and_finds_its_middle():
    """Of a straight line every rule is exact; each kind of rule is met."""
    met = set()
    for seed in range(60):
        item, shapes = Invented(Form.GAMMA, seed), np.empty(SHAPES)
        item.rate *= 10.0 ** (seed % 5)
        block = np.array(item.moments(np.array([0.0, 0.5, 1.0])) * 2)
        shapes_over(int(Form.GAMMA), block, shapes)
        met.add(int(shapes[GROUPS]))
        rows = [0, 1, 2] + [6 + 6 * group + h for group in range(int(shapes[GROUPS])) for h in range(3)]
        assert shapes[rows, SHORTS].sum() == pytest.approx(1.0, rel=1e-12)
        assert shapes[rows, SHORTS] @ shapes[rows, 4] == pytest.approx(block[0, 1], rel=1e-12)
        assert (shapes[rows, SHORTS] >= 0.0).all()
        # A shelf that is always empty: what is short rises as the mean does.
        assert shapes[rows, EMPTIES].sum() + shapes[RISE] * (block[0, 2] - block[0, 0]) == pytest.approx(1.0, rel=1e-12)
    assert met == {0, 1, 2, 3}


@pytest.mark.parametrize("rate", [2.0, 6.0, 40.0, 4_000.0])
@pytest.mark.parametrize("basis", [StockoutBasis.PER_UNIT_DAY, StockoutBasis.PER_LINE_HOUR], ids=lambda basis: basis.name.lower())
def test_more_stock_never_waits_longer(rate, basis):
    """Of every rule: a higher position neither holds less nor lets anybody wait longer."""
    item = Invented(Form.GAMMA, 7)
    item.rate, item.ratio, item.drift, item.lead, item.lead_sd, item.review = rate, 1.5, 0.0, 3.0, 0.0, 30.0
    block, shapes, out = np.array(item.moments(np.array([0.0, 0.5, 1.0])) * 2), np.empty(SHAPES), np.empty(N_OUTCOME)
    shapes_over(int(Form.GAMMA), block, shapes)
    one = np.array([0.0, 1.0, rate, 30.0, 1.0, 0.2, 0.0, 5.0, math.nan, math.nan, math.inf, 1.0])
    orders = orders_per_year(int(Form.GAMMA), block, one)
    lows = np.linspace(item.level(-6.0) if rate > 2.0 else 0.0, item.level(5.0), 400)
    rising, falling = np.array([earn(shapes, one, int(basis), orders, low, out) for low in lows]).T
    slack = 1e-9 * max(rising.max(), falling.max())
    assert (np.diff(rising) >= -slack).all()
    assert (np.diff(falling) <= slack).all()

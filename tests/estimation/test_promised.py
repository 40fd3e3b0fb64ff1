"""Promised: draws of a known form and spread lead back to it."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.estimation.demand import DemandParams
from justenough.estimation.past import past_of
from justenough.estimation.promised import best_form, best_kept, by_class
from justenough.estimation.signs import Foretold
from justenough.estimation.trials import Trial

N = 3000
PARAMS = DemandParams()
SPREADS = (0.25, 0.5, 1.0, 2.0)


def trial_of_draws(wanted):
    values = np.tile([3.0, 5.0], len(wanted))
    starts = np.arange(len(wanted)) * 2
    return Trial(np.arange(len(wanted)), past_of(values, starts, starts + 2), np.zeros(len(wanted), np.int64), np.ones(len(wanted)), wanted)


def foretold(mean, sd, idle=1e-9):
    one = np.ones(N)
    return Foretold(mean * one, (sd / mean) ** 2 * one, -np.log(idle) * one, one)


@pytest.mark.parametrize(
    ("form", "draw", "idle"),
    [
        (Form.NEGATIVE_BINOMIAL, lambda g: g.poisson(g.gamma(0.5, 8.0, N)), 0.33),
        (Form.NORMAL, lambda g: np.rint(g.normal(60.0, 12.0, N)), 1e-9),
        (Form.ZERO_LOGNORMAL, lambda g: np.rint(g.lognormal(3.0, 1.0, N)), 1e-9),
        (Form.ZERO_GAMMA, lambda g: np.where(g.random(N) < 0.1, 40.0 + g.poisson(4.0, N), 0.0), 0.9),
    ],
)
def test_the_form_of_the_draws_is_found(form, draw, idle):
    wanted = draw(np.random.default_rng(1)).astype(float)
    told = foretold(wanted.mean(), wanted.std(), idle)
    assert best_form([told], trial_of_draws(wanted), np.full(N, np.floor(wanted.mean())), whole=True) == form


@pytest.mark.parametrize("truth", SPREADS)
def test_the_spread_of_the_draws_is_found(truth):
    """Normal demand whose sd is 0.25 to 2 times what was foretold."""
    wanted = np.rint(np.random.default_rng(2).normal(1000.0, 80.0 * truth, N))
    variants = [foretold(1000.0, 80.0 * spread) for spread in SPREADS]
    assert SPREADS[best_kept(variants, Form.NORMAL, trial_of_draws(wanted), PARAMS, whole=True)] == truth


def test_a_class_of_few_items_takes_the_plants():
    """Two classes of other spread, one of three items: it is judged by all, and then drawn to the mean."""
    draws = np.random.default_rng(3)
    activity = np.where(np.arange(N) < 20, 1, 0)
    wanted = np.rint(draws.normal(1000.0, np.where(activity == 1, 20.0, 160.0), N))
    items = np.array([1000, 3])
    start = np.full(N, 1000.0)

    def variant(spread):
        return foretold(1000.0, 80.0 * spread)

    _, kept = by_class(trial_of_draws(wanted), activity, items, start, SPREADS, variant, PARAMS)
    assert kept == pytest.approx([2.0, 2.0], abs=0.01)
    _, apart = by_class(trial_of_draws(wanted), activity, np.array([1000, 1000]), start, SPREADS, variant, DemandParams(least_windows=10))
    assert apart[1] < apart[0]

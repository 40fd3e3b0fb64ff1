"""Promised: draws of a known form and spread lead back to it."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from justenough.domain.item import Form
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import past_of
from justenough.estimation.promised import best_form, best_kept, by_class, error_of, pooled
from justenough.estimation.signs import Foretold
from justenough.estimation.trials import Trial, missed_promises

N = 3000
PARAMS = DemandParams()
SPREADS = (0.25, 0.5, 1.0, 2.0)


def trial_of_draws(wanted):
    values = np.tile([3.0, 5.0], len(wanted))
    starts = np.arange(len(wanted)) * 2
    past, one = past_of(values, starts, starts + 2), np.ones(len(wanted))
    return Trial(np.arange(len(wanted)), past, np.zeros(len(wanted), np.int64), one, wanted, one, wanted, PARAMS.ended_chance)


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
    told, whole = [foretold(1000.0, 80.0 * spread).moments for spread in SPREADS], np.ones(N, bool)
    missed = np.array([missed_promises(one, int(Form.NORMAL), wanted, whole, PARAMS).mean(axis=1) for one in told])
    assert SPREADS[best_kept(missed, PARAMS)] == truth


def test_two_items_are_no_proof_that_a_class_is_another_and_five_are():
    """Two classes of other spread: two items of one may be so by chance and go by the thousand of the other; five stand by themselves."""
    draws = np.random.default_rng(3)
    activity = np.where(np.arange(N) < 20, 1, 0)
    wanted = np.rint(draws.normal(1000.0, np.where(activity == 1, 20.0, 160.0), N))
    trial, start = trial_of_draws(wanted), np.full(N, 1000.0)

    def kept(items):
        def variant(spread):
            return foretold(1000.0, 80.0 * spread)

        return by_class(trial, activity, np.array([1000, items]), start, SPREADS, variant, PARAMS)[1]

    for items in (1, 2):
        assert kept(items) == pytest.approx([2.0, 2.0], abs=0.02)
    assert kept(5)[0] == pytest.approx(2.0, abs=0.01)
    assert kept(5)[1] < 0.6


@pytest.mark.parametrize(("drift2", "windows"), [(0.1, 1), (0.0, 12), (0.05, 12), (0.4, 6)])
def test_the_error_of_a_drift_is_that_of_a_variance_seen_in_so_many_draws(drift2, windows):
    """Relative variance 0.04 of each forecast's own and drift^2 common to an item's: what 50 items show of drift^2 strays as stated."""
    stated = error_of(drift2, np.full(600, 0.04), np.ones(600), 50, windows)
    draws = np.random.default_rng(8)
    level = draws.normal(0.0, np.sqrt(drift2), (4_000, 50, 1))
    seen = np.square(level + draws.normal(0.0, 0.2, (4_000, 50, windows))).mean(axis=(1, 2)) - 0.04
    assert stated == pytest.approx(seen.std(), rel=0.05)


def test_classes_are_drawn_together_as_far_as_chance_may_part_them():
    same = pooled(np.array([1.0, 1.1, 0.9]), np.array([0.1, 0.1, 0.1]))
    assert same == pytest.approx([1.0, 1.0, 1.0])
    apart = pooled(np.array([0.01, 1.0]), np.array([0.001, 0.01]))
    assert apart == pytest.approx([0.01, 1.0], rel=0.01)
    half_way = pooled(np.array([1.0, 1.2, 7.0]), np.array([0.1, 0.1, np.inf]))  # Q = 2: a variance between of (2 - 1) / (200 - 100)
    assert half_way == pytest.approx([1.05, 1.15, 1.1])
    assert pooled(np.array([0.3, 0.3]), np.array([np.inf, np.inf])) == pytest.approx([0.3, 0.3])


def test_a_square_of_nothing_is_what_its_error_leaves_open():
    assert pooled(np.array([0.0]), np.array([0.02])) == pytest.approx([truncnorm.mean(0.0, np.inf, 0.0, 0.02)])
    assert pooled(np.array([0.03]), np.array([0.02])) == pytest.approx([truncnorm.mean(-1.5, np.inf, 0.03, 0.02)])

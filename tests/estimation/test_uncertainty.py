"""Draws: as spread as the records leave open, by machine and not by row."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from justenough.domain.ragged import Ragged
from justenough.estimation.growth import power_law_of
from justenough.estimation.lifetimes import Law, Lives
from justenough.estimation.trends import Trend, Watch
from justenough.estimation.uncertainty import Draws, mtbf_draws, repair_draws, seeds_of


def drawn(machines, lives, n=400, seed=1, trend=None, prior_sd=0.5):
    watch = Watch(Ragged.of([[] for _ in machines]), lives.total_days, np.zeros(len(machines), bool))
    trend = np.zeros(len(machines), int) if trend is None else trend
    return mtbf_draws(machines, lives, lives.total_days, trend, power_law_of(watch), n=n, seed=seed, prior_sd=prior_sd)


def test_mtbf_draws_cover_the_truth_for_regular_and_irregular_machines():
    """1,500 machines of 10 failures: the middle 90 % of draws hold the true mean about as often, oftener where the prior is right."""
    rng, machines, n = np.random.default_rng(2), 1500, 10
    for shape in (0.8, 1.0, 2.0):
        days = rng.weibull(shape, (machines, n))
        lives = Lives(days.ravel(), np.ones(machines * n, bool), np.arange(machines + 1) * n)
        truth = stats.weibull_min.mean(shape)
        rank = (drawn([str(k) for k in range(machines)], lives) < truth).mean(axis=1)
        assert 0.87 < ((rank > 0.05) & (rank < 0.95)).mean() < 0.96


def test_without_a_failure_draws_follow_jeffreys_prior():
    lives = Lives.of([([100.0], [False])])
    draws = drawn(["M"], lives, n=20_000)[0]
    assert stats.kstest(100.0 / draws, stats.gamma(0.5).cdf).pvalue > 0.001


def test_with_a_trend_draws_are_of_the_present():
    times = np.array([2.6, 16.5, 16.5, 17.0, 21.4, 29.1, 33.3, 56.5, 63.1, 70.6, 73.0, 77.7, 93.9, 95.5, 98.1, 101.1, 132.0, 142.2, 147.7])
    watch = Watch(Ragged.of([times]), np.array([300.0]), np.zeros(1, bool))
    law = power_law_of(watch)
    lives = Lives.of([(np.diff(times, prepend=0.0), np.ones(len(times), bool))])
    draws = mtbf_draws(["M"], lives, np.array([300.0]), np.array([Trend.IMPROVING]), law, n=40_000, seed=1, prior_sd=0.5)[0]
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([law.mtbf_lower[0], law.mtbf_upper[0]], rel=0.03)


def test_repair_draws_cover_mean_and_spread():
    """1,500 machines of 12 lognormal repairs, the last one still going on."""
    rng, machines, n, sigma = np.random.default_rng(3), 1500, 12, 0.8
    days = np.exp(sigma * rng.standard_normal((machines, n)))
    ended = np.ones((machines, n), bool)
    days[:, -1] *= rng.random(machines)
    ended[:, -1] = False
    repairs = Lives(days.ravel(), ended.ravel(), np.arange(machines + 1) * n)
    law = np.full(machines, Law.LOGNORMAL)
    mttr, scv, none = repair_draws([str(k) for k in range(machines)], repairs, law, n=400, seed=1, prior_sd=2.0)
    assert not none.any()
    for values, truth in ((mttr, np.exp(sigma**2 / 2)), (scv, np.expm1(sigma**2))):
        rank = (values < truth).mean(axis=1)
        assert 0.92 < ((rank > 0.025) & (rank < 0.975)).mean() < 0.97


def test_a_machine_never_repaired_borrows_from_the_others_and_from_nobody_where_none_was():
    repairs = Lives.of([([1.0, 2.0, 4.0], [True] * 3), ([], []), ([100.0, 220.0], [True] * 2)])
    mttr, scv, none = repair_draws(["A", "B", "C"], repairs, np.full(3, Law.LOGNORMAL), n=2000, seed=1, prior_sd=0.3)
    assert none.tolist() == [False, True, False]
    assert np.isin(mttr[1], mttr[[0, 2]]).all()
    assert 0.4 < (mttr[1] > 30.0).mean() < 0.6
    mttr, scv, none = repair_draws(["A"], Lives.of([([], [])]), np.full(1, Law.LOGNORMAL), n=5, seed=1, prior_sd=0.3)
    assert np.isnan(mttr).all()
    assert np.isnan(scv).all()


def test_draws_belong_to_the_machines_name_and_the_seed():
    lives = Lives.of([([1.0, 3.0], [True, True]), ([9.0], [False])])
    both, turned = drawn(["A", "B"], lives), drawn(["B", "A"], Lives.of([([9.0], [False]), ([1.0, 3.0], [True, True])]))
    assert (both == turned[::-1]).all()
    assert (both != drawn(["A", "B"], lives, seed=2)).all()
    assert len(set(seeds_of(["A", "B", "A "], 1))) == 3


def test_availability_of_a_draw_is_its_share_of_time_up():
    draws = Draws(np.array([[9.0, 1.0]]), np.array([[1.0, 1.0]]), np.ones((1, 2)), np.zeros(1, bool))
    assert draws.availability.tolist() == [[0.9, 0.5]]

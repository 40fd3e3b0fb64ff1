"""Delays: the same likelihood handed to scipy, the Kaplan-Meier curve, and what never comes."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import CensoredData, ecdf, norm

from justenough.estimation.delays import FitParams, Waits, fit_delays, log_score

ONE = (np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))
ALONE = FitParams(prior_orders=1e-9, most_log_sd=3.0, rounds=400, prior_lines=1e9, tailed=False)
NONE, EMPTY = np.empty(0, np.int64), np.empty(0)


def waits_of(log_days, limit):
    """One item; what takes longer than its limit is still open."""
    came = log_days <= limit
    return Waits(np.zeros(came.sum(), np.int64), log_days[came], np.zeros((~came).sum(), np.int64), limit[~came], NONE, EMPTY, EMPTY, 0)


def tailed_draws(draws, n):
    odd = draws.random(n) < 0.1
    return np.where(odd, draws.normal(3.9, 0.9, n), draws.normal(3.0, 0.25, n))


def test_tail_is_the_maximum_of_the_censored_mixture_likelihood():
    draws = np.random.default_rng(11)
    log_days = tailed_draws(draws, 6000)
    limit = draws.uniform(2.8, 6.5, 6000)
    waits = waits_of(log_days, limit)
    found = fit_delays(waits, ONE, 1, FitParams(1e-9, 3.0, 400, 1e9, tailed=True))

    def cost(at):
        mean, sd, shift, width = at[0], np.exp(at[1]), at[2], np.exp(at[3])
        share = 1.0 / (1.0 + np.exp(-at[4]))
        parts = ((1 - share, mean, sd), (share, mean + shift, width))
        density = sum(w * norm.pdf(waits.done_log, m, s) for w, m, s in parts)
        waited = sum(w * norm.sf(waits.open_log, m, s) for w, m, s in parts)
        return -np.log(density).sum() - np.log(waited).sum()

    best = minimize(cost, [3.1, -1.0, 0.5, -0.3, -2.0], method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-6, "fatol": 1e-6})
    ours = [found.mean[0], np.log(found.spread[0]), found.tail.shift, np.log(found.tail.width)]
    ours.append(np.log(found.tail.share / (1 - found.tail.share)))
    assert cost(ours) - best.fun < 0.05  # not nothing: place and width of the tail lean on one order
    assert found.mean[0] == pytest.approx(best.x[0], abs=0.01)
    assert found.spread[0] == pytest.approx(np.exp(best.x[1]), rel=0.03)
    assert found.tail.share == pytest.approx(0.1, abs=0.03)
    assert found.tail.shift == pytest.approx(0.9, abs=0.2)
    assert found.tail.width == pytest.approx(0.9, rel=0.2)


def test_censored_fit_follows_the_kaplan_meier_curve():
    draws = np.random.default_rng(12)
    log_days, limit = draws.normal(3.5, 0.5, 3000), draws.uniform(2.0, 4.5, 3000)
    waits = waits_of(log_days, limit)
    found = fit_delays(waits, ONE, 1, ALONE)
    curve = ecdf(CensoredData(uncensored=waits.done_log, right=waits.open_log)).sf
    inner = (curve.quantiles > 2.5) & (curve.quantiles < 4.2)
    at, kept = curve.quantiles[inner], curve.probabilities[inner]
    assert np.abs(norm.sf(at, found.mean[0], found.spread[0]) - kept).max() < 0.03
    naive = norm.sf(at, waits.done_log.mean(), waits.done_log.std())
    assert np.abs(naive - kept).max() > 0.15


def test_orders_that_never_come_are_told_from_slow_ones():
    draws = np.random.default_rng(13)
    log_days = draws.normal(3.0, 0.3, 4000)
    never = draws.random(4000) < 0.05
    log_days[never] = 99.0
    found = fit_delays(waits_of(log_days, np.log(draws.uniform(1.0, 400.0, 4000))), ONE, 1, FitParams(1e-9, 3.0, 400, 1.0, tailed=False))
    assert found.forgotten_share == pytest.approx(never.mean(), abs=0.006)
    assert found.mean[0] == pytest.approx(3.0, abs=0.02)
    assert found.spread[0] == pytest.approx(0.3, rel=0.05)


def test_remainders_are_settled_or_still_to_come():
    """Half the short lines waited far beyond any order: settled, and done with their last arrival; half are fresh."""
    draws = np.random.default_rng(14)
    zeros = np.zeros(1000, np.int64)
    short = np.zeros(40, np.int64)
    waited = np.where(np.arange(40) < 20, 6.0, 2.4)
    waits = Waits(zeros, draws.normal(3.0, 0.2, 1000), NONE, EMPTY, short, np.full(40, 2.3), waited, 30)
    found = fit_delays(waits, ONE, 1, ALONE)
    assert (found.short_weight[:20] < 1e-3).all()
    assert (found.short_weight[20:] > 0.5).all()
    assert found.settled_share == pytest.approx((20 + 20 * (1 - found.short_weight[-1]) + 0.5) / 71, rel=1e-3)


def test_score_prefers_the_distribution_the_orders_come_from():
    draws = np.random.default_rng(15)
    past, coming = tailed_draws(draws, 3000), tailed_draws(draws, 3000)
    far = np.full(3000, 50.0)
    fits = [fit_delays(waits_of(past, far), ONE, 1, FitParams(1e-9, 3.0, 100, 1e9, tailed=tailed)) for tailed in (False, True)]
    item, came = np.zeros(3000, np.int64), np.zeros(3000, bool)
    plain, tailed = (log_score(fit, item, coming, came).mean() for fit in fits)
    truth = np.log(0.9 * norm.pdf(coming, 3.0, 0.25) + 0.1 * norm.pdf(coming, 3.9, 0.9)).mean()
    assert plain < tailed - 0.2
    assert tailed == pytest.approx(truth, abs=0.01)
    waiting = log_score(fits[0], item[:1], np.array([fits[0].mean[0]]), ~came[:1])
    assert waiting[0] == pytest.approx(np.log(0.5))


def test_hierarchy_recovers_items_of_three_orders():
    """900 items of 90 suppliers in 6 lanes, 3 orders each, a third of them open: means, their bounds and spreads."""
    draws = np.random.default_rng(16)
    supplier, lane = draws.integers(0, 90, 900), draws.integers(0, 6, 90)
    suppliers = draws.normal(0.0, 0.3, 6)[lane] + draws.normal(0.0, 0.4, 90)
    truth = suppliers[supplier] + draws.normal(0.0, 0.3, 900)
    item = np.repeat(np.arange(900), 3)
    log_days = draws.normal(truth[item], 0.5)
    limit = draws.normal(truth[item] + 0.25, 0.5)
    came = log_days <= limit
    waits = Waits(item[came], log_days[came], item[~came], limit[~came], NONE, EMPTY, EMPTY, 0)
    how = FitParams(prior_orders=4.0, most_log_sd=3.0, rounds=200, prior_lines=1e9, tailed=False)
    found = fit_delays(waits, (supplier, lane, np.zeros(6, np.int64)), 900, how)
    inside = np.abs(found.mean - truth) <= 1.96 * np.sqrt(found.variance)
    # One common spread would hold 95 %; spreads of three orders are themselves only known so well.
    assert 0.91 <= inside.mean() <= 0.98
    assert np.median(found.spread) == pytest.approx(0.5, rel=0.06)
    raw = np.bincount(waits.done_item, waits.done_log, 900) / np.maximum(np.bincount(waits.done_item, minlength=900), 1)
    told = np.isin(np.arange(900), waits.done_item)
    assert np.square(found.mean - truth)[told].mean() < 0.4 * np.square(raw - truth)[told].mean()


def test_items_of_one_order_leave_the_suppliers_apart():
    """Spreads by item must not swallow what lies between the items, or nothing would be left to tell them apart."""
    draws = np.random.default_rng(17)
    truth = draws.normal(0.0, 0.6, 3000)
    item = np.concatenate([np.arange(3000), np.arange(1500)])
    far = np.zeros(len(item), np.int64)
    log_days = draws.normal(truth[item], 0.8)
    waits = Waits(item, log_days, NONE, EMPTY, NONE, EMPTY, EMPTY, 0)
    found = fit_delays(waits, (far[:3000], np.zeros(1, np.int64)), 3000, FitParams(4.0, 3.0, 300, 1e9, tailed=False))
    once = found.mean[1500:] - found.mean.mean()
    assert np.polyfit(log_days[1500:3000], once, 1)[0] == pytest.approx(0.36 / (0.36 + 0.64), abs=0.08)

"""Lives and the laws fitted to them: published fits, what censoring does, and packages of others where installed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from justenough.estimation.lifetimes import Law, Lives, fit, likeliest, scv_of

SHOCKS = [6700, 6950, 7820, 8790, 9120, 9660, 9820, 11310, 11690, 11850, 11880, 12140, 12200, 12870, 13150, 13330, 13470, 14040, 14300]
SHOCKS += [
    17520,
    17540,
    17890,
    18450,
    18960,
    18980,
    19410,
    20100,
    20100,
    20150,
    20320,
    20900,
    22700,
    23490,
    26510,
    27410,
    27490,
    27890,
    28100,
]
FAILED = np.isin(np.arange(38), [0, 4, 12, 14, 18, 19, 26, 30, 31, 33, 35])


def shock_absorbers():
    return Lives.of([(SHOCKS, FAILED)])


def test_shock_absorbers_of_meeker_and_escobar():
    """Meeker & Escobar 1998, Table C.2, after O'Connor 1985: Weibull shape 3.16, scale 27,719 km."""
    found = fit(shock_absorbers(), Law.WEIBULL)
    assert found.best.shape == pytest.approx([3.16], abs=0.005)
    assert found.best.scale == pytest.approx([27_719], abs=1)


@pytest.mark.parametrize("law", list(Law))
def test_a_life_is_the_same_whether_others_failed_of_another_reason_or_were_cut(law):
    """Competing risks: a reason's law is that of lives which the other reasons censor (Meeker & Escobar 1998, 15.4)."""
    rng = np.random.default_rng(2)
    one, other = 20.0 * rng.weibull(2.0, 4000), rng.exponential(25.0, 4000)
    lives = Lives(np.minimum(one, other), np.ones(4000, bool), np.array([0, 4000]))
    found = fit(lives.only(one < other), law)
    if law == Law.WEIBULL:
        assert found.lower.shape[0] < 2.0 < found.upper.shape[0]
        assert found.lower.scale[0] < 20.0 < found.upper.scale[0]


@pytest.mark.parametrize(("law", "shape"), [(Law.WEIBULL, 0.7), (Law.WEIBULL, 3.0), (Law.LOGNORMAL, 0.5), (Law.LOGNORMAL, 1.2)])
def test_squared_coefficient_of_variation_and_survival_are_those_of_scipy(law, shape):
    peer = stats.weibull_min(shape) if law == Law.WEIBULL else stats.lognorm(shape)
    assert scv_of(law, np.array([shape])) == pytest.approx([peer.var() / peer.mean() ** 2], rel=1e-9)
    rng = np.random.default_rng(1)
    found = fit(Lives.of([(peer.rvs(50, random_state=rng), np.ones(50, bool))]), law)
    fitted = (stats.weibull_min if law == Law.WEIBULL else stats.lognorm)(found.best.shape[0], scale=found.best.scale[0])
    times = np.array([0.01, 0.5, 1.0, 4.0])
    assert found.survival(times)[0] == pytest.approx(fitted.sf(times), rel=1e-10)
    low, high = found.scv_between
    assert low[0] < found.scv[0] < high[0]


def test_exponential_with_no_failure_has_a_lower_bound_only():
    found = fit(Lives.of([([100.0, 50.0], [False, False]), ([], [])]), Law.EXPONENTIAL)
    assert math.isnan(found.best.mean[0])
    assert found.lower.mean[0] == pytest.approx(150.0 / (stats.chi2.ppf(0.95, 1) / 2))
    assert found.upper.mean[0] == math.inf
    assert np.isnan(found.lower.mean[1])


def test_lives_of_no_length_count_as_half_of_the_shortest():
    lives = Lives.of([([0.0, 0.0, 4.0, 9.0], [True, False, True, True]), ([0.0], [True]), ([0.0], [False])])
    lifted = lives.lifted()
    assert lifted.days.tolist() == [2.0, 4.0, 9.0, 0.5 / 86_400]
    assert lifted.offsets.tolist() == [0, 3, 4, 4]
    assert np.isfinite(fit(lives, Law.WEIBULL).best.shape[0])


def test_the_law_that_lives_were_drawn_from_is_the_likeliest_as_a_rule():
    rng, machines, n = np.random.default_rng(4), 400, 150
    for law, drawn in (
        (Law.EXPONENTIAL, rng.exponential(5.0, (machines, n))),
        (Law.WEIBULL, rng.weibull(2.5, (machines, n))),
        (Law.LOGNORMAL, np.exp(rng.normal(0.0, 0.8, (machines, n)))),
    ):
        lives = Lives(drawn.ravel(), np.ones(machines * n, bool), np.arange(machines + 1) * n)
        chosen = likeliest([fit(lives, one) for one in Law], lives.failures)
        assert (chosen == law).mean() > 0.8
    few = Lives.of([([1.0, 5.0, 5.1], [True] * 3), ([4.0], [False])])
    assert likeliest([fit(few, one) for one in Law], few.failures).tolist() == [Law.EXPONENTIAL, -1]


def test_ten_thousand_machines_in_one_call_with_every_hard_case_among_them():
    rng = np.random.default_rng(6)
    n = rng.integers(0, 9, 10_000)
    offsets = np.concatenate([[0], np.cumsum(n)])
    days = np.round(rng.exponential(4.0, offsets[-1]))  # ties and zeros
    lives = Lives(days, rng.random(offsets[-1]) < 0.5, offsets)
    for law in Law:
        found = fit(lives, law)
        known = np.isfinite(found.best.mean)
        assert 1000 < known.sum() < 10_000
        assert (found.lower.mean[known] <= found.best.mean[known] * (1 + 1e-9)).all()
        assert (found.upper.mean[known] >= found.best.mean[known] * (1 - 1e-9)).all()
        assert (known <= (lives.failures > 0)).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Lives(np.array([-1.0]), np.array([True]), np.array([0, 1])), "got -1.0 in life 0"),
        (lambda: Lives(np.array([1.0, np.nan]), np.array([True, True]), np.array([0, 2])), "got nan in life 1"),
        (lambda: Lives(np.array([1.0]), np.array([True]), np.array([0, 2])), "must agree"),
        (lambda: fit(shock_absorbers(), Law.WEIBULL, confidence=95.0), "confidence must lie between 0 and 1, got 95.0"),
        (lambda: fit(shock_absorbers(), Law.WEIBULL, early_share=0.0), "early_share must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_surpyval_fits_the_same():
    surpyval = pytest.importorskip("surpyval", reason="surpyval is not installed (pip install 'justenough[peers]')")
    peer = surpyval.Weibull.fit(np.array(SHOCKS, float), c=(~FAILED).astype(int))
    found = fit(shock_absorbers(), Law.WEIBULL)
    assert list(peer.params) == pytest.approx([found.best.scale[0], found.best.shape[0]], rel=1e-4)


def test_lifelines_fits_the_same():
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed")
    for fitter, law in ((lifelines.WeibullFitter(), Law.WEIBULL), (lifelines.LogNormalFitter(), Law.LOGNORMAL)):
        peer, found = fitter.fit(np.array(SHOCKS, float), FAILED), fit(shock_absorbers(), law)
        theirs = [peer.rho_, peer.lambda_] if law == Law.WEIBULL else [peer.sigma_, math.exp(peer.mu_)]
        assert theirs == pytest.approx([found.best.shape[0], found.best.scale[0]], rel=1e-4)

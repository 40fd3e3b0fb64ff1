"""The detector against plain sums in another style, Page's published run lengths, and what the theory of e-detectors promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from justenough.kernels import detector

ONE = (np.array([detector.SHIFT]), np.array([1.0]), np.ones(1))
BETS = (np.array([0, 0, 1, 1]), np.array([0.7, -1.5, 2.0, 0.5]), np.full(4, 0.25))


def plainly(scores, bets):
    """Evidence after each score: the mean over bets of the sum over all starts of the product of ratios since."""
    kinds, sizes, weights = bets
    out = []
    for t in range(len(scores)):
        whole = 0.0
        for kind, size, weight in zip(kinds, sizes, weights, strict=True):
            for start in range(t + 1):
                product = 1.0
                for z in scores[start : t + 1]:
                    if kind == detector.SHIFT:
                        product *= math.exp(-0.5 * (z - size) ** 2) / math.exp(-0.5 * z * z)
                    else:
                        product *= math.exp(-0.5 * (z / size) ** 2) / size / math.exp(-0.5 * z * z)
                whole += weight * product
        out.append(whole)
    return out


def test_evidence_is_the_sum_over_every_start():
    scores = np.random.default_rng(3).normal(0.5, 1.0, 12)
    expected = plainly(scores, BETS)
    both = np.stack([scores, scores], axis=1)
    limit = np.array([1e300])
    got = [detector.alarms(both[:t], np.array([0, t]), *BETS, limit)[0, detector.EVIDENCE] for t in range(1, 13)]
    np.testing.assert_allclose(np.exp(got), np.maximum.accumulate(expected), rtol=1e-10)
    first = next(t for t, whole in enumerate(expected) if whole >= 2.0)
    assert detector.alarms(both, np.array([0, 12]), *BETS, np.array([2.0]))[0, detector.AT] == first


def test_run_length_of_the_shiryaev_roberts_sum():
    """
    Mean run length to a limit A without a change is about A / nu, nu = 0.560 for a shift of 1 sd (Pollak 1987;
    nu from Siegmund 1985, exp(-0.583 delta)); four standard errors of 4,000 streams.
    """
    rng = np.random.default_rng(4)
    n, length, limit = 4_000, 3_000, 100.0
    scores = rng.standard_normal(n * length)
    found = detector.alarms(np.stack([scores, scores], axis=1), (np.arange(n + 1) * length).astype(np.int64), *ONE, np.full(n, limit))
    lasted = np.where(found[:, 0] >= 0, found[:, 0] + 1, length)
    assert lasted.mean() == pytest.approx(limit / 0.560, abs=4 * lasted.std() / math.sqrt(n) + 1.0)


def test_evidence_has_the_mean_that_bounds_false_alarms():
    """Without a change the sum's mean after n scores is n (Shin, Ramdas & Rinaldo 2023), so its maximum passes c with n / c at most."""
    words = np.arange(40_000, dtype=np.uint64) * np.uint64(2654435761)
    most = detector.largest(words, np.array([1, 10, 40]), *BETS)
    for column, n in enumerate((1, 10, 40)):
        for limit in (20.0 * n, 100.0 * n):
            assert (most[:, column] >= limit).mean() <= n / limit
    assert most[:, 0].mean() == pytest.approx(1.0, abs=4 * most[:, 0].std() / 200)


def test_a_score_known_by_bounds_gives_the_least_evidence_between_them():
    rng = np.random.default_rng(6)
    for kind, size in ((0, 0.7), (0, -1.5), (1, 2.0), (1, 0.5)):
        for _ in range(40):
            low, high = np.sort(rng.normal(0.0, 2.0, 2))
            inside = np.linspace(low, high, 201)
            least = min(detector.log_ratio(kind, size, z, z) for z in inside)
            assert detector.log_ratio(kind, size, low, high) <= least + 1e-12
            assert detector.log_ratio(kind, size, low, high) == pytest.approx(least, abs=2e-2)


def test_the_start_of_the_change_is_found():
    """Thirty scores as usual, then thirty 3 sd higher: the alarm comes within eight and names a start within two."""
    rng = np.random.default_rng(9)
    scores = np.concatenate([rng.standard_normal(30), rng.standard_normal(30) + 3.0])
    found = detector.alarms(np.stack([scores, scores], axis=1), np.array([0, 60]), *BETS, np.array([1e3]))[0]
    assert 30 <= found[detector.AT] < 38
    assert abs(found[detector.SINCE] - 30) <= 2
    assert BETS[1][int(found[detector.BET])] == 0.7


def test_unknown_scores_are_passed_over():
    scores = np.array([1.0, np.nan, 2.0, np.nan, 0.5])
    known = scores[~np.isnan(scores)]
    whole, part = (
        detector.alarms(np.stack([one, one], axis=1), np.array([0, len(one)]), *BETS, np.array([1e9]))[0, 3] for one in (scores, known)
    )
    assert whole == part

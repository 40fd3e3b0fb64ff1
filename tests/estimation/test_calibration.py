"""Calibration: the gap between stated and achieved, and its error, by lists, by resampling and by truth known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from justenough.estimation.calibration import ALL, Calibration, calibration_of


def of_group(found: Calibration, name: str) -> dict[str, float]:
    at = found.group.index(name)
    return {column: getattr(found, column)[at] for column in ("items", "stated", "achieved", "gap", "standard_error")}


def by_lists(stated, achieved, weight) -> tuple[float, float, float]:
    """Weighted means and Cochran's error of the ratio, item by item."""
    rows = [(s, a, w) for s, a, w in zip(stated, achieved, weight, strict=True) if w > 0 and not math.isnan(s) and not math.isnan(a)]
    whole = sum(w for _, _, w in rows)
    said, kept = sum(w * s for s, _, w in rows) / whole, sum(w * a for _, a, w in rows) / whole
    n = len(rows)
    rest = [(w * (a - s) - (kept - said) * w) for s, a, w in rows]
    variance = n * sum(r * r for r in rest) / (n - 1) / whole**2
    return said, kept, math.sqrt(variance)


def invented(n: int, seed: int):
    rng = np.random.default_rng(seed)
    stated = rng.uniform(0.8, 0.99, n)
    weight = rng.integers(0, 30, n).astype(float)
    achieved = np.where(weight > 0, rng.binomial(weight.astype(int), stated) / np.maximum(weight, 1), np.nan)
    return stated, achieved, weight, rng.choice(["smooth", "lumpy", "erratic"], n).tolist()


def test_each_group_is_what_plain_lists_give():
    stated, achieved, weight, kind = invented(300, seed=1)
    stated[5] = np.nan
    found = calibration_of(stated, achieved, weight, kind)
    assert found.group == ("erratic", "lumpy", "smooth", ALL)
    for name in found.group:
        mine = [i for i in range(300) if name in (kind[i], ALL)]
        said, kept, error = by_lists(stated[mine], achieved[mine], weight[mine])
        got = of_group(found, name)
        assert (got["stated"], got["achieved"], got["gap"]) == pytest.approx((said, kept, kept - said), abs=1e-12)
        assert got["standard_error"] == pytest.approx(error, rel=1e-9)
    judged = (weight > 0) & ~np.isnan(stated)
    assert of_group(found, ALL)["items"] == judged.sum() == found.items[:-1].sum()


def test_the_error_is_that_of_drawing_items_again():
    """Bootstrap over items (Efron 1979) of the same ratio, 4000 times: within 5 %."""
    stated, achieved, weight, kind = invented(400, seed=2)
    found = of_group(calibration_of(stated, achieved, weight, kind), ALL)
    miss = np.where(weight > 0, weight * (np.nan_to_num(achieved) - stated), 0.0)
    kept = np.flatnonzero(weight > 0)
    draws = np.random.default_rng(3).choice(kept, (4000, len(kept)))
    again = miss[draws].sum(axis=1) / weight[draws].sum(axis=1)
    assert found["standard_error"] == pytest.approx(again.std(), rel=0.05)


def test_a_promise_that_is_true_lies_within_two_errors_as_often_as_it_should():
    """
    Overlapping windows of independent Poisson demand, stocked for by the exact quantile.

    Nineteen times of twenty; 500 plants leave 95 % +- 3 points. An error that took windows, not items, as independent
    would be too small by about the square root of their overlap, and cover far less: that is checked too.
    """
    from scipy.stats import poisson

    rng = np.random.default_rng(4)
    items, periods, exposed = 80, 24, 6
    inside = naive = 0
    for _ in range(500):
        mean = rng.uniform(0.1, 2.0, items)
        level = poisson.ppf(0.9, mean * exposed)
        stated = poisson.cdf(level, mean * exposed)
        windows = np.lib.stride_tricks.sliding_window_view(rng.poisson(mean[:, None], (items, periods)), exposed, axis=1).sum(axis=2)
        achieved = (windows <= level[:, None]).mean(axis=1)
        count = np.full(items, float(windows.shape[1]))
        found = of_group(calibration_of(stated, achieved, count, ["x"] * items), ALL)
        inside += abs(found["gap"]) <= 1.96 * found["standard_error"]
        naive += abs(found["gap"]) <= 1.96 * math.sqrt(found["stated"] * (1 - found["stated"]) / windows.size)
    assert inside / 500 == pytest.approx(0.95, abs=0.03)
    assert naive / 500 < 0.80


def test_a_fill_rate_weighs_items_by_what_was_wanted():
    """9 of 10 and 0 of 90 units: 9 of 100, however the items' own shares average."""
    found = calibration_of(np.array([0.9, 0.9]), np.array([0.9, 0.0]), np.array([10.0, 90.0]), ["a", "b"])
    assert of_group(found, ALL)["achieved"] == pytest.approx(0.09)
    assert of_group(found, "b")["gap"] == pytest.approx(-0.9)


def test_one_item_has_a_gap_but_no_error_and_an_unjudged_group_has_neither():
    found = calibration_of(np.array([0.9, 0.9]), np.array([1.0, np.nan]), np.array([4.0, 0.0]), ["a", "b"])
    assert found.items.tolist() == [1, 0, 1]
    assert of_group(found, "a")["gap"] == pytest.approx(0.1)
    assert np.isnan(of_group(found, "a")["standard_error"])
    assert np.isnan(of_group(found, "b")["gap"])


def test_no_items_at_all():
    found = calibration_of(np.empty(0), np.empty(0), np.empty(0), [])
    assert found.group == (ALL,)
    assert found.items.tolist() == [0]
    assert np.isnan(found.gap[0])


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one entry for each item, got 2, 1, 2 and 2"):
        calibration_of(np.ones(2), np.ones(1), np.ones(2), ["a", "b"])

"""Smoothing kernels against plain references in another style, and against what is known in closed form."""

import subprocess
import sys

import numpy as np
import pytest
import smoothing_reference as reference

from justenough.domain.ragged import Ragged
from justenough.estimation.demand import Level
from justenough.kernels import smoothing

NAN = float("nan")
SERIES = [
    [],
    [0.0],
    [3.0],
    [0.0, 0.0, 0.0],
    [NAN, NAN],
    [0.0, 2.0, 0.0, 0.0, 5.0, NAN, 0.0, 1.0],
    [1.5, 2.5, 3.5],
    *[np.where(np.random.default_rng(seed).random(60) < 0.3, np.random.default_rng(seed + 9).poisson(4, 60), 0.0) for seed in range(5)],
]
PACKED = Ragged.of(SERIES)
STARTS, ENDS = PACKED.offsets[:-1], PACKED.offsets[1:]


def test_method_codes_are_those_of_level():
    assert (smoothing.MEAN, smoothing.SES, smoothing.CROSTON, smoothing.SBA, smoothing.TSB) == tuple(Level)


@pytest.mark.parametrize("method", list(Level))
@pytest.mark.parametrize("alpha", [0.05, 0.2, 1.0])
def test_levels_agree_with_the_reference(method, alpha):
    n = len(PACKED)
    got = smoothing.levels(PACKED.values, STARTS, ENDS, np.full(n, method), np.full(n, alpha))
    expected = [reference.level(list(series), method.label, alpha) for series in SERIES]
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def test_levels_tried_in_one_pass_are_those_of_each_method():
    alphas, n = np.array([0.05, 0.2, 1.0]), len(PACKED)
    tried = np.full((1 + 4 * len(alphas), n), NAN)
    for start in range(0, n, 5):
        smoothing.levels_tried(start, min(start + 5, n), PACKED.values, STARTS, ENDS, alphas, 1, tried)
    each = [(Level.MEAN, 0.0)] + [(method, alpha) for method in list(Level)[1:] for alpha in alphas]
    expected = [smoothing.levels(PACKED.values, STARTS, ENDS, np.full(n, method), np.full(n, alpha)) for method, alpha in each]
    np.testing.assert_array_equal(tried, expected)


@pytest.mark.parametrize("method", list(Level)[1:])
def test_over_a_cycle_it_is_the_mean_of_its_last_levels(method):
    series = [[3.0, 0.0, NAN, 5.0, 0.0, 2.0, 8.0, 1.0, 0.0, 4.0], [NAN, 6.0], [2.0, NAN, NAN, NAN]]
    packed, n = Ragged.of(series), len(series)
    got = smoothing.levels(packed.values, packed.offsets[:-1], packed.offsets[1:], np.full(n, method), np.full(n, 0.2), 3)
    ends = [[8, 9, 10], [2], [1]]  # periods that are known; where none of the last three is, the latest before
    expected = [np.mean([reference.level(one[:end], method.label, 0.2) for end in at]) for one, at in zip(series, ends, strict=True)]
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    tried = np.full((5, n), NAN)
    smoothing.levels_tried(0, n, packed.values, packed.offsets[:-1], packed.offsets[1:], np.array([0.2]), 3, tried)
    np.testing.assert_array_equal(tried[int(method)], got)


@pytest.mark.parametrize("method", [Level.SES, Level.TSB])
def test_the_weekday_a_record_ends_on_says_nothing(method):
    """Demand of 10 on five days of seven, for four years: 50/7 a day whatever the last day; read at one moment up to a quarter off."""
    values = np.tile([10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0], 209)
    starts, ends = np.zeros(7, np.int64), len(values) - np.arange(7)
    how = np.full(7, method), np.full(7, 0.1)
    np.testing.assert_allclose(smoothing.levels(values, starts, ends, *how, 7), 50.0 / 7.0, rtol=1e-9)
    assert np.ptp(smoothing.levels(values, starts, ends, *how)) > 0.2 * 50.0 / 7.0


def test_records_agree_with_the_reference():
    got = smoothing.records(PACKED.values, STARTS, ENDS)
    np.testing.assert_allclose(got, [reference.record(list(series)) for series in SERIES], rtol=1e-12)


def test_window_sums_are_unknown_when_a_period_is():
    values = np.array([1.0, 2.0, NAN, 4.0])
    got = smoothing.window_sums(values, np.array([0, 1, 3]), np.array([2, 3, 4]))
    np.testing.assert_array_equal(got, [3.0, NAN, 4.0])


def test_croston_by_hand():
    """Demand 4 in period 2 and 8 in period 6, alpha 0.5: size 6 and gap 3, thus 2 a period; SBA 3/4 of it."""
    values = np.array([0.0, 4.0, 0.0, 0.0, 0.0, 8.0, 0.0])
    one = [np.array([each]) for each in (0, 7)]
    for method, expected in ((Level.CROSTON, 2.0), (Level.SBA, 1.5)):
        assert smoothing.levels(values, *one, np.array([method]), np.array([0.5]))[0] == pytest.approx(expected)


def test_syntetos_boylan_bias_of_croston():
    """
    Croston over-forecasts by about ``alpha / (2 - alpha) * (1 - 1/p)`` of the mean; SBA's factor mends it.

    Syntetos & Boylan (2001), eq. 17, gaps geometric with mean p: here p = 4, alpha = 0.2, so 1 + 1/12.
    """
    draws = np.random.default_rng(20)
    n, length, alpha = 4000, 300, 0.2
    values = (draws.random(n * length) < 0.25) * 10.0
    starts = np.arange(n) * length
    level = {
        m: smoothing.levels(values, starts, starts + length, np.full(n, m), np.full(n, alpha)) / 2.5
        for m in (Level.CROSTON, Level.SBA, Level.TSB)
    }
    error = level[Level.CROSTON].std() / np.sqrt(n)
    assert level[Level.CROSTON].mean() == pytest.approx(1.0 + alpha / (2.0 - alpha) * 0.75, abs=4.0 * error + 0.01)
    assert abs(level[Level.SBA].mean() - 1.0) < 0.03
    assert level[Level.TSB].mean() == pytest.approx(1.0, abs=4.0 * level[Level.TSB].std() / np.sqrt(n))


@pytest.mark.parametrize(
    ("series", "left", "back"),
    [
        ([5.0, 3.0, -4.0, 2.0], [4.0, 0.0, 0.0, 2.0], 4.0),
        ([-2.0, 1.0], [0.0, 1.0], 2.0),
        ([1.0, NAN, -5.0], [0.0, NAN, 0.0], 5.0),
        ([], [], 0.0),
    ],
)
def test_a_return_takes_back_the_latest_demand(series, left, back):
    packed = Ragged.of([series])
    returned, by, at, amount = smoothing.undo_returns(packed.values, packed.offsets)
    np.testing.assert_array_equal(packed.values, left)
    assert returned[0] == back
    restored, given = packed.values.copy(), np.array(series)
    np.add.at(restored, at, np.where(at == by, 0.0, amount))
    np.add.at(restored, by, -amount)
    np.testing.assert_array_equal(restored, given)


def test_sums_of_equal_parts_by_hand():
    """Seven periods in three parts of two, from the end; a record of two has no three parts."""
    values, starts, ends = np.array([9.0, 1.0, 2.0, NAN, 4.0, 5.0, 6.0, 7.0, 8.0]), np.array([0, 7]), np.array([7, 9])
    np.testing.assert_array_equal(smoothing.part_sums(values, starts, ends, 3), [[3.0, 4.0, 11.0], [0.0, 0.0, 0.0]])


def test_sums_by_place_by_hand():
    """Two stretches of four values that go to places 0, 0, 1, 2."""
    values, starts = np.array([9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, NAN, 8.0]), np.array([1, 5])
    found = smoothing.place_sums(values, starts, np.array([0, 0, 1, 2]), 3)
    np.testing.assert_array_equal(found, [[3.0, 3.0, 4.0], [11.0, NAN, 8.0]])


def test_the_same_without_the_compiler():
    code = (
        "import numpy as np; from justenough.kernels import smoothing as s;"
        "v=np.array([0.,4,0,0,0,8,0]);a=np.array([0]);b=np.array([7]);"
        "print(s.levels(v,a,b,np.array([2]),np.array([.5]))[0], s.records(v,a,b)[0].tolist(),"
        "s.undo_returns(np.array([2.,-1]),np.array([0,2]))[0][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"NUMBA_DISABLE_JIT": "1"})
    assert done.stdout.split(" ", 1) == ["2.0", "[7.0, 2.0, 12.0, 80.0, 1.0, 6.0, 1.0, 1.0, 1.0] 1.0\n"]

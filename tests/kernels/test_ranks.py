"""Sequential ranks against a plain reference, and against what is known: they are uniform, independent, and bounded honestly."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.kernels import ranks

WORDS = np.array([11, 12, 13], dtype=np.uint64)
NAN = float("nan")


def placed(series, begins):
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in series])]).astype(np.int64)
    starts = offsets[:-1] + np.array(begins)
    out = np.concatenate([[0], np.cumsum(offsets[1:] - starts)]).astype(np.int64)
    flat = np.concatenate([np.asarray(one, dtype=float) for one in series])
    return flat, offsets, starts, WORDS[: len(series)], out


def test_places_lie_where_a_plain_count_puts_them():
    """Between the share of earlier values below and the share at or below, itself counted among them."""
    series = [[3.0, NAN, 1.0, 3.0, 2.0, 3.0, NAN, 9.0], [], [5.0, 5.0, 5.0]]
    got = ranks.places(*placed(series, [2, 0, 0]))
    at = 0
    for one, begin in zip(series, [2, 0, 0], strict=True):
        for t in range(begin, len(one)):
            earlier = [x for x in one[:t] if x == x]
            if one[t] != one[t]:
                assert np.isnan(got[at])
            else:
                low = sum(x < one[t] for x in earlier) / (len(earlier) + 1)
                high = (sum(x <= one[t] for x in earlier) + 1) / (len(earlier) + 1)
                assert low < got[at] < high
            at += 1
    assert at == len(got)


@pytest.mark.parametrize("begin", [0, 3, 30])
def test_places_are_uniform_and_independent_whatever_the_law(begin):
    """Barndorff-Nielsen (1963): mean 1/2, variance 1/12, no correlation; within four standard errors of 20,000 streams."""
    rng = np.random.default_rng(5)
    n, length = 20_000, begin + 4
    values = rng.poisson(0.4, (n, length)) * rng.geometric(0.3, (n, length)).astype(float)  # three in ten are not 0
    offsets = (np.arange(n + 1) * length).astype(np.int64)
    out = (np.arange(n + 1) * 4).astype(np.int64)
    words = rng.integers(0, 2**63, n).astype(np.uint64)
    got = ranks.places(values.ravel(), offsets, offsets[:-1] + begin, words, out).reshape(n, 4)
    assert got.mean(axis=0) == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / n))
    assert got.var(axis=0) == pytest.approx(1 / 12, abs=4 * np.sqrt(1 / 180 / n))
    correlation = np.corrcoef(got.T)[np.triu_indices(4, 1)]
    assert np.abs(correlation).max() < 4 / np.sqrt(n)


def test_later_observations_move_no_earlier_place():
    short, long = [4.0, 2.0, 7.0, 4.0], [4.0, 2.0, 7.0, 4.0, 1.0, 8.0]
    np.testing.assert_array_equal(ranks.places(*placed([short], [1])), ranks.places(*placed([long], [1]))[:3])


def test_bounds_meet_where_all_is_finished():
    series = [[3.0, 1.0, 3.0, 2.0, 3.0, 9.0]]
    arguments = placed(series, [1])
    both = ranks.bounded_places(arguments[0], np.zeros(6, dtype=bool), *arguments[1:])
    np.testing.assert_allclose(both[:, 0], ranks.places(*arguments), rtol=1e-15)
    np.testing.assert_array_equal(both[:, 0], both[:, 1])


def test_bounds_hold_whatever_the_unfinished_turn_out_to_be():
    """Every way the unfinished may end, drawn 300 times, gives places between the bounds."""
    rng = np.random.default_rng(8)
    values = rng.integers(1, 9, 14).astype(float)
    unfinished = rng.random(14) < 0.4
    flat, offsets, begins, words, out = placed([values], [4])
    bounds = ranks.bounded_places(flat, unfinished, offsets, begins, words, out)
    for _ in range(300):
        ended = np.where(unfinished, values + rng.integers(0, 9, 14), values)
        place = ranks.places(ended, offsets, begins, words, out)
        assert (bounds[:, 0] <= place + 1e-12).all()
        assert (place <= bounds[:, 1] + 1e-12).all()
    assert (bounds[:, 0] < bounds[:, 1]).any()

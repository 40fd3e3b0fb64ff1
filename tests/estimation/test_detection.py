"""Detection: false alarms come at the declared rate, whatever the law and however short the record; limits never above the sure ones."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.estimation.detection import DIRECTIONS, Streams, alarms_in, detect, limits_for, scores_of

N = 15_000


def streams_of(values, base, yearly=26.0, seed=0):
    n, length = values.shape
    words = np.random.default_rng(seed).integers(0, 2**63, n).astype(np.uint64)
    offsets = (np.arange(n + 1) * length).astype(np.int64)
    return Streams(values.ravel().astype(float), None, offsets, offsets[:-1] + base, np.full(n, yearly), words)


@pytest.mark.parametrize("law", ["lumpy", "skewed", "constant"])
@pytest.mark.parametrize("base", [2, 40])
def test_false_alarms_within_a_year_come_at_the_declared_rate(law, base):
    """Declared 5 %; four standard errors of the streams and of the limit, itself drawn from 40,000."""
    rng = np.random.default_rng(7)
    shape = (N, base + 26)
    values = {
        "lumpy": rng.poisson(0.3, shape) * rng.geometric(0.2, shape),
        "skewed": rng.lognormal(1, 1.5, shape),
        "constant": np.ones(shape),
    }
    rate = detect(streams_of(values[law], base), 0.05).changed.mean()
    assert rate == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 * (1 / N + 1 / 40_000)))


def test_no_limit_is_above_the_sure_one():
    """n / alpha bounds the false alarms for certain (Shin, Ramdas & Rinaldo 2023); a drawn limit asks for less."""
    yearly = np.array([1.0, 3.0, 12.0, 52.0, 365.0, 2000.0])
    for chance in (0.2, 0.01):
        limit = limits_for(yearly, chance)
        assert (limit < yearly / chance).all()
        assert (np.diff(limit) > 0).all()


def test_a_change_is_found_in_its_direction_and_sooner_where_it_is_larger():
    rng = np.random.default_rng(1)
    base, n = 104, 2_000
    usual = rng.gamma(4.0, 2.0, (n, base + 52))
    delays = {}
    changes = {
        "higher": lambda x: 2.0 * x,
        "lower": lambda x: 0.5 * x,
        "wider": lambda x: 8.0 + 3.0 * (x - 8.0),
        "narrower": lambda x: 8.0 + (x - 8.0) / 6.0,
    }
    for word, changed in changes.items():
        values = usual.copy()
        values[:, base:] = changed(values[:, base:])
        found = detect(streams_of(values, base, 52.0), 0.01)
        assert found.changed.mean() > 0.9
        assert (found.direction[found.changed] == DIRECTIONS.index(word)).mean() > 0.75  # skewed and three times as wide also looks lower
        assert np.median(found.since[found.changed]) <= 4
        delays[word] = np.median(found.at[found.changed])
    small = usual.copy()
    small[:, base:] *= 1.5
    assert np.median(detect(streams_of(small, base, 52.0), 0.01).at) > delays["higher"]


def test_merged_streams_keep_the_rate():
    """Scores of two streams in turn are one stream of independent scores: still at the declared rate."""
    rng = np.random.default_rng(2)
    scores = scores_of(streams_of(rng.exponential(1.0, (2 * N, 13 + 13)), 13)).reshape(N, 26, 2)
    offsets = (np.arange(N + 1) * 26).astype(np.int64)
    rate = alarms_in(scores.reshape(-1, 2), offsets, np.full(N, 26.0), 0.05).changed.mean()
    assert rate == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 * (1 / N + 1 / 40_000)))


def test_unfinished_observations_never_raise_the_rate():
    """Half of the observations are cut at random and said to be at least that: fewer false alarms, not more."""
    rng = np.random.default_rng(3)
    values = rng.exponential(1.0, (N, 46))
    cut = rng.random(values.shape) < 0.5
    whole = streams_of(np.where(cut, values * rng.random(values.shape), values), 20)
    streams = Streams(whole.values, cut.ravel(), whole.offsets, whole.begins, whole.yearly, whole.words)
    assert detect(streams, 0.05).changed.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / N)


def test_nothing_to_test_is_no_alarm():
    empty = detect(streams_of(np.ones((3, 5)), 5), 0.01)
    assert not empty.changed.any()
    assert empty.tested.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match=r"false_alarms_a_year must be in \(0, 1\)"):
        limits_for(np.ones(1), 1.0)

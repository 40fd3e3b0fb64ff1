"""Promises: first-order guesses, many at once as one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from justenough.estimation.exposure import exposure_over
from justenough.strategy.attempts import every_move
from justenough.strategy.moves import Figure, Move
from justenough.strategy.promises import batches, promises, spread_of
from justenough.strategy.resizing import replanned
from justenough.strategy.roadmap import USUAL_FACTORS
from justenough.strategy.situation import situation_of


@pytest.fixture(scope="module")
def made(brackets):
    plant, decided = brackets
    situation = situation_of(decided, plant)
    return situation, replanned(situation.known)


def test_many_at_once_are_as_one_by_one(made):
    situation, before = made
    moves = every_move(situation, USUAL_FACTORS)
    places = [situation.touched(move) for move in moves]
    together = promises(situation, before, moves, places, 24)
    for i in range(0, len(moves), 7):
        (alone,) = promises(situation, before, [moves[i]], [places[i]], 24)
        np.testing.assert_allclose(together[i], alone, atol=1e-9)


def test_a_batch_has_one_figure_and_touches_no_item_twice(made):
    situation, _ = made
    moves = every_move(situation, USUAL_FACTORS)
    places = [situation.touched(move) for move in moves]
    found = batches(moves, places)
    assert sorted(i for batch in found for i in batch) == [i for i, at in enumerate(places) if len(at)]
    for batch in found:
        assert len({moves[i].figure for i in batch}) == 1
        touched = np.concatenate([places[i] for i in batch])
        assert len(np.unique(touched)) == len(touched)
    assert len(found) < 0.6 * len(moves)


def test_a_slope_is_that_of_the_spread(made):
    """Lead times steadier to 0.8: a reserve of so many deviations falls as the derivative of the deviation says."""
    situation, before = made
    move = Move(Figure.LEAD_TIME_SPREAD, situation.suppliers[0], 0.8)
    at = situation.touched(move)
    (units,) = promises(situation, before, [move], [at], 24)
    step = 1e-4
    low, high = (spread_of(situation.after([Move(move.figure, move.where, 1.0 + by)], at)) for by in (-step, step))
    slope = (high - low) / (2 * step) / spread_of(situation.after([], at))
    assert units == pytest.approx(np.maximum(before.reserve[at], 0.0) * slope * 0.2, rel=0.02, abs=1e-6)


def test_spread_is_that_of_a_mixture(refused_items):
    """Against draws from the two normal parts."""
    known = refused_items(4)
    away = replace(known.outages, probability=np.full(4, 0.3), wait_days=np.full(4, 20.0), wait_sd_days=np.full(4, 10.0))
    known = replace(known, usable_share=np.ones(4), outages=away)
    parts = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    random = np.random.default_rng(3)
    late = random.random((4, 400_000)) < 0.3
    calm, long = (
        random.normal(mean[:, 2:3], np.sqrt(variance[:, 2:3]), late.shape)
        for mean, variance in ((parts.mean, parts.variance), (parts.outage_mean, parts.outage_variance))
    )
    assert spread_of(known) == pytest.approx(np.where(late, long, calm).std(axis=1), rel=0.01)

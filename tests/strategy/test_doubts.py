"""Doubts: draws lie about the estimate as wide as the bounds say."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.strategy.doubts import doubted, drawn_supply
from justenough.strategy.moves import Figure, Move
from justenough.strategy.situation import situation_of
from justenough.strategy.spread import part

DRAWS = 2_000


@pytest.fixture(scope="module")
def made(bearings):
    plant, decided = bearings
    return situation_of(decided, plant)


def test_one_draw_in_twenty_lies_above_a_bound_and_the_mean_stays(made):
    places = made.touched(Move(Figure.OUTAGES, "Osaka Seiki"))
    n = len(places)
    known = part(made.known, np.tile(places, DRAWS))
    drawn = drawn_supply(known, n, DRAWS, seed=1)
    mean = drawn.lead_time.mean_days.reshape(DRAWS, n)
    assert mean.mean(axis=0) == pytest.approx(made.known.lead_time.mean_days[places], rel=0.01)
    chance = drawn.outages.probability.reshape(DRAWS, n) / made.known.outages.probability[places]
    upper = made.known.bounds.chance_upper[places] / made.known.bounds.chance[places]
    sigma = np.log(upper) / 1.6448536
    draw = (np.log(chance) + sigma**2 / 2) / sigma  # the items' bounds lie a little differently, for their lead times do
    np.testing.assert_allclose(draw[:, 0], draw[:, -1], rtol=1e-4, atol=1e-4)  # one supplier, one draw
    assert (chance > np.exp(1.6448536 * sigma - sigma**2 / 2)).mean() == pytest.approx(0.05, abs=0.01)


def test_both_sides_of_a_move_meet_the_same_draws(made):
    move = Move(Figure.LEAD_TIME_SPREAD, "Osaka Seiki", 0.5)
    places = made.touched(move)
    now, then = doubted(made, move, places, 5, seed=2)
    np.testing.assert_array_equal(now.lead_time.mean_days, then.lead_time.mean_days)
    np.testing.assert_allclose(then.lead_time.sd_days, now.lead_time.sd_days / 2)
    again, _ = doubted(made, move, places, 5, seed=2)
    np.testing.assert_array_equal(again.lead_time.sd_days, now.lead_time.sd_days)


def test_a_machine_is_taken_at_its_lighter_and_its_heavier_end(brackets):
    plant, decided = brackets
    situation = situation_of(decided, plant)
    move = Move(Figure.MTTR, "PRS-4", 0.5)
    places = situation.touched(move)
    now, then = doubted(situation, move, places, 20, seed=0)
    n = len(places)
    assert len(now.review_days) == 2 * n
    saved = now.lead_time.stops.saved_days.reshape(2, n)
    assert (saved[1] > saved[0]).all()
    assert (then.lead_time.stops.saved_days < now.lead_time.stops.saved_days).all()

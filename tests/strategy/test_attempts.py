"""Attempts: what is sent away holds only what is touched, and comes to what sizing in place does."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from justenough.domain.errors import UnknownPlace
from justenough.strategy.attempts import every_move, freed_in_doubt, moves_of, sized_after
from justenough.strategy.doubts import doubted
from justenough.strategy.moves import Figure, Move
from justenough.strategy.resizing import replanned
from justenough.strategy.situation import situation_of

OSAKA = Move(Figure.LEAD_TIME, "Osaka Seiki", 0.75)


@pytest.fixture(scope="module")
def situation(bearings):
    plant, decided = bearings
    return situation_of(decided, plant)


@pytest.fixture(scope="module")
def moves(situation):
    other = next(name for name in situation.suppliers if name != "Osaka Seiki")
    return [OSAKA, Move(Figure.OUTAGES, other, 0.5)]


def test_what_is_sized_elsewhere_is_what_is_sized_in_place(situation, moves, carried):
    places = [situation.touched(move) for move in moves]
    found = sized_after(situation, [[move] for move in moves], places, carried)
    for move, at, one in zip(moves, places, found, strict=True):
        in_place = replanned(situation.after([move], at))
        assert np.array_equal(one.levels.reorder_point, in_place.levels.reorder_point)
        assert np.array_equal(one.cost, in_place.cost)


def test_moves_of_others_change_nothing(situation, moves, carried):
    """The second supplier's items, after a move of the first one's as well."""
    at = situation.touched(moves[1])
    alone, both = sized_after(situation, [moves[1:], moves], [at, at], carried)
    assert np.array_equal(alone.cost, both.cost)


def test_moves_of_some_places_only(situation):
    every = every_move(situation, {Figure.LEAD_TIME: 0.75, Figure.MTTR: 0.5})
    machine, item = situation.machines[0], str(situation.items[int(situation.touched(OSAKA)[0])])
    assert moves_of(situation, every, ["Osaka Seiki", machine]) == [OSAKA, Move(Figure.MTTR, machine, 0.5)]
    assert {move.figure for move in moves_of(situation, every, ["machines"])} == {Figure.MTTR}
    assert OSAKA in moves_of(situation, every, [item])
    assert all(situation.items.gather(situation.touched(move)).is_in([item]).any() for move in moves_of(situation, every, [item]))
    with pytest.raises(UnknownPlace, match="'Nobody'; there are: "):
        moves_of(situation, every, ["Osaka Seiki", "Nobody"])


def test_only_the_touched_items_travel(situation):
    sent = []

    def noting(work, blocks):
        sent.extend(blocks)
        return [work(block) for block in blocks]

    sized_after(situation, [[OSAKA]], [situation.touched(OSAKA)], noting)
    assert len(sent[0].situation) == len(situation.touched(OSAKA)) < len(situation)
    assert sent[0].situation.link is None


def test_money_freed_in_doubt_is_that_of_all_draws_at_once(situation, moves, carried):
    places = [situation.touched(move) for move in moves]
    freed = freed_in_doubt(situation, moves, places, 6, 3, carried)
    whole = partial(doubted, situation, draws=6, seed=3)
    for move, at, one in zip(moves, places, freed, strict=True):
        now, then = whole(move, at)
        was, better = replanned(now), replanned(then)
        kept = better.cost > was.cost  # such an item goes on as before
        assert one == pytest.approx(np.where(kept, 0.0, was.value - better.value).reshape(6, -1).sum(axis=1), rel=1e-12)

"""Intervals made disjoint, beside asking every moment of every interval."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from justenough.kernels.timeline import already_disjoint, found_at, made_disjoint


def columns(rows, offsets):
    start, end, rank, state = (np.array([row[k] for row in rows], np.int64) for k in range(4))
    small = state.astype(np.int8)
    return start, end, rank, small, np.full(len(rows), -1, np.int32), np.zeros(len(rows), np.int8), np.array(offsets)


rows = some.lists(some.tuples(some.integers(0, 30), some.integers(0, 12), some.integers(0, 3), some.integers(0, 2)), max_size=10).map(
    lambda found: sorted(((s, s + d, r, k) for s, d, r, k in found), key=lambda row: row[0])
)


@given(rows, rows)
def test_at_every_moment_the_highest_rank_counts_then_the_latest(one, two):
    start, end, rank, state, reason, planned, offsets = columns(one + two, [0, len(one), len(one) + len(two)])
    first, last, source, made, kept = made_disjoint(start, end, rank, state, reason, planned, offsets)
    for m, mine in enumerate((one, two)):
        got = {t: int(source[i]) - offsets[m] for i in range(made[m], made[m + 1]) for t in range(first[i], last[i])}
        wins = {}
        for t in range(45):
            there = [(row[2], k) for k, row in enumerate(mine) if row[0] <= t < row[1]]
            if there:
                wins[t] = max(there)[1]
        assert {t: mine[k][3] for t, k in got.items()} == {t: mine[k][3] for t, k in wins.items()}
        held = [sum(k == winner for winner in wins.values()) for k in range(len(mine))]
        assert kept[offsets[m] : offsets[m + 1]].tolist() == held
    assert already_disjoint(first, last, state[source], reason[source], planned[source], made).all()
    moments = np.arange(45)
    at = found_at(first[: made[1]], last[: made[1]], made[:2], moments, np.array([0, 45]))
    assert {t for t in moments if at[t] >= 0} == {t for i in range(made[1]) for t in range(first[i], last[i])}


def test_what_is_disjoint_already_is_seen():
    def fine(*rows):
        start, end, _, state, reason, planned, offsets = columns(rows, [0, len(rows)])
        return already_disjoint(start, end, state, reason, planned, offsets).tolist()

    assert fine((0, 5, 0, 0), (5, 9, 0, 1)) == [1]
    assert fine((0, 5, 0, 0), (5, 9, 0, 0)) == [0]  # they touch and are alike: one
    assert fine((0, 5, 0, 0), (4, 9, 0, 1)) == [0]
    assert fine((0, 0, 0, 0)) == [0]
    assert fine() == [1]

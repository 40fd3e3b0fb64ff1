"""Drawing: scales, round ticks and labels that keep apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.interfaces import drawing as d


def test_a_scale_is_a_straight_line() -> None:
    scale = d.Scale(10, 20, 100, 0)
    assert [scale(10), scale(15), scale(20)] == [100, 50, 0]
    assert d.Scale(3, 3, 7, 9)(3) == 7


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(2, 8))
def test_ticks_are_few_inside_and_evenly_spaced(low: float, span: float, most: int) -> None:
    scale = d.Scale(low, low + span, 0, 1)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 1
    slack = 1e-6 * max(abs(low), span)
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)
    steps = [b - a for a, b in zip(ticks, ticks[1:], strict=False)]
    assert all(step == pytest.approx(steps[0], abs=slack) for step in steps)


def test_ticks_known_by_hand() -> None:
    assert d.Scale(0, 100, 0, 1).ticks(5) == [0, 25, 50, 75, 100]
    assert d.Scale(0, 1, 0, 1).ticks(6) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]


@given(st.lists(st.floats(0, 500), min_size=1, max_size=8))
def test_labels_lie_apart_in_order_and_never_move_back(places: list[float]) -> None:
    moved = d.apart(places)
    assert all(new >= old for new, old in zip(moved, places, strict=True))
    ordered = sorted(moved)
    assert all(b - a >= d.LINE - 1e-9 for a, b in zip(ordered, ordered[1:], strict=False))


def test_labels_too_near_are_left_out_but_never_the_last() -> None:
    assert d.thinned([0, 10, 60, 100, 110], 40) == [1, 2, 4]


def test_texts_are_escaped() -> None:
    assert "<b>" not in d.text(0, 0, "<b>") + d.dot(0, 0, "k", said="<b>") + d.svg(1, 1, '"><b>', [])

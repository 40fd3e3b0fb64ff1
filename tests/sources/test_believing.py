"""What is believed of machines, and what is refused with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from justenough.domain.machine import DAY, SECOND, State
from justenough.sources.live.believing import Belief, as_text
from justenough.sources.live.listen_file import Patience
from justenough.sources.live.readings import Fault, Kind, Reading, Unbelievable

NOW = 1_000_000 * SECOND
ONE = Reading("M1", "mqtt:a", Kind.ALIVE, NOW, NOW)


@pytest.fixture
def belief():
    return Belief(frozenset(["M1"]), {"4": State.DOWN, "Läuft": State.RUNNING}, {"press-1": "M1"}, Patience(), forgotten=NOW - DAY)


def fault_of(call, *given, **named):
    with pytest.raises(Unbelievable) as refused:
        call(*given, **named)
    return refused.value.fault


def test_names_and_words_are_translated(belief):
    assert belief.machine("press-1") == belief.machine(" M1 ") == "M1"
    assert [belief.state(word, "M1") for word in (4, 4.0, "4", "Läuft", "IDLE")] == [State.DOWN] * 3 + [State.RUNNING, State.IDLE]
    assert [as_text(one) for one in (None, True, 2.5, 3.0, " x ")] == ["", "true", "2.5", "3", "x"]


def test_strangers_are_refused(belief):
    assert fault_of(belief.machine, "M9") is Fault.UNDECLARED
    assert fault_of(belief.machine, None) is Fault.UNDECLARED
    assert fault_of(belief.state, "dancing", "M1") is Fault.UNKNOWN_STATE


@pytest.mark.parametrize(
    "told", [{"total": -1}, {"total": "many"}, {"total": float("nan")}, {"total": True}, {"total": 1e16}, {"total": 3, "good": 4}]
)
def test_impossible_counts_are_refused(belief, told):
    assert fault_of(belief.parts, "M1", **told) is Fault.COUNT


def test_counts_may_be_missing(belief):
    assert belief.parts("M1", total="12", good=None) == {"total": 12.0, "good": None}


def test_moments_that_cannot_be_meant(belief):
    belief.check_moment(replace(ONE, at=NOW + 59 * SECOND))
    belief.check_moment(replace(ONE, at=NOW - DAY))
    assert fault_of(belief.check_moment, replace(ONE, at=NOW + 61 * SECOND)) is Fault.CLOCK_AHEAD
    assert fault_of(belief.check_moment, replace(ONE, at=NOW - DAY - 1)) is Fault.FORGOTTEN


def test_a_clock_that_jumps_back_is_told_from_a_late_message(belief):
    """Number 8 an hour before number 7 is a wrong clock; number 6 an hour before it is only late, and so is a small step."""
    hour = 3600 * SECOND
    belief.check_order([replace(ONE, sequence=7)])
    belief.check_order([replace(ONE, sequence=6, at=NOW - hour)])
    assert fault_of(belief.check_order, [replace(ONE, sequence=8, at=NOW - hour)]) is Fault.CLOCK_BACK
    belief.check_order([replace(ONE, sequence=8, at=NOW - 2 * SECOND)])
    belief.check_order([replace(ONE, sequence=1, at=NOW + hour)])  # the sender began anew
    belief.check_order([replace(ONE, sequence=2, at=NOW + hour + 1)])
    assert belief.numbers_missed == 0


def test_numbers_left_out_are_counted(belief):
    belief.check_order([replace(ONE, sequence=number, at=NOW + number) for number in (1, 2, 6, 7)])
    assert belief.numbers_missed == 3


def test_a_clock_that_went_back_while_nobody_listened_is_noticed(belief):
    """What the journal remembers of a stream counts as heard."""
    again = replace(belief, last_numbers={ONE.stream: (7, NOW)})
    assert fault_of(again.check_order, [replace(ONE, sequence=8, at=NOW - 3600 * SECOND)]) is Fault.CLOCK_BACK
    again.check_order([replace(ONE, sequence=10, at=NOW + 1)])
    assert again.numbers_missed == 2

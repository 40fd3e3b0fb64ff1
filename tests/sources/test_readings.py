"""A message's key, and how much of a refused payload is kept."""

from __future__ import annotations

from dataclasses import replace

from justenough.sources.live.readings import PAYLOAD_KEPT, Fault, Kind, Reading, Refusal

ONE = Reading("M1", "mqtt:a", Kind.EACH, 1000, 2000, sequence=3, total=4.0, good=4.0)


def test_the_key_is_of_what_was_told_not_of_when_it_came():
    assert len(ONE.key) == 16
    assert ONE.key == replace(ONE, received=9).key
    assert replace(ONE, told=1000, at=5).key == ONE.key, "a clock that is not believed: its own stamp still names the message"
    others = [
        {"machine": "M2"},
        {"stream": "b"},
        {"at": 1},
        {"sequence": 4},
        {"total": 5.0},
        {"good": None},
        {"item": "x"},
        {"kind": Kind.RUNNING},
    ]
    assert len({ONE.key, *(replace(ONE, **other).key for other in others)}) == len(others) + 1


def test_a_huge_payload_is_kept_in_part():
    assert len(Refusal("s", Fault.TOO_LARGE, "", b"x" * 10**6, 0).kept) == PAYLOAD_KEPT

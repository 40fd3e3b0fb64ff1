"""Plain JSON messages, as a listen file says where their values lie."""

from __future__ import annotations

import json

import pytest

from justenough.domain.machine import State
from justenough.sources.live.believing import Belief
from justenough.sources.live.endpoints import Message
from justenough.sources.live.listen_file import Patience
from justenough.sources.live.plain_json import JsonReader, moment_of, topic_filter, topic_pattern
from justenough.sources.live.readings import Fault, Heard, Kind, Unbelievable

BELIEF = Belief(frozenset(["M1"]), {}, {}, Patience())
SIX = 1_778_047_200_000_000  # 2026-05-06 06:00 UTC, by `date -ud @1778047200`


def read(message, told, topic="plant/M1/x"):
    payload = told if isinstance(told, bytes) else json.dumps(told).encode()
    return JsonReader(message, BELIEF).readings(Heard(f"mqtt:{topic}", payload, SIX + 5, lambda _heard: []))


def test_a_state_with_its_reason():
    message = Message("plant/{machine}/x", time="head.at", state="body.mode", reason="body.why", planned="body.plan", sequence="n")
    (one,) = read(message, {"head": {"at": "2026-05-06T08:00:00+02:00"}, "body": {"mode": "down", "why": "jam", "plan": True}, "n": 3})
    assert (one.machine, one.kind, one.at, one.sequence) == ("M1", Kind.STATE, SIX, 3)
    assert (State(one.state), one.reason, one.planned, one.told) == (State.DOWN, "jam", True, None)


def test_counts_and_a_list_of_messages():
    message = Message("all", kind="each", machine="id", time_form="ms")
    first, second = read(
        message, [{"id": "M1", "time": 1500, "total": 3, "since": 1000}, {"id": "M1", "time": 2500, "total": "4", "good": 2}], "all"
    )
    assert (first.at, first.since, first.total, first.good) == (1_500_000, 1_000_000, 3.0, None)
    assert (second.total, second.good, second.stream) == (4.0, 2.0, "mqtt:all:M1")


def test_a_clock_that_is_not_believed_is_kept_beside_the_arrival():
    (one,) = read(Message("plant/{machine}/x", kind="alive", clock="arrival"), {"time": "1999-01-01T00:00:00"})
    assert (one.at, one.told) == (SIX + 5, 915_148_800_000_000)
    (none,) = read(Message("plant/{machine}/x", kind="alive", clock="arrival", time=""), {})
    assert (none.at, none.told) == (SIX + 5, None)


@pytest.mark.parametrize(
    "told",
    [
        b"{",
        b"\xff",
        b"7",
        b"[" * 100_000,
        {},
        {"time": "yesterday"},
        {"time": -1},
        {"time": True},
        {"time": 1e300},
        {"time": 5, "n": -1},
        {"time": 5, "n": 1.5},
    ],
)
def test_what_cannot_be_meant_is_refused(told):
    with pytest.raises(Unbelievable) as refused:
        read(Message("plant/{machine}/x", kind="alive", time_form="s", sequence="n"), told)
    assert refused.value.fault is Fault.MALFORMED


@pytest.mark.parametrize(
    ("value", "form"),
    [("2026-05-06T06:00:00", "iso"), (1778047200, "s"), (1778047200.0, "s"), (1778047200000, "ms"), (SIX, "us"), (SIX * 1000, "ns")],
)
def test_every_form_of_time(value, form):
    assert moment_of(value, form) == SIX


def test_topics():
    assert topic_filter("plant/{machine}/state") == "plant/+/state"
    for topic, yes, no in (
        ("plant/{machine}/state", "plant/M.1/state", "plant/M1/a/state"),
        ("a/+/c", "a//c", "a/c"),
        ("a/#", "a/b/c", "ab"),
        ("a.b", "a.b", "axb"),
    ):
        assert topic_pattern(topic).fullmatch(yes)
        assert not topic_pattern(topic).fullmatch(no)
    assert topic_pattern("a/#").fullmatch("a")

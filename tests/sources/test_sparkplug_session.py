"""Births, deaths, aliases and numbers of Sparkplug nodes."""

from __future__ import annotations

import pytest

from justenough.domain.machine import State
from justenough.sources.live.believing import Belief
from justenough.sources.live.endpoints import Metrics
from justenough.sources.live.listen_file import Patience
from justenough.sources.live.readings import Fault, Heard, Kind, Unbelievable
from justenough.sources.live.sparkplug import Metric, Payload, decoded, encoded
from justenough.sources.live.sparkplug_session import SparkplugSession

METRICS = Metrics("{device}", "State", "Reason", "Total", "Good")


@pytest.fixture
def session():
    return SparkplugSession(METRICS, Belief(frozenset(["M1", "M2"]), {}, {}, Patience()))


def tell(session, kind, seq, metrics=(), device="", at=1000):
    topic = f"spBv1.0/g/{kind}/e" + (f"/{device}" if device else "")
    payload = encoded(Payload(tuple(Metric(*one) if isinstance(one, tuple) else one for one in metrics), at, seq))
    return session.readings(Heard(f"mqtt:{topic}", payload, 9_000_000, lambda _heard: []), topic)


def born(session, life=0):
    tell(session, "NBIRTH", 0, [Metric("bdSeq", value=life, datatype=4)])
    told = [("State", 1, 1000, 12, "running"), ("Reason", 2, 1000, 12, ""), ("Total", 3, 1000, 4, 50), ("Good", 4, 1000, 4, 49)]
    return tell(session, "DBIRTH", 1, told, "M1")


def test_a_birth_tells_everything_and_names_its_aliases(session):
    state, count = born(session)
    assert (state.kind, state.state, state.at) == (Kind.STATE, State.RUNNING, 1_000_000)
    assert (count.kind, count.total, count.good) == (Kind.RUNNING, 50.0, 49.0)
    (later,) = tell(session, "DDATA", 2, [("", 3, 2000, 4, 51)], "M1")
    assert (later.total, later.good, later.at) == (51.0, 49.0, 2_000_000)
    assert session.unborn() == []


def test_numbers_go_back_to_zero_after_255(session):
    born(session)
    for seq in [*range(2, 256), 0, 1]:
        tell(session, "DDATA", seq, [("", 3, 1000 + seq, 4, 60)], "M1")
    assert session.unborn() == []
    assert session._belief.numbers_missed == 0


def test_a_missing_message_is_counted_and_a_new_birth_asked_for(session):
    born(session)
    tell(session, "DDATA", 5, [("", 3, 2000, 4, 60)], "M1")
    assert session._belief.numbers_missed == 3
    ((topic, payload),) = session.unborn()
    assert topic == "spBv1.0/g/NCMD/e"
    (wish,) = decoded(payload).metrics
    assert (wish.name, wish.value) == ("Node Control/Rebirth", True)
    assert session.unborn() == [], "it is not asked again at once"
    born(session, 1)
    assert session._wanted == set()


def test_an_alias_without_a_birth_is_refused_and_a_birth_asked_for(session):
    with pytest.raises(Unbelievable) as refused:
        tell(session, "DDATA", 9, [("", 3, 2000, 4, 60)], "M1")
    assert refused.value.fault is Fault.NO_BIRTH
    assert len(session.unborn()) == 1


def test_a_death_makes_the_nodes_machines_unknown(session):
    born(session)
    (lost,) = tell(session, "NDEATH", -1, [Metric("bdSeq", value=0, datatype=4)])
    assert (lost.machine, lost.state, lost.at) == ("M1", State.UNKNOWN, 9_000_000)


def test_the_death_of_an_earlier_life_is_old_news(session):
    born(session, 3)
    assert tell(session, "NDEATH", -1, [Metric("bdSeq", value=2, datatype=4)]) == []


def test_the_death_of_a_device_is_told_of_its_own_moment(session):
    born(session)
    (lost,) = tell(session, "DDEATH", 2, device="M1", at=5000)
    assert (lost.state, lost.at) == (State.UNKNOWN, 5_000_000)


def test_a_lost_connection_makes_all_unknown_until_they_are_born_again(session):
    born(session)
    (lost,) = session.lost(7_000_000)
    assert (lost.state, lost.at) == (State.UNKNOWN, 7_000_000)
    assert len(session.unborn()) == 1


def test_what_is_no_machine_is_passed_over_or_refused(session):
    assert session.readings(Heard("mqtt:x", b"", 0, lambda _h: []), "spBv1.0/STATE/host") == []
    assert tell(session, "NCMD", 0) == []
    with pytest.raises(Unbelievable) as refused:
        tell(session, "DBIRTH", 0, device="stranger")
    assert refused.value.fault is Fault.UNDECLARED

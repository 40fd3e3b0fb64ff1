"""Sessions and keys: good for a while, then no more; wrong tries run out."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from justenough.archive.audit_log import Doer
from justenough.archive.people import People, PeopleError, Role
from justenough.archive.sessions import IDLE, LASTS, SEEN_EVERY, TRIES_OF_ADDRESS, TRIES_OF_ONE, WITHIN, Sessions

BY = Doer("tests")
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def sessions(records_on_both):
    return Sessions(records_on_both)


@pytest.fixture
def anna(sessions):
    return People(sessions.records).add("anna", "planner", BY)


def test_a_session_ends_when_nobody_uses_it(sessions, anna):
    token = sessions.begin(anna, BY, NOW)
    assert sessions.of_token(token, NOW + IDLE - timedelta(seconds=1)).user.name == "anna"
    assert sessions.of_token(token, NOW + 2 * IDLE - timedelta(minutes=1)).most is Role.PLANNER, "it was used meanwhile"
    assert sessions.of_token(token, NOW + 4 * IDLE) is None


def test_a_session_ends_however_much_it_is_used(sessions, anna):
    token, at = sessions.begin(anna, BY, NOW), NOW
    while at < NOW + LASTS - SEEN_EVERY:
        assert sessions.of_token(token, at)
        at += timedelta(hours=1)
    assert sessions.of_token(token, NOW + LASTS) is None


def test_a_session_that_was_ended_is_over(sessions, anna):
    token, other = sessions.begin(anna, BY, NOW), sessions.begin(anna, BY, NOW)
    sessions.end(token, BY)
    assert sessions.of_token(token, NOW) is None
    assert sessions.of_token(other, NOW)
    assert sessions.of_token("", NOW) is None
    assert sessions.of_token("\udcff", NOW) is None


def test_tokens_and_keys_are_kept_nowhere(sessions, anna):
    token = sessions.begin(anna, BY)
    _, key = sessions.make_key(anna, "x", "viewer", 1, BY)
    with sessions.records.reading() as connection:
        kept = [connection.exec_driver_sql(f"select * from {name}").all() for name in ("sessions", "access_keys", "audit_log")]
    assert token not in repr(kept)
    assert key.split("_", 2)[2] not in repr(kept)


def test_a_key_opens_its_scope_until_its_end(sessions, anna):
    entry, key = sessions.make_key(anna, "x", "viewer", 2, BY)
    assert sessions.of_key(key).most is Role.VIEWER
    assert sessions.of_key(key, entry.ends) is None
    assert sessions.of_key(key[:-1] + ("A" if key[-1] != "A" else "B")) is None
    for strange in ("", "je", "je__", "je_x", f"xx{key[2:]}", key + "x" * 300, "je_\udcff_x"):
        assert sessions.of_key(strange) is None
    sessions.revoke(entry.key_id, BY)
    assert sessions.of_key(key) is None
    assert sessions.all_keys()[0].revoked


def test_a_key_follows_its_owner(sessions, anna):
    people = People(sessions.records)
    _, key = sessions.make_key(anna, "x", "planner", 2, BY)
    people.change("anna", BY, role="viewer")
    assert sessions.of_key(key).most is Role.VIEWER
    people.change("anna", BY, disabled=True)
    people.change("anna", BY, disabled=False)
    assert sessions.of_key(key) is None, "keeping somebody out ends their keys for good"


@pytest.mark.parametrize(
    ("scope", "days", "said"),
    [
        ("admin", 1, "may have the scope viewer, planner"),
        ("viewer", 0, "at most 366"),
        ("viewer", 367, "at most 366"),
        ("x", 1, "may have"),
    ],
)
def test_keys_that_are_not_made(sessions, anna, scope, days, said):
    with pytest.raises(PeopleError, match=said):
        sessions.make_key(anna, "", scope, days, BY)


def test_wrong_tries_of_a_name_run_out_and_come_back(sessions):
    at = 1_000_000.0
    for n in range(TRIES_OF_ONE):
        assert sessions.try_now("anna", "1.2.3.4", at + n) == 0
    now = at + TRIES_OF_ONE
    assert 0 < sessions.try_now("anna", "1.2.3.4", now) <= WITHIN
    assert sessions.try_now("anna", "4.3.2.1", now) == 0, "nobody locks others out from elsewhere"
    assert sessions.try_now("bert", "1.2.3.4", now) == 0
    assert sessions.try_now("anna", "1.2.3.4", at + WITHIN) == 0
    assert sessions.try_now("anna", "1.2.3.4", at + WITHIN) > 0
    sessions.forgive("anna", "1.2.3.4")
    assert sessions.try_now("anna", "1.2.3.4", at + WITHIN) == 0


def test_many_tries_at_one_moment_are_no_more_than_one_after_the_other(sessions):
    waited, gate = [], threading.Barrier(12)

    def guess():
        gate.wait(60)
        waited.append(sessions.try_now("anna", "1.2.3.4", 1_000_000.0))

    guessers = [threading.Thread(target=guess) for _ in range(12)]
    for one in guessers:
        one.start()
    for one in guessers:
        one.join()
    assert waited.count(0) == TRIES_OF_ONE


def test_one_address_cannot_try_every_name(sessions):
    for n in range(TRIES_OF_ADDRESS):
        assert sessions.try_now(f"name{n}", "1.2.3.4", 1_000_000.0) == 0
    assert sessions.try_now("another", "1.2.3.4", 1_000_001.0) > 0
    sessions.forgive("name1", "1.2.3.4")
    assert sessions.try_now("another", "1.2.3.4", 1_000_001.0) == 0, "who was right is not counted against the address"

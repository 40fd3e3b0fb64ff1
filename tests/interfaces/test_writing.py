"""Writing: once, whoever sends it again; see also `test_people_page` for it through the API."""

from __future__ import annotations

import threading

import pytest
from fastapi import Response

from justenough.archive.people import Role
from justenough.archive.replies import RepeatedWrite
from justenough.interfaces.web.callers import Caller
from justenough.interfaces.web.writing import once, once_at_length

ANNA = Caller("anna", Role.ADMIN, "key", "", "")


def test_without_a_key_it_is_simply_done(house):
    done = []
    for _ in range(2):
        once(house, ANNA, "POST /x", None, b"", lambda: done.append(1) or Response("x"))
    assert done == [1, 1]


@pytest.mark.parametrize("how", [once, once_at_length])
def test_two_at_the_same_moment_do_it_once(house, how):
    done, told, gate = [], [], threading.Barrier(4)

    def do():
        done.append(1)
        return Response("made", 201, media_type="text/plain")

    def send():
        gate.wait(60)
        try:
            answer = how(house, ANNA, "POST /x", "k", b"same", do)
            told.append((answer.status_code, answer.body))
        except RepeatedWrite:
            assert how is once_at_length

    senders = [threading.Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len(done) == 1
    assert set(told) == {(201, b"made")}
    assert how(house, ANNA, "POST /x", "k", b"same", do).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("how", [once, once_at_length])
def test_a_write_that_broke_may_be_sent_again(house, how):
    def broken():
        raise RuntimeError("power")

    with pytest.raises(RuntimeError):
        how(house, ANNA, "POST /x", "k", b"", broken)
    assert how(house, ANNA, "POST /x", "k", b"", lambda: Response("x", media_type="text/plain")).body == b"x"


@pytest.mark.parametrize("key", ["k", None])
def test_a_write_and_its_note_are_there_together_or_not_at_all(house, key):
    """The audit log holds what was done, whatever stops the server between the two."""

    def noted_then_stopped():
        house.people.add("bert", "viewer", ANNA.doer)
        house.people.note(ANNA.doer, "x", "bert")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(house, ANNA, "POST /x", key, b"", noted_then_stopped)
    assert "bert" not in [one.name for one in house.people.users()]
    assert "bert" not in [one.subject for one in house.people.changes()]

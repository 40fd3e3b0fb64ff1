"""Writing: once, whoever sends it again; see also `test_people_page` for it through the API."""

from __future__ import annotations

import threading

import pytest
from fastapi import Response

from justenough.archive.people import Role
from justenough.archive.replies import RepeatedWrite
from justenough.interfaces.web.callers import Caller
from justenough.interfaces.web.writing import once

ANNA = Caller("anna", Role.ADMIN, "key", "", "")


def test_without_a_key_it_is_simply_done(house):
    done = []
    for _ in range(2):
        once(house, ANNA, "POST /x", None, b"", lambda: done.append(1) or Response("x"))
    assert done == [1, 1]


def test_two_at_the_same_moment_do_it_once(house):
    done, refused, gate = [], [], threading.Barrier(4)

    def do():
        done.append(1)
        return Response("made", 201, media_type="text/plain")

    def send():
        gate.wait(60)
        try:
            answer = once(house, ANNA, "POST /x", "k", b"same", do)
            assert (answer.status_code, answer.body) == (201, b"made")
        except RepeatedWrite:
            refused.append(1)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len(done) == 1
    assert once(house, ANNA, "POST /x", "k", b"same", do).headers["idempotency-replayed"] == "true"


def test_a_write_that_broke_may_be_sent_again(house):
    def broken():
        raise RuntimeError("power")

    with pytest.raises(RuntimeError):
        once(house, ANNA, "POST /x", "k", b"", broken)
    assert once(house, ANNA, "POST /x", "k", b"", lambda: Response("x", media_type="text/plain")).body == b"x"

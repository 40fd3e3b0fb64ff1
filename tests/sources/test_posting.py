"""The HTTP door: only with the key, only so much, and answered once it is kept."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

from justenough.sources.live.believing import Belief
from justenough.sources.live.collector import Collector, Kept
from justenough.sources.live.listen_file import ListenError, Patience, listen_file
from justenough.sources.live.posting import MOST_AT_ONCE, MOST_READINGS, PATH, PostEar

STATE = {"machine": "M1", "time": "2026-05-06T06:00:00Z", "state": "down", "reason": "jam", "sequence": 1}
COUNT = {"machine": "M1", "kind": "running", "time": "2026-05-06T06:00:01Z", "total": 10, "good": 9}


class Room:
    def __init__(self):
        self.readings, self.refusals, self.keys = [], [], set()

    def keep(self, readings, refusals):
        new = [one for one in readings if one.key not in self.keys]
        self.keys |= {one.key for one in new}
        self.readings += new
        self.refusals += refusals
        return Kept(len(new), len(readings) - len(new))


@pytest.fixture
def door(monkeypatch):
    monkeypatch.setenv("JUSTENOUGH_LISTEN_KEY", "right")
    room = Room()
    belief = Belief(frozenset(["M1"]), {}, {}, Patience())
    collector = Collector(room, belief, largest_bytes=200_000)
    ear = PostEar(listen_file({"rest": {"port": 0}}).rest, belief, collector, lambda _text: None)
    collector.start()
    ear.start()
    yield ear, room
    ear.stop()
    collector.stop()


def post(ear, body, key="Bearer right", path=PATH, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", ear.port, timeout=60)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, data, {"Authorization": key, **dict(headers)})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    return answer.status, said


def test_a_batch_is_kept_before_it_is_answered(door):
    ear, room = door
    assert post(ear, [STATE, COUNT, {**STATE, "machine": "M9"}, {**COUNT, "total": 1}]) == (
        200,
        {
            "taken": 2,
            "refused": [
                {"at": 2, "fault": "undeclared machine", "found": "'M9'"},
                {"at": 3, "fault": "impossible count", "found": "good 9 above total 1"},
            ],
        },
    )
    assert [(one.machine, one.total) for one in room.readings] == [("M1", None), ("M1", 10.0)]
    assert len(room.refusals) == 2
    assert post(ear, STATE)[0] == 200
    assert len(room.readings) == 2, "sent again, it is known already"


@pytest.mark.parametrize(
    ("key", "path", "body", "status"),
    [
        ("", PATH, STATE, 401),
        ("Bearer wrong", PATH, STATE, 401),
        ("Bearer right", "/", STATE, 404),
        ("Bearer right", PATH, b"{", 400),
        ("Bearer right", PATH, b" " * 200_001, 413),
        ("Bearer right", PATH, [1] * (MOST_READINGS + 1), 413),
    ],
)
def test_what_is_refused(door, key, path, body, status):
    ear, room = door
    answer, said = post(ear, body, key, path)
    assert (answer, list(said)) == (status, ["error"])
    assert not room.readings


def test_a_post_without_a_length_is_refused(door):
    ear, _ = door
    with socket.create_connection(("127.0.0.1", ear.port), 5) as line:
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n\r\n".encode())
        assert b" 411 " in line.recv(1000)


def test_so_many_connections_and_no_more(door):
    ear, _ = door
    lines = [socket.create_connection(("127.0.0.1", ear.port), 5) for _ in range(MOST_AT_ONCE)]
    more = socket.create_connection(("127.0.0.1", ear.port), 5)
    assert more.recv(10) == b"", "one too many is closed unheard"
    for line in (*lines, more):
        line.close()


def test_the_door_is_closed_to_others_and_has_a_key(monkeypatch):
    with pytest.raises(ListenError, match="beyond_this_machine"):
        listen_file({"rest": {"host": "0.0.0.0"}})
    monkeypatch.delenv("JUSTENOUGH_LISTEN_KEY", raising=False)
    with pytest.raises(ListenError, match="JUSTENOUGH_LISTEN_KEY is not set"):
        PostEar(listen_file({"rest": {}}).rest, None, None, None)

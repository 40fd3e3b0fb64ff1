"""The collector: acknowledges what is kept, keeps aside what is refused, and never the other way round."""

from __future__ import annotations

import threading

from live_servers import wait_for

from justenough.sources.live.believing import Belief
from justenough.sources.live.collector import Collector, Kept
from justenough.sources.live.listen_file import Patience
from justenough.sources.live.readings import Fault, Heard, Kind, Reading, Unbelievable

BELIEF = Belief(frozenset(["M1"]), {}, {}, Patience())


class Room:
    def __init__(self, failures=0):
        self.failures, self.readings, self.refusals = failures, [], []

    def keep(self, readings, refusals):
        if self.failures:
            self.failures -= 1
            raise OSError("no space left on device")
        self.readings += readings
        self.refusals += refusals
        return Kept(len(readings), 0)


def heard(read, payload=b"x", done=lambda _kept: None):
    return Heard("mqtt:a", payload, 1000, read, done)


def reading(stream="mqtt:a", at=1000, kind=Kind.ALIVE):
    return Reading("M1", stream, kind, at, 1000)


def test_acknowledged_only_once_kept(monkeypatch):
    monkeypatch.setattr("justenough.sources.live.collector.RETRY_SECONDS", 0.05)
    room, done, said = Room(failures=2), threading.Event(), []
    one = Collector(room, BELIEF, notice=said.append)
    one.start()
    one.put(heard(lambda _heard: [reading()], done=lambda _kept: (done.set(), said.append(f"acknowledged after {len(room.readings)}"))))
    assert done.wait(120)
    one.stop()
    assert said[-1] == "acknowledged after 1"
    assert one.tally.failures == 2


def test_what_cannot_be_believed_is_kept_aside_counted_and_acknowledged():
    def unreadable(_heard):
        raise Unbelievable(Fault.UNMAPPED, "a/b")

    room, fates, said = Room(), [], []
    one = Collector(room, BELIEF, largest_bytes=10, notice=said.append)
    one.start()
    for _ in range(2):
        one.put(heard(unreadable, done=fates.append))
    one.put(heard(lambda _heard: [reading()], payload=b"x" * 11, done=fates.append))
    one.put(heard(lambda _heard: [reading(at=2**60)], done=fates.append))
    one.put(heard(lambda _heard: [reading()], done=fates.append))
    one.stop()
    assert fates == [False, False, False, False, True]
    assert dict(one.tally.refused) == {"unmapped topic": 2, "payload too large": 1, "clock ahead": 1}
    assert [one.fault for one in room.refusals] == [Fault.UNMAPPED, Fault.UNMAPPED, Fault.TOO_LARGE, Fault.CLOCK_AHEAD]
    assert len(said) == 3, "each fault is told once"


def test_a_machine_counted_by_two_ways_is_told():
    said = []
    one = Collector(Room(), BELIEF, notice=said.append)
    one.start()
    one.put(heard(lambda _heard: [reading("mqtt:a", kind=Kind.RUNNING), reading("opcua:b", kind=Kind.RUNNING)]))
    wait_for(lambda: said)
    one.stop()
    assert said == ["M1 is counted by mqtt:a and by opcua:b: its parts may count twice"]

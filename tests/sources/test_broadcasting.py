"""An act shown to a real broker is heard as it was told, in plain JSON and in Sparkplug B, also after a listener was away."""

from __future__ import annotations

import threading
import time
import tomllib

import pytest
from live_servers import Mosquitto, free_port, wait_for

from justenough.sources.live.acting import Act, Cast
from justenough.sources.live.believing import Belief
from justenough.sources.live.broadcasting import Stage, broadcast, listen_text
from justenough.sources.live.collector import Collector, Kept
from justenough.sources.live.listen_file import ListenError, Patience, listen_file
from justenough.sources.live.mqtt import MqttEar
from justenough.sources.live.readings import Kind


class Room:
    def __init__(self):
        self.readings = {}

    def keep(self, readings, refusals):
        self.readings |= {one.key: one for one in readings}
        return Kept(len(readings), 0)

    def last_total(self, machine):
        return max((one.total for one in self.readings.values() if one.machine == machine and one.kind is Kind.RUNNING), default=-1)


@pytest.mark.parametrize("sparkplug", [False, True])
def test_what_is_shown_is_heard(tmp_path, sparkplug):
    broker = Mosquitto(tmp_path / "broker")
    broker.start()
    cast = Cast.of(3, 4)
    stage = Stage(port=broker.port, sparkplug=sparkplug)
    file = listen_file(tomllib.loads(listen_text(cast, stage)))
    room, belief = Room(), Belief(frozenset(cast.machines), file.states, file.names, Patience())
    collector = Collector(room, belief)
    ear = MqttEar(file.broker, belief, collector, lambda _text: None)
    collector.start()
    ear.start()
    wait_for(lambda: ear.connected)
    ended = threading.Event()
    begin = time.time_ns() // 1000 - 3600 * 1_000_000
    showing = threading.Thread(target=broadcast, args=(Act(cast, 4, begin), stage, ended))
    showing.start()
    expected = {one.machine: one.total for one in Act(cast, 4, begin).until(begin + 3600 * 1_000_000)}
    wait_for(lambda: all(room.last_total(name) >= total for name, total in expected.items()), what="every counter")
    assert {one.machine for one in room.readings.values() if one.kind is Kind.STATE} == set(cast.machines)
    ended.set()
    showing.join()
    ear.stop()
    collector.stop()
    broker.stop()
    assert not collector.tally.refused or set(collector.tally.refused) == {"no birth heard"}


def test_without_a_broker_it_says_so():
    with pytest.raises(ListenError, match="no broker answers"):
        broadcast(Act(Cast.of(1, 0), 0, 0), Stage(port=free_port()), threading.Event())


def test_machines_are_parted_so_that_none_counts_twice():
    cast = Cast.of(5, 0)
    by_broker, by_server = Stage(port=1, opc_port=2).parted(cast)
    assert by_broker.machines + by_server.machines == ("M0001", "M0003", "M0005", "M0002", "M0004")
    assert Stage(port=None, opc_port=2).parted(cast)[1] == cast
    file = listen_file(tomllib.loads(listen_text(cast, Stage(port=1, opc_port=2))))
    assert [one.machine for one in file.servers[0].machines] == ["M0002", "M0004"]

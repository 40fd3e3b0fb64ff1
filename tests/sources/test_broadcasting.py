"""An act shown to a real broker is heard as it was told, in plain JSON and in Sparkplug B, also after a listener was away."""

from __future__ import annotations

import threading
import time
import tomllib

import pytest
from free_port import free_port
from live_servers import Mosquitto, wait_for

from justenough.sources.live.acting import Act, Cast
from justenough.sources.live.believing import Belief
from justenough.sources.live.broadcasting import Stage, broadcast, broker_text, listen_text
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
def test_what_is_shown_is_heard_and_no_number_is_missed(tmp_path, sparkplug):
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
    assert belief.numbers_missed == 0
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


def test_the_broker_as_prepared_keeps_more_than_its_usual_thousand_messages(tmp_path):
    """Mosquitto left alone queues 1,000 messages for who is away and drops the rest; two hours of twelve machines are 5,000."""
    from paho.mqtt.client import Client, MQTTv5
    from paho.mqtt.enums import CallbackAPIVersion
    from paho.mqtt.properties import PacketTypes, Properties

    broker = Mosquitto(tmp_path / "broker")
    own = f"persistence_location {tmp_path / 'broker'}/\n"
    (tmp_path / "broker" / "mosquitto.conf").write_text(broker_text(Stage(port=broker.port)) + own)
    broker.start()
    heard = []
    long = Properties(PacketTypes.CONNECT)
    long.SessionExpiryInterval = 600

    def ear():
        one = Client(CallbackAPIVersion.VERSION2, client_id="ear", protocol=MQTTv5)
        one.on_message = lambda _client, _data, message: heard.append(message.payload)
        one.connect("127.0.0.1", broker.port, clean_start=False, properties=long)
        one.loop_start()
        return one

    away = ear()
    done = threading.Event()
    away.on_subscribe = lambda *_told: done.set()
    away.subscribe("told", qos=1)
    assert done.wait(60)
    away.disconnect()
    away.loop_stop()
    mouth = Client(CallbackAPIVersion.VERSION2)
    mouth.max_inflight_messages_set(1000)
    mouth.connect("127.0.0.1", broker.port)
    mouth.loop_start()
    sent = [mouth.publish("told", str(n), qos=1) for n in range(2500)]
    for one in sent:
        one.wait_for_publish(60)
    back = ear()
    wait_for(lambda: len(set(heard)) == len(sent), what="every message")
    for one in (mouth, back):
        one.disconnect()
        one.loop_stop()
    broker.stop()

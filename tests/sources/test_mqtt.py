"""MQTT with a real Mosquitto: kills, cuts and restarts lose nothing that was acknowledged, and count nothing twice."""

from __future__ import annotations

import json
import random
import threading
import time

import pytest
from live_plant import Listening, count_message, kept_in, planted, settled
from live_servers import Authority, Mosquitto, Wire, wait_for
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

FILE = """
[mqtt]
port = {port}
keep_alive_seconds = 4
[[mqtt.message]]
topic = "plant/{{machine}}/parts"
kind = "each"
time_form = "us"
sequence = "n"
[[mqtt.message]]
topic = "plant/{{machine}}/counter"
kind = "running"
time_form = "us"
sequence = "n"
[[mqtt.message]]
topic = "plant/{{machine}}/state"
time_form = "us"
sequence = "n"
[time]
settle_seconds = 0.3
late_seconds = 0.1
"""


@pytest.fixture
def broker(tmp_path):
    one = Mosquitto(tmp_path / "broker")
    one.start()
    yield one
    one.stop()


class Sender:
    """A machine's controller: numbers its messages, and sends again what the broker has not acknowledged."""

    def __init__(self, port: int) -> None:
        self.taken: set[int] = set()
        self.client = Client(CallbackAPIVersion.VERSION2, "sender", clean_session=False)
        self.client.max_inflight_messages_set(500)
        self.client.on_publish = lambda _client, _data, mid, _reason, _properties: self.taken.add(mid)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.sent: dict[str, list[int]] = {}
        self.waiting = []

    def parts(self, machine: str, parts: int) -> None:
        numbers = self.sent.setdefault(machine, [])
        numbers.append(parts)
        self.waiting.append(self.client.publish(f"plant/{machine}/parts", count_message(len(numbers), parts), qos=1))

    def counter(self, machine: str, total: int, number: int) -> None:
        self.waiting.append(self.client.publish(f"plant/{machine}/counter", count_message(number, total), qos=1))

    def wait(self) -> None:
        # A message published while the broker is away is sent when it is back; only the broker's word counts.
        wait_for(lambda: {one.mid for one in self.waiting} <= self.taken, what="the broker's acknowledgements")
        self.client.disconnect()
        self.client.loop_stop()


def test_counts_in_are_counts_out_through_kills_cuts_and_a_broker_that_stops(tmp_path, broker):
    """Two thousand messages at QoS 1; the listener is killed twice, its wire cut, the broker stopped for a while."""
    rng = random.Random(20261123)
    workspace = planted(tmp_path)
    wire = Wire(broker.port)
    (tmp_path / "listen.toml").write_text(FILE.format(port=wire.port))
    listening = Listening(workspace, tmp_path / "listen.toml")
    listening.start()
    sender = Sender(broker.port)
    ended = threading.Event()

    def send() -> None:
        for number in range(1, 1001):
            machine = f"M{number % 4}"
            sender.parts(machine, rng.randrange(1, 50))
            sender.counter(machine, 7 * number, number)
            if number % 20 == 0:
                time.sleep(0.05)
        ended.set()

    threading.Thread(target=send, daemon=True).start()
    for misfortune in ("kill", "cut", "stop", "kill"):
        time.sleep(rng.uniform(0.2, 0.8))
        if misfortune == "kill":
            listening.kill()
            listening.start()
        elif misfortune == "cut":
            wire.cut()
            time.sleep(0.4)
            wire.mend()
        else:
            broker.stop()
            time.sleep(0.7)
            broker.start()
    assert ended.wait(180)
    sender.wait()
    wait_for(lambda: kept_in(workspace) >= 2000, what="2,000 readings")
    listening.end()
    events, counts = settled(workspace)
    assert kept_in(workspace) == 2000
    assert events.height == 0
    rises = 4 * 7 * 996  # each counter rises by 7 a message, from its machine's first number to its last
    assert counts["total"].sum() == sum(map(sum, sender.sent.values())) + rises
    for machine, parts in sender.sent.items():
        assert counts.filter(counts["machine"] == machine)["total"].sum() == sum(parts) + 7 * 996
    wire.close()


def test_what_is_not_on_the_disk_is_not_acknowledged(tmp_path, broker):
    """A keeper that cannot write: the broker keeps the message, and gives it to the one that can."""
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector, Kept
    from justenough.sources.live.listen_file import Patience, listen_file
    from justenough.sources.live.mqtt import MqttEar

    file = listen_file({"mqtt": {"port": broker.port, "message": [{"topic": "plant/{machine}/state", "time_form": "us"}]}})

    class Full:
        asked = 0

        def keep(self, readings, refusals):
            self.asked += 1
            raise OSError("no space left on device")

    class Room:
        kept = ()

        def keep(self, readings, refusals):
            self.kept += tuple(readings)
            return Kept(len(readings), 0)

    said: list[str] = []
    for keeper in (Full(), Room()):
        belief = Belief(frozenset(["M0"]), {}, {}, Patience())
        collector = Collector(keeper, belief, notice=said.append)
        ear = MqttEar(file.broker, belief, collector, said.append)
        collector.start()
        ear.start()
        wait_for(lambda: ear.connected)
        if isinstance(keeper, Full):
            sender = Sender(broker.port)
            sender.waiting.append(sender.client.publish("plant/M0/state", json.dumps({"time": 1, "state": "running"}), qos=1))
            sender.wait()
            wait_for(lambda: keeper.asked)
        else:
            wait_for(lambda: keeper.kept)
        ear.stop()
        collector.stop()
    assert [one.at for one in keeper.kept] == [1]
    assert any("nothing can be kept: no space left on device" in text for text in said)


def test_a_forgotten_session_is_told(tmp_path):
    """A broker that keeps nothing on disk forgets us as it restarts; that cannot be mended, so it is said."""
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector, Kept
    from justenough.sources.live.listen_file import Patience, listen_file
    from justenough.sources.live.mqtt import MqttEar

    broker = Mosquitto(tmp_path / "broker")
    conf = tmp_path / "broker" / "mosquitto.conf"
    conf.write_text(conf.read_text().replace("persistence true", "persistence false"))
    broker.start()

    class Room:
        def keep(self, readings, refusals):
            return Kept(len(readings), 0)

    said: list[str] = []
    file = listen_file({"mqtt": {"port": broker.port, "message": [{"topic": "plant/{machine}/state"}]}})
    belief = Belief(frozenset(), {}, {}, Patience())
    ear = MqttEar(file.broker, belief, Collector(Room(), belief), said.append)
    ear.start()
    wait_for(lambda: ear.connected)
    broker.stop()
    wait_for(lambda: not ear.connected)
    broker.start()
    wait_for(lambda: ear.sessions_lost == 1)
    ear.stop()
    broker.stop()
    assert any("forgot our session" in text for text in said)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves the socket of a failed handshake open
def test_over_tls_only_a_broker_that_is_trusted_is_heard(tmp_path):
    """A broker that shows a certificate and wants one: heard by who trusts its authority, refused by who trusts another."""
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector, Kept
    from justenough.sources.live.listen_file import Patience, listen_file
    from justenough.sources.live.mqtt import MqttEar

    authority, other = Authority(tmp_path / "ours"), Authority(tmp_path / "other")
    shown, hidden = authority.certificate("broker")
    broker = Mosquitto(tmp_path / "broker")
    conf = tmp_path / "broker" / "mosquitto.conf"
    conf.write_text(f"{conf.read_text()}cafile {authority.file}\ncertfile {shown}\nkeyfile {hidden}\nrequire_certificate true\n")
    broker.start()
    certificate, key = authority.certificate("listener")
    ours = {"tls": True, "tls_certificate": str(certificate), "tls_key": str(key)}
    told = {"port": broker.port, "message": [{"topic": "plant/{machine}/state"}], **ours}

    class Room:
        def keep(self, readings, refusals):
            return Kept(len(readings), 0)

    for trusted in (other, authority):
        said: list[str] = []
        file = listen_file({"mqtt": {**told, "tls_authority": str(trusted.file)}})
        belief = Belief(frozenset(), {}, {}, Patience())
        ear = MqttEar(file.broker, belief, Collector(Room(), belief), said.append)
        ear.start()
        wait_for(lambda said=said: said)
        ear.stop()
        assert ("connected" in said[0]) == (trusted is authority)
        assert ("certificate verify failed" in said[0]) == (trusted is other)
    broker.stop()

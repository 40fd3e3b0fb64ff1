"""Broadcasting: an act published to a broker and from an OPC UA server, so that anyone can see a plant live."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from justenough.sources.live.acting import Act, Cast, Told
from justenough.sources.live.readings import ListenError, this_moment
from justenough.sources.live.sparkplug import Metric, Payload, encoded, named

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from paho.mqtt.client import Client

GROUP, EDGE = "act", "edge"
STEP_SECONDS = 0.2
_SEQ = 256
METRICS = ("State", "Reason", "Total", "Good", "Item")


@dataclass(frozen=True, slots=True)
class Stage:
    """
    Where an act is shown.

    Parameters
    ----------
    host, port
        The broker; no port: none.
    sparkplug
        Sparkplug B rather than plain JSON.
    opc_port
        Port of the OPC UA server; none: no server.
    """

    host: str = "127.0.0.1"
    port: int | None = 1883
    sparkplug: bool = False
    opc_port: int | None = None

    def parted(self, cast: Cast) -> tuple[Cast, Cast]:
        """Machines shown by the broker, and those shown by the OPC UA server: every other one where there are both."""
        n = len(cast.machines)
        by_server = [at for at in range(n) if self.opc_port is not None and (self.port is None or at % 2)]
        by_broker = [at for at in range(n) if self.port is not None and at not in set(by_server)]
        return cast.only(by_broker), cast.only(by_server)


def broadcast(act: Act, stage: Stage, ended: threading.Event) -> int:
    """
    Show an act until told to end; what it told before now is shown at once. Gives how many messages that were.

    Raises
    ------
    ListenError
        The broker cannot be reached.
    """
    shows: list[tuple[frozenset[str], Any]] = []
    by_broker, by_server = stage.parted(act.cast)
    if by_broker.machines:
        shows.append((frozenset(by_broker.machines), (SparkplugShow if stage.sparkplug else JsonShow)(_client(stage), by_broker)))
    if by_server.machines:
        from justenough.sources.live.opcua_show import OpcShow

        url = f"opc.tcp://{stage.host}:{stage.opc_port}/act"
        shows.append((frozenset(by_server.machines), OpcShow(url, by_server)))
    n = 0
    try:
        while not ended.is_set():
            one = act.until(this_moment())
            for mine, show in shows:
                show.tell([told for told in one if told.machine in mine])
            n += len(one)
            ended.wait(STEP_SECONDS)
    finally:
        for _, show in shows:
            show.close()
    return n


class JsonShow:
    """Plain JSON: ``plant/<machine>/state`` and ``plant/<machine>/count``, kept by the broker until acknowledged."""

    def __init__(self, client: Client, _cast: Cast) -> None:
        self._client = client
        self._told: Counter[str] = Counter()  # messages of each topic

    def tell(self, told: Sequence[Told]) -> None:
        """Publish what was told; each topic counts its own messages."""
        for one in told:
            topic = f"plant/{one.machine}/{'count' if one.state is None else 'state'}"
            said: dict[str, object] = {"time": one.at, "number": self._told[topic]}
            self._told[topic] += 1
            if one.state is None:
                said |= {"total": one.total, "good": one.good, "item": one.item}
            else:
                said |= {"state": one.state.label, "reason": one.reason}
            # A listener that comes later hears how each machine stands.
            self._client.publish(topic, json.dumps(said), qos=1, retain=one.state is not None)

    def close(self) -> None:
        """Leave, once the broker has everything."""
        _leave(self._client)


class SparkplugShow:
    """Sparkplug B: one edge node, a device a machine, counters by alias; born again when asked."""

    def __init__(self, client: Client, cast: Cast) -> None:
        self._client = client
        self._cast = cast
        self._seq = -1
        self._last: dict[str, Told] = {}
        self._born = False
        self._asked = True
        client.on_message = self._on_message
        client.subscribe(f"spBv1.0/{GROUP}/NCMD/{EDGE}", qos=1)

    def tell(self, told: Sequence[Told]) -> None:
        """Publish what was told; births first where they are asked for."""
        for one in told:
            self._last[one.machine] = one if one.state is not None else _with_state(one, self._last.get(one.machine))
        if self._asked and len(self._last) == len(self._cast.machines):
            self._asked = False
            self._births()
            return
        if self._born:
            for one in told:
                alias = 10 * self._cast.machines.index(one.machine)
                values = _values(one)
                metrics = tuple(
                    Metric(alias=alias + at, timestamp=one.at // 1000, datatype=metric.datatype, value=metric.value)
                    for at, metric in enumerate(_ordered(values, one.at // 1000))
                    if metric is not None
                )
                self._publish("DDATA", metrics, one.at, one.machine)

    def close(self) -> None:
        """Die as a node should, and leave."""
        self._client.publish(f"spBv1.0/{GROUP}/NDEATH/{EDGE}", encoded(Payload(named([("bdSeq", 0)], 0))), qos=1)
        _leave(self._client)

    def _births(self) -> None:
        now = this_moment()
        self._seq, self._born = -1, True
        self._publish("NBIRTH", named([("bdSeq", 0), ("Node Control/Rebirth", False)], now // 1000), now)
        for at, name in enumerate(self._cast.machines):
            one = self._last[name]
            values = {**_values(one), "Total": one.total, "Good": one.good, "Item": one.item}
            metrics = _ordered(values, one.at // 1000)
            born = [Metric(m.name, 10 * at + k, m.timestamp, m.datatype, m.value) for k, m in enumerate(metrics) if m is not None]
            self._publish("DBIRTH", tuple(born), one.at, name)

    def _publish(self, kind: str, metrics: tuple[Metric, ...], at: int, device: str = "") -> None:
        self._seq = (self._seq + 1) % _SEQ
        topic = f"spBv1.0/{GROUP}/{kind}/{EDGE}" + (f"/{device}" if device else "")
        self._client.publish(topic, encoded(Payload(metrics, at // 1000, self._seq)), qos=0)

    def _on_message(self, _client: object, _data: object, _message: object) -> None:
        self._asked = True


def listen_text(cast: Cast, stage: Stage) -> str:
    """The listen file, as TOML, that hears what an act tells on a stage."""
    parts = [_SAID_FIRST]
    by_broker, by_server = stage.parted(cast)
    if by_broker.machines:
        parts.append(f'[mqtt]\nhost = "{stage.host}"\nport = {stage.port}\nclient = "justenough"\n')
        parts.append(_SAID_SPARKPLUG if stage.sparkplug else _SAID_JSON)
    if by_server.machines:
        parts.append(f'[[opcua]]\nurl = "opc.tcp://{stage.host}:{stage.opc_port}/act"\n')
        nodes = ", ".join(f'{name.lower()} = "ns=2;s={{0}}.{name}"' for name in METRICS)
        parts += [f'[[opcua.machine]]\nmachine = "{name}"\n{nodes.format(name)}\n'.replace(", ", "\n") for name in by_server.machines]
    return "\n".join(parts)


def broker_text(stage: Stage) -> str:
    """A Mosquitto configuration for the stage's broker; without it Mosquitto queues 1,000 messages and silently drops the rest."""
    return f"listener {stage.port} {stage.host}\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"


_SAID_FIRST = "# Where the invented plant is heard; written by `justenough machines --prepare`.\n"
_SAID_JSON = """[[mqtt.message]]
topic = "plant/{machine}/state"
kind = "state"
time_form = "us"
sequence = "number"

[[mqtt.message]]
topic = "plant/{machine}/count"
kind = "running"
time_form = "us"
sequence = "number"
"""
_SAID_SPARKPLUG = """[mqtt.sparkplug]
groups = ["act"]
machine = "{device}"
state = "State"
reason = "Reason"
total = "Total"
good = "Good"
item = "Item"
"""


def _values(one: Told) -> dict[str, int | str]:
    if one.state is None:
        return {"Total": one.total, "Good": one.good, "Item": one.item}
    return {"State": one.state.label, "Reason": one.reason}


def _ordered(values: dict[str, int | str], stamp: int) -> list[Metric | None]:
    return [named([(name, values[name])], stamp)[0] if name in values else None for name in METRICS]


def _with_state(one: Told, before: Told | None) -> Told:
    return one if before is None else replace(one, state=before.state, reason=before.reason)


def _client(stage: Stage) -> Client:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    if stage.sparkplug:
        client.will_set(f"spBv1.0/{GROUP}/NDEATH/{EDGE}", encoded(Payload(named([("bdSeq", 0)], 0))), qos=1)
    try:
        client.connect(stage.host, stage.port or 1883)
    except OSError as error:
        raise ListenError(
            f"no broker answers at {stage.host}:{stage.port}: {error}. Start one, such as: mosquitto -c plant_mosquitto.conf "
            "(written by: justenough machines --prepare plant)"
        ) from error
    client.loop_start()
    return client


def _leave(client: Client) -> None:
    until = time.monotonic() + 10
    while client.want_write() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.2)
    client.disconnect()
    client.loop_stop()

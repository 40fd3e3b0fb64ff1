"""MQTT: a session that a broker keeps for us, and messages acknowledged only once they are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from justenough.sources.live.endpoints import secret
from justenough.sources.live.plain_json import JsonReader, topic_filter, topic_pattern
from justenough.sources.live.readings import Fault, Heard, Reading, Unbelievable, this_moment
from justenough.sources.live.sparkplug_session import NAMESPACE, SparkplugSession
from justenough.sources.live.unanswered import why_unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector
    from justenough.sources.live.endpoints import Broker

REFUSED_FROM = 0x80  # reason codes from here on say no
RECONNECT_SECONDS = (0.2, 10.0)


class MqttEar:
    """
    Listens to one broker for as long as it is started; connects and subscribes again by itself.

    Parameters
    ----------
    broker, belief, collector
        Where to listen, what to believe, and who keeps it.
    notice
        Told in words of connections lost and found.
    """

    def __init__(self, broker: Broker, belief: Belief, collector: Collector, notice: Callable[[str], None]) -> None:
        from paho.mqtt.client import Client, MQTTv5
        from paho.mqtt.enums import CallbackAPIVersion

        self.connected = False
        self.sessions_lost = 0
        self._broker = broker
        self._collector = collector
        self._notice = notice
        self._connection = 0  # messages of an earlier connection are not acknowledged on this one: they come again
        self._first = True
        self._failed = ""  # why the last attempt to connect failed, as it was said
        self._readers = [(topic_pattern(one.topic), JsonReader(one, belief)) for one in broker.messages]
        self._known: dict[str, JsonReader | None] = {}
        self._spark = SparkplugSession(broker.sparkplug, belief) if broker.sparkplug else None
        client = Client(CallbackAPIVersion.VERSION2, broker.client, protocol=MQTTv5, manual_ack=True)
        client.reconnect_delay_set(*(max(1, int(one)) for one in RECONNECT_SECONDS))
        if broker.user:
            client.username_pw_set(broker.user, secret(broker.password_env) if broker.password_env else None)
        if broker.tls:
            client.tls_set(broker.tls_authority or None, broker.tls_certificate or None, broker.tls_key or None)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        self._client = client

    def start(self) -> None:
        """Begin to listen; where the broker cannot be reached yet, go on trying."""
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = int(self._broker.session_days * 86_400)
        properties.ReceiveMaximum = self._broker.in_flight
        self._client.connect_async(
            self._broker.host, self._broker.port, self._broker.keep_alive_seconds, clean_start=False, properties=properties
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Leave the broker; it keeps what comes for us until we are back."""
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message, such as the wish for a new birth."""
        self._client.publish(topic, payload, qos=0)

    def _on_connect(self, client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        from paho.mqtt.subscribeoptions import SubscribeOptions

        where = f"mqtt {self._broker.host}:{self._broker.port}"
        if reason.is_failure:
            self._notice(f"{where}: refused: {reason}")
            return
        self._connection += 1
        if not flags.session_present and not self._first:
            self.sessions_lost += 1
            self._notice(f"{where}: forgot our session; what was sent while it was away may be lost (does it keep sessions on disk?)")
        self._first = False
        # A retained message is wanted once, when we subscribe for the first time; later it would only be old news.
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        topics = [topic_filter(one.topic) for one in self._broker.messages]
        topics += [f"{NAMESPACE}/{group}/#" for group in self._broker.groups]
        client.subscribe([(topic, options) for topic in dict.fromkeys(topics)])

    def _on_connect_fail(self, _client: Any, _data: Any) -> None:
        why = why_unanswered(sys.exception())
        if why != self._failed:  # it is tried again and again, but said once
            self._failed = why
            self._notice(f"mqtt {self._broker.host}:{self._broker.port}: cannot be reached: {why} It is tried again.")

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.connected = False
        self._notice(f"mqtt {self._broker.host}:{self._broker.port}: connection ended: {reason}")
        if self._spark:  # its messages are not kept for us; what happens now is not known
            spark, now = self._spark, this_moment()
            self._collector.put(Heard("mqtt:connection", b"", now, lambda _heard: spark.lost(now)))

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, reasons: list[Any], _properties: Any) -> None:
        where = f"mqtt {self._broker.host}:{self._broker.port}"
        for reason in reasons:
            if reason.value >= REFUSED_FROM:
                self._notice(f"{where}: a subscription was refused: {reason}")
        self._failed = ""
        self.connected = True  # from now on the broker keeps what we miss
        self._notice(f"{where}: connected")
        if self._spark:
            self._ask(self._spark.unborn())

    def _on_message(self, client: Any, _data: Any, message: Any) -> None:
        connection = self._connection

        def done(_kept: bool) -> None:  # noqa: FBT001
            if message.qos and connection == self._connection:
                client.ack(message.mid, message.qos)

        received = this_moment()
        self._collector.put(Heard(f"mqtt:{message.topic}", message.payload, received, self._read, done))

    def _read(self, heard: Heard) -> list[Reading]:
        topic = heard.stream.removeprefix("mqtt:")
        if self._spark and topic.startswith(f"{NAMESPACE}/"):
            found = self._spark.readings(heard, topic)
            self._ask(self._spark.unborn())
            return found
        reader = self._reader(topic)
        if reader is None:
            raise Unbelievable(Fault.UNMAPPED, topic)
        return reader.readings(heard)

    def _reader(self, topic: str) -> JsonReader | None:
        if topic not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[topic] = next((reader for pattern, reader in self._readers if pattern.fullmatch(topic)), None)
        return self._known[topic]

    def _ask(self, births: list[tuple[str, bytes]]) -> None:
        for topic, payload in births:
            self.publish(topic, payload)

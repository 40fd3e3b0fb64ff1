"""OPC UA: subscriptions that are made again when the server was away, and what was missed asked of its history."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justenough.sources.live.endpoints import secret
from justenough.sources.live.readings import Fault, Heard, Kind, Reading, Unbelievable, this_moment
from justenough.sources.live.standing import Standing
from justenough.sources.live.unanswered import why_unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncua.crypto.uacrypto import CertProperties

    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector
    from justenough.sources.live.endpoints import OpcServer

RECONNECT_SECONDS = 1.0
LOOK_SECONDS = 1.0  # between two looks at whether the server is there
QUEUE = 1000  # changes the server keeps for us between two publications
WATCH_SECONDS = 5.0  # within which the server must answer
OVERLAP = timedelta(minutes=5)  # the history is asked again, lest a change between be missed; what is known counts once
HISTORY_DAYS = 3.0  # how far back the history is asked the first time


class OpcEar:
    """
    Listens to one server for as long as it is started.

    When the connection is lost the machines are unknown from then; when it is back every node's value is told anew. Where the
    server keeps a history, the changes of the time between are read from it, so that no stop is missed; where it keeps none,
    running counters still lose nothing.
    """

    def __init__(self, server: OpcServer, belief: Belief, collector: Collector, notice: Callable[[str], None]) -> None:
        self.connected = self._complained = False
        self._server = server
        self._belief = belief
        self._collector = collector
        self._notice = notice
        self._standing = Standing(frozenset().union(*(one.counters for one in server.machines)))
        self._lost_at = 0
        self._what = {node: (one.machine, what) for one in server.machines for node, what in one.told().items()}
        self._told_until: dict[str, datetime] = {}
        self._ending = threading.Event()
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # it logs every lost connection; we say it once
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), name="opcua", daemon=True)

    def start(self) -> None:
        """Begin to listen; where the server cannot be reached yet, go on trying."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ending.set()
        self._thread.join(timeout=10)

    async def _listen(self) -> None:
        while not self._ending.is_set():
            try:
                await self._one_connection()
            except Exception as error:  # noqa: BLE001  # whatever the server or the network did, we come again
                self._complain(error)
            if self.connected:
                self.connected = False
                self._notice(f"opcua {self._server.url}: connection ended")
                self._lose()
            await asyncio.sleep(RECONNECT_SECONDS)

    def _complain(self, error: Exception) -> None:
        """Say why the server cannot be listened to, once until it can."""
        if not self.connected and not self._complained:
            self._complained = True
            self._notice(f"opcua {self._server.url}: cannot be listened to: {why_unanswered(error)} It is tried again.")

    async def _secure(self, client: Any) -> None:
        """Sign and encrypt all that is said."""
        from asyncua.crypto import security_policies

        server = self._server
        policy = getattr(security_policies, f"SecurityPolicy{server.security}")
        theirs = _file(server.server_certificate) if server.server_certificate else None
        await client.set_security(policy, _file(server.certificate), _file(server.key), server_certificate=theirs)

    async def _one_connection(self) -> None:
        from asyncua.client.client import Client

        client = Client(self._server.url, timeout=WATCH_SECONDS)
        if self._server.user:
            client.set_user(self._server.user)
            client.set_password(secret(self._server.password_env))
        if self._server.security:
            await self._secure(client)
        async with client:
            nodes = {name: client.get_node(name) for name in self._what}
            subscription = await client.create_subscription(self._server.publish_ms, self)
            if self._server.history:
                await self._fill(nodes)
            await subscription.subscribe_data_change(list(nodes.values()), queuesize=QUEUE)
            self.connected, self._complained = True, False
            self._notice(f"opcua {self._server.url}: connected, {len(nodes)} nodes")
            while not self._ending.is_set():
                await asyncio.sleep(LOOK_SECONDS)
                await client.check_connection()

    def datachange_notification(self, node: Any, _value: Any, data: Any) -> None:
        """Take a change; called by the subscription."""
        self._put(node.nodeid.to_string(), data.monitored_item.Value)

    async def _fill(self, nodes: dict[str, Any]) -> None:
        """Take the changes since each node was heard last, in the order they happened, where the server keeps a history."""
        missed: list[tuple[datetime, str, Any]] = []
        kept = set()
        for name, node in nodes.items():
            with suppress(Exception):  # a server without a history refuses, each in its own way
                values = await node.read_raw_history(self._since(name), datetime.now(UTC))
                missed += [(_zoned(one.SourceTimestamp), name, one) for one in values if one.SourceTimestamp]
                kept.add(name)
        if self._lost_at:
            self._go_on({machine for name, (machine, what) in self._what.items() if what == "state" and name in kept}, self._lost_at)
        for _, name, value in sorted(missed, key=lambda one: one[0]):
            self._put(name, value)

    def _since(self, name: str) -> datetime:
        own = self._belief.names.get(self._what[name][0], self._what[name][0])
        heard = self._belief.heard_until.get(f"opcua:{self._server.url}:{own}")
        first = datetime.fromtimestamp(heard / 1e6, UTC) - OVERLAP if heard else datetime.now(UTC) - timedelta(days=HISTORY_DAYS)
        return self._told_until.get(name, first)

    def _go_on(self, machines: set[str], lost_at: int) -> None:
        """Say that machines whose history is known were not unknown: until it tells of a change they went on as they were."""

        def read(heard: Heard) -> list[Reading]:
            own = [self._belief.machine(name) for name in sorted(machines)]
            last = [Reading(name, f"opcua:{self._server.url}:{name}", Kind.STATE, lost_at + 1, heard.received) for name in own]
            return [reading for one in last for reading in self._standing.went_on(one)]

        self._collector.put(Heard(f"opcua:{self._server.url}", b"history", this_moment(), read))

    def _put(self, name: str, data: Any) -> None:
        received = this_moment()
        stamp = data.SourceTimestamp or data.ServerTimestamp
        if stamp is not None:
            stamp = _zoned(stamp)
            self._told_until[name] = max(stamp, self._told_until.get(name, stamp))
        at = received if stamp is None else round(stamp.timestamp() * 1_000_000)
        good = data.StatusCode is None or data.StatusCode.is_good()
        value = data.Value.Value if data.Value is not None else None
        machine, what = self._what[name]

        def read(heard: Heard) -> list[Reading]:
            if not good:  # the server itself does not know it
                return []
            if isinstance(value, list | dict):
                raise Unbelievable(Fault.MALFORMED, f"{name} is {type(value).__name__}")
            own = self._belief.machine(machine)
            reading = Reading(own, f"opcua:{self._server.url}:{own}", Kind.ALIVE, at, heard.received)
            return self._standing.take(reading, {what: value}, self._belief)

        self._collector.put(Heard(f"opcua:{name}", repr(value).encode(), received, read))

    def _lose(self) -> None:
        """Say of every machine that it is unknown from now on."""
        received = self._lost_at = this_moment()

        def read(heard: Heard) -> list[Reading]:
            own = [self._belief.machine(one.machine) for one in self._server.machines]
            lost = [Reading(name, f"opcua:{self._server.url}:{name}", Kind.STATE, received, heard.received) for name in own]
            return [self._standing.lose(one) for one in lost]

        self._collector.put(Heard(f"opcua:{self._server.url}", b"connection ended", received, read))


def _zoned(stamp: datetime) -> datetime:
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _file(path: str) -> CertProperties:
    """A certificate or key, told by what is in it and not by its name."""
    from asyncua.crypto.uacrypto import CertProperties

    content = Path(path).read_bytes()
    return CertProperties(content, extension="pem" if content.startswith(b"-----BEGIN") else "der")

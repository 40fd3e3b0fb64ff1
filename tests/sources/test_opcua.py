"""OPC UA with a real server: restarts and cuts lose no part, and no stop where the server keeps a history."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from free_port import free_port
from live_plant import Listening, planted, settled
from live_servers import Authority, Wire, wait_for

from justenough.archive.workspace import Workspace

FILE = """
[[opcua]]
url = "opc.tcp://127.0.0.1:{port}/test"
publish_ms = 50
[[opcua.machine]]
machine = "M0"
state = "ns=2;s=M0.State"
reason = "ns=2;s=M0.Reason"
total = "ns=2;s=M0.Total"
good = "ns=2;s=M0.Good"
[states]
1 = "running"
2 = "down"
[time]
settle_seconds = 0.3
late_seconds = 0.1
"""


class Server:
    """One machine on an OPC UA server of its own thread; keeps a history where asked."""

    def __init__(self, port: int, *, history: bool, shown: tuple[str, str] | None = None) -> None:
        self.shown = shown
        self.url, self.history = f"opc.tcp://127.0.0.1:{port}/test", history
        self.values = {"State": 1, "Reason": "", "Total": 0, "Good": 0}

    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self._start())

    def run(self, task):
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(120)

    async def _start(self) -> None:
        from asyncua import Server as OpcServer

        self.server = OpcServer()
        await self.server.init()
        self.server.set_endpoint(self.url)
        if self.shown:
            await self._secure(*self.shown)
        await self.server.register_namespace("test")
        machine = await self.server.nodes.objects.add_object("ns=2;s=M0", "M0")
        self.nodes = {name: await machine.add_variable(f"ns=2;s=M0.{name}", name, value) for name, value in self.values.items()}
        await self.server.start()
        if self.history:
            for node in self.nodes.values():
                await self.server.historize_node_data_change(node, period=None, count=0)

    async def _secure(self, certificate: str, key: str) -> None:
        from asyncua import ua

        self.server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        await self.server.load_certificate(certificate)
        await self.server.load_private_key(key)

    def tell(self, **values) -> None:
        self.values |= values
        self.run(self._write(values))

    async def _write(self, values) -> None:
        from asyncua import ua

        for name, value in values.items():
            kind = ua.VariantType.String if isinstance(value, str) else ua.VariantType.Int64
            told = ua.DataValue(ua.Variant(value, kind), SourceTimestamp=datetime.now(UTC))
            await self.nodes[name].write_value(told)

    def stop(self) -> None:
        self.run(self.server.stop())

        async def over():
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(over())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def readings(workspace):
    with Workspace.open(workspace) as kept:
        return kept.live().journal.since(0)


def heard(workspace, *, total: int, good: int, reason: str = "") -> bool:
    """Whether both counters and, where asked, the reason have come as far as this."""
    kept = readings(workspace)
    parts = (kept["total"].max() or 0.0, kept["good"].max() or 0.0)
    return parts == (total, good) and (not reason or reason in kept["reason"])


@pytest.mark.parametrize("history", [True, False])
def test_parts_and_stops_through_a_cut_a_kill_and_a_restart(tmp_path, history):
    server = Server(free_port(), history=history)
    server.start()
    wire = Wire(int(server.url.split(":")[2].split("/")[0]))
    (tmp_path / "listen.toml").write_text(FILE.format(port=wire.port))
    workspace = planted(tmp_path)
    listening = Listening(workspace, tmp_path / "listen.toml")
    listening.start("connected, 4 nodes")
    # Parts count from the first figure heard, so what the counters stood at must have been heard.
    wait_for(lambda: len(readings(workspace)["total"].drop_nulls()) and len(readings(workspace)["good"].drop_nulls()))
    server.tell(Total=10, Good=9)
    server.tell(State=2)
    server.tell(Reason="jam")
    wait_for(lambda: heard(workspace, total=10, good=9, reason="jam"))
    wire.cut()  # what happens now is not heard
    server.tell(State=1)
    server.tell(Total=20, Good=18)
    server.tell(State=2, Reason="tool broken")
    server.tell(State=1, Reason="")
    wait_for(lambda: "connection ended" in listening.log.read_text())
    wire.mend()
    wait_for(lambda: heard(workspace, total=20, good=18))
    listening.kill()
    server.tell(Total=30, Good=27)
    server.tell(State=2, Reason="jam")
    server.tell(State=1, Reason="")
    listening.start("connected, 4 nodes")
    server.tell(Total=37, Good=33)
    wait_for(lambda: heard(workspace, total=37, good=33))
    listening.kill()
    server.stop()
    wire.close()
    events, counts = settled(workspace)
    assert (counts["total"].sum(), counts["good"].sum()) == (37.0, 33.0)
    stops = {reason for state, reason in events.select("state", "reason").iter_rows() if state == "down" and reason}
    assert stops == ({"jam", "tool broken"} if history else {"jam"})
    unknown = events.filter(events["state"] == "unknown").height
    assert unknown >= 1, "while nobody listened nothing was known"


def test_a_server_that_cannot_be_reached_is_told_once(tmp_path):
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector
    from justenough.sources.live.listen_file import Patience, listen_file
    from justenough.sources.live.opcua import OpcEar
    from justenough.sources.live.unanswered import NOBODY

    url = f"opc.tcp://127.0.0.1:{free_port()}/nothing"
    file = listen_file({"opcua": [{"url": url, "machine": [{"machine": "M0", "total": "ns=2;s=x"}]}]})
    said: list[str] = []
    belief = Belief(frozenset(["M0"]), {}, {}, Patience())
    ear = OpcEar(file.servers[0], belief, Collector(None, belief), said.append)
    ear.start()
    wait_for(lambda: said)
    ear.stop()
    assert said == [f"opcua {url}: cannot be listened to: {NOBODY} It is tried again."]


@pytest.mark.parametrize("trusted", [True, False])
def test_signed_and_encrypted_only_the_server_that_is_believed_is_heard(tmp_path, trusted):
    """A server that wants every message encrypted; another certificate than the one it has is not believed."""
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector
    from justenough.sources.live.listen_file import Patience, listen_file
    from justenough.sources.live.opcua import OpcEar

    authority = Authority(tmp_path, opc=True)
    shown = {name: tuple(str(one) for one in authority.certificate(name)) for name in ("server", "listener", "another")}
    server = Server(free_port(), history=False, shown=shown["server"])
    server.start()
    believed = shown["server" if trusted else "another"][0]
    certificate, key = shown["listener"]
    security = {"security": "Basic256Sha256", "certificate": certificate, "key": key, "server_certificate": believed}
    file = listen_file({"opcua": [{"url": server.url, **security, "machine": [{"machine": "M0", "total": "ns=2;s=M0.Total"}]}]})
    said: list[str] = []
    belief = Belief(frozenset(["M0"]), {}, {}, Patience())
    collector = Collector(None, belief)
    ear = OpcEar(file.servers[0], belief, collector, said.append)
    ear.start()
    wait_for(lambda: said)
    ear.stop()
    server.stop()
    assert ("connected, 1 nodes" in said[0]) == trusted
    assert ("cannot be listened to" in said[0]) == (not trusted)

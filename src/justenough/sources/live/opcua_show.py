"""OPC UA show: a server whose nodes say what the machines of an act do."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from justenough.sources.live.readings import ListenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.sources.live.acting import Cast, Told

NODES: dict[str, int | str] = {"State": "unknown", "Reason": "", "Total": 0, "Good": 0, "Item": ""}
START_SECONDS = 60.0


class OpcShow:
    """Serves ``ns=2;s=<machine>.<State|Reason|Total|Good|Item>`` with the act's own time stamps, from a thread of its own."""

    def __init__(self, url: str, cast: Cast) -> None:
        self._url = url
        self._cast = cast
        self._nodes: dict[tuple[str, str], Any] = {}
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        self._loop = asyncio.new_event_loop()
        self._fault: Exception | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opcua show", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._fault:
            raise ListenError(f"no OPC UA server can be started at {url}: {self._fault or 'it takes too long'}.")

    def tell(self, told: Sequence[Told]) -> None:
        """Write what was told into the nodes."""
        if told:
            asyncio.run_coroutine_threadsafe(self._write(told), self._loop).result(timeout=60)

    def close(self) -> None:
        """End the server."""
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(timeout=20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._begin())
        except Exception as error:  # noqa: BLE001  # told by the thread that waits
            self._fault = error
            self._ready.set()
            return
        self._ready.set()
        self._loop.run_forever()

    async def _begin(self) -> None:
        from asyncua.server.server import Server

        self._server = Server()
        await self._server.init()
        self._server.set_endpoint(self._url)
        space = await self._server.register_namespace("justenough:act")
        for name in self._cast.machines:
            machine = await self._server.nodes.objects.add_object(f"ns={space};s={name}", name)
            for node, first in NODES.items():
                place = f"ns={space};s={name}.{node}"
                self._nodes[name, node] = await machine.add_variable(place, node, first, _kind(first))
        await self._server.start()

    async def _write(self, told: Sequence[Told]) -> None:
        from asyncua import ua

        written: Any = ua.DataValue
        for one in told:
            values: dict[str, int | str] = {"Total": one.total, "Good": one.good, "Item": one.item}
            if one.state is not None:
                values = {"State": one.state.label, "Reason": one.reason}
            stamp = datetime.fromtimestamp(one.at / 1e6, UTC)
            for node, value in values.items():
                await self._nodes[one.machine, node].write_value(written(ua.Variant(value, _kind(value)), SourceTimestamp=stamp))


def _kind(value: int | str) -> Any:
    from asyncua.ua import VariantType

    return VariantType.String if isinstance(value, str) else VariantType.Int64

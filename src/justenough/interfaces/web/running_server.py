"""Running server: a house's application on a socket, until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
import threading
from importlib import import_module
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from justenough.archive.carriers import carriers_of
from justenough.archive.replies import Replies
from justenough.archive.watch import Watch
from justenough.domain.errors import JustenoughError
from justenough.interfaces.web.application import application

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from justenough.interfaces.web.house import House

IDLE_SECONDS = 15  # a connection that asks nothing is closed
HEAD_SECONDS = 20.0  # in which a request has to be said, its body apart
PATIENCE_SECONDS = 20  # for requests that are being answered when it is told to stop


class Patient(H11Protocol):
    """HTTP/1.1 whose readers must say what they want before long; one that only holds connections open holds none for long."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A reader came."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something was said."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The reader left."""
        super().connection_lost(exc)
        if self._late is not None:
            self._late.cancel()

    def _watch(self) -> None:
        asking = self.cycle is None or (self.cycle.response_complete and bool(self.conn.trailing_data[0]))
        if asking and self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        elif not asking and self._late is not None:
            self._late.cancel()
            self._late = None


def run(
    house: House,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    *,
    behind_https: bool,
    told: Callable[[str], None],
) -> None:
    """
    Serve until interrupted.

    Parameters
    ----------
    told
        Called with the address once it can be reached.

    Raises
    ------
    JustenoughError
        The address is taken or not ours.
    """
    listening = _listening(host, port)
    threading.Thread(target=_read_ahead, name="reading ahead", daemon=True).start()
    config = uvicorn.Config(
        application(house),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_https,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
        limit_concurrency=1000,
        http=Patient,
        h11_max_incomplete_event_size=32_768,
    )
    scheme = "https" if certificate else "http"
    name = f"[{host}]" if ":" in host else host
    told(f"{scheme}://{name}:{listening.getsockname()[1]}")
    watch = Watch(house.workspace, carriers_of(house.workspace.path), running=_running_of(house))
    watch.start()
    Replies(house.workspace.records).forget_begun()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        watch.stop()


def _running_of(house: House) -> Callable[[], pl.DataFrame]:
    """Gives the shift that is on; what that takes is loaded when it is first asked for."""

    def running() -> pl.DataFrame:
        return house.floor.running()

    return running


def _read_ahead() -> None:
    """Load what the first item's page needs, so that its reader does not wait for it."""
    import_module("justenough.strategy.explain")


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        raise JustenoughError(
            f"{host}:{port} cannot be listened on: {error.strerror}. Name another --port, or stop what uses it."
        ) from error
    made.set_inheritable(True)
    return made

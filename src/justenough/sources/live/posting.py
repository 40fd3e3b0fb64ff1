"""Posting: a small HTTP door through which batches of readings may be posted, with a key."""

from __future__ import annotations

import hmac
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from justenough.sources.live.endpoints import secret
from justenough.sources.live.plain_json import KINDS, JsonReader, parsed
from justenough.sources.live.readings import Fault, Heard, Reading, Unbelievable, this_moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.sources.live.believing import Belief
    from justenough.sources.live.collector import Collector
    from justenough.sources.live.endpoints import RestDoor

PATH = "/v1/readings"
MOST_READINGS = 10_000  # of one post
MOST_AT_ONCE = 32  # connections
SILENT_SECONDS = 10.0  # a connection that says nothing for so long is closed
KEPT_SECONDS = 30.0  # within which a post must be on the disk


class PostEar:
    """
    Takes ``POST /v1/readings``: a JSON list of messages, each an object with a ``kind`` and what the listen file says of it.

    The answer comes once everything is on the disk: ``{"taken": n, "refused": [{"at", "fault", "found"}]}``. A post that was
    not answered may be sent again: what is known already is counted once.
    """

    def __init__(self, door: RestDoor, belief: Belief, collector: Collector, notice: Callable[[str], None]) -> None:
        self._door = door
        self._key = secret(door.key_env).encode()
        self._belief = belief
        self._collector = collector
        self._notice = notice
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """Port it listens on; where the listen file says 0, the one that was free."""
        return self._server.server_port if self._server else self._door.port

    def start(self) -> None:
        """Begin to listen."""
        self._server = _Server((self._door.host, self._door.port), self)
        threading.Thread(target=self._server.serve_forever, name="posting", daemon=True).start()
        self._notice(f"rest: posts are taken at {self._door.host}:{self.port}{PATH}")

    def stop(self) -> None:
        """End; posts that are being kept are answered first."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def allows(self, told: str) -> bool:
        """Whether the key is right; takes as long for a wrong one, whatever is wrong with it."""
        return hmac.compare_digest(told.removeprefix("Bearer ").encode(), self._key)

    def take(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Keep a post; gives the HTTP status and the answer."""
        try:
            told = parsed(body)
        except Unbelievable as error:
            return self._refused_whole(body, error)
        messages = told if isinstance(told, list) else [told]
        if len(messages) > MOST_READINGS:
            return 413, {"error": f"{len(messages):,} readings; post at most {MOST_READINGS:,} at once"}
        waiting = [_Waiting(self._one(message)) for message in messages]
        received = this_moment()
        for one in waiting:
            self._collector.put(Heard("rest:readings", one.payload, received, self._read(one), one.done))
        until = time.monotonic() + KEPT_SECONDS
        for one in waiting:
            if not one.over.wait(max(until - time.monotonic(), 0.0)):
                return 503, {"error": "not kept yet; post it again"}
        refused = [{"at": at, **one.said} for at, one in enumerate(waiting) if one.said]
        return 200, {"taken": len(waiting) - len(refused), "refused": refused}

    def _one(self, message: Any) -> bytes:
        return json.dumps(message).encode()

    def _read(self, one: _Waiting) -> Callable[[Heard], list[Reading]]:
        def read(heard: Heard) -> list[Reading]:
            try:
                told = parsed(heard.payload)
                kind = _kind(told, self._door.message.kind)
                reader = JsonReader(replace(self._door.message, kind=kind), self._belief)
                found = [reader.reading(told, f"rest:{kind}", heard.received)]
                self._belief.check_moment(found[0])
            except Unbelievable as error:
                one.said = {"fault": error.fault.value, "found": error.found}
                raise
            return found

        return read

    def _refused_whole(self, body: bytes, error: Unbelievable) -> tuple[int, dict[str, Any]]:
        def read(_heard: Heard) -> list[Reading]:
            raise error

        self._collector.put(Heard("rest:readings", body, this_moment(), read))
        return 400, {"error": f"{error.fault.value}: {error.found}"}

    @property
    def largest(self) -> int:
        """Bytes a post may have."""
        return self._collector.largest_bytes


def _kind(told: Any, otherwise: str) -> Any:
    kind = told.get("kind", otherwise) if isinstance(told, dict) else None
    if kind not in KINDS:
        raise Unbelievable(Fault.MALFORMED, f"kind {kind!r}; expected one of {', '.join(KINDS)}")
    return kind


class _Waiting:
    """One message of a post until it is kept."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.over = threading.Event()
        self.said: dict[str, str] = {}

    def done(self, _kept: bool) -> None:  # noqa: FBT001
        self.over.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], ear: PostEar) -> None:
        self.ear = ear
        self.room = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self.room.acquire(blocking=False):
            self.shutdown_request(request)  # the sender comes again
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that went away is no fault of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SILENT_SECONDS
    server_version = "justenough"
    sys_version = ""
    server: _Server
    _words: ClassVar[dict[int, str]] = {401: "the key is missing or wrong", 404: f"post to {PATH}", 411: "say Content-Length"}

    def do_POST(self) -> None:
        """Take a post."""
        ear = self.server.ear
        if not ear.allows(self.headers.get("Authorization", "")):
            self._refuse(401)
        elif self.path != PATH:
            self._refuse(404)
        elif not (self.headers.get("Content-Length") or "").isdigit():
            self._refuse(411)
        elif int(self.headers["Content-Length"]) > ear.largest:
            self._answer(413, {"error": f"more than {ear.largest:,} bytes"}, close=True)
        else:
            self._answer(*ear.take(self.rfile.read(int(self.headers["Content-Length"]))))

    def _refuse(self, status: int) -> None:
        self._answer(status, {"error": self._words[status]}, close=True)

    def _answer(self, status: int, said: dict[str, Any], *, close: bool = False) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if close:  # what was not read would be taken for the next request
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the collector's tally says what was taken and refused."""

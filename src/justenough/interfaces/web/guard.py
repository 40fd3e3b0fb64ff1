"""Guard: what every request must keep to and every reply must say, whichever page it is."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from justenough.interfaces.web.house import LOOPBACK, Serving

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No script, style, picture or connection but our own; nothing inline; nobody may frame us.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
STRICT = ("strict-transport-security", "max-age=31536000")
FOR_EVER = b"public, max-age=31536000, immutable"  # of files whose address holds their digest
NEVER = b"private, no-cache"
UPLOADS = ("/imports/send", "/api/v1/imports")  # addresses whose bodies may be as large as an export
LONGEST_ADDRESS = 8_000  # [bytes]
PART_SECONDS = 30.0  # a body of which nothing comes for so long is given up
LEAST_RATE = 10_000.0  # a body that comes more slowly, after its first `PART_SECONDS`, is given up too [bytes/second]

_SLOW = "Nothing more of the request came for {:.0f} seconds, or less than {:.0f} kB a second; nothing was done."


class TooLarge(Exception):
    """A body longer than its address takes."""


class TooSlow(Exception):
    """A body whose sender stopped, or says it too slowly."""


class Guard:
    """ASGI middleware: sizes and hosts on the way in, headers on the way out."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._serving = serving
        self._headers = [(name.encode(), value.encode()) for name, value in (*HEADERS, *([STRICT] if serving.https else []))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is refused here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = whole = False
        most, seen, waited = self._largest(scope["path"]), 0, 0.0

        async def said(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                present = {name for name, _ in message["headers"]}
                cached = (
                    [] if b"cache-control" in present else [(b"cache-control", FOR_EVER if scope["path"].startswith("/static/") else NEVER)]
                )
                message["headers"] = [*message["headers"], *(one for one in self._headers if one[0] not in present), *cached]
            await send(message)

        async def heard() -> Message:
            nonlocal seen, whole, waited
            if whole:  # what is waited for then is that the reader leaves, which may take as long as it likes
                return await receive()
            begun_at = time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), min(PART_SECONDS, PART_SECONDS + seen / LEAST_RATE - waited))
            except TimeoutError:
                raise TooSlow from None
            waited += time.monotonic() - begun_at
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > most:
                raise TooLarge
            return message

        headers = dict(scope["headers"])
        fault = self._fault(scope, headers, most)
        if fault:
            await _refuse(said, *fault)
            return
        try:
            await self._app(scope, heard, said)
        except TooLarge:
            if begun:
                raise
            await _refuse(said, 413, "Too large", f"A request to this address may have at most {most:,} bytes.")
        except TooSlow:
            if begun:
                raise
            await _refuse(said, 408, "Too slow", _SLOW.format(PART_SECONDS, LEAST_RATE / 1000))

    def _largest(self, path: str) -> int:
        return self._serving.largest_upload_bytes if path in UPLOADS else self._serving.largest_bytes

    def _fault(self, scope: Scope, headers: dict[bytes, bytes], most: int) -> tuple[int, str, str] | None:
        said = headers.get(b"content-length", b"0")
        if not said.isdigit():
            return 400, "Bad request", "Content-Length is not a number."
        if int(said) > most:
            return 413, "Too large", f"A request to this address may have at most {most:,} bytes; this one has {int(said):,}."
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > LONGEST_ADDRESS:
            return 414, "Address too long", f"An address has at most {LONGEST_ADDRESS:,} bytes."
        # A page of somebody else's whose name was pointed at this machine must not be taken for our own.
        if self._serving.local and _name(headers.get(b"host", b"").decode("latin-1")) not in LOOPBACK:
            return 421, "Not this host", "Without sign-in this server answers to localhost and 127.0.0.1 only."
        return None


def _name(host: str) -> str:
    found = re.fullmatch(r"\[(?P<six>[0-9a-fA-F:]+)\](?::\d+)?|(?P<name>[^:]+)(?::\d+)?", host)
    return (found["six"] or found["name"]).lower() if found else ""


async def _refuse(send: Send, status: int, title: str, detail: str) -> None:
    import json

    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

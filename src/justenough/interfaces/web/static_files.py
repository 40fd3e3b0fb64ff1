"""Static files: our own styles, scripts and marks, packed once; they hold nothing secret, so nothing can be guessed from their length."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from justenough.interfaces.web.answers import known_already, stop, tag_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent, plain and packed."""

    plain: bytes
    packed: bytes
    kind: str
    tag: str


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(request: Request, name: str) -> Response:
    """One of our own files; its address holds its digest, so that it may be kept for ever."""
    found = static_files().get(name)
    if found is None:
        raise stop(404, "Not Found")
    headers = {"ETag": found.tag, "Vary": "Accept-Encoding"}
    if known_already(request, found.tag):
        return Response(None, 304, headers)
    if _takes_packed(request.headers.get("accept-encoding", "")):
        return Response(found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.kind)
    return Response(found.plain, headers=headers, media_type=found.kind)


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file of ours by its name."""
    told = {}
    for one in (files("justenough.interfaces") / "static").iterdir():
        plain = one.read_bytes()
        kind = mimetypes.guess_type(one.name)[0] or "application/octet-stream"
        told[one.name] = StaticFile(plain, gzip.compress(plain, 9, mtime=0), kind, tag_of(plain))
    return told


def _takes_packed(accepted: str) -> bool:
    """Whether who asks can unpack it."""
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

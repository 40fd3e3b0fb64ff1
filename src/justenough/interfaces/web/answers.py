"""Answers: one value as a page or as JSON, and every refusal as a problem that says what to do."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException as StarletteHTTPException

from justenough.archive.aside import TakesTooMuch, TurnsTaken
from justenough.archive.people import PeopleError
from justenough.archive.place import WorkspaceError
from justenough.archive.replies import RepeatedWrite
from justenough.archive.shelves import BeingLaidOut
from justenough.domain import figures
from justenough.domain.errors import JustenoughError, UnknownItem, UnknownPlan
from justenough.interfaces import charts, parts, wording
from justenough.interfaces.web.links import links_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

    from justenough.interfaces.web.callers import Caller

PROBLEM = "application/problem+json"
AGAIN_SECONDS = 5  # after which to ask again for what is being made
_WRITERS: dict[Any, TypeAdapter[Any]] = {}  # of the values written so far, by kind
TITLES = {400: "Bad request", 401: "Sign in", 403: "Not allowed", 404: "Not found", 405: "Not done this way", 409: "In conflict",
          412: "Changed meanwhile", 413: "Too large", 415: "Not understood", 421: "Not this host", 422: "Cannot be meant", 429: "Too often",
          500: "A fault of ours", 503: "Not ready yet"}  # fmt: skip


def as_page(request: Request, template: str, view: Any, *, status: int = 200) -> Response:
    """A value as HTML."""
    caller: Caller | None = getattr(request.state, "caller", None)
    text = _environment().get_template(template).render(
        view=view, caller=caller, here=request.url.path, address=request.url, nav=request.app.state.nav, label=request.app.state.label,
        csrf=caller.csrf if caller else "", many=not request.app.state.house.serving.local,
    )  # fmt: skip
    return _tagged(request, HTMLResponse(text.replace(" %", "\u00a0%"), status))


def as_json(request: Request, view: Any, *, status: int = 200, kind: Any = None) -> Response:
    """The same value as JSON; what is not a number is null."""
    return _tagged(request, Response(_writer(kind or type(view)).dump_json(view), status, media_type="application/json"))


def problem(status: int, detail: str, *, title: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A refusal as JSON (RFC 9457)."""
    told = {"type": "about:blank", "title": title or TITLES.get(status, "Refused"), "status": status, "detail": detail, **more}
    return Response(json.dumps(told), status, dict(headers or {}), media_type=PROBLEM)


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    path = request.url.path
    return path.startswith("/api/") or path.endswith(".json") or "application/json" in request.headers.get("accept", "")


def answer_faults(app: FastAPI) -> None:
    """Let every refusal and fault be answered in one way."""
    app.add_exception_handler(JustenoughError, _refused)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(StarletteHTTPException, _stopped)
    app.add_exception_handler(Exception, _faulty)


def status_of(error: JustenoughError) -> int:
    """Which HTTP status a refusal has."""
    kinds: tuple[tuple[type[JustenoughError], int], ...] = (
        (UnknownItem, 404), (UnknownPlan, 404), (BeingLaidOut, 503), (TurnsTaken, 503), (TakesTooMuch, 413), (PeopleError, 422),
        (WorkspaceError, 409), (RepeatedWrite, 409),
    )  # fmt: skip
    return next((status for kind, status in kinds if isinstance(error, kind)), 422)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, JustenoughError)
    status = status_of(error)
    headers = {"Retry-After": str(AGAIN_SECONDS)} if status == 503 else {}
    place = str(request.app.state.house.workspace.path)  # is told to who runs commands there, and to nobody else
    said, *complaints = (str(one).replace(place, "the workspace") for one in (error, *getattr(error, "complaints", ())))
    return _told(request, status, said, headers, kind=type(error).__name__, **({"complaints": complaints} if complaints else {}))


async def _misunderstood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = [{"in": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()]
    said = "; ".join(f"{one['in']}: {one['detail']}" for one in places[:5])
    return _told(request, 422, said, {}, errors=places)


async def _stopped(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    if error.status_code == 401 and not wants_json(request) and request.method == "GET":
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(there, safe='')}", 303)
    detail = error.detail if error.detail != "Not Found" else "There is nothing at this address."
    return _told(request, error.status_code, detail, dict(error.headers or {}))


async def _faulty(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    import logging

    logging.getLogger("justenough").error("fault %s at %s %s", number, request.method, request.url.path, exc_info=error)
    return _told(request, 500, f"This is a fault of ours; the server's log holds it as {number}. Nothing was changed by halves.", {})


def _told(request: Request, status: int, detail: str, headers: Mapping[str, str], **more: Any) -> Response:
    if wants_json(request) or not hasattr(request.app.state, "house"):
        return problem(status, detail, headers=headers, **more)
    view = {"status": status, "title": TITLES.get(status, "Refused"), "detail": detail, "again": AGAIN_SECONDS if status == 503 else 0}
    answer = as_page(request, "web/refused.html", view, status=status)
    answer.headers.update(headers)
    return answer


def _tagged(request: Request, answer: Response) -> Response:
    """Give an answer its tag; one that is known already need not be sent again."""
    if request.method not in ("GET", "HEAD") or answer.status_code != 200:
        return answer
    tag = tag_of(bytes(answer.body))
    if known_already(request, tag):
        return Response(None, 304, {"ETag": tag})
    answer.headers["ETag"] = tag
    return answer


def tag_of(body: bytes) -> str:
    """The tag of an answer: another body has another."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def known_already(request: Request, tag: str) -> bool:
    """Whether whoever asks has what bears this tag."""
    return tag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]


def changed_meanwhile(if_match: str | None, view: Any) -> bool:
    """Whether a writer saw another state (``If-Match``) than the value that counts now."""
    if not if_match or if_match.strip() == "*":
        return False
    return tag_of(_writer(type(view)).dump_json(view)) not in [one.strip().removeprefix("W/") for one in if_match.split(",")]


def _writer(kind: Any) -> TypeAdapter[Any]:
    if kind not in _WRITERS:
        _WRITERS[kind] = TypeAdapter(kind)
    return _WRITERS[kind]


def stop(status: int, detail: str, headers: Mapping[str, str] | None = None) -> HTTPException:
    """What to raise to refuse a request."""
    return HTTPException(status, detail, dict(headers or {}))


def item_address(item: str) -> str:
    """Address of an item's page."""
    return f"/items/{quote(item, safe='')}"


def machine_address(machine: str) -> str:
    """Address of a machine's page."""
    return f"/machines/{quote(machine, safe='')}"


def line_address(line: str) -> str:
    """Address of a line's page."""
    return f"/lines/{quote(line, safe='')}"


@cache
def static_address(name: str) -> str:
    """Address of a file of ours, which changes when the file does."""
    text = (files("justenough.interfaces") / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.blake2b(text, digest_size=6).hexdigest()}"


@cache
def _environment() -> jinja2.Environment:
    from justenough.interfaces import floor_charts, line_drawing, trade_chart
    from justenough.interfaces.views.roadmap_view import improvement_pairs

    loader = jinja2.PackageLoader("justenough.interfaces", "templates")
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    made.globals |= {
        "f": figures, "w": wording, "p": parts, "charts": charts, "trade": trade_chart, "static": static_address,
        "item_address": item_address, "machine_address": machine_address, "line_address": line_address,
        "floor_charts": floor_charts, "line_drawing": line_drawing,
        "improvement_pairs": improvement_pairs,
        "links_of": links_of,
        "drawn": Markup,  # of pictures only: drawing escapes every text
    }  # fmt: skip
    # In a table of many rows: a filter is called at once, a function by way of the template's context.
    made.filters |= {
        "figure": figures.figure, "units": figures.units, "signed": figures.signed, "percent": figures.percent,
        "item_address": item_address,
    }  # fmt: skip
    return made

"""Callers: who makes a request, what they may do, and that it was truly they who asked."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from justenough.archive.audit_log import Doer
from justenough.archive.incoming import MOST_FILES
from justenough.archive.people import Role
from justenough.interfaces.web.answers import stop
from justenough.interfaces.web.guard import UPLOADS
from justenough.interfaces.web.house import House, house_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import FormData

    from justenough.archive.people import User

COOKIE = "justenough_session"
SECURE_COOKIE = "__Host-justenough_session"  # a browser takes this name over https only, from this host only
FIELD, HEADER = "csrf", "x-csrf-token"
MOST_FIELDS, FEW_FIELDS = 2_000, 10  # of a form; few where a body may be large, since fields are held in memory


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who makes a request.

    Parameters
    ----------
    role
        The most this request may do; less than the user's role where a key allows less.
    through
        ``local``, ``page`` or ``key``.
    csrf
        What a form must repeat; empty where no browser is involved.
    """

    name: str
    role: Role
    through: str
    address: str
    csrf: str
    user: User | None = None

    @property
    def doer(self) -> Doer:
        """As whom the audit log knows them."""
        return Doer(self.name, self.through, self.address)

    def may(self, role: str) -> bool:
        """Whether they may do what a role may."""
        return self.role >= Role[role.upper()]


def cookie_name(house: House) -> str:
    """Name of the session's cookie."""
    return SECURE_COOKIE if house.serving.https else COOKIE


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def caller_of(request: Request) -> Caller | None:
    """Who makes the request; None where nobody says so."""
    house = house_of(request)
    address = address_of(request)
    told = request.headers.get("authorization", "")
    if told:
        kind, _, key = told.partition(" ")
        shown = house.sessions.of_key(key.strip()) if kind.lower() == "bearer" else None
        if shown is None:
            raise stop(401, "This key opens nothing: it ended, was revoked or never was.", {"WWW-Authenticate": "Bearer"})
        return Caller(shown.user.name, shown.most, "key", address, "", shown.user)
    if house.serving.local:
        return Caller(house.serving.author, Role.ADMIN, "local", address, _proof(house.secret, b"local"))
    token = request.cookies.get(cookie_name(house), "")
    shown = house.sessions.of_token(token) if token else None
    if shown is None:
        return None
    return Caller(shown.user.name, shown.most, "page", address, _proof(token.encode(), b"csrf"), shown.user)


def needs(role: Role) -> Callable[[Request], Caller]:
    """A dependency: the caller, who may at least look as this role may."""

    def asked(request: Request) -> Caller:
        caller = caller_of(request)
        if caller is None:
            raise stop(401, "Sign in first, or send a key: Authorization: Bearer KEY.", {"WWW-Authenticate": "Bearer"})
        request.state.caller = caller
        if caller.role < role:
            raise stop(403, f"This takes the role {role.word}; {caller.name} has {caller.role.word} here. Ask an admin.")
        return caller

    return asked


def writes(role: Role) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, who may change things as this role may, and who asked of their own will."""
    asked = needs(role)

    async def meant(request: Request) -> Caller:
        from starlette.concurrency import run_in_threadpool

        caller = await run_in_threadpool(asked, request)
        if caller.through != "key" and not await _meant(request, caller):
            await request.close()  # what was sent with it is let go
            raise stop(403, "This request did not come from a page of ours that is still good. Load the page again and repeat it.")
        return caller

    return meant


async def _meant(request: Request, caller: Caller) -> bool:
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        return False
    given: Any = request.headers.get(HEADER, "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not given and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given = (await form_of(request)).get(FIELD, "")
    if not given and caller.through == "local":
        # No browser: one always says where a request that changes something comes from, and no form can name such a key.
        plainly = kind in ("", "application/json") or "idempotency-key" in request.headers
        return not origin and "sec-fetch-site" not in request.headers and plainly
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), caller.csrf.encode())


async def form_of(request: Request) -> FormData:
    """The form a request carries, bounded in its parts; read only once it is known who asks."""
    fields = FEW_FIELDS if request.url.path in UPLOADS else MOST_FIELDS
    return await request.form(max_files=MOST_FILES, max_fields=fields)


def _proof(secret: bytes, what: bytes) -> str:
    return hmac.new(secret, what, hashlib.sha256).hexdigest()


Viewer = Annotated[Caller, Depends(needs(Role.VIEWER))]

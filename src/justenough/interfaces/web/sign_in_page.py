"""Sign-in page: by name and password, or through another house (OpenID Connect); and signing out."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from justenough.archive.audit_log import Doer
from justenough.archive.people import Role, User
from justenough.archive.sessions import LASTS
from justenough.interfaces.web.answers import as_page, stop
from justenough.interfaces.web.callers import Caller, address_of, caller_of, cookie_name, writes
from justenough.interfaces.web.house import House, HouseOf

FLOW = "justenough_sign_in"  # cookie that binds the answer of another house to the browser that asked
FLOW_SECONDS = 600
WRONG = "The name and the password do not go together."
router = APIRouter(include_in_schema=False)

Next = Annotated[str, Query(max_length=2000)]


@router.get("/sign-in")
def sign_in_form(request: Request, house: HouseOf, next: Next = "/") -> Response:  # noqa: A002
    """The form."""
    if caller_of(request) is not None:
        return RedirectResponse(_inside(next), 303)
    return _form(request, house, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    house: HouseOf,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Begin a session, unless the password is wrong or too many were tried."""
    _refuse_strangers(request)
    address = address_of(request)
    wait = house.sessions.try_now(name, address, time.time())
    if wait:
        raise stop(429, f"Too many tries. Try again in {-(-wait // 60)} minutes.", {"Retry-After": str(wait)})
    user = house.people.proved(name, password)
    if user is None:
        return _form(request, house, next, WRONG, name, 401)
    house.sessions.forgive(name, address)
    return _begun(request, house, user, next)


@router.post("/sign-out")
def sign_out(request: Request, house: HouseOf, caller: Annotated[Caller, Depends(writes(Role.VIEWER))]) -> Response:
    """End the session."""
    house.sessions.end(request.cookies.get(cookie_name(house), ""), caller.doer)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie_name(house), path="/", secure=house.serving.https, httponly=True, samesite="lax")
    return answer


@router.get("/sign-in/elsewhere")
def elsewhere(house: HouseOf, next: Next = "/") -> Response:  # noqa: A002
    """Send the browser to the house that vouches for people."""
    if house.sso is None:
        raise stop(404, "There is nothing at this address.")
    asked = house.sso.ask(_inside(next))
    answer = RedirectResponse(asked.address, 303)
    answer.set_cookie(FLOW, asked.sealed, FLOW_SECONDS, path="/sign-in", secure=house.serving.https, httponly=True, samesite="lax")
    return answer


@router.get("/sign-in/return")
def returned(
    request: Request,
    house: HouseOf,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=500)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Begin a session for whom the other house vouches."""
    if house.sso is None:
        raise stop(404, "There is nothing at this address.")
    if error or not code:
        return _form(request, house, "/", f"The other house did not let you in{': ' + error if error else ''}. Try again.", "", 401)
    vouched = house.sso.vouched(request.cookies.get(FLOW, ""), state, code)
    user = house.sso.user_of(vouched, house.people, Doer("single sign-on", "page", address_of(request)))
    answer = _begun(request, house, user, vouched.next)
    answer.delete_cookie(FLOW, path="/sign-in")
    return answer


def _form(request: Request, house: House, there: str, fault: str = "", name: str = "", status: int = 200) -> Response:
    sso = house.sso.label if house.sso else ""
    view = {"next": _inside(there), "fault": fault, "name": name, "sso": sso, "anybody": house.people.anybody()}
    return as_page(request, "web/sign_in.html", view, status=status)


def _begun(request: Request, house: House, user: User, there: str) -> Response:
    token = house.sessions.begin(user, Doer(user.name, "page", address_of(request)))
    answer = RedirectResponse(_inside(there), 303)
    seconds = int(LASTS.total_seconds())
    # Lax, not strict: a link to a page in a mail must find the reader signed in; changes are guarded by a token besides.
    answer.set_cookie(cookie_name(house), token, seconds, path="/", secure=house.serving.https, httponly=True, samesite="lax")
    return answer


def _inside(address: str) -> str:
    """The address, if it is one of ours; else the first page."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and not parts.scheme and not parts.netloc and not parts.path.startswith("/sign-") else "/"


def _refuse_strangers(request: Request) -> None:
    """A form of somebody else's must not sign the reader in under a name of theirs."""
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise stop(403, "This form is not ours. Sign in on the sign-in page.")

"""Account page: the reader's own password and keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from justenough.archive.people import PeopleError, Role, User
from justenough.interfaces.views.people_view import AccountView, key_line
from justenough.interfaces.web.answers import as_page, stop
from justenough.interfaces.web.callers import Caller, Viewer, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import add_page

router = APIRouter(tags=["people"])
Meant = Annotated[Caller, Depends(writes(Role.VIEWER))]


def account(house: HouseOf, caller: Viewer) -> AccountView:
    """The reader's own name, role and keys."""
    return _account(house, caller)


add_page(router, "/account", account, "web/account.html")


@router.post("/account/keys", include_in_schema=False)
def make_key(
    request: Request,
    house: HouseOf,
    caller: Meant,
    label: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[str, Form(max_length=20)] = "viewer",
    days: Annotated[float, Form(gt=0, le=366)] = 90,
) -> Response:
    """Make a key, and show it this once."""
    if caller.through == "key":
        raise stop(403, "A key makes no keys. Sign in for that.")
    _, secret = house.sessions.make_key(_own(caller), label, scope, days, caller.doer)
    return as_page(request, "web/account.html", _account(house, caller, fresh=secret))


@router.post("/account/keys/{key_id}/revoke", include_in_schema=False)
def revoke_key(house: HouseOf, caller: Meant, key_id: str) -> Response:
    """Let a key of one's own open nothing any more."""
    if key_id not in [one.key_id for one in house.sessions.all_keys(_own(caller))]:
        raise PeopleError(f"There is no key {key_id!r} of yours.")
    house.sessions.revoke(key_id, caller.doer)
    return RedirectResponse("/account", 303)


@router.post("/account/password", include_in_schema=False)
def change_password(
    house: HouseOf,
    caller: Meant,
    old: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Change one's own password; every session ends."""
    if house.people.proved(_own(caller).name, old) is None:
        raise stop(403, "The old password is not the right one; nothing was changed.")
    house.people.change(caller.name, caller.doer, password=new)
    return RedirectResponse("/sign-in", 303)


def _own(caller: Caller) -> User:
    if caller.user is None:
        raise PeopleError("Without users there are no accounts. Add one: justenough user add NAME --role admin")
    return caller.user


def _account(house: House, caller: Caller, fresh: str = "") -> AccountView:
    if caller.user is None:
        return AccountView(caller.name, caller.role.word, False, ())
    now = datetime.now(UTC)
    user = house.people.named(caller.name)
    keys = tuple(key_line(one, now) for one in house.sessions.all_keys(user))
    return AccountView(user.name, caller.role.word, user.has_password, keys, fresh)

"""People page: users and the audit log, for admins; and both for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.people import Role
from justenough.interfaces.views.people_view import AuditView, PeopleView, Person, audit_view, key_line, person_of
from justenough.interfaces.web.answers import as_json
from justenough.interfaces.web.callers import Caller, writes
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.writing import IdempotencyKey, once

NAV = (NavEntry("People", "/people", Role.ADMIN), NavEntry("Changes", "/changes", Role.APPROVER))
PER_PAGE = 50
router = APIRouter(tags=["people"])
Admin = Annotated[Caller, Depends(writes(Role.ADMIN))]
Name = Annotated[str, Path(max_length=200)]


class NewUser(BaseModel):
    """A user to be added."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    role: str = Field(max_length=20, description="viewer, planner, approver or admin")
    password: str | None = Field(default=None, max_length=1000, description="Left out: signs in elsewhere, or with keys only.")


class ChangedUser(BaseModel):
    """What is to be changed of a user; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: str | None = Field(default=None, max_length=20)
    disabled: bool | None = None
    password: str | None = Field(default=None, max_length=1000)


def people(house: HouseOf) -> PeopleView:
    """Everybody who may use this workspace, and all keys."""
    now = datetime.now(UTC)
    return PeopleView(tuple(map(person_of, house.people.users())), tuple(key_line(one, now) for one in house.sessions.all_keys()))


def changes(
    house: HouseOf,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    subject: Annotated[str, Query(max_length=500)] = "",
) -> AuditView:
    """What was changed by whom, the latest first."""
    return audit_view(house.people.changes(before=before, limit=PER_PAGE, subject=subject), PER_PAGE)


add_page(router, "/people", people, "web/people.html", role=Role.ADMIN)
add_page(router, "/changes", changes, "web/changes.html", role=Role.APPROVER)


@router.post("/people", include_in_schema=False)
def add_by_form(
    house: HouseOf,
    caller: Admin,
    name: Annotated[str, Form(max_length=200)],
    role: Annotated[str, Form(max_length=20)],
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Add a user."""
    house.people.add(name, role, caller.doer, password=password or None)
    return RedirectResponse("/people", 303)


@router.post("/people/{name}", include_in_schema=False)
def change_by_form(
    house: HouseOf,
    caller: Admin,
    name: Name,
    role: Annotated[str, Form(max_length=20)] = "",
    disabled: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Change a user's role, or whether they may sign in."""
    house.people.change(name, caller.doer, role=role or None, disabled={"yes": True, "no": False}.get(disabled))
    return RedirectResponse("/people", 303)


@router.post("/api/v1/users", status_code=201, response_model=Person)
def add_user(request: Request, house: HouseOf, caller: Admin, body: NewUser, idempotency_key: IdempotencyKey = None) -> Response:
    """Add a user."""

    def add() -> Response:
        user = house.people.add(body.name, body.role, caller.doer, password=body.password)
        return as_json(request, person_of(user), status=201)

    return once(house, caller, "POST /api/v1/users", idempotency_key, body.model_dump_json().encode(), add)


@router.patch("/api/v1/users/{name}", response_model=Person)
def change_user(
    request: Request, house: HouseOf, caller: Admin, name: Name, body: ChangedUser, idempotency_key: IdempotencyKey = None
) -> Response:
    """Change a user's role, password, or whether they may sign in."""

    def change() -> Response:
        user = house.people.change(name, caller.doer, role=body.role, disabled=body.disabled, password=body.password)
        return as_json(request, person_of(user))

    return once(house, caller, f"PATCH /api/v1/users/{name}", idempotency_key, body.model_dump_json().encode(), change)


@router.delete("/api/v1/keys/{key_id}", status_code=204)
def revoke_key(house: HouseOf, caller: Admin, key_id: Annotated[str, Path(max_length=40)]) -> Response:
    """Let a key open nothing any more."""
    house.sessions.revoke(key_id, caller.doer)
    return Response(None, 204)

"""Review page: proposals answered one by one or many at once, levels set by hand, decisions taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Depends, Form, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.by_hand import Levels
from justenough.archive.decisions import Decisions
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.interfaces.reviewing import review_sentences
from justenough.interfaces.views.review_view import ReviewView, review_view
from justenough.interfaces.web.answers import as_json, changed_meanwhile, item_address, stop
from justenough.interfaces.web.callers import Caller, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.plans_api import level_in_force
from justenough.interfaces.web.writing import IdempotencyKey, once

NAV = (NavEntry("Review", "/review"),)
MOST_AT_ONCE = 1000
router = APIRouter(tags=["review"])

Back = Annotated[str, Form(max_length=500, description="Item whose page it was asked on.")]
Approver = Annotated[Caller, Depends(writes(Role.APPROVER))]
Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
Code = Annotated[str, Field(min_length=1, max_length=500)]
Codes = Annotated[list[Code], Field(min_length=1, max_length=MOST_AT_ONCE)]
Reason = Annotated[str, Field(max_length=2000)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class Answer(BaseModel):
    """What is answered to proposals, named by their id or their item; a rejection needs a reason, a deferral a day."""

    model_config = ConfigDict(extra="forbid")
    action: Literal["approve", "reject", "defer"]
    which: Codes
    reason: Reason = ""
    until: date | None = None


class Adoption(BaseModel):
    """Levels of a plan that are put in force."""

    model_config = ConfigDict(extra="forbid")
    plan: Annotated[str, Field(max_length=60)] = "latest"
    items: Codes
    reason: Reason = ""


class Override(BaseModel):
    """Levels set by hand [units], for a time or until they are undone."""

    model_config = ConfigDict(extra="forbid")
    item: Code
    reorder_point: Amount
    order_up_to: Amount
    safety_stock: Amount | None = None
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    until: date | None = None


class Decided(BaseModel):
    """Ids of the decisions that were made."""

    decisions: list[str]


def review(house: HouseOf, page: Annotated[int, Query(ge=1, le=1_000_000)] = 1) -> ReviewView:
    """What changed since levels were set, the plan's moves not yet in force, and what was decided."""
    shelf = house.shelves.shelf("latest") if house.workspace.latest() else None
    return review_view(house.workspace, shelf, house.errands.last("review"), page)


add_page(router, "/review", review, "web/review.html")


@router.post("/review/look", include_in_schema=False)
def look(house: HouseOf, caller: Planner) -> Response:
    """Begin to test the latest plan on what came since."""
    _begin(house, caller)
    return RedirectResponse("/review", 303)


@router.post("/review/answer", include_in_schema=False)
def answer(
    house: HouseOf,
    caller: Approver,
    action: Annotated[Literal["approve", "reject", "defer"], Form()],
    which: Annotated[list[str], Form(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=2000)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Answer the proposals that are ticked."""
    day = date.fromisoformat(until) if _is_day(until) else None
    _answered(house, caller, Answer.model_construct(action=action, which=which, reason=reason, until=day))
    return RedirectResponse("/review", 303)


@router.post("/review/adopt", include_in_schema=False)
def adopt(
    house: HouseOf,
    caller: Approver,
    plan_id: Annotated[str, Form(alias="plan", max_length=60)] = "latest",
    which: Annotated[list[str], Form(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=2000)] = "",
    back: Back = "",
) -> Response:
    """Put the plan's levels of the ticked items in force."""
    _adopted(house, caller, Adoption.model_construct(plan=plan_id, items=which, reason=reason))
    return RedirectResponse(item_address(back) if back else "/review", 303)


@router.post("/review/override", include_in_schema=False)
def override(
    house: HouseOf,
    caller: Approver,
    item: Annotated[str, Form(max_length=500)],
    reorder_point: Annotated[float, Form(ge=0, le=1e12, allow_inf_nan=False)],
    order_up_to: Annotated[float, Form(ge=0, le=1e12, allow_inf_nan=False)],
    reason: Annotated[str, Form(max_length=2000)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Set an item's levels by hand."""
    day = date.fromisoformat(until) if _is_day(until) else None
    told = Override.model_construct(
        item=item, reorder_point=reorder_point, order_up_to=order_up_to, safety_stock=None, reason=reason, until=day
    )
    _overridden(house, caller, told)
    return RedirectResponse(item_address(item), 303)


@router.post("/review/undo", include_in_schema=False)
def undo(house: HouseOf, caller: Approver, which: Annotated[str, Form(max_length=500)], back: Back = "") -> Response:
    """Take a decision back."""
    _undone(house, caller, which)
    return RedirectResponse(item_address(back) if back else "/review", 303)


@router.post("/api/v1/reviews", status_code=202, response_model=None)
def begin_review(house: HouseOf, caller: Planner) -> Response:
    """Begin to test the latest plan on what came since; what is found waits at /review.json."""
    _begin(house, caller)
    return Response('{"begun":true}', 202, media_type="application/json")


@router.post("/api/v1/decisions", status_code=201, response_model=Decided)
def decide(request: Request, house: HouseOf, caller: Approver, body: Answer, idempotency_key: IdempotencyKey = None) -> Response:
    """Approve, reject or put off proposals."""
    said = body.model_dump_json().encode()
    return once(house, caller, "POST /api/v1/decisions", idempotency_key, said, lambda: _told(request, _answered(house, caller, body)))


@router.post("/api/v1/adoptions", status_code=201, response_model=Decided)
def adopt_levels(request: Request, house: HouseOf, caller: Approver, body: Adoption, idempotency_key: IdempotencyKey = None) -> Response:
    """Put levels of a plan in force."""
    said = body.model_dump_json().encode()
    return once(house, caller, "POST /api/v1/adoptions", idempotency_key, said, lambda: _told(request, _adopted(house, caller, body)))


@router.post("/api/v1/overrides", status_code=201, response_model=Decided)
def set_levels(
    request: Request,
    house: HouseOf,
    caller: Approver,
    body: Override,
    idempotency_key: IdempotencyKey = None,
    if_match: Annotated[str | None, Header(max_length=200, description="Tag of /api/v1/levels/ITEM; 412 if it changed since.")] = None,
) -> Response:
    """Set an item's levels by hand."""

    def do() -> Response:
        if if_match and changed_meanwhile(if_match, level_in_force(house.workspace, body.item)):
            raise stop(412, f"The level of {body.item} was decided by somebody else meanwhile; nothing was decided. Look at it again.")
        return _told(request, _overridden(house, caller, body))

    return once(house, caller, "POST /api/v1/overrides", idempotency_key, body.model_dump_json().encode(), do)


@router.post("/api/v1/decisions/{decision_id}/undo", status_code=201, response_model=Decided)
def take_back(request: Request, house: HouseOf, caller: Approver, decision_id: str, idempotency_key: IdempotencyKey = None) -> Response:
    """Take a decision back; what was in force before is again."""
    where = f"POST /api/v1/decisions/{decision_id}/undo"
    return once(house, caller, where, idempotency_key, b"", lambda: _told(request, _undone(house, caller, decision_id)))


def _begin(house: House, caller: Caller) -> None:
    from justenough.archive.second_look import looked_again

    def look_again() -> tuple[str, ...]:
        found, receipt = looked_again(house.workspace, author=caller.name)
        queued = f"{receipt.queued} queued now, {receipt.waiting} waited already." if receipt.outcome == "recorded" else ""
        return tuple(filter(None, (*review_sentences(found), queued)))

    house.workspace.plan_entry("latest")  # without a plan there is nothing to test
    house.errands.begin("review", look_again)
    house.people.note(caller.doer, "look", "review")


def _answered(house: House, caller: Caller, body: Answer) -> list[str]:
    _some(body.which)
    decisions = Decisions(house.workspace)
    if body.action == "defer" and body.until is None:
        raise WorkspaceError("To put something off, name the day from which it waits again; nothing was decided.")
    with house.workspace.records.writing():  # the decision and the note of it are there together or not at all
        if body.action == "approve":
            made = decisions.approve(body.which, author=caller.name, reason=body.reason)
        elif body.action == "reject":
            made = decisions.reject(body.which, author=caller.name, reason=body.reason)
        else:
            assert body.until is not None
            made = decisions.defer(body.which, until=_moment(body.until), author=caller.name, reason=body.reason)
        items = decisions.history(last=len(made))["item"].to_list()
        house.people.note(caller.doer, body.action, f"{len(made)} proposals", items=items, decisions=made)
    return made


def _adopted(house: House, caller: Caller, body: Adoption) -> list[str]:
    _some(body.items)
    shelf = house.shelves.shelf(body.plan)
    rows = pl.DataFrame([shelf.row(item) for item in dict.fromkeys(body.items)], infer_schema_length=None)
    with house.workspace.records.writing():
        made = Decisions(house.workspace).adopt_rows(shelf.about["plan_id"], rows, body.items, caller.name, body.reason)
        house.people.note(
            caller.doer, "approve", f"{len(made)} levels of {shelf.about['plan_id']}", items=list(dict.fromkeys(body.items)), decisions=made
        )
    return made


def _overridden(house: House, caller: Caller, body: Override) -> list[str]:
    try:
        levels = Levels(body.reorder_point, body.order_up_to, float("nan") if body.safety_stock is None else body.safety_stock)
    except ValueError as error:
        raise WorkspaceError(f"{error} Nothing was decided.") from error
    ends = None if body.until is None else _moment(body.until)
    with house.workspace.records.writing():
        made = Decisions(house.workspace).override(body.item, levels, reason=body.reason, author=caller.name, expires=ends)
        house.people.note(caller.doer, "override", body.item, decisions=[made])
    return [made]


def _undone(house: House, caller: Caller, which: str) -> list[str]:
    with house.workspace.records.writing():
        decisions = Decisions(house.workspace)
        made = decisions.undo(which, author=caller.name)
        house.people.note(caller.doer, "undo", which, items=decisions.history(last=1)["item"].to_list(), decisions=[made])
    return [made]


def _told(request: Request, decisions: list[str]) -> Response:
    return as_json(request, Decided(decisions=decisions), status=201)


def _some(which: list[str]) -> None:
    if not which:
        raise WorkspaceError("Nothing was ticked, so nothing was decided. Tick the rows that are meant.")


def _is_day(text: str) -> bool:
    if not text:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        raise WorkspaceError(f"{text!r} is no day; expected one such as 2030-01-31. Nothing was decided.") from None
    return True


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

"""Plans over the API: listed and made; and the level of an item that is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.decisions import Decisions
from justenough.archive.making import made, settings_of
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownItem
from justenough.interfaces.web.answers import as_json
from justenough.interfaces.web.callers import Caller, Viewer, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.writing import IdempotencyKey, once

router = APIRouter(tags=["plan"])
Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
ERRAND = "making a plan"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One saved plan; ``imports`` are those it was made from."""

    plan_id: str
    created: datetime
    author: str
    currency: str
    n_items: int
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlansView:
    """One page of the saved plans, newest first, and what became of the plan asked for last: ``making``, else ``why`` there is none."""

    plans: tuple[PlanLine, ...]
    n_plans: int
    page: int
    n_pages: int
    making: bool
    made: str
    why: str


@dataclass(frozen=True, slots=True)
class LevelInForce:
    """
    The level of an item that counts today [units], and who decided it; ``decision_id`` is empty where it is that of the export.

    The answer's ``ETag``, sent back as ``If-Match`` of an override, makes sure that nobody decided in between.
    """

    item: str
    safety_stock: float | None
    reorder_point: float | None
    order_up_to: float | None
    decision_id: str
    author: str
    decided: datetime | None
    expires: datetime | None


class NewPlan(BaseModel):
    """A plan to be made; settings that are left out are those of the latest plan."""

    model_config = ConfigDict(extra="forbid")
    settings: Annotated[dict[str, Any], Field(max_length=100)] = {}


@router.get("/api/v1/plans", response_model=PlansView)
def list_plans(
    request: Request,
    house: HouseOf,
    caller: Viewer,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Saved plans, newest first, and whether one is being made."""
    del caller
    entries = house.workspace.plans()[::-1]
    shown = entries[(page - 1) * per_page : page * per_page]
    lines = tuple(PlanLine(one.plan_id, one.created, one.author, one.currency, one.n_items, one.imports) for one in shown)
    last = house.errands.last(ERRAND)
    pages = max(1, -(-len(entries) // per_page))
    return as_json(request, PlansView(lines, len(entries), page, pages, last.working, last.value or "", last.why))


@router.post("/api/v1/plans", status_code=202, response_model=None)
def make_plan(house: HouseOf, caller: Planner, body: NewPlan, idempotency_key: IdempotencyKey = None) -> Response:
    """Begin to make a plan of what is on record, in another process; /api/v1/plans says when it is saved."""
    with plan_begun_after(house, caller) as begin:

        def begun() -> Response:
            begin(body.settings)
            return Response('{"begun":true}', 202, media_type="application/json")

        return once(house, caller, "POST /api/v1/plans", idempotency_key, body.model_dump_json().encode(), begun)


@contextmanager
def plan_begun_after(house: House, caller: Caller) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give what begins a plan, to be called within a write; the work waits until the block, and so the write, has ended well."""
    written: Future[None] = Future()

    def begin(settings: Mapping[str, Any]) -> None:
        if not house.workspace.imports():
            raise WorkspaceError("Nothing was imported yet, so there is nothing to plan. Import an export first.")
        settings_of(house.workspace, settings)

        def do() -> str:
            written.result()
            return made(house.workspace, settings, caller.name)

        if not house.errands.begin(ERRAND, do):
            raise WorkspaceError("A plan is being made already; this one was not begun. Ask again when that one is saved.")
        house.people.note(caller.doer, "make plan", "", settings=settings)

    try:
        yield begin
    except BaseException:
        written.set_exception(WorkspaceError("That a plan was asked for could not be written down, so none was made. Ask again."))
        raise
    written.set_result(None)


@router.get("/api/v1/levels/{item:path}", response_model=LevelInForce)
def level_of(request: Request, house: HouseOf, caller: Viewer, item: Annotated[str, Path(min_length=1, max_length=500)]) -> Response:
    """The level of one item that counts today, with the tag by which an override says what it was decided on."""
    del caller
    return as_json(request, level_in_force(house.workspace, item))


def level_in_force(workspace: Workspace, item: str) -> LevelInForce:
    """The level of an item that counts today."""
    rows = Decisions(workspace).in_force(items=[item]).to_dicts()
    if rows:
        one = rows[0]
        said = {name: one[name] for name in ("safety_stock", "reorder_point", "order_up_to", "decision_id", "author", "expires")}
        return LevelInForce(item=item, decided=one["created"], **said)
    imported = workspace.imported_items([item]).to_dicts()
    if not imported:
        raise UnknownItem(f"{item!r} is not an item of this workspace.")
    row = imported[0]
    return LevelInForce(item, row["current_safety_stock"], row["current_reorder_point"], row["current_max"], "", "", None, None)

"""Planning page: saved plans, what a new one is asked by, what left the house; and making a plan."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from justenough.archive.making import advance_of
from justenough.archive.outgoing import APPROVED, Outgoing
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.interfaces.views.planning_view import PlanningView, planning_view
from justenough.interfaces.web.callers import Caller, form_of, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.plans_api import ERRAND, plan_begun_after

if TYPE_CHECKING:
    from collections.abc import Mapping

NAV = (NavEntry("Plans", "/plans"),)
router = APIRouter(tags=["plan"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]


def planning(house: HouseOf) -> PlanningView:
    """Saved plans, what a new one is asked by, and what left the house."""
    workspace, leaving = house.workspace, Outgoing(house.workspace)
    entries = workspace.plans()
    imports = [one for one in workspace.imports() if one.status == "live"]
    classes = house.shelves.shelf("latest").about["values"]["criticality"] if entries else _classes(house) if imports else ()
    waiting = (*_counted(house, [one.import_id for one in imports]), leaving.recorded())
    making = (house.errands.last(ERRAND), advance_of(workspace))
    return planning_view(
        entries, sorted(classes), making, waiting, leaving.wording(), len(imports), imports[-1].currency if imports else ""
    )


add_page(router, "/plans", planning, "web/planning.html")


@router.post("/plans/make", include_in_schema=False)
async def make(request: Request, house: HouseOf, caller: Planner) -> Response:
    """Begin to make a plan; what is left empty is as in the plan before."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    told = {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}
    await run_in_threadpool(_begin, house, caller, told)
    return RedirectResponse("/plans", 303)


def _counted(house: House, imports: list[str]) -> tuple[int, int]:
    """Items that may leave as news and as approved; counted anew where something was decided, taken or imported, and once a minute."""
    leaving = Outgoing(house.workspace)
    state = (leaving.read().seq, leaving.last(), *imports, datetime.now(UTC).replace(second=0, microsecond=0))
    if house.counted.get("state") != state:
        counts = (leaving.waiting(), leaving.levels(APPROVED).height if imports else 0)
        house.counted.update(state=state, counts=counts)
    counted: tuple[int, int] = house.counted["counts"]
    return counted


def _classes(house: House) -> list[str]:
    return house.workspace.imported_items()["criticality"].drop_nulls().unique().to_list()


_FIELDS = {  # of the form: the setting, what it is called, and by how much it is divided
    "holding_rate_percent": ("holding_rate", "a holding rate", 100.0),
    "ordering_cost": ("ordering_cost", "an ordering cost", 1.0),
    "review_days": ("review_days", "the days between two reviews", 1.0),
    "cycle_service_percent": ("target_cycle_service", "a service", 100.0),
}
_CLASS = "class."


def _begin(house: House, caller: Caller, told: Mapping[str, str]) -> None:
    workspace = house.workspace
    asked: dict[str, Any] = {name: _number(told[at], what) / per for at, (name, what, per) in _FIELDS.items() if at in told}
    classes = {name.removeprefix(_CLASS): _number(text, "a service") / 100.0 for name, text in told.items() if name.startswith(_CLASS)}
    if classes:
        before = workspace.plan_entry().settings if workspace.latest() else {}
        asked["criticality_targets"] = {**before.get("criticality_targets", {}), **classes}
    with plan_begun_after(house, caller) as begin, workspace.records.writing():
        begin(asked)


def _number(text: str, what: str) -> float:
    if re.search(r",\d{3}\s*%?$", text):
        whole, parted = text.replace(",", ""), text.replace(",", ".")
        raise WorkspaceError(
            f"{text!r} can be two numbers for {what}: its comma may part thousands or decimals. Expected {whole!r} or {parted!r}. "
            "No plan was begun."
        )
    try:
        found = float(text.replace(",", ".").removesuffix("%").strip())
    except ValueError:
        found = float("nan")
    if not 0 < found <= 1e9:
        raise WorkspaceError(f"{text!r} is no number for {what}; expected one above 0, such as 20 or 98.5. No plan was begun.")
    return found

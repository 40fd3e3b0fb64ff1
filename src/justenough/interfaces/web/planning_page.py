"""Planning page: make a plan from what is on record, and take levels back to the system they came from."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from justenough.archive.making import advance_of
from justenough.archive.outgoing import APPROVED, NEWS, PLAN, Outgoing, renamed
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.interfaces.views.planning_view import PlanningView, planning_view
from justenough.interfaces.web.callers import Caller, form_of, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.plans_page import ERRAND, KINDS, plan_begun_after

if TYPE_CHECKING:
    from collections.abc import Mapping

NAV = (NavEntry("Plans", "/plans"),)
MOST_EXCEL = 200_000  # rows of a workbook; more are neither quickly made nor quickly opened
router = APIRouter(tags=["plan"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]


class Leaving(BaseModel):
    """What is to be taken away, under whose column names, in which form."""

    model_config = ConfigDict(extra="forbid")
    what: Literal["news", "approved", "plan"] = "news"
    names: Annotated[Literal["own", "plan"], Field(description="own: the export's column names, item and levels only.")] = "plan"
    form: Literal["csv", "xlsx", "parquet"] = "csv"
    decimal: Literal[".", ","] = "."
    plan: Annotated[str, Field(max_length=60)] = "latest"


def planning(house: HouseOf) -> PlanningView:
    """Saved plans, what a new one is asked by, and what left the house."""
    workspace, leaving = house.workspace, Outgoing(house.workspace)
    entries = workspace.plans()
    imports = [one for one in workspace.imports() if one.status == "live"]
    classes = house.shelves.shelf("latest").about["values"]["criticality"] if entries else _classes(house) if imports else ()
    waiting = (leaving.waiting(), leaving.levels(APPROVED).height if imports else 0, leaving.recorded())
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


@router.post("/plans/take", include_in_schema=False)
def take(
    house: HouseOf,
    caller: Planner,
    what: Annotated[Literal["news", "approved", "plan"], Form()] = "news",
    names: Annotated[Literal["own", "plan"], Form()] = "plan",
    form: Annotated[Literal["csv", "xlsx", "parquet"], Form()] = "csv",
    decimal: Annotated[Literal[".", ","], Form()] = ".",
) -> Response:
    """Take levels or the whole plan away as a file."""
    return _taken(house, caller, Leaving(what=what, names=names, form=form, decimal=decimal))


@router.post("/api/v1/exports", response_class=Response, responses={200: {"content": {kind: {} for kind in KINDS.values()}}})
def export(house: HouseOf, caller: Planner, body: Leaving) -> Response:
    """Take levels or a whole plan away as a file; that it was taken is on record."""
    return _taken(house, caller, body)


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


def _taken(house: House, caller: Caller, asked: Leaving) -> Response:
    from justenough.interfaces.exports import Csv, write_levels, write_plan

    leaving, workspace = Outgoing(house.workspace), house.workspace
    csv = Csv(";" if asked.decimal == "," else ",", asked.decimal)
    read = leaving.read()  # before the levels are: what is decided meanwhile leaves the next time
    folder = tempfile.TemporaryDirectory()
    stem = {NEWS: "levels-new", APPROVED: "levels-approved", PLAN: "plan"}[asked.what]
    path = Path(folder.name) / f"{stem}.{asked.form}"
    try:
        if asked.what == PLAN:
            entry = workspace.plan_entry(asked.plan)
            _bounded(entry.n_items, asked.form)
            plan = workspace.plan(entry.plan_id)
            write_plan(plan, path, asked.form, csv=csv)
            n_items, detail = len(plan), {"plan": plan.plan_id}
        else:
            levels = leaving.levels(asked.what)
            n_items, detail = levels.height, {}
            _bounded(n_items, asked.form, " since levels left last" if asked.what == NEWS else "")
            said = {"levels": "of today, in stock units", "items": n_items, "taken by": caller.name}
            if asked.names == "own":
                wording = leaving.wording()
                how = Csv(wording.delimiter or csv.delimiter, wording.decimal if wording.delimiter else csv.decimal)
                rows = renamed(levels, wording.names)
                write_levels(rows, path, asked.form, said, csv=how, encoding=wording.encoding, exact=True)
            else:
                write_levels(levels, path, asked.form, said, csv=csv)
        leaving.record(caller.doer, asked.what, n_items, read, form=asked.form, names=asked.names, **detail)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(path, media_type=KINDS[asked.form], filename=path.name, background=BackgroundTask(folder.cleanup))


def _bounded(n_items: int, form: str, since: str = "") -> None:
    if not n_items:
        raise WorkspaceError(f"No level was decided{since}, so there is nothing to take. Approve levels on the review page first.")
    if form == "xlsx" and n_items > MOST_EXCEL:
        raise WorkspaceError(f"{n_items:,} items are too many for a workbook ({MOST_EXCEL:,} at most); take CSV or Parquet.")


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

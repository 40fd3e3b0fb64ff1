"""Files: plans and levels taken away, from the page and over the API; who took what, and when, is on record whichever way."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from justenough.archive.decisions import Decisions
from justenough.archive.outgoing import APPROVED, NEWS, PLAN, Outgoing, renamed
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.interfaces.exports import Csv, write_levels, write_plan
from justenough.interfaces.web.answers import known_already
from justenough.interfaces.web.callers import Caller, Viewer, writes
from justenough.interfaces.web.house import House, HouseOf

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EXCEL = 200_000  # rows of a workbook; more are neither quickly made nor quickly opened
IN_FORCE = "in force"  # levels asked for by a program: they are none of the news that leave from the page
router = APIRouter(tags=["plan"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
PlanId = Annotated[str, InPath(min_length=1, max_length=60, description="Id of a saved plan, the beginning of one, or latest.")]
KINDS = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet", "html": "text/html; charset=utf-8",
}  # fmt: skip


def _files(*endings: str) -> dict[int | str, dict[str, Any]]:
    content = {KINDS[one].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for one in endings}
    return {200: {"description": "The file.", "content": content}}


class Leaving(BaseModel):
    """What is to be taken away, under whose column names, in which form."""

    model_config = ConfigDict(extra="forbid")
    what: Literal["news", "approved", "plan"] = "news"
    names: Annotated[Literal["own", "plan"], Field(description="own: the export's column names, item and levels only.")] = "plan"
    form: Literal["csv", "xlsx", "parquet"] = "csv"
    decimal: Literal[".", ","] = "."
    plan: Annotated[str, Field(max_length=60)] = "latest"


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


@router.post("/api/v1/exports", response_class=Response, responses=_files("csv", "xlsx", "parquet"))
def export(house: HouseOf, caller: Planner, body: Leaving) -> Response:
    """Take levels or a whole plan away as a file; that it was taken is on record."""
    return _taken(house, caller, body)


@router.get("/api/v1/plans/{plan_id}/plan.{ending}", response_class=FileResponse, responses=_files(*KINDS))
def download_plan(
    request: Request, house: HouseOf, caller: Viewer, plan_id: PlanId, ending: Literal["csv", "xlsx", "parquet", "html"]
) -> Response:
    """A plan as CSV, Excel, Parquet, or the report as one HTML file; written once, then given from the disk."""
    shelf = house.shelves.shelf(plan_id)
    found = shelf.about["plan_id"]
    # A plan does not change; its report draws the demand that is on record too.
    state = f"{_on_record(house)}.html" if ending == "html" else ending
    tag = f'"{found}.{state}"'
    if known_already(request, tag):
        return Response(None, 304, {"ETag": tag})
    path = house.written.file(found, state, _write)
    Outgoing(house.workspace).record(caller.doer, PLAN, shelf.n_items, form=ending, plan=found)
    return FileResponse(path, media_type=KINDS[ending], filename=f"plan-{found}.{ending}", headers={"ETag": tag})


@router.get("/api/v1/levels.{ending}", response_class=Response, responses=_files("csv", "xlsx", "parquet"))
def levels_in_force(
    house: HouseOf,
    caller: Viewer,
    ending: Literal["csv", "xlsx", "parquet"],
    decimal: Annotated[Literal[".", ","], Query(description="Decimal sign of a CSV.")] = ".",
    delimiter: Annotated[Literal[",", ";", "|"], Query(description="What parts the cells of a CSV.")] = ",",
) -> Response:
    """The levels people approved or set that count today, one row an item, for the ERP system; that they were taken is on record."""
    how = Csv(delimiter, decimal)
    names = ("item", "safety_stock", "reorder_point", "order_up_to", "order_quantity", "action", "author", "created", "expires")
    rows = Decisions(house.workspace).in_force().select(*names, "decision_id")
    said = {"levels": "in force, in stock units", "items": rows.height, "taken by": caller.name}

    def written(path: Path) -> None:
        write_levels(rows, path, ending, said, csv=how, exact=True)
        Outgoing(house.workspace).record(caller.doer, IN_FORCE, rows.height, form=ending)

    return _sent("levels", ending, written)


def _taken(house: House, caller: Caller, asked: Leaving) -> Response:
    leaving, workspace = Outgoing(house.workspace), house.workspace
    csv = Csv.marked(asked.decimal)
    read = leaving.read()  # before the levels are: what is decided meanwhile leaves the next time

    def written(path: Path) -> None:
        detail: dict[str, Any] = {}
        if asked.what == PLAN:
            entry = workspace.plan_entry(asked.plan)
            n_items, detail = entry.n_items, {"plan": entry.plan_id}
            _bounded(n_items, asked.form)
            write_plan(workspace.plan(entry.plan_id), path, asked.form, csv=csv)
        else:
            levels = leaving.levels(asked.what)
            n_items = levels.height
            _bounded(n_items, asked.form, " since levels left last" if asked.what == NEWS else "")
            said = {"levels": "of today, in stock units", "items": n_items, "taken by": caller.name}
            if asked.names == "own":
                wording = leaving.wording()
                how = Csv(wording.delimiter or csv.delimiter, wording.decimal if wording.delimiter else csv.decimal)
                write_levels(renamed(levels, wording.names), path, asked.form, said, csv=how, encoding=wording.encoding, exact=True)
            else:
                write_levels(levels, path, asked.form, said, csv=csv)
        leaving.record(caller.doer, asked.what, n_items, read, form=asked.form, names=asked.names, **detail)

    return _sent({NEWS: "levels-new", APPROVED: "levels-approved", PLAN: "plan"}[asked.what], asked.form, written)


def _sent(stem: str, ending: str, written: Callable[[Path], None]) -> Response:
    """A file that is written, and noted, before it is sent; it is gone when it was."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"{stem}.{ending}"
    try:
        written(path)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(path, media_type=KINDS[ending], filename=path.name, background=BackgroundTask(folder.cleanup))


def _bounded(n_items: int, form: str, since: str = "") -> None:
    if not n_items:
        raise WorkspaceError(f"No level was decided{since}, so there is nothing to take. Approve levels on the review page first.")
    if form == "xlsx" and n_items > MOST_EXCEL:
        raise WorkspaceError(f"{n_items:,} items are too many for a workbook ({MOST_EXCEL:,} at most); take CSV or Parquet.")


def _on_record(house: House) -> str:
    live = [f"{one.import_id} {one.rows_accepted}" for one in house.workspace.imports() if one.status == "live"]
    return hashlib.blake2b("\n".join(live).encode(), digest_size=6).hexdigest()


def _write(folder: str, database: str, plan_id: str, path: str) -> None:
    """Write a plan's file, in another process."""
    with Workspace.open(folder, create=False, database=database) as kept:
        plan, ending = kept.plan(plan_id), path.rpartition(".")[2]
        if ending == "html":
            from justenough.interfaces.report import drawn

            Path(path).write_text(drawn(plan, kept.plant() if kept.imports() else None), encoding="utf-8")
        else:
            write_plan(plan, Path(path), ending)

"""Plans over the API: listed, made, and given as files; and the levels that are in force, for the ERP system."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.decisions import Decisions
from justenough.archive.making import made, settings_of
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownItem
from justenough.interfaces.exports import Csv, safe_cells, write_plan
from justenough.interfaces.web.answers import as_json, known_already
from justenough.interfaces.web.callers import Caller, Viewer, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.writing import IdempotencyKey, once

router = APIRouter(tags=["plan"])
Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
PlanId = Annotated[str, Path(min_length=1, max_length=60, description="Id of a saved plan, the beginning of one, or latest.")]
Ending = Literal["csv", "xlsx", "parquet", "html"]
KINDS = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet", "html": "text/html; charset=utf-8",
}  # fmt: skip
ERRAND = "making a plan"


def _files(*endings: str) -> dict[int | str, dict[str, Any]]:
    content = {KINDS[one].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for one in endings}
    return {200: {"description": "The file.", "content": content}}


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


@router.get("/api/v1/plans/{plan_id}/plan.{ending}", response_class=FileResponse, responses=_files(*KINDS))
def download_plan(request: Request, house: HouseOf, caller: Viewer, plan_id: PlanId, ending: Ending) -> Response:
    """A plan as CSV, Excel, Parquet, or the report as one HTML file; written once, then given from the disk."""
    del caller
    found = house.shelves.shelf(plan_id).about["plan_id"]
    tag = f'"{found}.{ending}"'
    if known_already(request, tag):
        return Response(None, 304, {"ETag": tag})
    path = house.written.file(found, ending, _write)
    return FileResponse(path, media_type=KINDS[ending], filename=f"plan-{found}.{ending}", headers={"ETag": tag})


@router.get("/api/v1/levels.{ending}", response_class=Response, responses=_files("csv", "xlsx", "parquet"))
def levels_in_force(
    house: HouseOf,
    caller: Viewer,
    ending: Literal["csv", "xlsx", "parquet"],
    decimal: Annotated[Literal[".", ","], Query(description="Decimal sign of a CSV.")] = ".",
    delimiter: Annotated[Literal[",", ";", "|"], Query(description="What parts the cells of a CSV.")] = ",",
) -> Response:
    """The levels people approved or set that count today, one row an item, for the ERP system."""
    del caller
    names = (
        "item",
        "safety_stock",
        "reorder_point",
        "order_up_to",
        "order_quantity",
        "action",
        "author",
        "created",
        "expires",
        "decision_id",
    )
    rows = Decisions(house.workspace).in_force().select(*names)
    how, made_of = Csv(delimiter, decimal), io.BytesIO()
    if ending == "csv":
        made_of.write(safe_cells(rows).write_csv(separator=how.delimiter, decimal_comma=how.decimal == ",", include_bom=True).encode())
    elif ending == "parquet":
        rows.write_parquet(made_of)
    else:
        rows.with_columns(pl.col("created", "expires").dt.replace_time_zone(None)).write_excel(made_of, "Levels", autofilter=False)
    headers = {"Content-Disposition": f'attachment; filename="levels.{ending}"'}
    return Response(made_of.getvalue(), media_type=KINDS[ending], headers=headers)


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


def _write(folder: str, database: str, plan_id: str, path: str) -> None:
    """Write a plan's file, in another process."""
    with Workspace.open(folder, create=False, database=database) as kept:
        plan, ending = kept.plan(plan_id), path.rpartition(".")[2]
        if ending == "html":
            from justenough.interfaces.report import drawn

            FilePath(path).write_text(drawn(plan, kept.plant() if kept.imports() else None), encoding="utf-8")
        else:
            write_plan(plan, FilePath(path), ending)

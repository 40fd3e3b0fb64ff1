"""Imports pages: send an export, say what its columns mean, see what was found, keep it, mend what was not believed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile

from justenough.archive.chosen import named_import
from justenough.archive.entries import ImportReceipt
from justenough.archive.incoming import kept_profile
from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.domain.plant import Terms
from justenough.interfaces.exports import safe_cells
from justenough.interfaces.views.imports_view import DraftView, ImportsView, QuarantineView, draft_view, imports_view, quarantine_view
from justenough.interfaces.web.answers import as_json
from justenough.interfaces.web.callers import Caller, form_of, needs, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.writing import IdempotencyKey, once_at_length
from justenough.sources.profiles import Profile, shipped
from justenough.sources.quarantine import import_quarantine, to_correct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.archive.entries import ImportEntry

NAV = (NavEntry("Imports", "/imports"),)
router = APIRouter(tags=["imports"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
Reader = Annotated[Caller, Depends(needs(Role.PLANNER))]  # looks at what only planners mend
Token = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Of an export that was sent and not kept yet.")]
ImportId = Annotated[str, Path(min_length=1, max_length=60, description="Id of an import, or latest.")]
Text = Annotated[str, Field(max_length=500)]
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rows.", "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
FILES_SENT: dict[str, Any] = {  # what FastAPI would say of a list of files that it read itself, before asking who sends them
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "The files of one export."}
                },
            }
        }
    },
}


class Reading(BaseModel):
    """How an export is to be read: a profile that comes along, or answers, columns by canonical table and column, and its name."""

    model_config = ConfigDict(extra="forbid")
    profile: Text = ""
    answers: Annotated[dict[Text, Text], Field(max_length=50)] = {}
    columns: Annotated[dict[Text, dict[Text, Text]], Field(max_length=30)] = {}
    source: Annotated[str, Field(max_length=150, description="What it is an export of; a newer one of that name replaces it.")] = ""


class Mending(BaseModel):
    """Corrected cells of one quarantined row."""

    model_config = ConfigDict(extra="forbid")
    file: Text
    row: Annotated[int, Field(ge=0, le=10**12)]
    cells: Annotated[dict[Text, Annotated[str, Field(max_length=32_767)]], Field(min_length=1, max_length=200)]


class Mendings(BaseModel):
    """Rows that were corrected."""

    model_config = ConfigDict(extra="forbid")
    rows: Annotated[list[Mending], Field(min_length=1, max_length=1000)]


class Begun(BaseModel):
    """The token under which a sent export waits at /imports/drafts/TOKEN.json."""

    token: str


def imports(house: HouseOf) -> ImportsView:
    """What was imported, and how to send more."""
    return imports_view(house.workspace)


def draft(house: HouseOf, token: Token) -> DraftView:
    """An export on its way in: what its columns mean, what is open, what checking found."""
    return draft_view(house.incoming.staged(token), house.incoming.checked(token), house.workspace.imports())


def quarantine(house: HouseOf, import_id: ImportId, file: Annotated[str, Query(max_length=200)] = "") -> QuarantineView:
    """Rows of an import that could not be believed, to be mended."""
    return quarantine_view(house.workspace, named_import(house.workspace.imports(), import_id, house.workspace.path), file)


add_page(router, "/imports", imports, "web/imports.html")
add_page(router, "/imports/drafts/{token}", draft, "web/draft.html", role=Role.PLANNER)
add_page(router, "/imports/{import_id}/quarantine", quarantine, "web/quarantine.html")


@router.post("/imports/send", include_in_schema=False)
async def send(request: Request, house: HouseOf, caller: Planner) -> Response:
    """Put an export's files aside and draft a profile for them."""
    return RedirectResponse(f"/imports/drafts/{await _taken(request, house, caller)}", 303)


@router.post("/imports/drafts/{token}/check", include_in_schema=False)
async def check(request: Request, house: HouseOf, caller: Planner, token: Token) -> Response:
    """Take the answers, and read and check the whole export."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    told = {name: value for name, value in form.items() if isinstance(value, str)}
    answers = {name.removeprefix("answer."): value for name, value in told.items() if name.startswith("answer.") and value}
    columns: dict[str, dict[str, str]] = {}
    for name, value in told.items():
        if name.startswith("column."):
            _, table, canonical = name.split(".", 2)
            columns.setdefault(table, {})[canonical] = value
    text = "\n".join(told.get("toml", "").splitlines()) + "\n" if told.get("toml", "").strip() else ""
    await run_in_threadpool(_begin, house, caller, token, told.get("profile", ""), answers, columns, text, told.get("source", "").strip())
    return RedirectResponse(f"/imports/drafts/{token}", 303)


@router.post("/imports/drafts/{token}/keep", include_in_schema=False)
def keep(house: HouseOf, caller: Planner, token: Token) -> Response:
    """Keep a checked export."""
    receipt = _kept(house, caller, token)
    return RedirectResponse(f"/imports/{receipt.import_id}/quarantine" if receipt.rows_quarantined else "/imports", 303)


@router.post("/imports/drafts/{token}/forget", include_in_schema=False)
def forget(house: HouseOf, caller: Planner, token: Token) -> Response:
    """Throw a sent export away."""
    house.incoming.forget(token)
    house.people.note(caller.doer, "forget export", token)
    return RedirectResponse("/imports", 303)


@router.post("/imports/{import_id}/mend", include_in_schema=False)
async def mend(request: Request, house: HouseOf, caller: Planner, import_id: ImportId) -> Response:
    """Take corrected cells in."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    file, rows = str(form.get("file", "")), dict[int, dict[str, str]]()
    for name, value in form.multi_items():
        place, _, column = name.partition(".")
        if place.isdigit() and isinstance(value, str):
            rows.setdefault(int(place), {})[column] = value
    told = [(file, row, cells) for row, cells in rows.items()]
    await run_in_threadpool(_mended, house, caller, import_id, told)
    return RedirectResponse(f"/imports/{import_id}/quarantine", 303)


@router.get("/imports/{import_id}/quarantine.csv", response_class=Response, responses=SHEET)
def quarantine_sheet(house: HouseOf, caller: Reader, import_id: ImportId, file: Annotated[str, Query(max_length=200)] = "") -> Response:
    """One file's quarantined rows as CSV, to be corrected at leisure."""
    del caller
    view = quarantine(house, import_id, file)
    if not view.file:
        raise WorkspaceError("Nothing is in quarantine, so there is nothing to correct.")
    sheet = safe_cells(to_correct(house.workspace.quarantine(view.entry.import_id), view.file))
    headers = {"content-disposition": 'attachment; filename="quarantine.csv"'}
    return Response(sheet.write_csv(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/api/v1/imports", status_code=201, response_model=Begun, openapi_extra={"requestBody": FILES_SENT})
async def send_export(request: Request, house: HouseOf, caller: Planner) -> Response:
    """Send an export's files; they wait, drafted, until they are checked and kept."""
    return as_json(request, Begun(token=await _taken(request, house, caller)), status=201)


@router.post("/api/v1/imports/drafts/{token}/check", status_code=202, response_model=None)
def check_export(house: HouseOf, caller: Planner, token: Token, body: Reading) -> Response:
    """Begin to read and check a sent export; what was found is at /imports/drafts/TOKEN.json."""
    _begin(house, caller, token, body.profile, body.answers, body.columns, source=body.source)
    return Response('{"begun":true}', 202, media_type="application/json")


@router.post("/api/v1/imports/drafts/{token}/keep", status_code=201, response_model=ImportReceipt)
def keep_export(request: Request, house: HouseOf, caller: Planner, token: Token, idempotency_key: IdempotencyKey = None) -> Response:
    """Keep a checked export."""
    where = f"POST /api/v1/imports/drafts/{token}/keep"
    return once_at_length(house, caller, where, idempotency_key, b"", lambda: as_json(request, _kept(house, caller, token), status=201))


@router.post("/api/v1/imports/{import_id}/mendings", status_code=201, response_model=ImportReceipt)
def mend_rows(
    request: Request, house: HouseOf, caller: Planner, import_id: ImportId, body: Mendings, idempotency_key: IdempotencyKey = None
) -> Response:
    """Take corrected rows of a quarantine in; those still wrong stay there."""
    told = [(one.file, one.row, one.cells) for one in body.rows]
    where, said = f"POST /api/v1/imports/{import_id}/mendings", body.model_dump_json().encode()
    return once_at_length(
        house, caller, where, idempotency_key, said, lambda: as_json(request, _mended(house, caller, import_id, told), status=201)
    )


async def _taken(request: Request, house: House, caller: Caller) -> str:
    """Put the files of a request aside; none of its body is read before it is known that the caller may send it."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    try:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        return await run_in_threadpool(_staged, house, caller, files)
    finally:
        await form.close()


def _staged(house: House, caller: Caller, files: list[UploadFile]) -> str:
    token = house.incoming.stage([(one.filename or "", one.file) for one in files if one.filename])
    house.people.note(caller.doer, "send export", token, files=[one.filename for one in files])
    return token


def _begin(
    house: House,
    caller: Caller,
    token: str,
    profile: str,
    answers: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
    toml: str = "",
    source: str = "",
) -> None:
    house.incoming.answer(token, profile, answers, columns, toml, source)
    house.incoming.check(token)
    house.people.note(caller.doer, "check export", token)


def _kept(house: House, caller: Caller, token: str) -> ImportReceipt:
    receipt = house.incoming.keep(token, caller.name)
    house.people.note(caller.doer, "import", receipt.import_id, source=receipt.source, rows=receipt.rows_accepted)
    return receipt


def _mended(house: House, caller: Caller, import_id: str, told: list[tuple[str, int, dict[str, str]]]) -> ImportReceipt:
    workspace = house.workspace
    entry = named_import(workspace.imports(), import_id, workspace.path)
    problems = workspace.quarantine(entry.import_id)
    sheets = []
    for file in dict.fromkeys(file for file, _, _ in told):
        cells = {row: given for name, row, given in told if name == file}
        sheet = to_correct(problems, file).filter(pl.col("from row").is_in([str(row) for row in cells]))
        rows = [{**one, **_known(one, cells[int(one["from row"])])} for one in sheet.iter_rows(named=True)]
        sheets += [pl.DataFrame(rows, schema=sheet.schema)] if rows else []
    if not sheets:
        raise WorkspaceError("No such row is in quarantine, so nothing was corrected. Load the page again.")
    profile = replace(_profile(house, entry), terms=_terms(entry), terms_file="")
    receipt = None
    for sheet in sheets:
        with tempfile.TemporaryDirectory() as folder:
            path = FilePath(folder) / "corrected.csv"
            sheet.write_csv(path)
            receipt = workspace.correct(import_quarantine(path, profile), entry.import_id, author=caller.name)
    assert receipt is not None
    house.people.note(caller.doer, "correct rows", entry.import_id, rows=len(told), taken=receipt.rows_accepted)
    return receipt


def _known(row: Mapping[str, Any], cells: Mapping[str, str]) -> dict[str, str | None]:
    return {name: value or None for name, value in cells.items() if name in row and name not in ("from file", "from row", "problem")}


def _profile(house: House, entry: ImportEntry) -> Profile:
    path = kept_profile(house.workspace, entry.source)
    if not path.is_file():
        if entry.source in shipped():
            return Profile.load(entry.source)
        raise WorkspaceError(
            f"The profile of {entry.source} is not here, since it was imported by a command. Correct its rows there: "
            "justenough quarantine export FILE.csv, then justenough quarantine import FILE.csv --profile PROFILE.toml"
        )
    return Profile.load(path)


def _terms(entry: ImportEntry) -> Terms:
    said: dict[str, Any] = {name: getattr(entry, name) for name in ("currency", "demand_period", "returns", "label")}
    return Terms(**said)

"""Application: all pages, the API and their guards put together for one workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from justenough import __version__
from justenough.interfaces.web import (
    account_page,
    alerts_page,
    files_page,
    imports_page,
    insights_page,
    item_page,
    items_page,
    lines_page,
    machines_page,
    people_page,
    planning_page,
    plans_api,
    plant_page,
    review_page,
    sign_in_page,
    static_files,
)
from justenough.interfaces.web.answers import answer_faults
from justenough.interfaces.web.guard import Guard
from justenough.interfaces.web.house import House

if TYPE_CHECKING:
    from types import ModuleType

# In the order of the navigation; each has a `router`, and a `NAV` where every page leads to it.
ROOMS: tuple[ModuleType, ...] = (
    plant_page, items_page, item_page, review_page, planning_page, alerts_page, machines_page, lines_page, insights_page, imports_page,
    plans_api, files_page, people_page, account_page, sign_in_page,
)  # fmt: skip
ABOUT = (
    "What the pages show, as JSON, and what they change. Every page's address with `.json` is its value. "
    "Sign in with a key: `Authorization: Bearer KEY`; make one on the account page or with `justenough user key`. "
    "A refusal is `application/problem+json`. A write that carries an `Idempotency-Key` is done once, however often it is sent."
)


def application(house: House) -> FastAPI:
    """The server of a house, as ASGI."""
    app = FastAPI(title="justenough", version=__version__, description=ABOUT, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.house = house
    app.state.label = _label(house)
    app.state.nav = [entry for room in ROOMS for entry in getattr(room, "NAV", ())]
    for room in ROOMS:
        app.include_router(room.router)
    app.include_router(static_files.router)
    app.add_api_route("/health.json", _health, include_in_schema=False)
    answer_faults(app)
    app.add_middleware(Guard, serving=house.serving)
    _describe(app)
    return app


def _health(request: Request) -> Response:
    """Whether the records answer; says nothing of what they hold."""
    request.app.state.house.workspace.latest()
    return Response('{"healthy":true}', media_type="application/json")


def _label(house: House) -> str:
    imports = [one for one in house.workspace.imports() if one.label]
    return imports[-1].label if imports else "justenough"


def _describe(app: FastAPI) -> None:
    """Say in the OpenAPI description how to sign in, and what a refusal looks like."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            parts = schema.setdefault("components", {})
            parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            fields = {name: {"type": "string"} for name in ("type", "title", "detail")} | {"status": {"type": "integer"}}
            parts.setdefault("schemas", {})["Problem"] = {"type": "object", "properties": fields, "required": list(fields)}
            body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            schema["security"] = [{"key": []}, {}]
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"] |= {
                        "4XX": {"description": "Refused; the detail says why.", "content": body},
                        "503": {"description": "The plan is being laid out; ask again after Retry-After seconds.", "content": body},
                    }
                    operation["responses"].pop("422", None)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's own manual does

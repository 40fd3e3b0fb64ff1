"""Pages: how one value gets two addresses, as HTML and as JSON, so that they cannot disagree."""

# No `annotations` of the future here: FastAPI reads those of the functions made below, which know `build` by closure.
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Depends, Request, Response

from justenough.archive.people import Role
from justenough.interfaces.web.answers import as_json, as_page
from justenough.interfaces.web.callers import needs


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page that every page leads to."""

    title: str
    address: str
    role: Role = Role.VIEWER


def add_page(router: APIRouter, path: str, build: Callable[..., Any], template: str, *, role: Role = Role.VIEWER) -> None:
    """
    Serve a value at ``path`` as HTML and at ``path.json`` as JSON.

    Parameters
    ----------
    build
        Gives the page's value, a frozen data class; its parameters are the request's, as FastAPI reads them, and its
        annotated return type describes the JSON.
    template
        Shows the value as ``view``.
    role
        Who may look.
    """
    kind = get_type_hints(build, include_extras=True)["return"]
    title = (build.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    allowed = [Depends(needs(role))]

    def html(request: Request, view: Annotated[Any, Depends(build)]) -> Response:
        return as_page(request, template, view)

    def plain(request: Request, view: Annotated[Any, Depends(build)]) -> Response:
        return as_json(request, view, kind=kind)

    name = build.__name__
    address = "/index" if path == "/" else path
    # The JSON comes first: an item's code may hold anything, a dot too.
    router.add_api_route(f"{address}.json", plain, name=name, operation_id=name, summary=title, response_model=kind, dependencies=allowed)
    router.add_api_route(path, html, name=f"{name}_page", include_in_schema=False, dependencies=allowed)

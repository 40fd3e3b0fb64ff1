"""Pages: one value at two addresses."""

from __future__ import annotations

from justenough.archive.people import Role
from justenough.interfaces.web.pages import NavEntry


def test_every_page_has_its_json_and_every_json_its_page(local):
    from fastapi.routing import APIRoute

    paths = [one.path for one in _routes(local.app) if isinstance(one, APIRoute) and "GET" in one.methods]
    plain = {path.removesuffix(".json") for path in paths if path.endswith(".json")} - {"/openapi", "/health", "/alerts/open"}
    others = (".json", ".csv")  # a sheet to be corrected is no page
    pages = {
        "/index" if path == "/" else path
        for path in paths
        if not path.endswith(others) and not path.startswith(("/sign-in", "/api/", "/static/"))
    }
    assert plain == pages


def test_json_is_described_and_pages_are_not(local):
    described = local.get("/openapi.json").json()["paths"]
    assert "/items.json" in described
    assert "/items" not in described
    schema = described["/items.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["$ref"].endswith("ItemsView")


def test_pages_of_lesser_roles_lead_nowhere_they_may_not_go(visitor, house, sign_in):
    sign_in(visitor, "paul")
    page = visitor.get("/account").text
    assert 'href="/items"' in page
    assert 'href="/people"' not in page
    assert NavEntry("x", "/x").role is Role.VIEWER


def _routes(app):
    for route in app.routes:
        yield from getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None) or [route]

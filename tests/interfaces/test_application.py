"""Application: put together; nothing of its API answers with a fault, whatever is sent."""

from __future__ import annotations

import re

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings

from justenough.archive.audit_log import Doer
from justenough.archive.people import Role
from justenough.interfaces.web import plans_api
from justenough.interfaces.web.application import ROOMS


@pytest.fixture(autouse=True)
def no_plans(monkeypatch):
    """What is sent here makes no plan: the houses are others' too."""
    monkeypatch.setattr(plans_api, "made", lambda *_: "")


def test_the_records_answer(local):
    assert local.get("/health.json").json() == {"healthy": True}


def test_the_api_is_described_with_its_refusals(local):
    told = local.get("/openapi.json").json()
    assert told["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in told["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            for refusal in ("4XX", "503"):
                assert "application/problem+json" in operation["responses"][refusal]["content"]


def test_every_address_for_programs_is_described(local):
    """Whatever a program may ask or send stands in /openapi.json: all of /api/ and the JSON of every page."""
    described = {(path, method.upper()) for path, said in local.get("/openapi.json").json()["paths"].items() for method in said}
    for route in _routes():
        path = route.path_format
        if path.startswith("/api/") or (path.endswith(".json") and path not in ("/health.json", "/openapi.json")):
            assert {(path, method) for method in route.methods if method != "HEAD"} <= described, path


OPEN_TO_ALL = ("/sign-in",)  # writes for which nobody has to be known
OF_ONESELF = ("/sign-out", "/account/keys", "/account/keys/{key_id}/revoke", "/account/password")  # what a viewer may change
LEAST = {"/api/v1/users": "admin", "/api/v1/users/{name}": "admin", "/people": "admin", "/people/{name}": "admin"} | {
    "/api/v1/keys/{key_id}": "admin", "/api/v1/decisions": "approver", "/api/v1/decisions/{decision_id}/undo": "approver",
    "/api/v1/adoptions": "approver", "/api/v1/overrides": "approver", "/review/answer": "approver", "/review/adopt": "approver",
    "/review/override": "approver", "/review/undo": "approver",
}  # fmt: skip


def test_every_write_takes_its_role(house, visitor):
    """Each address that changes something, asked with a key of every role: those below its own are refused before its body is read."""
    house.people.add("ada", "approver", Doer("tests"))
    keys = {
        role: {"Authorization": f"Bearer {house.sessions.make_key(house.people.named(name), '', role, 1, Doer('tests'))[1]}"}
        for name, role in (("vera", "viewer"), ("paul", "planner"), ("ada", "approver"))
    }
    seen = 0
    for route in _routes():
        for method in set(route.methods) - {"GET", "HEAD"}:
            if route.path_format in (*OPEN_TO_ALL, *OF_ONESELF):
                continue
            seen += 1
            least = LEAST.get(route.path_format, "planner")
            address = re.sub(r"\{(\w+)\}", lambda found: "0" * 16 if found[1] == "token" else "x", route.path_format)
            assert visitor.request(method, address).status_code == 401, address
            for role, key in keys.items():
                if Role[role.upper()] < Role[least.upper()]:
                    assert visitor.request(method, address, headers=key).status_code == 403, (address, role)
    assert seen > 25


def _routes():
    found = [one for room in ROOMS for one in room.router.routes if isinstance(one, APIRoute)]
    assert len(found) > 60
    return found


@pytest.fixture
def admin(house):
    """Headers of a key that opens everything."""
    return {"Authorization": f"Bearer {house.sessions.make_key(house.people.named('anna'), '', 'admin', 1, Doer('tests'))[1]}"}


def _send_anything(app, headers, examples: int = 5) -> int:
    """Send every operation what Schemathesis thinks of; gives how many operations there are."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "localhost"})
    operations = [one.ok() for one in schema.get_all_operations()]
    for operation in operations:

        @settings(max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def never(case):
            answer = case.call(headers={**headers, "Host": "localhost"})
            assert answer.status_code < 500, f"{case.method} {case.formatted_path} {case.body}: {answer.text}"

        never()
    return len(operations)


def test_nothing_an_admin_sends_makes_a_fault(visitor, admin):
    assert _send_anything(visitor.app, admin) >= 8


def test_nothing_sent_to_a_house_of_one_makes_a_fault(local):
    assert _send_anything(local.app, {}) >= 8


def test_nothing_a_stranger_sends_makes_a_fault(visitor):
    assert _send_anything(visitor.app, {}, examples=2) >= 8

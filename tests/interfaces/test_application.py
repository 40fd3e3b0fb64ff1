"""Application: put together; nothing of its API answers with a fault, whatever is sent."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from justenough.archive.audit_log import Doer


def test_the_records_answer(local):
    assert local.get("/health.json").json() == {"healthy": True}


def test_the_api_is_described_with_its_refusals(local):
    told = local.get("/openapi.json").json()
    assert told["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in told["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]


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

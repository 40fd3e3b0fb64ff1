"""Client: the values of the pages, as the package's own types."""

from __future__ import annotations

import httpx2
import pytest

from justenough.archive.audit_log import Doer
from justenough.domain.errors import UnknownItem, UnknownPlan
from justenough.interfaces.client import Client, Refused


class _Straight(httpx2.BaseTransport):
    """Requests of the client go straight to the application."""

    def __init__(self, browser) -> None:
        self._browser = browser

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        sent = self._browser.request(request.method, str(request.url), content=request.read(), headers=dict(request.headers))
        return httpx2.Response(sent.status_code, headers=sent.headers, content=sent.content)


@pytest.fixture(scope="module")
def client(local):
    with Client("http://localhost", transport=_Straight(local)) as one:
        yield one


def test_it_gives_what_the_plan_says(client, stocked):
    plan = stocked.workspace.plan()
    assert client.plant().summary == plan.summary()
    view = client.item("BRG-6204", at=5000)
    assert view.item == plan["BRG-6204"]
    assert view.tried.reorder_point == 5000
    assert client.items("bearing", sort="item", order="up", per_page=2).items[0].item == "BRG-6203"


def test_every_item_comes_page_by_page(client, stocked, monkeypatch):
    from justenough.interfaces import client as module

    monkeypatch.setattr(module, "PER_PAGE", 20)
    assert [one.item for one in client.every_item(sort="item", order="up")] == stocked.workspace.plan().rows["item"].to_list()


def test_refusals_are_those_of_the_package(client):
    with pytest.raises(UnknownItem, match="is not in this plan of 52 items"):
        client.item("none")
    with pytest.raises(UnknownPlan):
        client.plant(plan="1999")
    with pytest.raises(Refused, match="sort") as refused:
        client.items(sort="colour")
    assert refused.value.status == 422


def test_it_writes_with_a_key(house, visitor):
    _, key = house.sessions.make_key(house.people.named("anna"), "", "admin", 1, Doer("tests"))
    with Client("http://localhost", key, transport=_Straight(visitor)) as client:
        assert client.account().name == "anna"
        made = [client.add_user("rosa", "viewer", idempotency_key="once") for _ in range(2)]
        assert made[0] == made[1]
        assert client.change_user("rosa", role="planner").role == "planner"
        assert client.changes(subject="rosa").changes[0].detail == {"role": "planner"}
        client.revoke_key(client.people().keys[0].key_id)
        with pytest.raises(Refused, match="opens nothing") as refused:
            client.account()
        assert refused.value.status == 401

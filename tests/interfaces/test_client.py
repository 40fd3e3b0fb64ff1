"""Client: the values of the pages, as the package's own types."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import polars as pl
import pytest
from fastapi.testclient import TestClient
from straight import Straight
from until import until

from justenough.archive.audit_log import Doer
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownItem, UnknownPlan
from justenough.interfaces import client as client_module
from justenough.interfaces import facts_client
from justenough.interfaces.client import Client, Refused
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.folder import ENDINGS
from justenough.sources.samples import sample_folder

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]


@pytest.fixture(scope="module")
def client(local):
    with Client("http://localhost", transport=Straight(local)) as one:
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


def test_it_asks_for_insights(client, stocked):
    """What the pages of the audit, the roadmap and what if say, as their types, once it is found."""

    def found(ask):
        until = time.monotonic() + 120
        while (view := ask()).working and time.monotonic() < until:
            time.sleep(0.05)
        return view

    audit = found(client.audit)
    assert not audit.why
    assert len(audit.mistakes) == 4
    assert found(client.roadmap).improvements
    supplier = client.scenarios().suppliers[0]
    client.suppose("closed", outages=[{"supplier": supplier, "days": 30}], demand=[{"percent": 10}])
    view = found(client.scenarios)
    assert view.supposed.name == "closed"
    assert view.beside[0].total_cost > view.now.total_cost
    with pytest.raises(Refused, match="Nothing is supposed"):
        client.suppose("nothing")


def test_refusals_do_not_say_where_the_workspace_lies(client, stocked):
    with pytest.raises(Refused) as refused:
        client.quarantine("1999")
    assert str(stocked.workspace.path) not in str(refused.value)
    with pytest.raises(UnknownPlan) as unknown:
        client.plant(plan="1999")
    assert str(stocked.workspace.path) not in str(unknown.value)


def test_it_writes_with_a_key(house, visitor):
    _, key = house.sessions.make_key(house.people.named("anna"), "", "admin", 1, Doer("tests"))
    with Client("http://localhost", key, transport=Straight(visitor)) as client:
        assert client.account().name == "anna"
        made = [client.add_user("rosa", "viewer", idempotency_key="once") for _ in range(2)]
        assert made[0] == made[1]
        assert client.change_user("rosa", role="planner").role == "planner"
        assert client.changes(subject="rosa").changes[0].detail == {"role": "planner"}
        client.revoke_key(client.people().keys[0].key_id)
        with pytest.raises(Refused, match="opens nothing") as refused:
            client.account()
        assert refused.value.status == 401


def test_a_week_of_a_program(tmp_path):
    """An export sent, answered and kept; its quarantine read; a plan made, downloaded, adopted; a level set beside another hand; undone."""
    with Workspace.open(tmp_path / "w", database="") as kept:
        server = TestClient(application(House(kept, Serving(local=True, author="Ana"))), base_url="http://localhost")
        with Client("http://localhost", transport=Straight(server)) as client:
            token = client.send_export([one for one in sample_folder("bearings").iterdir() if one.name.endswith((*ENDINGS, ".toml"))])
            client.check_export(token, profile="canonical")
            until(lambda: not client.draft(token).working, PATIENCE)
            assert client.draft(token).why == ""
            receipt = client.keep_export(token, idempotency_key="keep")
            assert (receipt.outcome, client.quarantine().n_rows) == ("imported", receipt.rows_quarantined)
            client.make_plan({"holding_rate": 0.25, "anatomy_items": 0, "coming_items": 0})
            until(lambda: not client.plans().making, PATIENCE)
            assert client.plans().why == ""
            path = client.download(tmp_path / "plan.parquet")
            item = pl.read_parquet(path).filter(pl.col("reorder_point").is_not_null())["item"][0]
            (adopted,) = client.adopt([item], reason="the plan's", idempotency_key="adopt")
            level, tag = client.level(item)
            assert level.decision_id == adopted
            client.override(item, 7, 9, reason="mine", seen=tag)
            with pytest.raises(Refused) as refused:
                client.override(item, 8, 9, reason="theirs", seen=tag)
            assert refused.value.status == 412
            client.undo(client.level(item)[0].decision_id)
            assert client.level(item)[0].decision_id == adopted
            with pytest.raises(Refused, match="No proposal waits"):
                client.decide("approve", [item])
            assert client.review().decided[0].action == "undo"
            assert client.planning().n_waiting == 1
            taken = client.export(tmp_path / "erp.csv", "news", names="own")
            assert taken.read_text(encoding="utf-8").splitlines()[1].startswith(f"{item},")
            assert client.planning().exports[0].what == "news"
            assert pl.read_parquet(client.levels(tmp_path / "levels.parquet"))["item"].to_list() == [item]
            client.look_again()
            until(lambda: not client.review().working, PATIENCE)
            assert client.review().looked


def _asked_by(module):
    """Method and address of whatever a client's source asks for, what varies as {}."""
    where = {"_get": (None, 0), "_decided": ("POST", 0), "_send": (0, 1), "_told": (0, 1), "_fetch": (0, 1), "_kept": (1, 2)}
    for call in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in where):
            continue
        verb, at = where[call.func.attr]
        parts = call.args[at].values if isinstance(call.args[at], ast.JoinedStr) else [call.args[at]]
        path = "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in parts)
        yield ("GET" if verb is None else verb if isinstance(verb, str) else call.args[verb].value), path


def test_whatever_a_program_may_ask_the_client_asks(local):
    """Every operation of /openapi.json has its method here, and nothing is asked that is not described."""
    described = {
        (method.upper(), re.sub(r"\.?\{[^}]*\}", "{}", path))
        for path, told in local.get("/openapi.json").json()["paths"].items()
        for method in told
    }
    assert {*_asked_by(client_module), *_asked_by(facts_client)} == described

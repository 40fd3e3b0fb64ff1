"""Planning page: a plan made from the page, and files taken from it that read back and are on record."""

from __future__ import annotations

import csv
import io
import re
import threading
from dataclasses import replace
from shutil import copytree

import fastexcel
import polars as pl
import pytest
from starlette.testclient import TestClient
from until import until

from justenough.archive.decisions import Decisions
from justenough.archive.outgoing import Outgoing
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.interfaces.web.plans_api import ERRAND

KEY = {"Idempotency-Key": "a program"}


@pytest.fixture
def house(untouched, tmp_path):
    copytree(untouched, tmp_path / "w")
    with Workspace.open(tmp_path / "w", database="") as kept:
        yield House(kept, Serving(local=True, author="Ana"))


@pytest.fixture
def client(house):
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def _csrf(client: TestClient) -> str:
    return re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/plans").text)[1]


def _take(client: TestClient, **asked: str):
    return client.post("/plans/take", data={"csrf": _csrf(client), **asked})


def test_approved_levels_leave_under_the_exports_names_and_are_on_record(client, house):
    plan = house.workspace.plan()
    Decisions(house.workspace).adopt(plan, ["BRG-6204", "GMT-100"], author="Ana", reason="seen")
    taken = _take(client, what="news", names="own", form="csv")
    assert taken.headers["content-disposition"].endswith('filename="levels-new.csv"')
    rows = list(csv.DictReader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == ["BRG-6204", "GMT-100"]
    assert [float(row["current_reorder_point"]) for row in rows] == [plan[row["item"]].reorder_point for row in rows]
    assert [float(row["current_max"]) for row in rows] == [plan[row["item"]].order_up_to for row in rows]
    shown = client.get("/plans.json").json()
    assert shown["n_waiting"] == 0
    told = [(one["who"], one["what"], one["items"], one["names"], one["form"]) for one in shown["exports"]]
    assert told == [("Ana", "news", 2, "own", "csv")]
    again = _take(client, what="news")
    assert again.status_code == 409
    assert "since levels left last" in again.text
    assert "export" in [one.action for one in house.people.changes()]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_whole_plan_leaves_in_every_form(client, house, form, tmp_path):
    taken = client.post("/api/v1/exports", json={"what": "plan", "form": form}, headers=KEY)
    assert taken.status_code == 200, taken.text
    path = tmp_path / f"plan.{form}"
    path.write_bytes(taken.content)
    if form == "csv":
        items = pl.read_csv(path, infer_schema_length=None)["item"].to_list()
    elif form == "xlsx":
        items = fastexcel.read_excel(path).load_sheet("Plan").to_polars()["item"].to_list()
    else:
        items = pl.read_parquet(path)["item"].to_list()
    assert items == house.workspace.plan().rows["item"].to_list()


def test_a_plan_is_made_from_the_page_with_what_is_asked(client, house):
    before = house.workspace.latest()
    asked = {"csrf": _csrf(client), "holding_rate_percent": "25", "review_days": "14", "ordering_cost": "1250", "class.A": "98.125"}
    assert client.post("/plans/make", data=asked, follow_redirects=False).status_code == 303
    until(lambda: not client.get("/plans.json").json()["working"])
    shown = client.get("/plans.json").json()
    assert (shown["why"], shown["made"]) == ("", house.workspace.latest())
    assert shown["made"] != before
    settings = house.workspace.plan_entry().settings
    told = (settings["holding_rate"], settings["review_days"], settings["ordering_cost"], settings["criticality_targets"]["A"])
    assert told == (0.25, 14.0, 1250.0, 0.98125)
    text = client.get("/plans").text
    fields = dict(re.findall(r'name="([\w.]+)" inputmode="decimal" maxlength="24" value="([^"]*)"', text))
    assert (fields["ordering_cost"], fields["class.A"]) == ("1250", "98.125"), "as it is sent, so it is shown to be sent again"
    assert f"Placing an order costs [{house.workspace.imports()[-1].currency}]" in text


def test_a_plan_is_not_begun_while_one_is_made(client, house):
    go, asked = threading.Event(), {"csrf": _csrf(client), "holding_rate_percent": "25"}
    house.errands.begin(ERRAND, lambda: go.wait(60))
    try:
        refused = client.post("/plans/make", data=asked, follow_redirects=False)
        assert (refused.status_code, "being made already" in refused.text) == (409, True)
        assert client.post("/api/v1/plans", json={}, headers=KEY).status_code == 409
        assert "make plan" not in [one.action for one in house.people.changes()]
    finally:
        go.set()
    until(lambda: not house.errands.last(ERRAND).working)


@pytest.mark.parametrize("text", ["1,250", "98,125 %", "0,125"])
def test_a_comma_that_may_part_thousands_is_asked_about(client, house, text):
    """Shown as 1,250 and read as 1.25, an ordering cost was a thousand times too small."""
    refused = client.post("/plans/make", data={"csrf": _csrf(client), "ordering_cost": text})
    assert refused.status_code == 409
    assert "may part thousands or decimals. Expected" in refused.text
    assert not house.errands.last(ERRAND).working


@pytest.mark.parametrize("text", ["much", "-3", "0", "nan", "1e99"])
def test_what_is_no_number_begins_nothing(client, house, text):
    refused = client.post("/plans/make", data={"csrf": _csrf(client), "holding_rate_percent": text})
    assert refused.status_code == 409
    assert "No plan was begun" in refused.text
    assert not house.errands.last(ERRAND).working


def test_a_fresh_workspace_says_the_next_step(tmp_path):
    with Workspace.open(tmp_path / "w", database="") as kept, TestClient(
        application(House(kept, Serving(local=True))), base_url="http://localhost"
    ) as client:  # fmt: skip
        for path in ("/", "/plans"):
            assert 'href="/imports"' in client.get(path).text
        for path in ("/items", "/review", "/audit", "/roadmap", "/scenarios"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert 'href="/plans"' in answer.text
        assert client.post("/api/v1/plans", json={}, headers=KEY).status_code == 409


def test_the_exports_own_decimal_sign_is_offered_first(client, monkeypatch):
    """A level of 1.5 read by a system that writes 1,5 is fifteen."""
    offered = '<option value="," selected>'
    assert offered not in client.get("/plans").text
    known = Outgoing.wording
    monkeypatch.setattr(Outgoing, "wording", lambda self: replace(known(self), decimal=","))
    assert offered in client.get("/plans").text
    assert client.get("/plans.json").json()["decimal"] == ","

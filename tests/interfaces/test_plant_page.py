"""Plant page: the whole plan, and what to do where there is none yet."""

from __future__ import annotations

import pytest
from markupsafe import escape
from until import until

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.house import House, Serving
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]


def test_it_says_what_the_plan_says(local, stocked):
    plan = stocked.workspace.plan()
    told = local.get("/index.json").json()
    assert told["summary"]["stock_value"] == pytest.approx(plan.summary().stock_value)
    assert told["summary"]["by_decision"] == plan.summary().by_decision
    assert [one["item"] for one in told["moves"]] == [one["item"] for one in local.get("/items.json?per_page=12").json()["items"]]
    assert told["promise"]["state"] == "kept"
    assert {one["policy"] for one in told["promise"]["lines"]} == {"plan", "today"}
    page = local.get("/").text
    assert escape(told["sentence"]).replace(" %", "\u00a0%") in page
    assert 'href="/items?decision=buffered"' in page


def test_an_older_plan_has_its_address(local, stocked):
    plan_id = stocked.workspace.latest()
    assert local.get(f"/index.json?plan={plan_id[:15]}").json()["plan"]["plan_id"] == plan_id
    assert local.get("/index.json?plan=1999").status_code == 404


def test_an_empty_workspace_says_the_next_step(house, visitor, sign_in):
    sign_in(visitor, "vera")
    page = visitor.get("/").text
    assert "Nothing was imported yet" in page
    assert 'href="/imports"' in page
    assert visitor.get("/index.json").json()["plan"] is None
    assert visitor.get("/items").status_code == 200
    assert 'href="/plans"' in visitor.get("/items").text


def test_a_large_plan_is_rehearsed_when_a_planner_asks(tmp_path, monkeypatch, quick_passwords):
    from fastapi.testclient import TestClient

    from justenough.interfaces.web import plant_page
    from justenough.interfaces.web.application import application

    monkeypatch.setattr(plant_page, "UNASKED", 1)
    with Workspace.open(tmp_path / "w", database="") as kept:
        kept.save(recommend(sample("bearings"), Settings(anatomy_items=0)))
        house = House(kept, Serving(local=True))
        client = TestClient(application(house), base_url="http://localhost", follow_redirects=False)
        assert "Rehearse it now" in client.get("/").text
        assert client.post("/rehearsals", headers={"X-CSRF-Token": "wrong"}).status_code == 403
        assert client.post("/rehearsals").status_code == 303
        house.rehearsals.begin(kept.latest(), wait=True)
        assert house.people.changes()[0].action == "rehearse"
        until(lambda: not house.rehearsals.working(kept.latest()), PATIENCE)
        assert client.get("/index.json").json()["promise"]["state"] == "cannot"
        assert "nothing was imported yet" in client.get("/").text

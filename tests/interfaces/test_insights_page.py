"""Audit, roadmap and what-if over HTTP, on the bundled plant whose machines stop."""

from __future__ import annotations

import html
import re
import threading

import pytest
from starlette.testclient import TestClient
from until import until

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("insights") / "w")
    workspace.import_(import_from(sample_folder("bearings"), "canonical"))
    workspace.save(recommend(workspace.plant(), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)))
    one = House(workspace, Serving(local=True, author="Ana"))
    one.insights.audit(wait=True)
    one.insights.roadmap(wait=True)
    return one


@pytest.fixture(scope="module")
def client(house):
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def finished(house):
    until(lambda: not house.insights.supposed().working, PATIENCE)


def test_the_four_mistakes(client, house):
    told = client.get("/audit.json").json()
    assert [one["name"] for one in told["mistakes"]] == ["dogmatic_jit", "lazy_jic", "one_policy", "set_and_forget"]
    known = house.insights.audit().value
    assert [one["n_items"] for one in told["mistakes"]] == [one.items.height for one in known.mistakes]
    page = client.get("/audit").text
    for one in told["mistakes"]:
        assert f'id="{one["name"]}"' in page
        for hit in one["items"]:
            assert hit["evidence"]


def test_the_roadmap_begins_with_the_best(client):
    told = client.get("/roadmap.json").json()
    freed = [one["released_value"] for one in told["improvements"] if one["released_value"] is not None]
    assert len(freed) > 3
    assert freed == sorted(freed, reverse=True)
    assert told["sentences"][0].startswith("Begin with ")
    assert all(one["released_lower"] <= one["released_upper"] for one in told["improvements"] if one["released_lower"] is not None)
    assert "<svg" in client.get("/roadmap").text


def test_something_is_supposed_kept_and_shown_beside(client, house):
    supplier = client.get("/scenarios.json").json()["suppliers"][0]
    body = {"name": "strike", "outages": [{"supplier": supplier, "days": 60}], "demand": [{"percent": 10}]}
    assert client.post("/api/v1/scenarios", json=body).status_code == 202
    finished(house)
    told = client.get("/scenarios.json").json()
    assert told["supposed"]["name"] == "strike"
    assert told["beside"][0]["stock_value"] > told["now"]["stock_value"], "a tenth more demand"
    assert told["beside"][0]["breaking_items"] == sum(one["breaks_on"] is not None for one in told["supposed"]["breaks"])
    csrf = client.get("/scenarios").text.partition('name="csrf" value="')[2].partition('"')[0]
    kept = client.post("/scenarios/keep", data={"csrf": csrf}, headers={"origin": "http://localhost"}, follow_redirects=False)
    assert kept.status_code == 303
    again = client.post(
        "/scenarios/suppose",
        data={"csrf": csrf, "name": "dearer", "holding": "50"},
        headers={"origin": "http://localhost"},
        follow_redirects=False,
    )
    assert again.status_code == 303
    assert again.headers["location"] == "/scenarios?name=dearer&holding=50"
    finished(house)
    both = client.get("/scenarios.json").json()
    assert both["kept"] == ["strike"]
    assert [one["name"] for one in both["beside"]] == ["dearer", "strike"]
    assert "Side by side" in client.get("/scenarios").text


@pytest.mark.parametrize(
    ("form", "said"),
    [({}, "Nothing is supposed"), ({"supplier": "X", "days": "many"}, "is no number"), ({"holding": "9999"}, "cannot be meant")],
)
def test_what_cannot_be_supposed_is_said(client, form, said):
    csrf = client.get("/scenarios").text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = client.post("/scenarios/suppose", data={"csrf": csrf, **form}, headers={"origin": "http://localhost"})
    assert answer.status_code == 409
    assert said in answer.text


def test_the_form_keeps_what_was_typed(client, house):
    """In the address after it was worked out and kept, and on the page where it cannot be meant."""
    view = client.get("/scenarios.json").json()
    csrf = client.get("/scenarios").text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"name": 'a <"harbour"> strike', "supplier": view["suppliers"][1], "days": "20", "machine": view["machines"][1]}
    form |= {"demand_of": view["classes"][0], "demand": "-5", "availability": "1", "holding": "", "second_source": view["suppliers"][2]}

    def kept_in(page):
        fields = dict(re.findall(r'<input name="(\w+)"[^>]*?value="([^"]*)"', page))
        chosen = re.findall(r'<select name="(\w+)">(.*?)</select>', page)
        fields |= {name: "".join(re.findall(r'<option value="([^"]*)" selected>', options)) for name, options in chosen}
        return {name: html.unescape(fields[name]) for name in form}

    sent = {"data": {"csrf": csrf, **form}, "headers": {"origin": "http://localhost"}}
    answer = client.post("/scenarios/suppose", **sent)
    assert answer.status_code == 200
    assert kept_in(answer.text) == form
    refused = client.post("/scenarios/suppose", data={**sent["data"], "days": "soon"}, headers=sent["headers"])
    assert refused.status_code == 409
    assert kept_in(refused.text) == form | {"days": "soon"}
    finished(house)


def test_only_one_is_worked_out_at_once(client, house, monkeypatch):
    """Who asks second is told, instead of being given the other's answer."""
    go = threading.Event()
    monkeypatch.setattr(house.insights, "_suppose", lambda scenario: go.wait(PATIENCE) and None)
    assert client.post("/api/v1/scenarios", json={"holding_percent": 10}).status_code == 202
    second = client.post("/api/v1/scenarios", json={"holding_percent": 20})
    go.set()
    finished(house)
    assert second.status_code == 409
    assert "was not begun" in second.json()["detail"]


def test_before_there_is_a_plan(tmp_path):
    house = House(Workspace.open(tmp_path / "w"), Serving(local=True))
    with TestClient(application(house), base_url="http://localhost") as client:
        for page in ("/audit", "/roadmap", "/scenarios"):
            assert 'href="/plans"' in client.get(page).text
        assert client.post("/api/v1/scenarios", json={"holding_percent": 10}).status_code in (404, 409)

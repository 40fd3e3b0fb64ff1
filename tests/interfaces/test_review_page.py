"""The review queue over HTTP: proposals answered at once, a plan's levels adopted, one of two approvers told, decisions taken back."""

from __future__ import annotations

from datetime import date
from shutil import copytree

import pytest
from starlette.testclient import TestClient
from until import until

from justenough.archive.decisions import Decisions
from justenough.archive.second_look import looked_again
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import known_before
from justenough.strategy.settings import Settings

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]

SINCE = date(2025, 7, 1)


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """A plan that saw the bundled plant up to July 2025, and records that go on for a year; only to be copied."""
    folder = tmp_path_factory.mktemp("review") / "w"
    with Workspace.open(folder, database="") as workspace:
        workspace.import_(import_from(sample_folder("bearings"), "canonical"))
        settings = Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)
        workspace.save(recommend(known_before(workspace.plant(), SINCE), settings))
        looked_again(workspace, since=SINCE)
    return folder


@pytest.fixture
def house(looked, tmp_path):
    """A house of the test's own, over what was looked at."""
    with Workspace.open(copytree(looked, tmp_path / "w"), database="") as kept:
        yield House(kept, Serving(local=True, author="Ana"))


@pytest.fixture
def client(house):
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def waiting(client):
    return client.get("/review.json").json()


def form(client, address, **fields):
    page = client.get("/review").text
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    return client.post(address, data={"csrf": csrf, **fields}, headers={"origin": "http://localhost"}, follow_redirects=False)


def test_proposals_are_shown_with_their_causes(client, house):
    told = waiting(client)
    queue = Decisions(house.workspace).queue()
    assert told["n_waiting"] == queue.height > 5
    assert [one["item"] for one in told["proposals"]] == queue["item"].to_list()[:50]
    assert all(one["causes"] for one in told["proposals"])
    page = client.get("/review").text
    assert page.count('form="answer" name="which"') == len(told["proposals"])


def test_many_are_approved_at_once_and_taken_back(client):
    ids = [one["entry_id"] for one in waiting(client)["proposals"][:3]]
    done = form(client, "/review/answer", action="approve", which=ids)
    assert (done.status_code, done.headers["location"]) == (303, "/review")
    after = waiting(client)
    assert not {one["entry_id"] for one in after["proposals"]} & set(ids)
    assert [one["action"] for one in after["decided"][:3]] == ["approve"] * 3
    assert {one["author"] for one in after["decided"][:3]} == {"Ana"}
    undone = form(client, "/review/undo", which=after["decided"][0]["decision_id"])
    assert undone.status_code == 303
    assert after["decided"][0]["item"] in {one["item"] for one in waiting(client)["proposals"]}
    undo, approve, *_ = client.get("/changes.json").json()["changes"]
    assert undo["detail"]["items"] == [after["decided"][0]["item"]]
    assert sorted(approve["detail"]["items"]) == sorted(one["item"] for one in after["decided"][:3])
    assert undo["detail"]["decisions"][0] not in client.get("/changes").text, "people are told the items"


def test_who_comes_second_is_told(client):
    """Two approvers answer the same proposal: the first answer counts."""
    (one, *_) = waiting(client)["proposals"]
    first = client.post("/api/v1/decisions", json={"action": "approve", "which": [one["entry_id"]]})
    second = client.post("/api/v1/decisions", json={"action": "reject", "which": [one["entry_id"]], "reason": "no"})
    assert first.status_code == 201
    assert second.status_code == 409
    assert "No proposal waits" in second.json()["detail"]


def test_the_same_answer_sent_twice_is_given_once(client):
    (one, *_) = waiting(client)["proposals"]
    body, key = {"action": "approve", "which": [one["entry_id"]]}, {"Idempotency-Key": "once"}
    first, again = (client.post("/api/v1/decisions", json=body, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"action": "reject", "which": ["X"], "reason": ""}, 409, "needs its reason"),
        ({"action": "defer", "which": ["X"]}, 409, "name the day"),
        ({"action": "defer", "which": ["X"], "until": "2001-01-01"}, 409, "is over"),
        ({"action": "approve", "which": ["no such item"]}, 409, "No proposal waits"),
        ({"action": "approve", "which": []}, 422, "at least 1"),
        ({"action": "burn", "which": ["X"]}, 422, "approve"),
    ],
)
def test_what_cannot_be_decided_is_said(client, body, status, said):
    answer = client.post("/api/v1/decisions", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_levels_of_the_plan_are_adopted(client, house):
    move = waiting(client)["moves"][0]
    assert form(client, "/review/adopt", which=[move["item"]], reason="agreed").status_code == 303
    assert move["item"] not in {one["item"] for one in waiting(client)["moves"]}
    force = Decisions(house.workspace).in_force().filter(item=move["item"]).row(0, named=True)
    assert force["reorder_point"] == move["reorder_point"]
    plant = house.workspace.plant()
    assert plant.items.filter(item=move["item"])["current_reorder_point"].item() == move["reorder_point"]


def test_levels_set_by_hand(client, house):
    body = {"item": "PMP-65", "reorder_point": 90, "order_up_to": 120, "reason": "strike", "until": "2099-01-31"}
    assert client.post("/api/v1/overrides", json=body).status_code == 201
    assert client.post("/api/v1/overrides", json={**body, "order_up_to": 10}).status_code == 409
    assert (
        form(client, "/review/override", item="PMP-65", reorder_point=91, order_up_to=120, reason="mine").headers["location"]
        == "/items/PMP-65"
    )
    assert Decisions(house.workspace).in_force().filter(item="PMP-65")["reorder_point"].item() == 91


def test_nothing_ticked_decides_nothing(client):
    assert form(client, "/review/answer", action="approve").status_code == 409


def test_looking_again_works_in_the_background(client, house):
    assert form(client, "/review/look").status_code == 303
    until(lambda: not house.errands.last("review").working, PATIENCE)
    found = house.errands.last("review")
    assert "there is nothing to test" in found.value[0]
    assert "there is nothing to test" in client.get("/review").text


def test_before_there_is_a_plan(tmp_path):
    house = House(Workspace.open(tmp_path / "w"), Serving(local=True))
    with TestClient(application(house), base_url="http://localhost") as client:
        assert 'href="/plans"' in client.get("/review").text
        assert client.post("/api/v1/reviews").status_code in (404, 409)

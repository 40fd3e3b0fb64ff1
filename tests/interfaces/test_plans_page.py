"""Plans over the API: files that hold the plan, levels in force, a plan made, and two hands at one level."""

from __future__ import annotations

import io
from shutil import copytree

import polars as pl
import pytest
from fastapi.testclient import TestClient
from until import until

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving

SENT = {"Idempotency-Key": "a program"}


@pytest.fixture(scope="module")
def house(demo, tmp_path_factory):
    """A house of one, whose levels are this module's to change."""
    folder = tmp_path_factory.mktemp("plans") / "w"
    copytree(demo.with_name("untouched"), folder)
    with Workspace.open(folder, database="") as kept:
        yield House(kept, Serving(local=True, author="Ana"))


@pytest.fixture(scope="module")
def client(house):
    return TestClient(application(house), base_url="http://localhost", follow_redirects=False)


def test_a_plan_is_given_as_a_file(client, house):
    """CSV, Excel and Parquet hold every item of the plan; a tag known already is not sent again; the report opens by itself."""
    plan = house.workspace.plan()
    read = {
        "csv": lambda body: pl.read_csv(io.BytesIO(body), infer_schema=False),
        "xlsx": lambda body: pl.read_excel(io.BytesIO(body), sheet_name="Plan"),
        "parquet": lambda body: pl.read_parquet(io.BytesIO(body)),
    }
    for ending, opened in read.items():
        answer = client.get(f"/api/v1/plans/latest/plan.{ending}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="plan-{plan.plan_id}.{ending}"'
        assert opened(answer.content)["item"].to_list() == plan.rows["item"].to_list(), ending
        again = client.get(f"/api/v1/plans/latest/plan.{ending}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    report = client.get(f"/api/v1/plans/{plan.plan_id}/plan.html")
    assert report.text.startswith("<!doctype html>")
    assert "content-security-policy" in report.headers


@pytest.mark.parametrize("address", ["nothing/plan.csv", "..%2F../plan.csv", "latest/plan.exe"])
def test_what_is_no_file_of_a_plan(client, address):
    answer = client.get(f"/api/v1/plans/{address}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_levels_in_force_and_two_hands_at_one(client, house):
    """RFC 9110, 13.1.1: an override sent with the tag of a level that was decided since is refused; the other hand's stands."""
    item = house.workspace.plan().rows["item"][3]
    seen = client.get(f"/api/v1/levels/{item}")
    assert seen.json()["decision_id"] == ""
    mine = {"item": item, "reorder_point": 5, "order_up_to": 9, "reason": "mine"}
    tag = {"If-Match": seen.headers["etag"]}
    assert client.post("/api/v1/overrides", json=mine, headers=tag).status_code == 201
    told = client.post("/api/v1/overrides", json={**mine, "reorder_point": 6, "reason": "theirs"}, headers=tag)
    assert (told.status_code, told.json()["title"]) == (412, "Changed meanwhile")
    assert client.get(f"/api/v1/levels/{item}").json()["reorder_point"] == 5
    assert client.get("/api/v1/levels/none").status_code == 404
    for ending, opened in (("csv", pl.read_csv), ("xlsx", pl.read_excel), ("parquet", pl.read_parquet)):
        rows = opened(io.BytesIO(client.get(f"/api/v1/levels.{ending}").content))
        assert (rows["item"].to_list(), rows["reorder_point"].to_list()) == ([item], [5])
    assert ";5," in client.get("/api/v1/levels.csv?decimal=,&delimiter=%3B").text
    assert client.get("/api/v1/levels.csv?decimal=,&delimiter=,").status_code == 422


def test_a_plan_is_made_by_another_process(client, house):
    before = client.get("/api/v1/plans").json()
    assert (before["n_plans"], before["making"]) == (1, False)
    assert client.post("/api/v1/plans", json={"settings": {"holding_rte": 1}}).status_code == 422
    assert not client.get("/api/v1/plans").json()["making"]
    assert "make plan" not in [one.action for one in house.people.changes()], "what was not begun is not on record"
    assert client.post("/api/v1/plans", json={"settings": {"holding_rate": 0.4, "anatomy_items": 0, "coming_items": 0}}).status_code == 202
    now = until(lambda: None if (told := client.get("/api/v1/plans").json())["making"] else told)
    assert (now["n_plans"], now["why"]) == (2, "")
    assert now["plans"][0]["plan_id"] == now["made"] == house.workspace.latest()
    assert house.workspace.plan_entry().settings["holding_rate"] == 0.4

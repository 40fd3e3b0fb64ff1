"""Alerts on their page: told, put away, once."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from justenough.archive.alerts import Alert, Alerts
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving


@pytest.fixture
def client(tmp_path):
    house = House(Workspace.open(tmp_path / "w"), Serving(local=True, author="Ana"))
    told = [Alert("a", "shortage", "BRG/1", "BRG/1: stock is used up <b>"), Alert("b", "review", "", "3 levels wait for an answer")]
    Alerts(house.workspace).tell(told)
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def test_they_are_shown_and_put_away(client):
    page = client.get("/alerts").text
    assert 'href="/items/BRG%2F1"' in page
    assert "&lt;b&gt;" in page
    told = client.get("/alerts.json").json()["alerts"]
    assert [one["kind"] for one in told] == ["levels to answer", "runs out"]
    body = {"alerts": [told[0]["seq"]]}
    assert client.post("/api/v1/alerts/put-away", json=body).json() == {"put_away": 1}
    assert client.post("/api/v1/alerts/put-away", json=body).json() == {"put_away": 0}
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": csrf, "which": [told[1]["seq"]]}
    assert client.post("/alerts/put-away", data=form, headers={"origin": "http://localhost"}, follow_redirects=False).status_code == 303
    assert "Nothing waits to be known" in client.get("/alerts").text
    assert {one["seen_by"] for one in client.get("/alerts.json?every=true").json()["alerts"]} == {"Ana"}

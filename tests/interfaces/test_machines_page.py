"""The machine and line pages over HTTP: the same value as HTML and JSON, unknown names refused, empty states that say the next step."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder


def house_in(folder, sample=""):
    workspace = Workspace.open(folder)
    if sample:
        workspace.import_(import_from(sample_folder(sample), "canonical"))
    return House(workspace, Serving(local=True))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    house = house_in(tmp_path_factory.mktemp("pages") / "w", "brackets")
    house.floor.measured(wait=True)
    house.floor.lived("F", wait=True)
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def test_all_machines_are_listed_with_their_bounds(client):
    told = client.get("/machines.json").json()
    page = client.get("/machines").text
    assert len(told["recorded"]["machines"]) == 9
    for one in told["recorded"]["machines"]:
        assert f'href="/machines/{one["machine"]}"' in page
    assert "justenough listen" in page, "nobody listens yet"
    assert page.count("<svg") == 2


def test_one_machine(client):
    told = client.get("/machines/PRS-4.json").json()
    assert told["line"]["failures"] == sum(one["failures"] for one in told["by_reason"])
    assert "From calendar time to good parts" in client.get("/machines/PRS-4").text


def test_a_line_is_drawn_and_its_buffers_told(client):
    assert client.get("/lines.json").json() == {"lines": ["F"]}
    page = client.get("/lines/F").text
    assert 'class="line"' in page
    assert "<style" not in page, "pages carry no style of their own"
    assert page.count("PRS-4 to WLD-1") >= 2


@pytest.mark.parametrize("path", ["/machines/PRS-99", "/lines/G"])
def test_what_is_not_there_is_said(client, path):
    assert client.get(path).status_code == 404
    assert client.get(f"{path}.json").json()["detail"].startswith("There is no")


def test_before_anything_was_imported(tmp_path):
    house = house_in(tmp_path / "w")
    with TestClient(application(house), base_url="http://localhost") as client:
        page = client.get("/machines").text
        assert 'href="/imports"' in page
        assert "No machine is on record yet" in page
        assert 'class="busy"' not in page, "nothing is being added up"
        assert "No line is declared yet" in client.get("/lines").text

"""From files in a browser to rows in the workspace: sent, answered, checked, kept, mended; and what must not get in."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from until import until

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]

ITEMS = b"item,unit_cost,lead_time_days\nA1,2.5,5\nA2,3.1,7\n"
DEMAND = b"item,date,quantity\n" + b"".join(b"A1,2026-01-%02d,%d\n" % (day, day) for day in range(1, 29)) + b"A2,2026-01-01,many\n"
FILES = [("files", ("items.csv", ITEMS)), ("files", ("demand.csv", DEMAND))]
SENT = {"Idempotency-Key": "a program"}  # files sent without a page carry one


@pytest.fixture
def house(tmp_path):
    return House(Workspace.open(tmp_path / "w"), Serving(local=True, author="Ana"))


@pytest.fixture
def client(house):
    with TestClient(application(house), base_url="http://localhost") as one:
        yield one


def csrf_of(page):
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def test_a_planner_brings_an_export(client, house):
    page = client.get("/imports").text
    assert "Nothing was imported yet" in page
    sent = client.post("/imports/send", data={"csrf": csrf_of(page)}, files=FILES, follow_redirects=False)
    there = sent.headers["location"]
    token = there.rpartition("/")[2]
    drafted = client.get(f"{there}.json").json()
    assert drafted["names"] == ["demand.csv", "items.csv"]
    assert {one["key"] for one in drafted["asked"]} >= {"currency", "demand_period"}
    assert {one["table"] for one in drafted["mapped"]} == {"items", "demand"}
    words = {"currency": "EUR", "demand_period": "week"}
    answers = {f"answer.{one['key']}": words.get(one["key"], (one["choices"] or ["days"])[0]) for one in drafted["asked"]}
    form = {"csrf": csrf_of(client.get(there).text), "profile": "", **answers}
    assert client.post(f"{there}/check", data=form, follow_redirects=False).status_code == 303
    until(lambda: not house.incoming.checked(token).working, PATIENCE)
    checked = client.get(f"{there}.json").json()
    assert checked["why"] == ""
    assert sum(one["rows_in"] for one in checked["files"]) == sum(one["accepted"] + one["quarantined"] for one in checked["files"]) == 31
    assert {one["table"]: one["n_rows"] for one in checked["previews"]} == {"items": 2, "demand": 28}
    assert house.workspace.imports() == [], "nothing is kept before it is said so"
    kept = client.post(f"{there}/keep", data={"csrf": form["csrf"]}, follow_redirects=False)
    assert kept.headers["location"].endswith("/quarantine")
    assert client.get(there).status_code == 409

    quarantine = client.get(f"{kept.headers['location']}.json").json()
    assert [(one["row"], [cell["value"] for cell in one["cells"] if cell["wrong"]]) for one in quarantine["rows"]] == [(30, ["many"])]
    page = client.get(kept.headers["location"]).text
    where = kept.headers["location"].replace("quarantine", "mend")
    mended = client.post(where, data={"csrf": csrf_of(page), "file": "demand.csv", "30.quantity": "12"}, follow_redirects=False)
    assert mended.status_code == 303
    assert "Nothing is in quarantine" in client.get(kept.headers["location"]).text
    assert house.workspace.plant().demand.height == 29


def test_a_program_brings_an_export(client, house):
    token = client.post("/api/v1/imports", files=FILES, headers=SENT).json()["token"]
    asked = client.get(f"/imports/drafts/{token}.json").json()["asked"]
    words = {"currency": "EUR", "demand_period": "week"}
    body = {"answers": {one["key"]: words.get(one["key"], (one["choices"] or ["days"])[0]) for one in asked}}
    assert client.post(f"/api/v1/imports/drafts/{token}/check", json=body).status_code == 202
    until(lambda: not house.incoming.checked(token).working, PATIENCE)
    receipt = client.post(f"/api/v1/imports/drafts/{token}/keep").json()
    assert (receipt["rows_accepted"], receipt["rows_quarantined"]) == (30, 1)
    mending = {"rows": [{"file": "demand.csv", "row": 30, "cells": {"quantity": "twelve"}}]}
    again = client.post(f"/api/v1/imports/{receipt['import_id']}/mendings", json=mending)
    assert (again.json()["rows_accepted"], again.json()["rows_quarantined"]) == (0, 1), "still no number, so it stays where it is"
    waiting = client.get(f"/imports/{receipt['import_id']}/quarantine.json").json()
    assert [one["problem"] for one in waiting["rows"]] == ["quantity: found 'twelve', expected a number [units]"]
    nothing = {"rows": [{"file": "demand.csv", "row": 7, "cells": {"quantity": "12"}}]}
    assert client.post(f"/api/v1/imports/{receipt['import_id']}/mendings", json=nothing).status_code == 409


def test_questions_left_open_are_listed(client, house):
    token = client.post("/api/v1/imports", files=FILES, headers=SENT).json()["token"]
    client.post(f"/api/v1/imports/drafts/{token}/check", json={})
    until(lambda: not house.incoming.checked(token).working, PATIENCE)
    assert "Not answered" in client.get(f"/imports/drafts/{token}").text
    assert client.post(f"/api/v1/imports/drafts/{token}/keep").status_code == 409


@pytest.mark.parametrize("name", ["a.exe", "..", "x.csv.sh"])
def test_what_is_no_export_is_refused(client, name):
    answer = client.post("/api/v1/imports", files=[("files", (name, b"x"))], headers=SENT)
    assert answer.status_code in (409, 422)


def test_files_from_a_foreign_form_are_refused(client):
    """A form elsewhere can send files, but neither our token nor a header of its own."""
    assert client.post("/api/v1/imports", files=FILES).status_code == 403
    assert client.post("/api/v1/imports", files=FILES, headers={**SENT, "origin": "http://elsewhere.example"}).status_code == 403


def test_script_in_a_cell_is_text(client, house):
    evil = b"item,unit_cost,lead_time_days\n<script>alert(1)</script>,2.5,5\nB,x<img src=x>,3\n"
    sent = [("files", ("items.csv", evil)), ("files", ("demand.csv", DEMAND))]
    token = client.post("/api/v1/imports", files=sent, headers=SENT).json()["token"]
    asked = client.get(f"/imports/drafts/{token}.json").json()["asked"]
    words = {"currency": "EUR", "demand_period": "week"}
    body = {"answers": {one["key"]: words.get(one["key"], (one["choices"] or ["days"])[0]) for one in asked}}
    client.post(f"/api/v1/imports/drafts/{token}/check", json=body)
    until(lambda: not house.incoming.checked(token).working, PATIENCE)
    page = client.get(f"/imports/drafts/{token}").text
    assert "<script>alert" not in page
    assert "<img src" not in page


def test_an_import_made_by_a_command_says_how_to_mend_it(client, house, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "items.csv").write_bytes(ITEMS)
    (folder / "demand.csv").write_bytes(DEMAND)
    (folder / "p.toml").write_text(
        'name = "mine"\ncurrency = "EUR"\ndemand_period = "week"\n[files]\ni = "items.csv"\nd = "demand.csv"\n'
        '[tables.items]\nfile = "i"\nsame_names = true\n[tables.demand]\nfile = "d"\nsame_names = true\n'
    )
    receipt = house.workspace.import_(import_from(folder, folder / "p.toml"))
    assert receipt.rows_quarantined == 1
    mending = {"rows": [{"file": "demand.csv", "row": 30, "cells": {"quantity": "12"}}]}
    answer = client.post(f"/api/v1/imports/{receipt.import_id}/mendings", json=mending)
    assert answer.status_code == 409
    assert "justenough quarantine export" in answer.json()["detail"]
    sheet = client.get(f"/imports/{receipt.import_id}/quarantine.csv", headers={"Sec-Fetch-Site": "same-origin"}).text  # as a browser asks
    assert "many" in sheet


def test_the_list_of_imports(client, house):
    house.workspace.import_(import_from(sample_folder("retail"), "canonical"))
    (one,) = client.get("/imports.json").json()["imports"]
    assert (one["source"], one["status"], one["rows_in"]) == ("canonical", "live", one["rows_accepted"])
    assert "canonical" in client.get("/imports").text


def test_the_profile_can_be_changed_by_hand(client, house):
    """What the choices cannot say is written into the text; what is no TOML is refused and the draft stays."""
    there = client.post("/imports/send", data={"csrf": csrf_of(client.get("/imports").text)}, files=FILES, follow_redirects=False)
    address = there.headers["location"]
    page, draft = client.get(address).text, client.get(f"{address}.json").json()
    assert "<textarea" in page
    words = {"currency": "EUR", "demand_period": "week"}
    said = {f"answer.{one['key']}": words.get(one["key"], (one["choices"] or ["days"])[0]) for one in draft["asked"]}
    form = {"csrf": csrf_of(page), "profile": "", **said}
    text = draft["toml"].replace("\n", "\r\n")  # as browsers send it
    refused = client.post(f"{address}/check", data={**form, "toml": text + "[files"}, follow_redirects=False)
    assert refused.status_code == 422
    assert "no TOML" in refused.text
    assert client.get(f"{address}.json").json()["toml"] == draft["toml"]
    changed = text.replace('unit_cost = "unit_cost"\r\n', "")
    client.post(f"{address}/check", data={**form, "toml": changed, "column.items.unit_cost": "unit_cost"}, follow_redirects=False)
    until(lambda: not house.incoming.checked(address.rpartition("/")[2]).working, PATIENCE)
    items = next(one for one in client.get(f"{address}.json").json()["previews"] if one["table"] == "items")
    assert "unit_cost" not in items["columns"]

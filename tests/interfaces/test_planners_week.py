"""
A planner's week in a real browser, from an export nobody has seen to levels back in the ERP, a machine that stops, and a roadmap.

With ``JUSTENOUGH_SCREENS`` naming a folder every page is painted there, light and dark: ``python tools/screenshots.py``.
"""

from __future__ import annotations

import csv
import json
import re
import time
import urllib.request
from pathlib import Path

import pytest
from planners_desk import PATIENCE, Desk, write_export
from until import until

from justenough.archive.audit_log import Doer
from justenough.archive.listener import Listener
from justenough.archive.watch import Watch
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.live.listen_file import listen_file
from justenough.sources.samples import sample_folder

FLOOR = ("machines", "calendar", "events", "counts", "reasons", "stations", "buffers", "routing")
LISTEN = {
    "rest": {"port": 0, "message": {"time_form": "us"}},
    "time": {"settle_seconds": 0.5, "late_seconds": 0.0, "silent_seconds": 36_000.0},
}
KEY = "JUSTENOUGH_LISTEN_KEY"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write_export(folder)
    return folder


@pytest.fixture(scope="module")
def floor():
    """What the engineer has: machines, when they are manned, what they did and made, and the line they stand in."""
    return [path for name in FLOOR for path in sample_folder("bearings").glob(f"{name}.csv*")]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("week") / "w", database="") as kept:
        yield House(kept, Serving(local=True, author="Paula Planner"))


@pytest.fixture(scope="module")
def desk(chromium, house, running):
    with running(application(house)) as address:
        watch = Watch(house.workspace, every=0.5, running=house.floor.running)
        watch.start()
        yield Desk(chromium, address)
        watch.stop()


def _tell(listener, **said):
    request = urllib.request.Request(f"http://127.0.0.1:{listener.ears[0].port}/v1/readings", json.dumps([said]).encode())
    request.add_header("Authorization", "Bearer right")
    with urllib.request.urlopen(request, timeout=300) as answer:
        assert json.load(answer)["taken"] == 1


def test_monday_the_export_comes_in(desk, export, house):
    """Sent, its columns and units said, checked, kept; the row nobody can believe is mended."""
    page = desk.page
    desk.open("/", "text=Nothing was imported yet")
    desk.looks("empty")
    page.click("text=Bring an export")
    page.set_input_files("input[type=file]", sorted(export.iterdir()))
    page.click("text=Send them")
    desk.sees("text=which column is what")
    assert page.locator("select[name='column.items.current_reorder_point']").input_value() == "Meldebestand"
    page.select_option("select[name='column.items.criticality']", "Wichtigkeit")
    page.select_option("select[name='column.items.machine']", "Maschine")
    page.select_option("select[name='column.items.stockout_cost']", "stockout cost")
    page.select_option("select[name='column.items.stockout_basis']", "stockout basis")
    desk.answers(currency="EUR", demand_period="day", encoding="cp1252", decimal=",", empty="zero", lead_time_days_unit="days")
    page.click("text=Check it")
    desk.sees("text=Keep it")
    assert "Größe" in page.inner_text("main")
    desk.looks("import")
    page.click("text=Keep it")
    desk.sees("text=Take them in")
    desk.looks("quarantine")
    page.fill("input[name$='.Menge']", "12")
    page.click("text=Take them in")
    desk.sees("text=Nothing is in quarantine")
    assert all(one.n_quarantined_now == 0 for one in house.workspace.imports())


def test_tuesday_the_plan_is_read(desk, house):
    """Made on the page, read as a whole; the worst item opened, a leaner point tried by key, by hand and by typing."""
    page = desk.page
    page.click("main >> text=Make a plan")
    page.fill("[name=holding_rate_percent]", "22")
    page.fill("[name=cycle_service_percent]", "97")
    page.fill("[name=ordering_cost]", "60")
    for name in page.eval_on_selector_all("[name^='class.']", "all => all.map(one => one.name)"):
        page.fill(f"[name='{name}']", "98")
    page.click("button:has-text('Make a plan')")
    desk.sees("text=was made")
    assert house.workspace.plan().summary().by_decision["cannot_decide"] == 0
    page.click("text=Read it")
    desk.sees("text=Biggest moves")
    desk.sees("text=all items")
    desk.looks("plant")
    desk.open("/items?sort=change_total_cost&order=up", "table.items")
    desk.looks("items")
    page.locator("table.items a.code").first.click()
    desk.sees("svg[data-curve]")
    handle, box = page.locator(".handle"), page.locator("[data-tried]")
    at = float(handle.get_attribute("aria-valuenow"))
    assert box.is_hidden()
    handle.focus()
    page.keyboard.press("ArrowLeft")
    assert float(handle.get_attribute("aria-valuenow")) < at
    handle.scroll_into_view_if_needed()
    place = handle.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] - 60, place["y"] + 20, steps=4)
    page.mouse.up()
    dragged = float(handle.get_attribute("aria-valuenow"))
    assert dragged < at
    typed = round((at + dragged) / 2)
    page.fill("#at", str(typed))
    assert box.locator("[data-of=at]").inner_text() == f"{typed:,}"
    assert float(box.locator("[data-field=at]").input_value()) == typed
    assert "of cycles without a stockout" in box.inner_text()
    desk.looks("item")
    assert house.workspace.latest(), "nothing is changed by trying"


def test_wednesday_twenty_levels_are_approved_and_one_taken_back(desk, house):
    page = desk.page
    desk.open("/review", "#adopt")
    boxes = page.locator("input[form=adopt][name=which]")
    wanted = [boxes.nth(at).input_value() for at in range(20)]
    for at in range(20):
        boxes.nth(at).check()
    assert page.inner_text("[data-ticked=adopt]") == "20"
    page.fill("#adopt [name=reason]", "the plan of this week")
    desk.looks("review")
    page.click("text=Approve the ticked")
    desk.sees("button[aria-label^='Undo approve']")
    page.click(f"button[aria-label='Undo approve of {wanted[0]}']")
    desk.sees("text=undone")

    desk.open("/plans", "[name=what]")
    assert "decided since the last time: 20 items" in page.locator("[name=what]").text_content()
    page.select_option("[name=what]", "news")
    page.select_option("[name=names]", "own")
    with page.expect_download() as taken:
        page.click("text=Take the file")
    rows = list(
        csv.DictReader(Path(taken.value.path()).read_text(encoding="cp1252").splitlines(), delimiter=";")
    )  # as the export: a decimal comma
    assert {row["Material"] for row in rows} == set(wanted)
    levels = {row["Material"]: float(row["Meldebestand"].replace(",", ".")) for row in rows}
    plan = house.workspace.plan()
    before = dict(house.workspace.imported_items([wanted[0]]).select("item", "current_reorder_point").rows())
    assert levels == {item: plan[item].reorder_point for item in wanted[1:]} | before
    desk.open("/plans", "caption:has-text('What was taken, the latest first')")
    desk.looks("plans")


def test_thursday_machines_come_in_and_are_planned_with(desk, house, floor):
    """The engineer's tables, in the names the manual gives them, are sent by the page; they stand beside the ERP's and are planned with."""
    page = desk.page
    desk.open("/imports", "text=Send them")
    page.set_input_files("input[type=file]", floor)
    page.click("text=Send them")
    desk.sees("text=It stands beside material")
    page.fill("[name=source]", "machines")
    desk.answers(currency="EUR", ideal_cycle_seconds_unit="seconds")
    page.click("text=Check it")
    desk.sees("text=Keep it")
    page.click("text=Keep it")
    desk.sees("text=The newest first")
    assert [one.source for one in house.workspace.imports() if one.status == "live" and not one.corrects] == ["material", "machines"]
    desk.looks("imports")

    desk.open("/plans", "text=Make a plan")
    before = house.workspace.latest()
    page.click("button:has-text('Make a plan')")
    until(lambda: house.workspace.latest() != before, PATIENCE / 1000)
    desk.sees("text=was made")
    plan = house.workspace.plan()
    assert plan.figures["anatomy_machine"].max() > 0, "the reserve of what is made is there for stops too"
    desk.open("/machines/PRS-4", "text=From calendar time to good parts")
    desk.looks("machine")
    desk.open("/lines", "text=what the stock between them is for")
    page.click("main li a >> nth=0")
    desk.sees("text=What each buffer hides")
    desk.looks("line")
    desk.open("/audit", "h2")
    desk.looks("audit")
    desk.open("/roadmap", "text=frees alone")
    found = house.insights.roadmap().value
    assert page.locator("table tbody tr").count() == min(30, found.rows.height)
    desk.looks("roadmap")
    page.click("nav.main >> text='What if'")
    page.fill("[name=name]", "a month without Taurus Motors")
    page.select_option("[name=supplier]", label="Taurus Motors")
    page.fill("[name=days]", "30")
    page.click("text=Suppose it")
    desk.sees("text=Side by side")
    desk.looks("scenarios")
    page.click("text=Keep it as")
    page.locator("text=Keep it as").wait_for(state="detached")


def test_friday_a_machine_stops_and_leads_to_what_would_free_stock(desk, house, monkeypatch):
    """Heard to stop, the page and the alerts say so without being loaded again; from the alert to the roadmap; who did all that."""
    page = desk.page
    monkeypatch.setenv(KEY, "right")
    listener = Listener(house.workspace, listen_file(LISTEN))
    listener.start()
    try:
        now = time.time_ns() // 1000
        _tell(listener, machine="PRS-4", time=now - 3_600_000_000, state="running")
        until(lambda: "state" in house.floor.running().columns, PATIENCE / 1000)
        desk.open("/machines", ".state.running")
        desk.sees("text=The last day")
        page.evaluate("window.sameAsBefore = true")
        before = page.inner_text(".badge") if page.locator(".badge").is_visible() else "0"
        _tell(listener, machine="PRS-4", time=now - 900_000_000, state="down", reason="hydraulic leak")
        desk.sees(".state.down")
        page.locator(".badge:not([hidden])").filter(has_not_text=re.compile(f"^{before}$")).wait_for()
        assert page.evaluate("window.sameAsBefore"), "nobody loaded the page again"
        desk.looks("machines")
        page.click("nav.main >> text=Alerts")
        desk.sees("text=is down (hydraulic leak)")
        desk.looks("alerts")
        page.click("tr:has-text('is down') >> text=What its stops hold in stock")
        desk.sees("text=frees alone")
    finally:
        listener.stop()

    page.click("nav.main >> text=Changes")
    for did in ("keep scenario", "make plan", "approve", "undo", "correct rows", "import"):
        desk.sees(f"td:text-is('{did}')")
    desk.looks("changes")
    assert desk.faults == []


def test_a_colleague_is_let_in(chromium, house, running, quick_passwords):
    """Who else works here signs in: another role sees other pages, and a key is made for a program."""
    house.people.add("Anna Approver", "admin", Doer("Paula Planner"), password="a sentence of Anna's")
    many = House(house.workspace, Serving())
    with running(application(many)) as address:
        desk = Desk(chromium, address)
        page = desk.page
        desk.open("/review", "text=Password")
        desk.looks("sign_in")
        page.fill("[name=name]", "Anna Approver")
        page.fill("[name=password]", "a sentence of Anna's")
        page.click("main button")
        desk.sees("h1:has-text('Review')")
        page.click("nav.main >> text=People")
        desk.sees("td:has-text('Anna Approver')")
        desk.looks("people")
        page.click("text=Anna Approver admin")
        desk.sees("h1")
        desk.looks("account")
        page.click("text=Sign out")
        desk.sees("text=Password")
    assert desk.faults == []

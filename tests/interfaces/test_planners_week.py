"""
A planner's week in a real browser, from an export nobody has seen to levels back in the ERP, and a machine that stops.

With ``JUSTENOUGH_SCREENS`` naming a folder every page is painted there, light and dark: ``python tools/screenshots.py``.
"""

from __future__ import annotations

import csv
import json
import os
import re
import time
import urllib.request
from pathlib import Path

import polars as pl
import pytest
from until import until

from justenough.archive.listener import Listener
from justenough.archive.watch import Watch
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.live.listen_file import listen_file
from justenough.sources.samples import sample_folder

PATIENCE = 300_000  # for a fact, on a machine that does other work too [ms]
PHONE, WIDE = 390, 1280  # of a page [px]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLOOR = ("machines", "calendar", "events", "counts", "reasons", "stations", "buffers", "routing")
LISTEN = {
    "rest": {"port": 0, "message": {"time_form": "us"}},
    "time": {"settle_seconds": 0.5, "late_seconds": 0.0, "silent_seconds": 36_000.0},
}
KEY = "JUSTENOUGH_LISTEN_KEY"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """What the plant's ERP gives: German heads, semicolons, decimal commas, cp1252, and one row nobody can believe."""
    folder, sample = tmp_path_factory.mktemp("export"), sample_folder("bearings")
    items = pl.read_csv(sample / "items.csv", infer_schema_length=None).filter(pl.col("unit_cost") > 0)
    items = items.filter(~pl.col("item").str.starts_with("SPR-") & pl.col("current_reorder_point").is_not_null())
    heads = {
        "item": "Material", "description": "Kurztext", "source": "Beschaffungsart", "machine": "Maschine", "supplier": "Lieferant",
        "unit_cost": "Preis", "lead_time_days": "Wiederbeschaffungszeit", "on_hand": "Bestand", "current_reorder_point": "Meldebestand",
        "current_max": "Höchstbestand", "criticality": "Wichtigkeit", "stockout_cost": "stockout cost", "stockout_basis": "stockout basis",
    }  # fmt: skip
    each = pl.col("stockout_basis") == "per_unit"
    items = items.with_columns(pl.when(each).then(name).alias(name) for name in ("stockout_cost", "stockout_basis"))
    written = items.select(pl.col(name).alias(head) for name, head in heads.items()).with_columns(
        pl.col("Preis").cast(pl.Float64), pl.col("Kurztext") + " (Größe)", pl.col("Beschaffungsart").replace({"make": "E", "buy": "F"})
    )
    (folder / "material.csv").write_bytes(written.write_csv(separator=";", decimal_comma=True).encode("cp1252"))
    demand = pl.read_csv(sample / "demand.csv.gz", schema_overrides={"quantity": pl.Float64})
    demand = demand.join(items.select("item"), on="item", how="semi")
    used = demand.select(pl.col("item").alias("Material"), pl.col("date").alias("Buchungsdatum"), pl.col("quantity").alias("Menge"))
    wrong = f"{used['Material'][0]};2026-06-30;viele\n"
    orders = {
        "order": "Bestellung", "item": "Material", "supplier": "Lieferant", "ordered": "Bestelldatum", "promised": "Liefertermin",
        "received": "Wareneingang", "quantity_ordered": "Bestellmenge", "quantity_received": "Gelieferte Menge",
    }  # fmt: skip
    came = pl.read_csv(sample / "receipts.csv", infer_schema_length=None).join(items.select("item"), on="item", how="semi")
    came.select(pl.col(name).alias(head) for name, head in orders.items()).write_csv(folder / "wareneingang.csv", separator=";")
    (folder / "verbrauch.csv").write_text(used.write_csv(separator=";", decimal_comma=True) + wrong, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def floor():
    """What the engineer has: machines, when they are manned, what they did and made, and the line they stand in."""
    return [path for name in FLOOR for path in sample_folder("bearings").glob(f"{name}.csv*")]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("week") / "w", database="") as kept:
        yield House(kept, Serving(local=True, author="Paula Planner"))


class Desk:
    """The planner's browser: says what is wrong with a page as soon as it is seen."""

    def __init__(self, browser, address):
        self.page = browser.new_context(viewport={"width": WIDE, "height": 900}, accept_downloads=True).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address, self.faults = address, []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda asked: self.faults.append(asked.url) if not asked.url.startswith((address, "blob:")) else None)

    def open(self, path, fact):
        self.page.goto(self.address + path)
        self.sees(fact)

    def sees(self, fact):
        self.page.locator(fact).first.wait_for()

    def answers(self, **words):
        """Answer what is asked of an export; what only its returns are asked is ignored."""
        asked = self.page.locator("[name^='answer.']")
        for name in [asked.nth(at).get_attribute("name") for at in range(asked.count())]:
            field, word = self.page.locator(f"[name='{name}']"), words.get(name.removeprefix("answer."), "ignore")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(word)
            else:
                field.fill(word)

    def looks(self, name):
        """Let axe look at the page as it is, and paint it where pictures are wanted."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        folder = Path(os.environ["JUSTENOUGH_SCREENS"]) if "JUSTENOUGH_SCREENS" in os.environ else None
        self.page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what sticks to the window's foot stands where it belongs
        for scheme in ("dark", "light") if folder else ():
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=folder / f"{name}_{scheme}.png", full_page=True)
        for width, height in ((PHONE, 844), (WIDE, 900)):
            self.page.set_viewport_size({"width": width, "height": height})
            assert not self.page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} is wider than {width} px"
            if folder and width == PHONE:
                (folder / "phone").mkdir(exist_ok=True)
                self.page.screenshot(path=folder / "phone" / f"{name}.png", full_page=True)


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
    rows = list(csv.DictReader(Path(taken.value.path()).read_text(encoding="cp1252").splitlines(), delimiter=","))
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


def test_friday_a_machine_stops_and_the_page_says_so(desk, house, monkeypatch):
    """Heard to stop, the page and the alerts say so without being loaded again, and the alert leads to the roadmap."""
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
        desk.open("/alerts", "text=is down (hydraulic leak)")
        desk.sees("a:has-text('What its stops hold in stock')")
        desk.looks("alerts")
    finally:
        listener.stop()
    assert desk.faults == []

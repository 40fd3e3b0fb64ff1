"""The planner's desk: a browser that says what is wrong with a page as soon as it is seen, and what the plant's ERP gives."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from justenough.sources.samples import sample_folder

PATIENCE = 300_000  # for a fact, on a machine that does other work too [ms]
PHONE, WIDE = 390, 1280  # of a page [px]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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


def write_export(folder):
    """What the plant's ERP gives: German heads, semicolons, decimal commas, cp1252, and one row nobody can believe."""
    sample = sample_folder("bearings")
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

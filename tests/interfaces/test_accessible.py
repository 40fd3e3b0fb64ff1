"""Pages in a real browser: WCAG 2.2 AA by axe, no script error, nothing from elsewhere, no wider than a phone, and the curve by keys."""

from __future__ import annotations

import pytest

PATHS = ("/", "/items", "/items?q=zzz", "/items/BRG-6204?at=5000", "/plans", "/review", "/people", "/account", "/changes", "/nowhere")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def address(local, running):
    with running(local.app) as here:
        yield here


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_every_page_can_be_used_by_everybody(chromium, address, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page, faults, elsewhere = context.new_page(), [], []
    page.set_default_timeout(120_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" and "404" not in said.text else None)
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(address) else None)
    for path in PATHS:
        page.goto(address + path)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{path} is wider than {width} px"
    assert (faults, elsewhere) == ([], [])
    context.close()


def test_a_point_is_moved_by_keys_by_hand_and_by_typing(chromium, address):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(f"{address}/items/BRG-6204")
    handle, row = page.locator(".handle"), page.locator("#tried")
    at = float(handle.get_attribute("aria-valuenow"))
    assert row.is_hidden()
    handle.focus()
    page.keyboard.press("ArrowLeft")
    leaner = float(handle.get_attribute("aria-valuenow"))
    assert leaner < at
    assert row.is_visible()
    assert "of cycles" in handle.get_attribute("aria-valuetext")
    page.keyboard.press("End")
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(float(handle.get_attribute("aria-valuemax")), abs=1)
    page.fill("#at", "5000")
    assert row.locator("[data-of=at]").inner_text() == "5,000"
    typed = {name: row.locator(f"[data-of={name}]").inner_text() for name in ("service", "value", "total", "more")}
    page.click("text=Price it")
    page.wait_for_url("**at=5000*")
    said = {name: page.locator(f"#tried [data-of={name}]").inner_text() for name in typed}
    assert said == typed, "the script and the server price alike"
    page.locator(".handle").scroll_into_view_if_needed()
    box = page.locator(".handle").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 20, steps=4)
    page.mouse.up()
    assert float(page.locator(".handle").get_attribute("aria-valuenow")) > 5000
    page.close()


def test_the_search_is_one_key_away(chromium, address):
    page = chromium.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/items")
    page.keyboard.press("/")
    page.keyboard.type("osaka 6204")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=osaka*")
    assert page.locator("td a.code").all_inner_texts() == ["BRG-6204"]
    page.close()

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


FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {name: one.getAttribute("aria-label") || one.innerText || one.name || "", tag: one.tagName, ring: style.outlineStyle !== "none",
    seen: over !== null && (one.contains(over) || over.contains(one))};
}"""


def test_levels_are_approved_and_taken_back_without_a_mouse(chromium, own_house, running):
    """Whatever has the focus is ringed and never lies under what sticks to the window's edges (WCAG 2.2, 2.4.7 and 2.4.11)."""
    from justenough.archive.decisions import Decisions
    from justenough.interfaces.web.application import application

    def walk(page, until, most=400):
        for _ in range(most):
            page.keyboard.press("Tab")
            here = page.evaluate(FOCUSED)
            if here["tag"] in ("A", "INPUT", "BUTTON"):
                assert here["ring"], here
                assert here["seen"], here
            if until(here):
                return here
        raise AssertionError("it is never reached")

    with running(application(own_house)) as here:
        page = chromium.new_page(viewport={"width": 1280, "height": 500})
        page.set_default_timeout(120_000)
        page.goto(f"{here}/review")
        first = walk(page, lambda one: one["name"].startswith("Approve ") and one["tag"] == "INPUT")["name"].removeprefix("Approve ")
        page.keyboard.press("Space")
        walk(page, lambda one: one["name"] == "reason")
        page.keyboard.type("by keys")
        page.keyboard.press("Enter")
        page.locator(f"button[aria-label='Undo approve of {first}']").wait_for()
        assert Decisions(own_house.workspace).history(last=1).select("item", "action", "reason").row(0) == (first, "approve", "by keys")
        walk(page, lambda one: one["name"] == f"Undo approve of {first}")
        page.keyboard.press("Enter")
        page.locator(".tag:has-text('undone')").wait_for()
        assert first not in Decisions(own_house.workspace).in_force()["item"].to_list()
        page.close()


def test_nothing_moves_for_whoever_wants_no_motion(chromium, address):
    for wish, running_now in (("no-preference", 1), ("reduce", 0)):
        page = chromium.new_page(reduced_motion=wish)
        page.goto(f"{address}/nowhere")
        page.evaluate("document.getElementById('main').insertAdjacentHTML('beforeend', '<p class=\"busy\">It is made.</p>')")
        assert page.evaluate("document.getAnimations().length") == running_now
        page.close()

"""Item page: what the plan says of one item, the price of another point, and items of any name."""

from __future__ import annotations

import json
import re

import pytest

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.house import House, Serving
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings


def test_it_says_what_the_plan_says(local, stocked):
    one = stocked.workspace.plan()["BRG-6204"]
    told = local.get("/items/BRG-6204.json").json()
    assert told["item"]["reorder_point"] == one.reorder_point
    assert told["item"]["stated_cycle_service"] == one.stated_cycle_service
    assert len(told["curve"]) == 32
    page = local.get("/items/BRG-6204").text
    assert told["said"]["hold"] in page
    for head in ("The curve", "What the reserve is for", "The evidence", "History of its sizing", "Promised and achieved"):
        assert f">{head}</h" in page


def test_its_bars_add_up_to_the_reserve_as_it_stands_above_them(local):
    page = local.get("/items/BRG-6204").text
    told = re.search(r'aria-label="What the reserve is for\. ([^"]+)"', page)[1]
    parts = [float(one.rpartition(" ")[2].replace(",", "")) for one in told.split("; ")]
    assert len(parts) > 2
    assert f"The reserve of {sum(parts):,.0f} by cause" in page


def test_another_point_is_priced_without_a_script(local):
    told = local.get("/items/BRG-6204.json?at=5000").json()
    before, after = (
        [one for one in told["curve"] if one["reorder_point"] <= 5000][-1],
        next(one for one in told["curve"] if one["reorder_point"] > 5000),
    )
    # 5,000 lies beyond the cheapest level, where each unit more costs more.
    assert before["total_cost"] <= told["tried"]["total_cost"] <= after["total_cost"]
    assert before["cycle_service"] <= told["tried"]["cycle_service"] <= after["cycle_service"]
    page = local.get("/items/BRG-6204?at=5000").text
    row = re.search(r'<tr id="tried">.*?</tr>', page, re.DOTALL)[0]
    assert "5,000" in row
    assert '<tr id="tried" hidden>' in local.get("/items/BRG-6204").text


def test_the_picture_carries_what_the_script_prices_by(local):
    page = local.get("/items/BRG-6204").text
    told = json.loads(re.search(r'data-curve="([^"]+)"', page)[1].replace("&quot;", '"'))
    item = local.get("/items/BRG-6204.json").json()
    assert [round(point[0]) for point in told["points"]] == [round(one["reorder_point"]) for one in item["curve"]][-len(told["points"]) :]
    assert told["chosen"][0] == item["item"]["reorder_point"]
    assert 'role="slider" tabindex="0"' in page


def test_an_undecided_item_says_the_next_step(local, undecided):
    page = local.get(f"/items/{undecided}").text
    assert "It cannot be decided yet" in page
    assert "<svg" not in page.split("The evidence")[0]
    box = re.search(r'<div class="empty"><p><b>It cannot.*?</div>', page, re.DOTALL)[0]
    assert 'href="/imports"' in box
    assert 'href="/plans"' not in box  # a price, a lead time or a history is no setting of all items
    assert "There is no reserve yet that could be stripped." in page
    assert "most money in their reserve" not in page


@pytest.mark.parametrize("at", ["nan", "inf", "-inf", "1e99", "x"])
def test_points_that_are_none(local, at):
    assert local.get(f"/items/BRG-6204.json?at={at}").status_code == 422


@pytest.mark.parametrize("code", ["none", "../../etc/passwd", "%2e%2e%2fetc", "a" * 400, "BRG-6204/", "brg-6204"])
def test_items_there_are_none_of(local, code):
    assert local.get(f"/items/{code}.json").status_code == 404


def test_items_of_any_name_have_a_page(tmp_path):
    """Codes come from other systems: slashes, spaces, quotes, markup."""
    from fastapi.testclient import TestClient

    from justenough.interfaces.web.answers import item_address
    from justenough.interfaces.web.application import application

    codes = ["A/B 1", '<script>alert("x")</script>', "50% & more?#1", "Öl 'fein'", "a\\b", "日本-1"]
    plant = sample("bearings").only(["BRG-6204", "BRG-6205", "GMT-100", "GMT-140", "PMP-32", "PMP-50"])
    renamed = dict(zip(plant.items["item"].to_list(), codes, strict=True))
    tables = {
        name: frame.with_columns(frame["item"].replace(renamed)) if "item" in frame.columns and frame["item"].dtype != int else frame
        for name, frame in plant.tables.items()
    }
    with Workspace.open(tmp_path / "w", database="") as kept:
        kept.save(recommend(type(plant)(plant.terms, tables), Settings(holding_rate=0.2, target_cycle_service=0.95, anatomy_items=0)))
        client = TestClient(application(House(kept, Serving(local=True))), base_url="http://localhost")
        listed = client.get("/items").text
        assert "<script>alert" not in listed
        for code in codes:
            address = item_address(code)
            assert address in listed
            assert client.get(f"{address}.json").json()["item"]["item"] == code
            page = client.get(address)
            assert page.status_code == 200
            assert "<script>alert" not in page.text

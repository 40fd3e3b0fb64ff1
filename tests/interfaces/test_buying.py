"""Buying: what is due now is listed by supplier with its money, the same in words, JSON and files, and as a planner counts it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from justenough.archive.workspace import Workspace
from justenough.interfaces import buying

TARGETS = ("--target-cycle-service", "0.95", "--holding-rate", "0.2")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workspace whose items say what lies there: every third nothing, every third its week of demand, the others nobody knows."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app
    from justenough.sources.samples import sample_folder

    folder = tmp_path_factory.mktemp("shop")
    for path in sample_folder("bearings").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    items = pl.read_csv(folder / "items.csv", infer_schema_length=None)
    held = pl.Series("on_hand", [[0, 500, None][at % 3] for at in range(items.height)], dtype=pl.Int64)
    items.with_columns(held).write_csv(folder / "items.csv")
    kept = folder / "w"
    for words in (("import", folder, "-p", "canonical", "-w", kept), ("recommend", "-w", kept, *TARGETS)):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 0, result.output
    assert f"justenough orders -w {kept}" in " ".join(result.output.split())
    return kept


def _told(run, shop: Path, *words: object) -> dict:
    return json.loads(run("orders", "-w", shop, *words, "--json").stdout)


def test_the_list_is_what_a_planner_counts_by_hand(shop, run):
    rows = json.loads(run("export", "-w", shop, "-o", shop / "plan.csv", "--force", "--json").stdout)
    assert rows["items"] == 52
    plan = pl.read_csv(shop / "plan.csv").to_dicts()
    due = {}
    for row in plan:  # one order after another, as the policy says
        if row["on_hand"] is None or row["decision"] in ("cannot_decide", "ended"):
            continue
        position, ordered = row["on_hand"] + (row["on_order"] or 0), 0.0
        while position + ordered <= row["reorder_point"]:
            ordered += row["order_quantity"]
        if ordered:
            due[row["item"]] = ordered
    orders = _told(run, shop)["orders"]
    assert len(due) > 5
    assert {one["item"]: one["order_now"] for one in orders} == due
    assert {row["item"]: row["order_now"] for row in plan if row["order_now"]} == due
    assert {row["this_week"] for row in plan if row["on_hand"] is None} == {"stock not known"}
    price = {row["item"]: row["unit_cost"] for row in plan}
    assert [one["order_now_value"] for one in orders] == pytest.approx([one["order_now"] * price[one["item"]] for one in orders])
    keys = [(one["supplier"] or "~", -one["order_now_value"]) for one in orders]
    assert keys == sorted(keys)


def test_words_say_money_suppliers_and_the_day_of_the_stock(shop, run):
    result = run("orders", "-w", shop)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 100
    said, told = " ".join(result.output.split()), _told(run, shop)
    with Workspace.open(shop) as kept:
        assert f"Stock as imported on {kept.imports()[-1].created:%Y-%m}" in said
    assert "when records went to 20" in said
    assert sum(one["items"] for one in told["suppliers"]) == len(told["orders"])
    assert sum(one["order_now_value"] for one in told["suppliers"]) == pytest.approx(told["week"]["order_value"])
    assert all(one["item"] in said for one in told["orders"][:50])


def test_one_supplier_and_a_file(shop, run, tmp_path):
    first = next(one for one in _told(run, shop)["suppliers"] if one["supplier"] != buying.NOT_TOLD)
    run("orders", "-w", shop, "--supplier", first["supplier"].upper(), "--out", tmp_path / "o.csv", "--decimal", ",")
    written = pl.read_csv(tmp_path / "o.csv", separator=";", decimal_comma=True)
    assert written["supplier"].unique().to_list() == [first["supplier"]]
    assert written["order_now_value"].sum() == pytest.approx(first["order_now_value"], rel=1e-5)
    assert run("orders", "-w", shop, "--out", tmp_path / "o.xlsx").exit_code == 0
    assert pl.read_excel(tmp_path / "o.xlsx").height == len(_told(run, shop)["orders"])
    assert "Orders are due of" in run("orders", "-w", shop, "--supplier", "nobody").stdout


def test_without_stock_the_next_step_is_said(shop, run):
    bare, plan_id = shop.with_name("bare"), "29990101T000000-aaaaaa"
    shutil.copytree(shop, bare)
    with Workspace.open(bare, create=False) as kept:
        plan = kept.plan()
        kept.save(replace(plan, plan_id=plan_id, figures=plan.figures.with_columns(on_hand=pl.lit(None, pl.Float64))), made_from=())
    said = " ".join(run("orders", "-w", bare, "--plan", plan_id).stdout.split())
    assert said.startswith("No stock in hand is on record")
    assert "on_hand" in said
    assert f"justenough recommend -w {bare}" in said


def test_explain_and_recommend_say_it_in_json(shop, run):
    one = _told(run, shop)["orders"][0]
    told = json.loads(run("explain", one["item"], "-w", shop, "--json").stdout)
    assert (told["this_week"], told["order_now"], told["order_now_value"]) == ("order now", one["order_now"], one["order_now_value"])


def test_a_newer_import_is_said(shop, run):
    again = shop.with_name("again")
    shutil.copytree(shop, again)
    (folder := shop.with_name("newer")).mkdir()
    items = pl.read_csv(shop.parent / "items.csv", infer_schema_length=None).with_columns(on_hand=pl.lit(7))
    for path in (one for one in shop.parent.iterdir() if one.is_file()):
        (folder / path.name).write_bytes(path.read_bytes())
    items.write_csv(folder / "items.csv")
    assert run("import", folder, "-p", "canonical", "-w", again, "--no-review").exit_code == 0
    assert "It was imported again on" in " ".join(run("orders", "-w", again).stdout.split())


def test_lines_without_a_supplier_or_price_are_kept():
    due = pl.DataFrame({"supplier": [None, "A"], "order_now_value": [None, 3.0]})
    assert buying.by_supplier(due).rows() == [("A", 1, 3.0), (buying.NOT_TOLD, 1, 0.0)]


def test_the_pages_show_filter_and_sort_it(shop, run):
    from fastapi.testclient import TestClient

    from justenough.interfaces.web.application import application
    from justenough.interfaces.web.house import House, Serving

    orders = _told(run, shop)["orders"]
    dearest = [one["item"] for one in sorted(orders, key=lambda one: -one["order_now_value"])]
    with Workspace.open(shop, database="") as kept:
        client = TestClient(application(House(kept, Serving(local=True, author="me"))), base_url="http://localhost")
        asked = {"this_week": "order now", "sort": "order_now_value", "per_page": 200}
        page, told = client.get("/items", params=asked).text, client.get("/items.json", params=asked).json()
        assert [one["item"] for one in told["items"]] == re.findall(r'class="code" href="/items/([^"?]+)"', page) == dearest
        assert "This week<select" in page
        every = client.get("/items", params={"per_page": 200}).text
        assert ">nothing</td>" in every
        assert ">–</td>" in every
        front = client.get("/index.json").json()
        assert (front["n_order"], front["order_value"]) == (len(orders), pytest.approx(sum(one["order_now_value"] for one in orders)))
        assert f"to be ordered now: {len(orders)} items" in client.get("/").text
        item = client.get(f"/items/{dearest[0]}").text
        (asked,) = (one["order_now"] for one in orders if one["item"] == dearest[0])
        assert f"Held today: 0 in stock; at or below its reorder point: order {asked:,.0f} now." in item
        assert item.count("days exposed, whose mean demand is") == 1  # the reason says it; no second figure for the same days

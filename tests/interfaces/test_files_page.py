"""Files: they hold the plan and the levels, are text where a spreadsheet would run or link it, and all of them are on record."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest

from justenough.archive.outgoing import NEWS, Outgoing
from justenough.sources.read import import_from


def test_a_plan_is_given_as_a_file(own_client, own_house):
    """CSV, Excel and Parquet hold every item of the plan; a tag known already is not sent again; each that was sent is on record."""
    plan = own_house.workspace.plan()
    read = {
        "csv": lambda body: pl.read_csv(io.BytesIO(body), infer_schema=False),
        "xlsx": lambda body: pl.read_excel(io.BytesIO(body), sheet_name="Plan"),
        "parquet": lambda body: pl.read_parquet(io.BytesIO(body)),
    }
    for ending, opened in read.items():
        answer = own_client.get(f"/api/v1/plans/latest/plan.{ending}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="plan-{plan.plan_id}.{ending}"'
        assert opened(answer.content)["item"].to_list() == plan.rows["item"].to_list(), ending
        again = own_client.get(f"/api/v1/plans/latest/plan.{ending}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    told = [(one.who, one.subject, one.detail["form"], one.detail["items"]) for one in Outgoing(own_house.workspace).recorded(last=3)]
    assert told == [("Ana", "plan", ending, len(plan)) for ending in ("parquet", "xlsx", "csv")]


def test_the_report_has_another_tag_where_other_records_lie_beside_it(own_client, own_house, tmp_path):
    """The plan does not change, but its report draws the demand on record: who has it from before is sent it anew."""
    address = f"/api/v1/plans/{own_house.workspace.latest()}/plan.html"
    report = own_client.get(address)
    assert report.text.startswith("<!doctype html>")
    assert "content-security-policy" in report.headers
    known = {"If-None-Match": report.headers["etag"]}
    assert own_client.get(address, headers=known).status_code == 304
    demand = "item,date,quantity\n" + "".join(f"BRG-6204,2026-06-{day:02d},9000\n" for day in range(1, 31))
    (tmp_path / "more.csv").write_text(demand)
    profile = (
        'name = "more"\ncurrency = "EUR"\ndemand_period = "day"\nreturns = "undo_demand"\n[files]\nd = "more.csv"\n'
        '[tables.demand]\nfile = "d"\nsame_names = true\n[tables.items]\nfile = "d"\n[tables.items.columns]\nitem = "item"\n'
    )
    (tmp_path / "p.toml").write_text(profile)
    own_house.workspace.import_(import_from(tmp_path / "more.csv", tmp_path / "p.toml"))
    anew = own_client.get(address, headers=known)
    assert anew.status_code == 200
    assert anew.text != report.text


@pytest.mark.parametrize("address", ["nothing/plan.csv", "..%2F../plan.csv", "latest/plan.exe"])
def test_what_is_no_file_of_a_plan(own_client, address):
    answer = own_client.get(f"/api/v1/plans/{address}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_levels_in_force_for_a_program(own_client, own_house):
    """One row an item in each form; on record, and still among the news that leave from the page."""
    item = own_house.workspace.plan().rows["item"][3]
    evil = '=HYPERLINK("http://x.example")'
    body = {"item": item, "reorder_point": 5, "order_up_to": 9, "reason": evil}
    assert own_client.post("/api/v1/overrides", json=body).status_code == 201
    for ending, opened in (("csv", pl.read_csv), ("xlsx", pl.read_excel), ("parquet", pl.read_parquet)):
        rows = opened(io.BytesIO(own_client.get(f"/api/v1/levels.{ending}").content))
        assert (rows["item"].to_list(), rows["reorder_point"].to_list()) == ([item], [5])
        last = Outgoing(own_house.workspace).recorded(last=1)[0]
        assert (last.subject, last.detail["form"], last.detail["items"]) == ("in force", ending, 1)
    assert ";5," in own_client.get("/api/v1/levels.csv?decimal=,&delimiter=%3B").text
    assert own_client.get("/api/v1/levels.csv?decimal=,&delimiter=,").status_code == 422
    assert Outgoing(own_house.workspace).levels(NEWS)["item"].to_list() == [item]


def test_a_code_that_looks_like_a_formula_or_an_address_is_text_in_a_workbook(own_client, own_house, monkeypatch):
    evil = pl.DataFrame({"item": ["=1+1", "http://x.example", "@SUM(A1)"], "reorder_point": [1.0, 2.0, 3.0]})
    names = ("safety_stock", "order_up_to", "order_quantity", "action", "author", "created", "expires", "decision_id")
    evil = evil.with_columns(pl.lit(None).alias(name) for name in names)
    monkeypatch.setattr("justenough.archive.decisions.Decisions.in_force", lambda _: evil)
    book = zipfile.ZipFile(io.BytesIO(own_client.get("/api/v1/levels.xlsx").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "=1+1" in book.read("xl/sharedStrings.xml").decode()

"""Rows joined to other files by their code."""

from __future__ import annotations

import datetime as dt

import pytest

from justenough.domain.errors import ImportFailed
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from, read

PROFILE = """
currency = "EUR"
demand_period = "day"
[files]
master = "master.csv"
stock = "stock.csv"
[tables.items]
file = "master"
joins = [{ file = "stock", on = "code", to = "material"RULE }]
[tables.items.columns]
item = "code"
on_hand = "stock.held"
"""


@pytest.mark.parametrize(("rule", "held"), [(', sum = ["held"]', 7.0), (', least = "held"', 3.0)])
def test_of_several_rows_with_one_code_the_declared_rule_counts(tmp_path, rule, held):
    (tmp_path / "master.csv").write_text("code\nA\nB\n")
    (tmp_path / "stock.csv").write_text("material,place,held\nA,1,3\nA,2,4\n")
    items = read(tmp_path, Profile.from_toml(PROFILE.replace("RULE", rule))).items
    assert items.select("item", "on_hand").rows() == [("A", held), ("B", None)]


def test_several_rows_without_a_rule_are_refused(tmp_path):
    (tmp_path / "master.csv").write_text("code\nA\n")
    (tmp_path / "stock.csv").write_text("material,held\nA,3\nA,4\n")
    with pytest.raises(ImportFailed, match=r"stock\.csv.*'A' in several rows"):
        read(tmp_path, Profile.from_toml(PROFILE.replace("RULE", "")))


@pytest.mark.parametrize("lacks", ["master", "stock"])
def test_a_code_that_one_of_two_files_lacks_is_missed_in_that_one(lacks, tmp_path):
    """As a rule it is called alike in both: then only one was looked at, and Polars said what the other lacks."""
    one, other = ("nr" if lacks == name else "code" for name in ("master", "stock"))
    (tmp_path / "master.csv").write_text(f"{one}\nA\n")
    (tmp_path / "stock.csv").write_text(f"{other},held\nA,3\n")
    profile = PROFILE.replace(', to = "material"RULE', "").replace('item = "code"', f'item = "{one}"')
    with pytest.raises(ImportFailed, match=rf"{lacks}\.csv row 1: .*no column 'code'"):
        read(tmp_path, Profile.from_toml(profile))


ORDERS = """
currency = "EUR"
demand_period = "day"
[files]
orders = "orders.csv"
arrivals = "arrivals.csv"
[tables.items]
derived_from = "receipts"
[tables.receipts]
file = "orders"
leave_out = [{ column = "part", any_of = ["gone"] }]
joins = [{ file = "arrivals", on = "po", to = "order no", also = ["line"], every = true }]
[tables.receipts.columns]
order = "po"
order_line = "line"
item = "part"
ordered = "ordered"
quantity_ordered = "qty"
received = "arrivals.day"
quantity_received = "arrivals.came"
"""


def test_an_order_line_is_a_row_of_each_of_its_receipts(tmp_path):
    """Orders and goods receipts in files of their own: one line came in two parts, one whole, one not yet; 7 has lines 1 and 2."""
    (tmp_path / "orders.csv").write_text(
        "po,line,part,ordered,qty\n7,1,A,2026-01-05,100\n7,2,B,2026-01-05,10\n8,1,A,2026-02-02,50\n9,1,B,2026-02-09,x\n6,1,gone,2026-01-01,5\n"
    )
    (tmp_path / "arrivals.csv").write_text(
        "order no,line,day,came\n7,1,2026-01-12,60\n7,2,2026-01-13,10\n7,1,2026-01-20,40\n9,1,2026-02-20,1\n9,1,2026-02-21,2\n"
    )
    found = import_from(tmp_path, Profile.from_toml(ORDERS))
    rows = found.tables["receipts"].sort("order", "order_line", "received").select("order", "order_line", "received", "quantity_received")
    day = dt.date
    assert rows.rows() == [
        ("7", "1", day(2026, 1, 12), 60.0), ("7", "1", day(2026, 1, 20), 40.0), ("7", "2", day(2026, 1, 13), 10.0), ("8", "1", None, None)
    ]  # fmt: skip
    counted = {one.file: (one.rows_in, one.accepted, one.quarantined, one.left_out) for one in found.files}
    assert counted["orders.csv"] == (4, 3, 1, 1)  # rows of the file, however many receipts each has
    with pytest.raises(ImportFailed, match=r"arrivals\.csv.*'7, 1' in several rows"):
        import_from(tmp_path, Profile.from_toml(ORDERS.replace(", every = true", "")))
    with pytest.raises(ImportFailed, match="no column 'pos'"):
        import_from(tmp_path, Profile.from_toml(ORDERS.replace('also = ["line"]', 'also = ["pos"]')))

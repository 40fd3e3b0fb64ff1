"""Rows that name no item are told of, and whether they would but for how the code is written."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.sources.codes import alike
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from

PROFILE = """
currency = "EUR"
demand_period = "day"
[files]
master = "master.csv"
stock = "stock.csv"
[tables.items]
file = "master"
joins = [{ file = "stock", on = "code", to = "material" }]
[tables.items.columns]
item = "code"
on_hand = "stock.held"
"""
MASTER = "code\n" + "".join(f"{code:08}\n" for code in range(1000, 1100))


def stock_notices(tmp_path, codes):
    (tmp_path / "master.csv").write_text(MASTER)
    (tmp_path / "stock.csv").write_text("material,held\n" + "".join(f"{code},3\n" for code in codes))
    return [str(one) for one in import_from(tmp_path, Profile.from_toml(PROFILE)).notices]


def test_stock_whose_codes_lost_their_zeros_is_told_of(tmp_path):
    """As Excel writes them: every second code as a number."""
    (said,) = stock_notices(tmp_path, [f"{code:08}" if code % 2 else code for code in range(1000, 1100)])
    assert said == (
        "stock.csv: material: found 50 of 100 rows match no item of master.csv (1000, 1002, 1004, ...); expected codes of items.\n"
        "  These rows count for nothing. 50 of them would match once zeros before the code, capitals and blanks are as there: "
        "export the codes as text, the same in both files."
    )


def test_stock_of_other_items_is_told_of_without_a_guess(tmp_path):
    (said,) = stock_notices(tmp_path, ["00001000", "X7"])
    assert "found 1 of 2 rows match no item of master.csv (X7)" in said
    assert "would match" not in said
    assert stock_notices(tmp_path, ["00001000"]) == []


def test_quarantined_rows_say_that_the_code_is_only_written_otherwise(export):
    imported = import_from(export(demand="item,date,quantity\nA,2026-01-01,3\na ,2026-01-02,4\nB,2026-01-01,1\nC,2026-01-01,1\n"))
    assert imported.quarantine["item"].to_list() == ["a", "C"]
    (remedy,) = set(imported.quarantine["remedy"])
    assert remedy == (
        "1 of 2 such rows would match once zeros before the code, capitals and blanks are as there: export the codes as text. Or else: "
        "add the item to items.csv (or correct its row there, if it is in quarantine), or correct the code."
    )


def test_of_two_codes_it_could_be_nobody_knows_which():
    known = pl.Series(["0012", "012", "AB 3", "0"])
    assert alike(pl.Series(["12", "ab3", "00", "7"]), known).to_list() == ["ab3", "00"]


def test_the_sum_below_a_list_is_no_item(export):
    """Quarantined with its reason where it is the last row; an item of such a name elsewhere is one, and one that is corrected too."""
    imported = import_from(export(items="item,description,lead_time_days\nSumme,oil,7\nA,seal,7\nB,ring,9\nTOTAL,3 items,\n"))
    assert imported.tables["items"]["item"].to_list() == ["Summe", "A", "B"]
    (row,) = imported.quarantine.iter_rows(named=True)
    assert (row["row"], row["found"], row["expected"]) == (5, "'TOTAL'", "an item, not the sum of the list")
    assert (imported.files[0].rows_in, imported.files[0].quarantined) == (4, 1)


@pytest.mark.parametrize(
    ("last", "is_total"),
    [
        ("Razem pozycji:", True), ("Gesamt:", True), ("Total items: 421", True), ("Liczba towarów: 421", True), ("Grand total", True),
        ("Total station", False), ("Summer", False), ("Count-down timer", False), ("Razem", True), ("Totaliser 3:1", False),
    ],
)  # fmt: skip
def test_a_last_line_that_counts_the_list_is_no_item(last, is_total, export):
    imported = import_from(export(items=f"item,description,lead_time_days\nA,seal,7\nB,ring,9\n{last},421,\n"))
    assert (imported.tables["items"].height, imported.quarantine.height) == ((2, 1) if is_total else (3, 0))

"""Rows judged together: one that falls takes what hangs on it along."""

from __future__ import annotations

from justenough.sources.read import import_from

DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_a_fallen_item_takes_its_demand_along(export):
    imported = import_from(export(items="item,unit_cost\nA,2\nB,-1\n", demand=DEMAND))
    assert imported.quarantine.select("file", "row").rows() == [("demand.csv", 4), ("items.csv", 3)]
    assert imported.tables["demand"].height == 2


def test_equal_item_rows_are_taken_once_and_mentioned(export):
    imported = import_from(export(items="item,unit_cost\nA,2\nB,1\nA,2\n", demand=DEMAND))
    assert imported.quarantine.height == 0
    assert imported.tables["items"]["item"].to_list() == ["A", "B"]
    assert "items.csv: found 1 row like an earlier one in every column" in str(imported)
    assert "They are taken once." in str(imported)


def test_two_prices_say_which_row_was_kept(export):
    imported = import_from(export(items="item,unit_cost\nA,2\nB,1\nA,5\n", demand=DEMAND))
    assert imported.tables["items"]["unit_cost"].to_list() == [2.0, 1.0]
    assert imported.quarantine["remedy"].to_list() == [
        "Row 2 of items.csv was kept. Keep one row for each item and delete or rename the others."
    ]

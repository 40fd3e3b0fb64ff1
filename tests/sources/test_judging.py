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


def test_records_of_a_machine_nobody_declared_wait_in_quarantine(export):
    events = "machine,start,end,state\nM,2026-01-01 06:00,2026-01-01 07:00,running\nGHOST,2026-01-01 06:00,2026-01-01 07:00,down\n"
    counts = "machine,start,end,total,good\nM,2026-01-01 06:00,2026-01-01 07:00,60,59\nM,2026-01-01 06:00,2026-01-01 07:00,-1,\n"
    imported = import_from(export(machines="machine\nM\n", events=events, counts=counts))
    assert imported.tables["events"].height == 1
    found = imported.quarantine.select("file", "row", "column", "found", "expected").rows()
    assert found == [
        ("counts.csv", 3, "total", "'-1'", "a number >= 0 [parts]"),
        ("events.csv", 3, "machine", "'GHOST'", "a machine of machines.csv"),
    ]


def test_a_state_nobody_mapped_says_where_to_map_it(export):
    events = "machine,start,end,state\nM,2026-01-01 06:00,2026-01-01 07:00,running\nM,2026-01-01 07:00,2026-01-01 08:00,ALM_17\n"
    imported = import_from(export(machines="machine\nM\n", events=events))
    assert imported.quarantine["found"].to_list() == ["'ALM_17'"]
    assert imported.quarantine["expected"].to_list() == ["one of running, down, idle, starved, blocked, setup, unknown, engineering"]
    assert "[tables.*.words.state]" in imported.quarantine["remedy"][0]

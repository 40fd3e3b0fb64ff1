"""Rows judged together: one that falls takes what hangs on it along."""

from __future__ import annotations

from justenough.sources.read import import_from

DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_a_fallen_item_takes_its_demand_along(export):
    imported = import_from(export(items="item,unit_cost\nA,2\nB,-1\n", demand=DEMAND))
    assert imported.quarantine.select("file", "row").rows() == [("demand.csv", 4), ("items.csv", 3)]
    assert imported.tables["demand"].height == 2

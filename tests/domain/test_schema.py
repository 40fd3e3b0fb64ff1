from __future__ import annotations

import pytest

from justenough.domain.schema import TABLES

CANONICAL = {
    "items", "demand", "receipts", "stock", "forecasts", "suppliers", "disruptions", "machines", "calendar",
    "events", "counts", "reasons", "stations", "buffers", "routing", "bom", "spares",
}  # fmt: skip


def test_the_tables_are_those_of_the_design():
    """design.md section 5."""
    assert set(TABLES) == CANONICAL


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_says_what_it_is_and_every_number_its_unit(table):
    for column in table.columns:
        assert column.about, column.name
        if column.kind == "number" and column.name != "position":
            assert column.unit, column.name
    assert set(table.key) <= set(table.required) | {"parent", "component"}
    assert len(set(table.names)) == len(table.names)

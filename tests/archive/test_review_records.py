"""The tables of reviews and decisions: what one row refers to is there, and both databases would make the same tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from justenough.archive.records import Records
from justenough.archive.review_records import CHANGES, DECISIONS, LEVEL_NAMES, QUEUE, REVIEWS


@pytest.mark.parametrize("table", [REVIEWS, QUEUE, CHANGES, DECISIONS], ids=str)
def test_both_databases_make_the_same_columns(table):
    """No column or index that only one of them can make: compiled for each, the names agree."""
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        made = str(CreateTable(table).compile(dialect=dialect))
        assert all(f"\t{column.name} " in made for column in table.columns)
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)


def test_a_decision_names_an_entry_that_exists(tmp_path):
    records = Records(tmp_path / "records.db")
    records.bring_up_to_date()
    row = {
        "decision_id": "d", "item": "A", "action": "approve", "entry_id": "nowhere", "author": "", "reason": "", "cause": "",
        "created": sql.func.current_timestamp(),
    }  # fmt: skip
    with pytest.raises(sql.exc.IntegrityError, match="FOREIGN KEY"), records.writing() as connection:
        connection.execute(sql.insert(DECISIONS).values(**row))
    with records.writing() as connection:
        connection.execute(sql.insert(DECISIONS).values(**{**row, "entry_id": None}))
    records.close()


def test_a_decision_keeps_every_level_before_and_after():
    assert {f"{which}_{name}" for which in ("imported", "old", "new") for name in LEVEL_NAMES} <= set(DECISIONS.columns.keys())

"""Undoing: the last decision that stands is found, and what an undo had taken back stands again."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sql

from justenough.archive.place import WorkspaceError
from justenough.archive.review_records import DECISIONS
from justenough.archive.undoing import reopen, to_undo


def decided(connection, decision_id, action, **said):
    row = {"item": "A", "author": "Ana", "created": datetime.now(UTC).replace(tzinfo=None), "reason": "", "cause": ""}
    connection.execute(sql.insert(DECISIONS), {**row, **said, "decision_id": decision_id, "action": action})


def test_the_last_decision_that_stands_is_taken_back_and_an_undo_only_by_its_id(records_on_both):
    with records_on_both.writing() as connection:
        decided(connection, "1", "override")
        decided(connection, "2", "override", undone_by="3")
        decided(connection, "3", "undo", undoes="2")
        decided(connection, "4", "override", item="B")
        assert to_undo(connection, "A")["decision_id"] == "1"
        assert to_undo(connection, "3")["action"] == "undo"
        for gone in ("2", "C"):
            with pytest.raises(WorkspaceError, match=f"{gone}: no decision .* nothing to undo"):
                to_undo(connection, gone)


def test_a_decision_stands_again_once_its_undo_is_taken_back(records_on_both):
    with records_on_both.writing() as connection:
        decided(connection, "1", "override", undone_by="2")
        decided(connection, "2", "undo", undoes="1")
        reopen(connection, to_undo(connection, "2"))
        assert to_undo(connection, "A")["decision_id"] == "1"

"""Item history: it says of one item what all decisions together say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sql

from justenough.archive.by_hand import Levels
from justenough.archive.decisions import Decisions
from justenough.archive.entries import stored
from justenough.archive.item_history import item_history
from justenough.archive.review_records import DECISIONS
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "w") as kept:
        kept.import_(import_from(sample_folder("retail"), "canonical"))
        yield kept


def test_an_item_nobody_decided_on_has_none(workspace):
    found = item_history(workspace.records, "nothing")
    assert (found.rows, found.in_force) == ((), "")


def test_it_agrees_with_all_decisions_however_many_were_taken_back(workspace):
    """What stands is asked of all decisions by another query; here after each of many sets and undos, some beyond what is told."""
    decisions, item = Decisions(workspace), workspace.imported_items()["item"][0]
    for level in range(1, 6):
        decisions.override(item, Levels(float(level), 9.0), reason="tried", author="Ana")
        _agrees(workspace, item)
    for _ in range(3):
        decisions.undo(item)
        _agrees(workspace, item)
    tomorrow, moment = datetime.now(UTC) + timedelta(days=1), stored(datetime.now(UTC))
    which = decisions.override(item, Levels(7.0, 9.0), reason="for a moment", expires=tomorrow)
    with workspace.records.writing() as connection:  # the moment is over
        connection.execute(sql.update(DECISIONS).where(DECISIONS.c.decision_id == which).values(expires=moment))
    _agrees(workspace, item)
    assert item_history(workspace.records, item).in_force


def _agrees(workspace, item):
    decisions = Decisions(workspace)
    everything, standing = decisions.history(item, numbered=True), decisions.in_force(items=[item])["decision_id"].to_list()
    for last in (1, 3, 20):
        found = item_history(workspace.records, item, last)
        assert list(found.rows) == everything.head(last).to_dicts()
        assert [found.in_force] == (standing or [""])

"""Outgoing: what leaves is what is in force, what was taken back leaves too, and what left is on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sql

from justenough.archive.audit_log import Doer, note
from justenough.archive.by_hand import Levels
from justenough.archive.decisions import Decisions
from justenough.archive.entries import stored
from justenough.archive.outgoing import APPROVED, NEWS, Outgoing, renamed
from justenough.archive.place import WorkspaceError
from justenough.archive.review_records import DECISIONS
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from

if TYPE_CHECKING:
    import polars as pl

ITEMS = "Material;Meldebestand;Hoechst\nA;10;20\nB;30;40\nC;5;9\n"
PROFILE = """
name = "own"
currency = "EUR"
demand_period = "day"
[files]
material = { path = "material.csv", delimiter = ";", decimal = "," }
[tables.items]
file = "material"
[tables.items.columns]
item = "Material"
current_reorder_point = "Meldebestand"
current_max = "Hoechst"
"""


@pytest.fixture
def workspace(tmp_path):
    export = tmp_path / "export"
    export.mkdir()
    (export / "material.csv").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "own.toml").write_text(PROFILE, encoding="utf-8")
    with Workspace.open(tmp_path / "w", database="") as kept:
        kept.import_(import_from(export, tmp_path / "own.toml"))
        yield kept


def _levels(frame: pl.DataFrame) -> dict[str, tuple[float, float]]:
    return {row["item"]: (row["reorder_point"], row["order_up_to"]) for row in frame.to_dicts()}


def test_what_was_decided_leaves_once_and_what_was_taken_back_leaves_again(workspace):
    decisions, leaving = Decisions(workspace), Outgoing(workspace)
    assert leaving.levels(NEWS).is_empty()
    decisions.override("A", Levels(12, 25), reason="new supplier", author="Ana")
    undone = decisions.override("B", Levels(33, 44), reason="a try", author="Ben")
    assert _levels(leaving.levels(NEWS)) == {"A": (12, 25), "B": (33, 44)}
    leaving.record(Doer("Ana"), NEWS, 2, form="csv", names="own")
    assert leaving.waiting() == 0
    decisions.undo(undone, author="Ana")
    assert _levels(leaving.levels(NEWS)) == {"B": (30, 40)}, "the ERP holds the level that no longer counts"
    assert _levels(leaving.levels(APPROVED)) == {"A": (12, 25), "B": (30, 40)}, "also where all approved levels leave"
    told = leaving.recorded()
    assert [(one.who, one.subject, one.detail["items"], one.detail["names"]) for one in told] == [("Ana", "news", 2, "own")]
    leaving.record(Doer("Ana"), APPROVED, 2, form="csv", names="own")
    assert _levels(leaving.levels(APPROVED)) == {"A": (12, 25)}, "once"


def test_what_is_decided_while_a_file_is_made_leaves_with_the_next(workspace):
    decisions, leaving = Decisions(workspace), Outgoing(workspace)
    decisions.override("A", Levels(12, 25), reason="new supplier", author="Ana")
    read, taken = leaving.read(), leaving.levels(NEWS)
    decisions.override("B", Levels(33, 44), reason="a try", author="Ben")
    leaving.record(Doer("Ana"), NEWS, taken.height, read, form="csv")
    assert _levels(taken) == {"A": (12, 25)}
    assert _levels(leaving.levels(NEWS)) == {"B": (33, 44)}


def test_an_exported_level_that_expired_leaves_as_what_counts_again(workspace):
    """Nobody decides anything when an override ends, and yet the ERP holds a level that counts no more."""
    decisions, leaving = Decisions(workspace), Outgoing(workspace)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    which = decisions.override("A", Levels(12, 25), reason="a fair", author="Ana", expires=tomorrow)
    decisions.override("B", Levels(33, 44), reason="stays", author="Ben")
    leaving.record(Doer("Ana"), NEWS, 2)
    ends = datetime.now(UTC)  # after it was exported, before it is asked again
    with workspace.records.writing() as connection:
        connection.execute(sql.update(DECISIONS).where(DECISIONS.c.decision_id == which).values(expires=stored(ends)))
    ended = leaving.levels(NEWS)
    assert _levels(ended) == {"A": (10, 20)}
    assert ended.select("action", "author", "reason", "decided").row(0) == ("expire", "Ana", "a fair", ends)
    leaving.record(Doer("Ana"), NEWS, 1)
    assert leaving.levels(NEWS).is_empty()


def test_exports_of_before_numbers_were_kept_count_by_their_time(workspace):
    decisions, leaving = Decisions(workspace), Outgoing(workspace)
    decisions.override("A", Levels(12, 25), reason="new supplier", author="Ana")
    with workspace.records.writing() as connection:
        note(connection, Doer("Ana"), "export", NEWS, items=1)
    decisions.override("B", Levels(33, 44), reason="a try", author="Ben")
    assert _levels(leaving.levels(NEWS)) == {"B": (33, 44)}


def test_levels_bear_the_names_the_export_has(workspace):
    Decisions(workspace).override("C", Levels(7, 11), reason="seen", author="Ana")
    leaving = Outgoing(workspace)
    out = renamed(leaving.levels(APPROVED), leaving.wording().names)
    assert out.to_dicts() == [{"Material": "C", "Meldebestand": 7.0, "Hoechst": 11.0}]
    assert (leaving.wording().delimiter, leaving.wording().decimal) == (";", ",")
    with pytest.raises(WorkspaceError, match="no column for a level"):
        renamed(leaving.levels(APPROVED), {"item": "Material"})


def test_a_level_that_went_out_and_came_back_with_the_next_export_stands(workspace, tmp_path):
    """The circle: decided here, taken there, exported there, imported here; nothing is asked again."""
    Decisions(workspace).override("A", Levels(12, 25), reason="new supplier", author="Ana")
    leaving = Outgoing(workspace)
    out = renamed(leaving.levels(APPROVED), leaving.wording().names)
    told = dict(zip(out["Material"], zip(out["Meldebestand"], out["Hoechst"], strict=True), strict=True))
    rows = [line.split(";") for line in ITEMS.splitlines()]
    changed = [rows[0], *([code, *(f"{one:g}" for one in told[code])] if code in told else [code, *rest] for code, *rest in rows[1:])]
    (tmp_path / "export" / "material.csv").write_text("\n".join(";".join(row) for row in changed) + "\n", encoding="utf-8")
    workspace.import_(import_from(tmp_path / "export", tmp_path / "own.toml"))
    items = {row["item"]: row for row in workspace.plant().items.to_dicts()}
    assert (items["A"]["current_reorder_point"], items["A"]["current_max"]) == (12, 25)
    assert (items["B"]["current_reorder_point"], items["B"]["current_max"]) == (30, 40)

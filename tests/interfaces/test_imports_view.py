"""What the import pages show of a draft, and of a quarantine."""

from __future__ import annotations

import io

import polars as pl

from justenough.archive.errands import Found
from justenough.archive.incoming import Incoming
from justenough.archive.workspace import Workspace
from justenough.interfaces.views.imports_view import _preview, draft_view, imports_view


def test_a_draft_offers_every_column_of_the_export(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        incoming = Incoming(workspace)
        files = {"items.csv": b"item,unit_cost,colour\nA,2,red\n", "demand.csv": b"item,date,quantity\nA,2026-01-01,3\n"}
        token = incoming.stage((name, io.BytesIO(content)) for name, content in files.items())
        view = draft_view(incoming.staged(token), Found())
        items = next(one for one in view.mapped if one.table == "items")
        assert set(items.choices) >= {"item", "unit_cost", "colour"}
        assert {one.canonical: one.column for one in items.columns}["unit_cost"] == "unit_cost"
        assert view.unused == ("items.csv: colour",)
        assert imports_view(workspace).imports == ()


def test_a_preview_shows_columns_that_hold_something():
    frame = pl.DataFrame({"item": ["A", "B"], "moq": [None, None], "unit_cost": [1.5, None], "__file__": ["f", "f"], "__row__": [2, 3]})
    shown = _preview("items", frame)
    assert shown.columns == ("item", "unit_cost")
    assert shown.rows == (("A", "1.5"), ("B", ""))

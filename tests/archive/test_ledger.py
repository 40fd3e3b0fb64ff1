"""What counts, after processes died between writing rows and recording them."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.archive.facts import Facts
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

pytestmark = pytest.mark.usefixtures("on_both")


def test_rows_nobody_recorded_do_not_count_and_are_swept(tmp_path):
    imported = import_from(sample_folder("retail"), "canonical")
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(imported)
        was = workspace.plant()
        lost = {"items": imported.tables["items"].with_columns(pl.lit("lost").alias("item")), "demand": imported.tables["demand"]}
        Facts(tmp_path / "w" / "facts").append("20260101T000000-dead00", lost)
        assert workspace.plant().items.equals(was.items)
        assert workspace.plant().demand.equals(was.demand)
        assert len(workspace.imports()) == 1
        assert workspace.sweep() == sum(frame.height for frame in lost.values())
        assert workspace.plant().demand.equals(was.demand)
        assert workspace.sweep() == 0

"""Rehearsals: lived once, kept, and read item by item."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from justenough.archive.rehearsals import Rehearsals
from justenough.archive.shelves import Shelves
from justenough.archive.workspace import Workspace
from justenough.interfaces.cli import app
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import rehearse


@pytest.fixture
def kept(tmp_path):
    result = CliRunner().invoke(app, ["demo", "-w", str(tmp_path / "w"), "--items", "1"])
    assert result.exit_code == 0, result.output
    with Workspace.open(tmp_path / "w", database="") as workspace:
        yield workspace


def test_what_is_kept_is_what_was_lived(kept):
    plan_id = kept.latest()
    Shelves(kept).shelf()
    rehearsals = Rehearsals(kept)
    assert rehearsals.kept(plan_id) is None
    assert rehearsals.lived(plan_id, "BRG-6204") == []
    rehearsals.begin(plan_id, wait=True)
    assert not rehearsals.working(plan_id)
    lived = rehearse(kept.plant(), kept.plan().settings)
    assert rehearsals.kept(plan_id).since == f"{lived.since:%Y-%m-%d}"
    assert len(rehearsals.kept(plan_id).by_kind) == lived.by("kind").height
    rows = lived.rows.filter(item="BRG-6204").to_dicts()
    assert rehearsals.lived(plan_id, "BRG-6204") == rows != []


def test_why_there_is_none_is_kept_too(tmp_path):
    with Workspace.open(tmp_path / "w", database="") as workspace:
        plan_id = workspace.save(recommend(sample("bearings")))
        Shelves(workspace).shelf()
        rehearsals = Rehearsals(workspace)
        rehearsals.begin(plan_id, wait=True)
        assert "nothing was imported yet" in rehearsals.kept(plan_id).why

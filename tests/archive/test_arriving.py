"""Arriving: killed at any part, nothing is half imported, and the next run does only the rest."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from long_exports import write_export

from justenough.archive.arriving import arrived
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.errors import ImportFailed
from justenough.sources.by_parts import long_export
from justenough.sources.read import import_from

PART_ROWS = 200
KILLED = """
import os, signal, sys
from pathlib import Path
from justenough.archive.arriving import arrived
from justenough.archive.workspace import Workspace
from justenough.sources.by_parts import long_export

folder, workspace, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
killed = lambda done, of, kept: os.kill(os.getpid(), signal.SIGKILL) if done >= rows else None
arrived(Workspace.open(workspace), long_export(folder, "canonical", least=1), part_rows=int(sys.argv[4]), told=killed)
"""


def taken(workspace, folder, **more):
    return arrived(workspace, long_export(folder, "canonical", least=1), part_rows=PART_ROWS, **more)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_killed_between_parts_it_goes_on_and_gives_the_whole(tmp_path, form):
    folder, place = write_export(tmp_path / "export", form), tmp_path / "workspace"
    words = [sys.executable, "-c", KILLED, str(folder), str(place), "1600", str(PART_ROWS)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    heard = []
    with Workspace.open(place) as workspace, Workspace.open(tmp_path / "whole") as whole:
        assert workspace.imports() == []
        assert all(workspace._facts.read(name, ["any"]).height == 0 for name in ("items", "demand"))
        assert not list((place / "facts" / "demand").rglob("import_id=2*"))
        with pytest.raises(WorkspaceError, match="nothing was imported yet"):
            workspace.plant()
        receipt, imported = taken(workspace, folder, told=lambda *now: heard.append(now))
        kept = heard[0][2]
        assert 1600 <= kept < 3000
        assert heard[-1][:2] == pytest.approx((3010, 3010), abs=10)  # how many rows a CSV has is reckoned from its size
        assert len(heard) == 16 - -(-kept // PART_ROWS)
        expected = whole.import_(import_from(folder))
        assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_quarantined) == (
            expected.rows_in, expected.rows_accepted, expected.rows_quarantined,
        )  # fmt: skip
        assert receipt.rows_in == receipt.rows_accepted + receipt.rows_quarantined
        assert workspace.quarantine().equals(whole.quarantine())
        assert workspace.plant().demand.equals(whole.plant().demand)
        mine, theirs = workspace.imports()[0], whole.imports()[0]
        assert (mine.tables, mine.files) == (theirs.tables, theirs.files)
        assert list(workspace.place.arriving.iterdir()) == []
        assert imported.heights == import_from(folder).heights
        again, bare = taken(workspace, folder)
        assert (again.outcome, again.import_id) == ("unchanged", receipt.import_id)
        assert {one.file: one.accepted for one in bare.files} == {one.file: one.accepted for one in imported.files}


def test_a_changed_file_is_another_import(tmp_path):
    folder = write_export(tmp_path / "export", "csv")
    with Workspace.open(tmp_path / "workspace") as workspace:
        with pytest.raises(KeyboardInterrupt):
            taken(workspace, folder, told=_interrupted)
        with (folder / "demand.csv").open("a") as file:
            file.write("BOLT-001,2025-01-06,5\n")
        heard = []
        taken(workspace, folder, told=lambda *now: heard.append(now))
        assert heard[0][2] == 0  # nothing of the file as it was counts
        assert len(list(workspace.place.arriving.iterdir())) == 1  # in a week nobody will want it any more
        assert workspace.sweep() == 0
        assert not workspace.place.arriving.exists()


def test_a_refused_export_leaves_no_import(tmp_path):
    folder = write_export(tmp_path / "export", "csv")
    (folder / "demand.csv").write_text("item,date,quantity\n" + "BOLT-001,2025-01-06,-5\n" * 900)
    with Workspace.open(tmp_path / "workspace") as workspace:
        with pytest.raises(ImportFailed, match="no positive value in 900 rows"):
            taken(workspace, folder)
        assert workspace.imports() == []


def test_one_after_the_other(tmp_path):
    folder = write_export(tmp_path / "export", "csv")
    with Workspace.open(tmp_path / "workspace") as workspace, workspace.place.receiving() as free:
        assert free
        with pytest.raises(WorkspaceError, match="somebody else is taking in a long export; nothing was imported"):
            taken(workspace, folder)


def test_corrected_rows_join_a_long_import(tmp_path):
    from justenough.sources.quarantine import import_quarantine, to_correct

    folder = write_export(tmp_path / "export", "csv")
    with Workspace.open(tmp_path / "workspace") as workspace:
        taken(workspace, folder)
        before = workspace.plant().demand.height
        sheet = to_correct(workspace.quarantine(), "demand.csv")
        sheet.with_columns(sheet["item"].replace("GONE", "BOLT-002")).write_csv(tmp_path / "mended.csv")
        receipt = workspace.correct(import_quarantine(tmp_path / "mended.csv", "canonical", terms_folder=folder))
        assert receipt.rows_accepted >= 3
        assert workspace.plant().demand.height == before + receipt.rows_accepted


def _interrupted(*_):
    raise KeyboardInterrupt

"""Which folders can be a workspace, and what is said of those that cannot."""

from __future__ import annotations

import pytest

from justenough.archive.place import Place, WorkspaceError
from justenough.archive.workspace import Workspace


def test_folder_that_is_not_a_workspace(tmp_path):
    with pytest.raises(WorkspaceError, match=r"is not a workspace\. Make one by importing into it: justenough import FOLDER --profile P\."):
        Workspace.open(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_does_not_exist(tmp_path):
    with pytest.raises(WorkspaceError, match="nowhere: no such workspace"):
        Workspace.open(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()


def test_folder_of_other_things_is_left_alone(tmp_path):
    for name in ("a.csv", "b.csv", "c.csv", "d.csv"):
        (tmp_path / name).write_text("x")
    with pytest.raises(
        WorkspaceError, match=r"is not a workspace and not empty \(holds a.csv, b.csv, c.csv, ...\)\. Name a new or an empty folder"
    ):
        Workspace.open(tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_file_instead_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="is a file; a workspace is a folder"):
        Workspace.open(tmp_path / "file")


def test_writers_share_and_a_sweeper_waits_for_none(tmp_path):
    place = Place(tmp_path)
    place.claim()
    with place.writing(), place.writing(), place.nobody_writing() as free:
        assert not free
    with place.nobody_writing() as free:
        assert free

"""Elsewhere: a folder and a database that belong together find each other, and no others."""

from __future__ import annotations

import pytest

from justenough.archive.elsewhere import KEPT, VARIABLE
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings


def test_one_setting_moves_the_records(postgres, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, postgres.database())
    plan = recommend(sample("bearings").only(["BRG-6204"]), Settings(anatomy_items=0))
    with Workspace.open(tmp_path / "w") as kept:
        kept.save(plan)
    with Workspace.open(tmp_path / "w") as again:
        assert again.latest() == plan.plan_id
    assert not (tmp_path / "w" / "records.db").exists()
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(WorkspaceError, match=f"in a PostgreSQL database. Say where: {VARIABLE}="):
        Workspace.open(tmp_path / "w")


def test_a_database_of_another_workspace_is_refused(postgres, tmp_path):
    first, second = postgres.database(), postgres.database()
    Workspace.open(tmp_path / "a", database=first).close()
    Workspace.open(tmp_path / "b", database=second).close()
    with pytest.raises(WorkspaceError, match="belongs to another workspace"):
        Workspace.open(tmp_path / "a", database=second)
    with pytest.raises(WorkspaceError, match="belongs to another workspace"):
        Workspace.open(tmp_path / "new", database=first)


def test_an_emptied_database_is_not_taken_for_a_new_one(postgres, tmp_path):
    Workspace.open(tmp_path / "w", database=postgres.database()).close()
    with pytest.raises(WorkspaceError, match="holds none of this workspace's records"):
        Workspace.open(tmp_path / "w", database=postgres.database())


def test_who_was_killed_while_binding_goes_on(postgres, tmp_path):
    database = postgres.database()
    Workspace.open(tmp_path / "w", database=database).close()
    mark = tmp_path / "w" / "records.elsewhere"
    mark.write_text(mark.read_text(encoding="utf-8").replace(KEPT, ""), encoding="utf-8")
    Workspace.open(tmp_path / "w", database=database).close()


def test_records_in_the_folder_stay_there(postgres, tmp_path):
    Workspace.open(tmp_path / "w", database="").close()
    with pytest.raises(WorkspaceError, match=r"in its own folder \(SQLite\)"):
        Workspace.open(tmp_path / "w", database=postgres.database())

"""Elsewhere: a folder and a database that belong together find each other, and no others."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.archive.elsewhere import KEPT, TABLES_VARIABLE, VARIABLE
from justenough.archive.evidence import evidence_of
from justenough.archive.facts import Facts
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.address import AddressError
from justenough.sources.read import import_from
from justenough.sources.samples import sample, sample_folder
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
    bound = mark.read_text(encoding="utf-8")
    mark.write_text(bound.replace(KEPT, ""), encoding="utf-8")
    Workspace.open(tmp_path / "w", database=database).close()
    assert mark.read_text(encoding="utf-8").split()[0] == bound.split()[0]  # the same pair, not one bound anew
    Workspace.open(tmp_path / "w", database=database).close()


def test_records_in_the_folder_stay_there(postgres, tmp_path):
    Workspace.open(tmp_path / "w", database="").close()
    with pytest.raises(WorkspaceError, match=r"in its own folder \(SQLite\)"):
        Workspace.open(tmp_path / "w", database=postgres.database())


def test_one_setting_moves_the_tables_to_an_object_store(object_store, tmp_path, monkeypatch):
    monkeypatch.setenv(TABLES_VARIABLE, object_store)
    plant, folder = sample("bearings").only(["BRG-6204"]), tmp_path / "w"
    plan = recommend(plant, Settings(anatomy_items=0))
    with Workspace.open(folder) as kept:
        kept.import_(import_from(sample_folder("bearings")))
        kept.save(plan)
    monkeypatch.delenv(TABLES_VARIABLE)
    with Workspace.open(folder) as again:  # the folder knows where they are
        assert again.plan().rows.equals(plan.rows)
        assert again.plan().curves.equals(plan.curves)
        assert again.plant().demand.height == sample("bearings").demand.height
        assert evidence_of(again, "BRG-6204").sizings[0].plan_id == plan.plan_id
        assert again.sweep() == 0
    assert not (folder / "facts").exists()
    assert not (folder / "plans").exists()
    assert "not-to-be-printed" not in "".join(one.read_text() for one in folder.glob("*.elsewhere"))


def test_rows_that_nobody_recorded_are_swept_from_the_store_too(object_store, tmp_path):
    with Workspace.open(tmp_path / "w", tables=object_store) as kept:
        Facts(kept.place.facts).append("never-recorded", {"reasons": pl.DataFrame({"reason": ["jam"], "loss": ["breakdown"]})})
        assert kept.sweep() == 1


def test_a_workspace_keeps_its_tables_where_they_are(object_store, tmp_path):
    Workspace.open(tmp_path / "there", tables=object_store).close()
    Workspace.open(tmp_path / "here").close()
    with pytest.raises(WorkspaceError, match=f"keeps its tables in {object_store}, not at {object_store}/other"):
        Workspace.open(tmp_path / "there", tables=f"{object_store}/other")
    with pytest.raises(WorkspaceError, match="keeps its tables in its own folder"):
        Workspace.open(tmp_path / "here", tables=object_store)
    with pytest.raises(WorkspaceError, match="holds the tables of a workspace already"):
        Workspace.open(tmp_path / "third", tables=object_store)


def test_an_address_with_a_key_in_it_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises(AddressError, match="belong into the environment"):
        Workspace.open(tmp_path / "w", tables="s3://key:secret@bucket/plant")
    assert not (tmp_path / "w").exists()

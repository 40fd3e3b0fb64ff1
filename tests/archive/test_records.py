"""The schema of the records: what the revisions make is what the code expects."""

from __future__ import annotations

from importlib import resources

import pytest
import sqlalchemy as sql
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from justenough.archive.place import WorkspaceError
from justenough.archive.records import IMPORTS, METADATA, REVISIONS, Records
from justenough.archive.workspace import Workspace


@pytest.fixture
def records(tmp_path):
    one = Records(tmp_path / "records.db")
    one.bring_up_to_date()
    yield one
    one.close()


def test_revisions_make_what_the_code_expects(records):
    with records.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_every_revision_is_known():
    config = Config()
    config.set_main_option("script_location", str(resources.files("justenough.archive") / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(reversed([one.revision for one in scripts.walk_revisions()])) == REVISIONS


def test_what_is_acknowledged_is_on_the_disk(records):
    """SQLite: WAL, and 2 = FULL, the commit waits for the disk (https://sqlite.org/pragma.html#pragma_synchronous)."""
    with records.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_error_leaves_no_trace(records):
    def half_an_import():
        with records.writing() as connection:
            connection.execute(sql.text("insert into import_tables values ('x', 'items', 1)"))

    with pytest.raises(sql.exc.IntegrityError, match="FOREIGN KEY"):
        half_an_import()
    with records.reading() as connection:
        assert connection.execute(sql.select(sql.func.count()).select_from(IMPORTS)).scalar() == 0
        assert connection.execute(sql.text("select count(*) from import_tables")).scalar() == 0


def test_workspace_of_a_newer_version_is_left_alone(tmp_path):
    Workspace.open(tmp_path / "w").close()
    records = Records(tmp_path / "w" / "records.db")
    with records.writing() as connection:
        connection.execute(sql.text("update alembic_version set version_num = '9999'"))
    records.close()
    with pytest.raises(WorkspaceError, match=r"was written by a newer justenough \(schema 9999; .*Update justenough"):
        Workspace.open(tmp_path / "w")

"""What the tests of the archive share: the same tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def on_both(request, monkeypatch):
    """
    Every workspace of the test keeps its records in SQLite; then, again, each in a PostgreSQL database of its own.

    Gives the environment in which another process finds the records of a workspace's folder.
    """
    if request.param == "postgres":
        from justenough.archive import elsewhere, workspace

        running = request.getfixturevalue("postgres")
        monkeypatch.setattr(
            workspace, "records_of", lambda place, database=None: elsewhere.records_of(place, database or running.database_of(place.folder))
        )
        return lambda folder: {**os.environ, elsewhere.VARIABLE: running.database_of(folder)}
    return lambda folder: dict(os.environ)


@pytest.fixture(params=["sqlite", "postgres"])
def records_on_both(request, tmp_path):
    """Records brought up to date, on SQLite and on PostgreSQL."""
    from justenough.archive.records import Records

    database = request.getfixturevalue("postgres").database() if request.param == "postgres" else ""
    one = Records(tmp_path / "records.db", database)
    one.bring_up_to_date()
    yield one
    one.close()

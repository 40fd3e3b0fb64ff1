"""PostgreSQL: one writer at a time, one consistent view, and refusals that say what to do."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sql

from justenough.archive.place import WorkspaceError
from justenough.archive.postgres import postgres_engine, reached
from justenough.archive.records import IMPORTS, Records


@pytest.fixture
def records(postgres, tmp_path):
    one = Records(tmp_path / "records.db", postgres.database())
    one.bring_up_to_date()
    yield one
    one.close()


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite:///x", "no address"])
def test_only_postgresql(address):
    with pytest.raises(WorkspaceError, match="postgresql://user@host/name"):
        postgres_engine(address)


def test_a_database_that_does_not_answer_is_named_without_its_password():
    engine = postgres_engine("postgresql://keeper:hunter2@127.0.0.1:1/stock")
    with pytest.raises(WorkspaceError, match=r"postgresql://keeper:\*\*\*@127.0.0.1:1/stock cannot be reached") as refused:
        reached(engine)
    assert "hunter2" not in str(refused.value)


def test_writers_wait_for_each_other(records):
    begun, told = threading.Event(), []

    def second():
        begun.set()
        with records.writing():
            told.append("second")

    with records.writing():
        other = threading.Thread(target=second)
        other.start()
        assert begun.wait(60)
        other.join(0.3)
        told.append("first")
    other.join()
    assert told == ["first", "second"]


def test_a_reader_sees_one_moment(records):
    count = sql.select(sql.func.count()).select_from(IMPORTS)
    with records.reading() as connection:
        assert connection.execute(count).scalar() == 0
        with records.writing() as writer:
            writer.execute(sql.text("insert into workspace_identity values ('x')"))
        assert connection.execute(sql.text("select count(*) from workspace_identity")).scalar() == 0
    with records.reading() as connection:
        assert connection.execute(sql.text("select count(*) from workspace_identity")).scalar() == 1


def test_commits_wait_for_the_disk(records):
    with records.reading() as connection:
        assert connection.execute(sql.text("show synchronous_commit")).scalar() == "on"

"""The schema of the records: what the revisions make is what the code expects."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module, resources

import pytest
import sqlalchemy as sql
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from justenough.archive.ledger import import_entries, plan_entries
from justenough.archive.place import WorkspaceError
from justenough.archive.records import IMPORTS, METADATA, PLANS, REVISIONS, Records
from justenough.archive.review_queue import count_waiting, read_queue
from justenough.archive.workspace import Workspace


@pytest.fixture
def records(tmp_path):
    one = Records(tmp_path / "records.db")
    one.bring_up_to_date()
    yield one
    one.close()


def test_revisions_make_what_the_code_expects(records_on_both):
    for name in ("alert_records", "live_records", "people_records", "review_records"):  # each adds its tables to the schema
        import_module(f"justenough.archive.{name}")
    with records_on_both.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_what_the_first_version_kept_outlives_every_revision(request, tmp_path):
    """Rows written under revision 0001, on SQLite and on PostgreSQL, are read as they were under the newest."""
    import_row = {
        "import_id": "20250101T000000-aaaaaa", "source": "erp", "status": "live", "corrects": None, "digest": "d", "profile": "{}",
        "currency": "EUR", "demand_period": "day", "returns": "negative", "label": "Ünïcode", "rows_in": 3, "rows_accepted": 2,
        "rows_quarantined": 1, "author": "anna", "created": datetime(2025, 1, 1), "version": "0.1.0",
    }  # fmt: skip
    plan_row = {
        "plan_id": "20250102T000000-bbbbbb", "created": datetime(2025, 1, 2), "author": "anna", "version": "0.1.0", "settings": "{}",
        "currency": "EUR", "demand_period": "day", "returns": "negative", "label": "", "n_items": 7,
    }  # fmt: skip
    for database in ("", request.getfixturevalue("postgres").database()):
        records = Records(tmp_path / "first.db", database)
        records.bring_up_to_date("0001")
        assert records.revision() == "0001"
        with records.writing() as connection:
            connection.execute(sql.insert(IMPORTS), import_row)
            connection.execute(sql.insert(PLANS), plan_row)
        records.bring_up_to_date()
        assert records.revision() == REVISIONS[-1]
        with records.reading() as connection:
            (kept,), (plan,) = import_entries(connection), plan_entries(connection)
        assert (kept.label, kept.rows_accepted, kept.created) == ("Ünïcode", 2, datetime(2025, 1, 1, tzinfo=UTC))
        assert (plan.plan_id, plan.n_items) == ("20250102T000000-bbbbbb", 7)
        records.close()


def test_proposals_of_before_keep_their_place_in_the_queue(request, tmp_path):
    """Written under revision 0007, most money first under the newest: by the rank that the revision gave them."""
    for database in ("", request.getfixturevalue("postgres").database()):
        records = Records(tmp_path / "older.db", database)
        records.bring_up_to_date("0007")
        with records.writing() as connection:
            connection.execute(sql.text("insert into plans values (1, 'p', '2026-01-01', '', '', '{}', 'EUR', 'day', 'no', '', 3)"))
            connection.execute(
                sql.text("insert into reviews values (1, 'r', 'p', 'd', '{}', '2026-01-01', '2026-01-01', '', '', 3, 3, 3, 3)")
            )
            for item, money in (("A", "1"), ("B", "null"), ("C", "-70")):
                names = "entry_id, review_id, item, status, cause, change_value"
                connection.execute(
                    sql.text(f"insert into review_queue ({names}) values ('e{item}', 'r', '{item}', 'waiting', 'c', {money})")
                )
        records.bring_up_to_date()
        with records.reading() as connection:
            assert read_queue(connection, statuses=("waiting",))["item"].to_list() == ["C", "A", "B"]
            assert read_queue(connection, statuses=("waiting",), part=slice(1, 2))["item"].to_list() == ["A"]
            assert count_waiting(connection) == {"r": 3}
        records.close()


def test_a_review_that_nobody_declared_is_not_taken_for_one_of_seven_days(request, tmp_path):
    for database in ("", request.getfixturevalue("postgres").database()):
        records = Records(tmp_path / "older.db", database)
        records.bring_up_to_date("0008")
        with records.writing() as connection:
            for plan_id, days in (("a", 7.0), ("b", 3.5)):
                kept = {"id": plan_id, "kept": json.dumps({"review_days": days, "holding_rate": 0.2})}
                row = "insert into plans values (null, :id, '2026-01-01', '', '', :kept, 'EUR', 'day', 'no', '', 3)"
                connection.execute(sql.text(row if not database else row.replace("null", f"{days:.0f}")), kept)
        records.bring_up_to_date()
        with records.reading() as connection:
            sized = {plan.plan_id: plan.sized_by for plan in plan_entries(connection)}
        assert {name: (one.review_days, one.usual_review_days, one.holding_rate) for name, one in sized.items()} == {
            "a": (None, 7.0, 0.2), "b": (3.5, 3.5, 0.2),
        }  # fmt: skip
        records.close()


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


def test_the_log_of_a_large_transaction_gives_its_room_back_and_waits_for_nobody(tmp_path):
    records = Records(tmp_path / "records.sqlite")
    records.bring_up_to_date()
    log = tmp_path / "records.sqlite-wal"
    with records.writing() as connection:
        connection.exec_driver_sql("create table held (n integer, text text)")
        connection.exec_driver_sql("insert into held values (?, ?)", [(n, "x" * 1000) for n in range(5000)])
    assert log.stat().st_size > 5_000_000
    with records.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from held").scalar() == 5000
        records.give_back()  # in the midst of another's reading; it does what it can, at once
        with records.writing() as writer:
            writer.exec_driver_sql("delete from held where n >= 10")
        assert connection.exec_driver_sql("select count(*) from held").scalar() == 5000
        records.give_back()
        assert log.stat().st_size > 0  # what one still reads is not cut off
    records.give_back()
    assert log.stat().st_size == 0
    with records.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from held").scalar() == 10
    records.close()

"""Audit log: a change and its entry are kept together or not at all."""

from __future__ import annotations

import pytest
import sqlalchemy as sql

from justenough.archive.audit_log import Doer, entries_of, note


def test_entries_come_latest_first_and_by_subject(records_on_both):
    with records_on_both.writing() as connection:
        for n in range(4):
            note(connection, Doer("anna", "page", "::1"), "set", f"item {n % 2}", at=n)
    with records_on_both.reading() as connection:
        assert [one.detail["at"] for one in entries_of(connection)] == [3, 2, 1, 0]
        assert [one.detail["at"] for one in entries_of(connection, subject="item 1")] == [3, 1]
        second = entries_of(connection)[1].seq
        assert [one.detail["at"] for one in entries_of(connection, before=second, limit=1)] == [1]


def test_a_change_that_fails_leaves_no_entry(records_on_both):
    def half():
        with records_on_both.writing() as connection:
            note(connection, Doer("anna"), "set", "x")
            connection.execute(sql.text("insert into import_tables values ('x', 'items', 1)"))

    with pytest.raises(sql.exc.IntegrityError):
        half()
    with records_on_both.reading() as connection:
        assert entries_of(connection) == []


def test_text_that_a_database_cannot_hold_is_held_readably(records_on_both):
    with records_on_both.writing() as connection:
        note(connection, Doer("an\0na"), "set", "x\0y")
    with records_on_both.reading() as connection:
        (one,) = entries_of(connection)
    assert one.who in ("an\0na", "an\ufffdna")

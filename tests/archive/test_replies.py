"""Replies: a write sent again is answered, not done."""

from __future__ import annotations

import os
import subprocess

import pytest
import sqlalchemy as sql

from justenough.archive.people_records import REPLIES
from justenough.archive.replies import DOING, KEPT, RepeatedWrite, Replies, Reply


@pytest.fixture
def replies(records_on_both):
    return Replies(records_on_both)


def test_the_same_write_is_answered_the_same(replies):
    assert replies.begun("anna", "POST /x", "k", b"body") is None
    with pytest.raises(RepeatedWrite, match="being done"):
        replies.begun("anna", "POST /x", "k", b"body")
    replies.keep("anna", "POST /x", "k", b"body", Reply(201, "application/json", b"{}"))
    assert replies.begun("anna", "POST /x", "k", b"body") == Reply(201, "application/json", b"{}")
    with pytest.raises(RepeatedWrite, match="another request"):
        replies.begun("anna", "POST /x", "k", b"other")


def test_keys_are_ones_own(replies):
    replies.begun("anna", "POST /x", "k", b"body")
    assert replies.begun("bert", "POST /x", "k", b"body") is None
    assert replies.begun("anna", "POST /y", "k", b"body") is None


def test_what_came_to_nothing_may_be_done_again(replies):
    replies.begun("anna", "POST /x", "k", b"body")
    replies.failed("anna", "POST /x", "k")
    assert replies.begun("anna", "POST /x", "k", b"body") is None


@pytest.mark.parametrize("age", [DOING, KEPT])
def test_what_a_killed_server_left_is_forgotten(replies, age):
    replies.begun("anna", "POST /x", "k", b"body")
    with replies.records.writing() as connection:
        row = connection.execute(sql.select(REPLIES)).one()
        connection.execute(sql.update(REPLIES).values(created=row.created - 1.01 * age))
    assert replies.begun("anna", "POST /x", "k", b"body") is None


def test_what_a_killed_server_had_begun_may_be_begun_by_the_next(replies):
    replies.begun("anna", "POST /x", "k", b"body")
    replies.keep("anna", "POST /x", "done", b"body", Reply(201, "application/json", b"{}"))
    replies.forget_begun()
    assert replies.begun("anna", "POST /x", "k", b"body") is None
    assert replies.begun("anna", "POST /x", "done", b"body") == Reply(201, "application/json", b"{}")


@pytest.mark.parametrize("lives", [True, False])
def test_a_second_server_leaves_what_the_first_is_doing(replies, lives):
    first = subprocess.Popen(["sleep", "60"])
    try:
        replies.begun("anna", "POST /x", "k", b"body")
        with replies.records.writing() as connection:
            owner = connection.execute(sql.select(REPLIES.c.kind)).scalar_one()
            connection.execute(sql.update(REPLIES).values(kind=owner.replace(str(os.getpid()), str(first.pid))))
        if not lives:
            first.kill()
            first.wait(60)
        replies.forget_begun()
        if lives:
            with pytest.raises(RepeatedWrite, match="being done"):
                replies.begun("anna", "POST /x", "k", b"body")
        else:
            assert replies.begun("anna", "POST /x", "k", b"body") is None
    finally:
        first.kill()
        first.wait(60)


def test_what_another_computer_began_keeps_its_time(replies):
    replies.begun("anna", "POST /x", "k", b"body")
    with replies.records.writing() as connection:
        connection.execute(sql.update(REPLIES).values(kind=f"elsewhere {os.getpid()}"))
    replies.forget_begun()
    with pytest.raises(RepeatedWrite, match="being done"):
        replies.begun("anna", "POST /x", "k", b"body")


def test_a_reply_is_there_with_its_write_or_not_at_all(replies):
    def half_a_write():
        with replies.records.writing():
            replies.keep("anna", "POST /x", "k", b"body", Reply(201, "application/json", b"{}"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_a_write()
    assert replies.given("anna", "POST /x", "k", b"body") is None

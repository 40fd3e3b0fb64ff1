"""The journal: each message once, however often it is delivered, and nothing refused is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sql

from justenough.archive.journal import Journal
from justenough.sources.live.readings import Fault, Kind, Reading, Refusal

ONE = Reading("M1", "mqtt:a", Kind.STATE, 1000, 1005, sequence=4, state=1, reason="jam")


@pytest.fixture
def journal(records_on_both):
    return Journal(records_on_both)


def test_a_message_delivered_again_is_counted_and_changes_nothing(journal):
    assert journal.keep([ONE], []).new == 1
    again = journal.keep([replace(ONE, received=9999), replace(ONE, sequence=5)], [])
    assert (again.new, again.duplicates) == (1, 1)
    assert journal.tally() == {"kept": 2, "duplicates": 1}
    assert journal.since(0)["received"].to_list() == [1005, 1005]


def test_arrival_is_no_part_of_the_message(journal):
    """A machine whose clock is not believed: the same stamp delivered twice is one message, though it arrived at two moments."""
    first = replace(ONE, at=1005, told=700)
    assert journal.keep([first], []).new == 1
    assert journal.keep([replace(first, at=2000, received=2000)], []).duplicates == 1


def test_readings_come_back_as_they_were_kept(journal):
    whole = Reading("M2", "rest:each", Kind.EACH, 7, 8, sequence=1, total=5.0, good=4.0, rework=1.0, item="A", since=3, planned=True)
    journal.keep([ONE, whole], [])
    row = journal.since(1).row(0, named=True)
    assert {name: row[name] for name in ("machine", "stream", "kind", "at", "total", "good", "rework", "item", "since", "planned")} == {
        "machine": "M2", "stream": "rest:each", "kind": 2, "at": 7, "total": 5.0, "good": 4.0, "rework": 1.0, "item": "A", "since": 3,
        "planned": True,
    }  # fmt: skip


def test_refusals_are_kept_with_their_bytes_and_counted(journal):
    refusal = Refusal("mqtt:a", Fault.MALFORMED, "not JSON", b"\xff{", 5)
    journal.keep([], [refusal, replace(refusal, received=9), replace(refusal, payload=b"x")])
    rows = journal.refused()
    assert sorted(rows["times"].to_list()) == [1, 2]
    assert set(rows["payload"].to_list()) == {b"\xff{", b"x"}
    assert journal.tally()["refused: malformed payload"] == 3


def test_a_disk_that_refuses_keeps_nothing(journal):
    with journal.records.writing() as connection:
        full = (
            ["create trigger no_room before insert on live_tally begin select raise(fail, 'disk full'); end"]
            if connection.dialect.name == "sqlite"
            else [
                "create function no_room() returns trigger language plpgsql as $$ begin raise disk_full; end $$",
                "create trigger no_room before insert on live_tally for each row execute function no_room()",
            ]
        )
        for statement in full:
            connection.execute(sql.text(statement))
    with pytest.raises((OSError, sql.exc.IntegrityError)):
        journal.keep([ONE], [])
    assert journal.since(0).is_empty()


def test_moments_are_remembered(journal):
    journal.keep([ONE, replace(ONE, at=500)], [])
    journal.listening(77, 5)
    journal.listening(70, 6)
    assert (journal.listened(), journal.silence()) == (77, 6)
    assert journal.last_moments() == {("mqtt:a", "M1"): 1000}
    assert journal.tally() == {"kept": 2}


def test_the_last_number_of_each_stream_outlives_the_listener(journal):
    told = [replace(ONE, sequence=number, at=at) for number, at in ((7, 1000), (8, 1500), (6, 1200))]
    journal.keep([*told, replace(ONE, stream="mqtt:b", sequence=-1)], [])
    assert journal.last_numbers() == {"mqtt:a": (8, 1500)}

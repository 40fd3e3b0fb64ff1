"""People's records: no column holds a password, a session or a key as it is."""

from __future__ import annotations

from justenough.archive.people_records import AUDIT, KEYS, REPLIES, SESSIONS, TRIES, USERS


def test_secrets_are_digests_only():
    for table in (SESSIONS, KEYS):
        assert table.c.digest.type.length == 32
    names = {column.name for table in (USERS, SESSIONS, KEYS, TRIES, REPLIES, AUDIT) for column in table.columns}
    assert not names & {"token", "secret", "plain"}

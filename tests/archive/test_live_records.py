"""The live tables: a message's key is unique, whoever writes it."""

from __future__ import annotations

import pytest
import sqlalchemy as sql

from justenough.archive.live_records import READINGS
from justenough.archive.records import Records


def test_a_key_is_there_once(tmp_path):
    records = Records(tmp_path / "records.db")
    records.bring_up_to_date()
    row = {
        "key": b"k" * 16,
        "machine": "M1",
        "stream": "s",
        "kind": 0,
        "at": 1,
        "sequence": 1,
        "state": 0,
        "reason": "",
        "planned": False,
        "item": "",
        "received": 1,
    }

    def twice():
        with records.writing() as connection:
            connection.execute(sql.insert(READINGS), [row, row])

    with pytest.raises(sql.exc.IntegrityError, match="UNIQUE"):
        twice()
    records.close()

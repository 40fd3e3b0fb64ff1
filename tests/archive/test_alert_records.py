"""Alert records: the same thing once, and no delivery of nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sql

from justenough.archive.alert_records import ALERTS, DELIVERIES


def test_the_same_key_twice_and_a_delivery_of_nothing_are_refused(records_on_both):
    row = {"key": "a", "kind": "gate", "subject": "", "said": "x", "created": sql.func.current_timestamp(), "seen_by": ""}
    with records_on_both.writing() as connection:
        connection.execute(sql.insert(ALERTS).values(**row))
    with pytest.raises(sql.exc.IntegrityError), records_on_both.writing() as connection:
        connection.execute(sql.insert(ALERTS).values(**row))
    orphan = {"alert": 99, "channel": "mail", "tries": 0, "fault": ""}
    with pytest.raises(sql.exc.IntegrityError), records_on_both.writing() as connection:
        connection.execute(sql.insert(DELIVERIES).values(**orphan))

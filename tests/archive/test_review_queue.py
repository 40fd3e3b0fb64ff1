"""The queue as rows: order, filters, and names beyond what one query takes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sql

from justenough.archive.records import PLANS, Records
from justenough.archive.review_queue import MANY, read_changes, read_queue
from justenough.archive.review_records import CHANGES, QUEUE, REVIEWS

NOW = datetime(2026, 1, 1)  # noqa: DTZ001  as it is stored
N = MANY + 20


@pytest.fixture
def records(tmp_path):
    one = Records(tmp_path / "records.db")
    one.bring_up_to_date()
    plan = dict.fromkeys(("author", "version", "settings", "currency", "demand_period", "returns", "label"), "x")
    with one.writing() as connection:
        connection.execute(sql.insert(PLANS), {"plan_id": "p", "created": NOW, "n_items": 1, **plan})
        common = {"plan_id": "p", "digest": "", "settings": "{}", "known_to": date(2026, 1, 1), "created": NOW, "author": "", "version": ""}
        counts = dict.fromkeys(("n_items", "n_tests", "n_changed", "n_queued"), N)
        connection.execute(sql.insert(REVIEWS), {"review_id": "r", **common, **counts})
        rows = [
            {"entry_id": f"e{k}", "review_id": "r", "item": f"I{k:04}", "cause": "", "change_value": (-1.0) ** k * k, "rank": -k,
             "status": "deferred" if k == 7 else "waiting", "until": datetime(2026, 2, 1) if k == 7 else None}  # noqa: DTZ001
            for k in range(N)
        ]  # fmt: skip
        connection.execute(sql.insert(QUEUE), rows)
        told = {"assumption": "demand", "subject": "x", "direction": "higher", "evidence": 1.0}
        connection.execute(sql.insert(CHANGES), [{"entry_id": f"e{k}", **told} for k in range(N)])
    yield one
    one.close()


def test_most_money_comes_first_whichever_way(records):
    with records.reading() as connection:
        found = read_queue(connection, statuses=("waiting",), now=datetime(2026, 1, 15, tzinfo=UTC))
    assert found["item"].to_list()[:3] == [f"I{N - 1:04}", f"I{N - 2:04}", f"I{N - 3:04}"]
    assert found.height == N - 1


def test_filters_and_a_day_that_has_come(records):
    with records.reading() as connection:
        assert read_queue(connection, items=["I0003", "nobody"])["entry_id"].to_list() == ["e3"]
        assert read_queue(connection, entries=["e7"], now=datetime(2026, 1, 15, tzinfo=UTC))["status"].to_list() == ["deferred"]
        assert read_queue(connection, entries=["e7"], now=datetime(2026, 2, 1, tzinfo=UTC))["status"].to_list() == ["waiting"]


def test_causes_of_more_proposals_than_one_query_takes(records):
    with records.reading() as connection:
        assert read_changes(connection, [f"e{k}" for k in range(1, N)]).height == N - 1
        assert read_changes(connection, ["e3"])["entry_id"].to_list() == ["e3"]

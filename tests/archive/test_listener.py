"""The listener: everything at work together, for one process at a time."""

from __future__ import annotations

import json
import threading
import time
import urllib.request

import pytest

from justenough.archive.listener import Listener
from justenough.archive.place import WorkspaceError
from justenough.archive.settling import Settlement
from justenough.archive.workspace import Workspace
from justenough.domain.plant import Terms
from justenough.sources.live.listen_file import listen_file
from justenough.sources.live.readings import Kind, Reading
from justenough.sources.read import import_from

FILE = {"rest": {"port": 0}, "time": {"settle_seconds": 0.2, "late_seconds": 0.0, "silent_seconds": 2.0}}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("JUSTENOUGH_LISTEN_KEY", "right")
    (tmp_path / "export").mkdir()
    for name, text in {
        "items.csv": "item,unit_cost\nA,2\n",
        "demand.csv": "item,date,quantity\nA,2026-01-01,3\n",
        "plant.toml": 'currency = "EUR"\ndemand_period = "day"\n',
        "machines.csv": "machine,ideal_cycle_seconds\nM1,1\nM2,1\n",
    }.items():
        (tmp_path / "export" / name).write_text(text)
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(import_from(tmp_path / "export", "canonical"))
        yield workspace


def post(listener, *told):
    request = urllib.request.Request(f"http://127.0.0.1:{listener.ears[0].port}/v1/readings", json.dumps(told).encode())
    request.add_header("Authorization", "Bearer right")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_from_a_post_to_the_tables_and_the_running_shift(kept):
    said: list[str] = []
    listener = Listener(kept, listen_file({**FILE, "rest": {"port": 0, "message": {"time_form": "us"}}}), said.append)
    listener.start()
    try:
        now = time.time_ns() // 1000
        told = [{"machine": "M1", "time": now - 51_000_000, "state": "running"}]
        told += [
            {"machine": "M1", "kind": "running", "time": now - 50_000_000 + at * 1_000_000, "total": 10 * at, "good": 9 * at}
            for at in range(50)
        ]
        assert post(listener, *told) == {"taken": 51, "refused": []}
        row = listener.running.oee(time.time_ns() // 1000).row(0, named=True)
        assert (row["machine"], row["total"], row["good"]) == ("M1", 490.0, 441.0)
        assert row["quality"] == pytest.approx(0.9)
        until = time.monotonic() + 120
        while listener.status().settled < 51 or not listener.status().silent:
            assert time.monotonic() < until
            time.sleep(0.05)
        with pytest.raises(WorkspaceError, match="another process is listening"), kept.live().listening():
            pass
    finally:
        listener.stop()
    status = listener.status()
    assert (status.messages, status.readings, status.duplicates, status.refused) == (51, 51, 0, {})
    assert kept.plant().tables["counts"]["total"].sum() == 490.0
    with kept.live().listening():
        assert any("M1 has been silent" in text for text in said)


def test_the_time_nobody_listened_is_unknown_where_nobody_kept_it(kept):
    live = kept.live()
    live.journal.keep(
        [Reading("M1", "opcua:x:M1", Kind.STATE, 1000, 1000, state=0), Reading("M2", "mqtt:a", Kind.STATE, 1000, 1000, state=0)], []
    )
    live.journal.listening(5000, 0)
    listener = Listener(kept, listen_file(FILE))
    listener.start()
    listener.stop()
    events = kept.plant().tables["events"].filter(kept.plant().tables["events"]["state"] == "unknown")
    assert events["machine"].to_list() == ["M1"], "of M2 the broker kept what came"
    assert live.settling(kept.plant()).terms == Terms("EUR", "day")


def test_settling_leaves_turns_to_the_rest_however_fast_readings_come(kept, monkeypatch):
    """Something ripens while each batch is settled: the listener still says that it listens, and looks who is silent."""
    listener, ended, noted = Listener(kept, listen_file(FILE)), threading.Event(), set()
    monkeypatch.setattr(listener, "settle", lambda: Settlement(1, 0 if ended.is_set() else 10, 0))
    listener.start()
    until = time.monotonic() + 120
    while len(noted) < 4:
        noted.add(kept.live().journal.listened())
        assert time.monotonic() < until, "the turn goes on for as long as something ripens"
        time.sleep(0.02)
    ended.set()
    listener.stop()

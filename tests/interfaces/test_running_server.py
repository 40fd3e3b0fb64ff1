"""Running server: a process of its own that serves, refuses what is unsafe, and loses nothing acknowledged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import httpx2
import pytest

from justenough.archive.audit_log import Doer
from justenough.archive.people import People
from justenough.archive.sessions import Sessions
from justenough.archive.workspace import Workspace


def _serve(folder, environment, *words: str) -> tuple[subprocess.Popen, str]:
    command = [sys.executable, "-m", "justenough.interfaces.cli", "serve", "-w", str(folder), "--port", "0", "--json", *words]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    told = ""
    while "}" not in told:
        line = server.stdout.readline()
        assert line, f"the server ended with {server.wait()}"
        told += line
    return server, json.loads(told)["address"]


def _ended(server: subprocess.Popen, how: signal.Signals) -> int:
    server.send_signal(how)
    server.stdout.close()
    return server.wait(60)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_was_acknowledged_outlives_a_kill(tmp_path, request, kind):
    """Writes are sent until the server is killed in their midst; every one that was answered is there afterwards."""
    database = request.getfixturevalue("postgres").database() if kind == "postgres" else ""
    folder = tmp_path / "w"
    environment = {**os.environ, "JUSTENOUGH_DATABASE": database}
    with Workspace.open(folder, database=database) as kept:
        anna = People(kept.records).add("anna", "admin", Doer("tests"))
        _, key = Sessions(kept.records).make_key(anna, "", "admin", 1, Doer("tests"))
    acknowledged = []
    for round_ in range(2):
        server, address = _serve(folder, environment)
        with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60.0) as client:
            for n in range(4):
                name = f"user {round_} {n}"
                assert client.post("/api/v1/users", json={"name": name, "role": "viewer"}).status_code == 201
                acknowledged.append(name)
        assert _ended(server, signal.SIGKILL) == -signal.SIGKILL
    with Workspace.open(folder, database=database) as kept:
        people = People(kept.records)
        assert {one.name for one in people.users()} == {"anna", *acknowledged}
        assert {one.subject for one in people.changes(limit=100) if one.action == "add user"} == {"anna", *acknowledged}


def test_one_person_is_served_on_this_computer_only(tmp_path):
    server, address = _serve(tmp_path / "w", {**os.environ, "JUSTENOUGH_DATABASE": ""})
    try:
        assert address.startswith("http://127.0.0.1:")
        answer = httpx2.get(f"{address}/index.json", timeout=60.0)
        assert answer.json()["plan"] is None
        assert "server" not in answer.headers
        assert httpx2.get(f"{address}/index.json", headers={"Host": "evil.example"}, timeout=60.0).status_code == 421
    finally:
        assert _ended(server, signal.SIGTERM) in (0, -signal.SIGTERM)

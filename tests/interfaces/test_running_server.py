"""Running server: a process of its own that serves, refuses what is unsafe, and loses nothing acknowledged."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys

import httpx2
import pytest
import uvicorn
from killed_writes import Hands

from justenough.interfaces.web import running_server

KILLS = 10  # of each kind of database; the benchmark makes fifty


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
    """
    A few of the kills of `benchmarks/server_kills.py`: approvals, levels and people are written over HTTP until SIGKILL.

    Whatever was answered is there once, with its line in the audit log; nothing is there by halves; and every write sent again with
    its key is done once, and answered with the same bytes.
    """
    hands = Hands(tmp_path / "w", request.getfixturevalue("postgres").database() if kind == "postgres" else "", seed=7, lives=KILLS)
    try:
        for _ in range(KILLS):
            hands.live()
    finally:
        hands.close()
    assert hands.struck.acknowledged > 0
    assert hands.struck.in_flight.total() > 0


def test_who_says_half_a_request_is_sent_away(monkeypatch):
    """Slow loris: connections that never finish what they ask are closed, before the first request and after one; others are not."""
    monkeypatch.setattr(running_server, "HEAD_SECONDS", 0.2)

    async def app(scope, receive, send):
        await asyncio.sleep(0.6)  # longer than a head may take, and yet answered
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def talk(port, *parts):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        heard = b""
        for part in parts:
            writer.write(part)
            if part.endswith(b"\r\n\r\n"):
                heard += await reader.readuntil(b"ok")
        heard += await asyncio.wait_for(reader.read(), 30.0)
        writer.close()
        return heard

    async def live():
        config = uvicorn.Config(app, http=running_server.Patient, lifespan="off", log_level="error", timeout_keep_alive=2)
        server, listening = uvicorn.Server(config), running_server._listening("127.0.0.1", 0)
        serving = asyncio.create_task(server.serve([listening]))
        port = listening.getsockname()[1]
        whole, half = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHo"
        assert await talk(port) == b""
        assert await talk(port, half) == b""
        assert (await talk(port, whole, half)).endswith(b"ok")
        server.should_exit = True
        await serving

    asyncio.run(live())


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

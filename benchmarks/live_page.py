"""
Live page: how soon a page that is open in a browser shows what a machine told, through broker, listener, disk and server.

Run: python benchmarks/live_page.py [STOPS] [MACHINES]; needs mosquitto and Chromium. Broker, listener, server and browser are
processes of their own on the same cores. Half of the machines tell a count each second beside the stops that are timed.

Measured on 2 cores at load 16, 20 machines, 8 stops each: a machine's page median 0.88 s, most 1.26 s; the page of all
machines median 1.07 s, most 1.20 s. Not yet run on a quiet machine.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sources"))

from live_messages import sender

if TYPE_CHECKING:
    from paho.mqtt.client import Client
    from playwright.sync_api import Page

GOAL_SECONDS = 2.0
SHOWN = "reason => document.getElementById('running')?.innerText.includes(reason)"


def command(log: Path, *words: object) -> subprocess.Popen[bytes]:
    """A command of ours; what it says goes into a file."""
    with log.open("wb") as said:
        return subprocess.Popen([sys.executable, "-m", "justenough.interfaces.cli", *map(str, words)], stdout=said, stderr=said)


def told(client: Client, machine: str, number: int, state: str, reason: str) -> None:
    """Say a machine's state now."""
    payload = {"time": time.time_ns() // 1000, "n": number, "state": state, "reason": reason}
    client.publish(f"plant/{machine}/state", json.dumps(payload), qos=1)


def background(client: Client, machines: int, number: int) -> None:
    """A count of every other machine."""
    for at in range(0, machines, 2):
        payload = {"time": time.time_ns() // 1000, "n": number, "total": number, "good": number}
        client.publish(f"plant/M{at}/counter", json.dumps(payload), qos=1)


def timed(page: Page, client: Client, stops: int, machines: int) -> list[float]:
    """Seconds from a stop to its reason on the page, at moments that follow no beat. [seconds]"""
    draws, took, number = random.Random(1), [], 1
    for at in range(stops + 2):
        until = time.monotonic() + draws.uniform(1.0, 2.0)
        background(client, machines, number + at)
        time.sleep(max(0.0, until - time.monotonic()))
        reason, begun = f"reason {at}.", time.monotonic()
        told(client, "M1", at, ("down", "setup")[at % 2], reason)
        page.wait_for_function(SHOWN, arg=reason, timeout=60_000, polling=20)
        took.append(time.monotonic() - begun)
    return sorted(took[2:])  # the first ones load what is not loaded yet


def main(stops: int = 60, machines: int = 20) -> None:
    from live_plant import planted
    from live_servers import Mosquitto, free_port, wait_for
    from playwright.sync_api import sync_playwright
    from test_mqtt import FILE

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder / "broker")
        broker.start()
        (folder / "listen.toml").write_text(FILE.format(port=broker.port).replace("settle_seconds = 0.3", "settle_seconds = 10"))
        workspace, port = planted(folder, machines), free_port()
        logs = (folder / "listen.log", folder / "serve.log")
        ours = [
            command(logs[0], "listen", folder / "listen.toml", "-w", workspace),
            command(logs[1], "serve", "-w", workspace, "--port", port),
        ]
        try:
            for log, word in zip(logs, ("connected", "http"), strict=True):
                wait_for(lambda log=log, word=word: word in log.read_text(), what=word)
            client = sender(broker.port)
            background(client, machines, 1)
            told(client, "M1", 0, "running", "")
            with sync_playwright() as works:
                browser = works.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
                for where in ("/machines/M1", "/machines"):
                    page = browser.new_page()
                    page.goto(f"http://127.0.0.1:{port}{where}")
                    page.wait_for_selector("#running", timeout=60_000)
                    took = timed(page, client, stops, machines)
                    late = sum(one > GOAL_SECONDS for one in took)
                    print(
                        f"{where}, {machines:,} machines: median {took[len(took) // 2]:.2f} s, p95 {took[int(0.95 * len(took))]:.2f} s, "
                        f"most {took[-1]:.2f} s; {late} of {stops} over {GOAL_SECONDS:g} s; load {os.getloadavg()[0]:.1f}",
                        flush=True,
                    )
                    page.close()
                browser.close()
            client.disconnect()
            client.loop_stop()
        finally:
            for one in ours:
                one.terminate()
                one.wait(timeout=60)
            broker.stop()


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))

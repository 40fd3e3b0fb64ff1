"""
Live soak: memory of a listener that hears a steady stream through a real broker, settles it and shows the running shift.

Run: python benchmarks/live_soak.py [MINUTES] [MESSAGES A SECOND] [MACHINES]; needs mosquitto.

Measured on 2 cores shared with much other work, 75 minutes of 200 machines and 200 messages/s (900,000 readings): 546 to 623 MB
from the tenth minute to the middle, 558 to 643 MB after it; 508 rows held at the start, 120,000 after five minutes, 163,000 at the end.

1,000 machines, an hour, 1,165,196 readings (370 messages a second; the machine at load 3 to 55, with stalls of minutes): flat,
484.7 MB at most in the second quarter, 444.5 MB in the last; of its own memory 414, 368, 331 and 330 MB at most in the four
quarters, 235,000 to 265,000 rows held. In the minute after that hour a stall of over five minutes made every message late,
and 2.2 million rows were loaded (668 MB). That was the cause of growth before too; it was mended after this run had begun
(`Running` calls late what is late by its own time, and loads four machines at a time). With that mend 45 minutes at 490 messages a
second asked, 1,236,723 readings, load 4 to 20, took 565.4 MB at most in the second quarter and 550.2 MB in the last.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from paho.mqtt.client import MQTTMessageInfo

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sources"))

from live_messages import MOST_UNDER_WAY, megabytes, sender

LOOKS_SECONDS = 2.0
GROWS = 0.03  # of the second quarter's height that the last may lie above it


def stream(port: int, minutes: float, pace: int, machines: int) -> None:
    """Counters and, one message in fifty, a state, at an even pace."""
    client, begun, states = sender(port), time.monotonic(), ("running", "down")
    under_way = deque[MQTTMessageInfo](maxlen=MOST_UNDER_WAY)  # what went before is acknowledged long since
    for at in range(round(minutes * 60 * pace)):
        time.sleep(max(0.0, begun + at / pace - time.monotonic()))
        name, number, now = f"M{at % machines}", at // machines, time.time_ns() // 1000
        told = {"time": now, "n": number, "total": number, "good": number}
        under_way.append(client.publish(f"plant/{name}/counter", json.dumps(told), qos=1))
        if at % 50 == 0:
            client.publish(f"plant/{name}/state", json.dumps({"time": now, "n": number, "state": states[at // 50 % 2]}), qos=1)
    for one in under_way:
        one.wait_for_publish()
    client.disconnect()
    client.loop_stop()


def main(minutes: float = 60, pace: int = 200, machines: int = 200) -> None:
    from live_plant import planted
    from live_servers import Mosquitto, wait_for
    from test_mqtt import FILE

    from justenough.archive.listener import Listener
    from justenough.archive.workspace import Workspace
    from justenough.sources.live.listen_file import read_listen_file

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder / "broker")
        broker.start()
        (folder / "listen.toml").write_text(FILE.format(port=broker.port).replace("settle_seconds = 0.3", "settle_seconds = 10"))
        with Workspace.open(planted(folder, int(machines))) as kept:
            listener = Listener(kept, read_listen_file(folder / "listen.toml"))
            listener.start()
            wait_for(lambda: listener.ears[0].connected)
            flow = multiprocessing.get_context("spawn").Process(target=stream, args=(broker.port, minutes, int(pace), int(machines)))
            flow.start()
            begun, sizes = time.monotonic(), list[tuple[float, float]]()
            while flow.is_alive():
                time.sleep(LOOKS_SECONDS)
                listener.running.oee(time.time_ns() // 1000)
                minute = (time.monotonic() - begun) / 60
                if not sizes or minute - sizes[-1][0] >= 1:
                    sizes.append((minute, megabytes()))
                    told = listener.collector.tally.readings
                    print(
                        f"{minute:5.1f} min  {told:>9,} readings  {sizes[-1][1]:6.1f} MB  {listener.running.held:>8,} rows held", flush=True
                    )
            flow.join()
            listener.stop()
        print(verdict(sizes, minutes))
        broker.stop()


def verdict(sizes: list[tuple[float, float]], minutes: float) -> str:
    """Whether memory [MB, by minute] is flat: its height in the last quarter no more than `GROWS` above that of the second."""
    if len(sizes) < 8:
        return "Too short to say whether memory is flat: eight minutes show it at the least."
    second, last = (max(size for minute, size in sizes if of * minutes / 4 <= minute <= (of + 1) * minutes / 4) for of in (1, 3))
    word = "flat" if last <= second * (1 + GROWS) else "NOT FLAT"
    return f"{word}: {second:.1f} MB at most in the second quarter, {last:.1f} MB in the last ({last / second - 1:+.1%})"


if __name__ == "__main__":
    main(*(float(one) for one in sys.argv[1:]))

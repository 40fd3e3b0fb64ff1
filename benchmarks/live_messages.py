"""
Live messages: how many a second reach the disk through a real broker, and how soon their OEE is seen.

Run: python benchmarks/live_messages.py [MESSAGES] [MACHINES]; needs mosquitto. The sender, the broker and the listener are
three processes on the same cores, so the figure is of all three.

Measured on 2 cores beside a soak of another 375 messages a second, 60,000 messages of 1,000 machines: 2,246 messages/s on the
disk in 130 commits; memory 344 MB after a quarter, 371 MB at the end; publish to visible OEE median 0.21 s, p99 0.57 s. Alone,
on code of the day before: 3,865 messages/s. An hour: live_soak.py. As a page shows it: live_page.py.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sources"))

SEEN = 200  # messages of which it is measured how soon they are seen
PACE = 20  # of those, a second
MOST_UNDER_WAY = 4000  # messages that the broker has not acknowledged


def flood(port: int, messages: int, machines: int) -> None:
    """Publish counters as fast as the broker takes them."""
    client, under_way = sender(port), deque[MQTTMessageInfo]()
    for at in range(messages):
        told = {"time": time.time_ns() // 1000, "n": at // machines, "total": at // machines, "good": at // machines}
        under_way.append(client.publish(f"plant/M{at % machines}/counter", json.dumps(told), qos=1))
        if len(under_way) > MOST_UNDER_WAY:
            under_way.popleft().wait_for_publish()
    for one in under_way:
        one.wait_for_publish()
    client.disconnect()
    client.loop_stop()


def sender(port: int) -> Client:
    """A client that publishes with many messages in flight."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(2000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


def megabytes() -> float:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def main(messages: int = 200_000, machines: int = 1000) -> None:
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
        workspace = planted(folder, machines)
        with Workspace.open(workspace) as kept:
            listener = Listener(kept, read_listen_file(folder / "listen.toml"))
            listener.start()
            wait_for(lambda: listener.ears[0].connected)
            time.sleep(1.0)
            begun, grown = time.perf_counter(), []
            flooding = multiprocessing.get_context("spawn").Process(target=flood, args=(broker.port, messages, machines))
            flooding.start()
            while listener.collector.tally.messages < messages:
                time.sleep(0.5)
                grown.append(megabytes())
            took = time.perf_counter() - begun
            flooding.join()
            quarter = len(grown) // 4
            tally = listener.collector.tally
            print(f"{messages:,} messages of {machines:,} machines: {messages / took:,.0f}/s on the disk, {tally.batches:,} commits")
            print(f"memory: {grown[quarter]:.0f} MB after a quarter, {grown[-1]:.0f} MB at the end; load {os.getloadavg()[0]:.1f}")
            delays = seen_after(listener, broker.port, machines)
            print(f"publish to visible OEE: median {delays[len(delays) // 2]:.2f} s, p99 {delays[int(0.99 * len(delays))]:.2f} s")
            listener.stop()
        broker.stop()


def seen_after(listener, port: int, machines: int) -> list[float]:
    """Seconds from publishing a count until OEE of its machine holds it, sorted; OEE of all machines is looked at again and again."""
    listener.running.oee(time.time_ns() // 1000)
    client, sent, delays = sender(port), {}, []
    for at in range(SEEN + 1):
        name = f"M{at % machines}"
        if at < SEEN:
            told = {"time": time.time_ns() // 1000, "n": 10**6, "total": 10**6, "good": 10**6}
            sent[name] = time.perf_counter()
            client.publish(f"plant/{name}/counter", json.dumps(told), qos=1)
        if at % 4 == 0 or at == SEEN:
            delays += looked(listener, sent)
        time.sleep(1 / PACE)
    until = time.perf_counter() + 60
    while sent and time.perf_counter() < until:
        delays += looked(listener, sent)
    client.disconnect()
    client.loop_stop()
    return sorted(delays)


def looked(listener, sent: dict[str, float]) -> list[float]:
    """Look at OEE once; gives the delays of what is seen for the first time."""
    found = dict(listener.running.oee(time.time_ns() // 1000).select("machine", "total").iter_rows())
    now = time.perf_counter()
    seen = [name for name in sent if found.get(name, 0.0) > 5e5]
    return [now - sent.pop(name) for name in seen]


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))

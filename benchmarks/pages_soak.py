"""
Pages soak: memory of a server minute by minute while readers read every kind of page and approvers write.

python benchmarks/pages_soak.py --items 100000 --minutes 60 --log memory.csv

The plan is the bundled sample's, many times over, its items imported, so that levels can be set by hand and taken back. Readers ask
for pages and JSON of all kinds, for items that are not there, and send what is refused. Each minute a line goes to the log: minutes,
answers so far, memory of the process's own and of all it holds [MB], threads, open files.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import polars as pl
from pages import addresses, export_of, large_plan, port_of

from justenough.archive.shelves import Shelves
from justenough.archive.workspace import Workspace

OTHERS = (
    "/review", "/review?page=3", "/alerts", "/changes", "/people", "/account", "/imports", "/machines", "/lines", "/scenarios",
    "/items/not%20there", "/nothing/here", "/items?page=999999", "/items?page=0", "/openapi.json", "/static/mark.svg",
)  # fmt: skip
WRITERS = 2


def prepare(folder: Path, items: int) -> list[str]:
    """Make the workspace once; gives codes of some items."""
    with Workspace.open(folder, database="") as kept:
        if not kept.plans():
            kept.save(large_plan(items))
        shelf = Shelves(kept).shelf(wait=True)
        codes = shelf.listing["item"]
        if not kept.imports():
            kept.import_(export_of(codes, months=0))
        return codes.sample(500, seed=1).to_list()


async def ask(port: int, words: str, body: bytes = b"", kind: str = "") -> int:
    """One request on a connection of its own; gives the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{words} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
    writer.write(head.encode() + b"\r\n" + body)
    told = await reader.read()
    writer.close()
    return int(told.split(b" ", 2)[1]) if told else 0


async def read(port: int, codes: list[str], seed: int, until: float, think: float, seen: Counter[int]) -> None:
    """One reader: half the time pages of the plan, half the time any other."""
    draw = random.Random(seed)
    asked = addresses(codes, seed)
    while time.monotonic() < until:
        address = draw.choice(asked)[1] if draw.random() < 0.5 else draw.choice(OTHERS)
        if draw.random() < 0.3 and "." not in address:
            path, _, rest = address.partition("?")
            address = ("/index" if path == "/" else path) + ".json" + (f"?{rest}" if rest else "")
        seen[await ask(port, f"GET {address}")] += 1
        await asyncio.sleep(think * draw.uniform(0.5, 1.5))


async def write(port: int, codes: list[str], seed: int, until: float, think: float, seen: Counter[int]) -> None:
    """One approver: sets levels, takes them back, and sends what is refused."""
    draw = random.Random(seed)
    while time.monotonic() < until:
        item, level = draw.choice(codes), draw.randint(1, 99)
        told = {"item": item, "reorder_point": level, "order_up_to": level + draw.randint(-3, 30), "reason": "soak"}
        seen[await ask(port, "POST /api/v1/overrides", json.dumps(told).encode(), "application/json")] += 1
        await asyncio.sleep(think)
        seen[await ask(port, "POST /api/v1/overrides", b'{"item": "x"', "application/json")] += 1
        seen[await ask(port, f"POST /api/v1/decisions/{item}/undo", b"{}", "application/json")] += 1
        await asyncio.sleep(think)


def held(pid: int) -> tuple[float, float, int, int]:
    """Memory of its own, all it holds [MB], threads and open files of a process."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
    own, whole = (int(lines[name].split()[0]) / 1000 for name in ("RssAnon", "VmRSS"))
    return own, whole, int(lines["Threads"]), len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def watch(pid: int, log: Path, begun: float, until: float, seen: Counter[int]) -> None:
    """A line a minute."""
    with log.open("w", encoding="utf-8") as book:
        book.write("minute,answers,own_mb,rss_mb,threads,files\n")
        while time.monotonic() < until:
            own, whole, threads, files = held(pid)
            minute = (time.monotonic() - begun) / 60
            book.write(f"{minute:.1f},{seen.total()},{own:.0f},{whole:.0f},{threads},{files}\n")
            book.flush()
            await asyncio.sleep(min(60.0, max(0.1, until - time.monotonic())))


async def load(pid: int, port: int, codes: list[str], asked: argparse.Namespace) -> Counter[int]:
    """Readers, writers and the watch together; gives how often each status was answered."""
    begun, seen = time.monotonic(), Counter[int]()
    until = begun + 60 * asked.minutes
    readers = [read(port, codes, n, until, asked.think, seen) for n in range(asked.readers)]
    writers = [write(port, codes, 1000 + n, until, 5.0, seen) for n in range(WRITERS)]
    await asyncio.gather(watch(pid, asked.log, begun, until, seen), *readers, *writers)
    return seen


def main() -> None:
    """Print what was answered, and the memory of the first and last quarter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--think", type=float, default=5.0, help="between two pages of a reader [seconds]")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--folder", type=Path, help="workspace to make once and keep")
    parser.add_argument("--log", type=Path, default=Path("pages_soak.csv"))
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp()) / "w"
    codes = prepare(folder, asked.items)
    words = [sys.executable, "-m", "justenough.interfaces.cli", "serve", "-w", str(folder), "--port", "0", "--json"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "JUSTENOUGH_DATABASE": ""})
    try:
        seen = asyncio.run(load(server.pid, port_of(server), codes, asked))
    finally:
        server.terminate()
        server.wait()
    lines = pl.read_csv(asked.log)
    quarter = max(1, lines.height // 4)
    print(f"{seen.total():,} answers: {dict(sorted(seen.items()))}")
    for name, part in (("first", lines.head(quarter)), ("last", lines.tail(quarter))):
        own = part["own_mb"]
        print(f"{name} quarter: own memory {own.min()} to {own.max()} MB, threads {part['threads'].max()}, files {part['files'].max()}")


if __name__ == "__main__":
    main()

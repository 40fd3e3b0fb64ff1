"""Each page and its JSON under a load of readers, beside the same server's empty answer in the same run.

python benchmarks/pages.py --items 1000000 --readers 50 --seconds 60

The plan is the bundled sample's, many times over under other codes; the items and some months of demand of each are imported.
First each kind of page is asked for by one reader alone, and the server's core time a page is told, which does not depend on what
else runs on the machine; so is that of putting fifty levels in force at once. Then all readers ask, read for `--think` seconds and
ask again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import polars as pl

import justenough as je
from justenough.archive.shelves import Shelves
from justenough.archive.workspace import Workspace
from justenough.sources.profiles import Profile
from justenough.sources.read import QUARANTINE, FileCount, Imported

ALONE = 40  # pages of a kind that one reader asks for
TOGETHER = 50  # levels put in force at once
WORDS = ("bearing", "osaka", "motor", "brg 62", "pump 5", "seal", "x", "gmt", "screw m6", "0123", "shaft 2", "zzz")
SORTS = ("move", "item", "supplier", "stated_cycle_service", "mean_stock_value", "change_total_cost")


def large_plan(items: int) -> je.Plan:
    """The bearings' plan, many times over."""
    plan = je.recommend(je.sample("bearings"), je.Settings())
    times = -(-items // len(plan))
    copies = np.repeat(np.arange(times), len(plan))[:items]
    suffix = pl.Series([f"-{n:06d}" for n in copies])

    def many(frame: pl.DataFrame) -> pl.DataFrame:
        whole = pl.concat([frame] * times)[:items]
        return whole.with_columns(item=whole["item"] + suffix).sort("item")

    ordered = plan.curves.join(plan.figures.select("item"), on="item", how="right").sort("item")
    return replace(plan, figures=many(plan.figures), curves=many(ordered), levers=plan.levers.clear(), coming=plan.coming.clear())


def export_of(codes: pl.Series, months: int = 12) -> Imported:
    """The items as an export gives them, and a month's demand of each, many times."""
    items = pl.DataFrame({"item": codes, "unit_cost": 2.0, "lead_time_days": 9.0, "current_reorder_point": 5.0, "current_max": 9.0})
    days = pl.DataFrame({"date": [date(2025, month, 1) for month in range(1, months + 1)]}, schema={"date": pl.Date})
    tables = {"items": items, "demand": items.select("item").join(days.with_columns(quantity=7.0), how="cross")}
    placed = {
        name: frame.with_columns(pl.lit(f"{name}.csv").alias("__file__"), pl.int_range(2, pl.len() + 2).alias("__row__"))
        for name, frame in tables.items()
        if frame.height
    }
    files = tuple(FileCount(f"{name}.csv", "d", frame.height, frame.height, 0) for name, frame in placed.items())
    return Imported(je.sample("bearings").terms, placed, pl.DataFrame(schema=QUARANTINE), files, Profile("many", {}, {}))


def addresses(codes: list[str], seed: int) -> list[tuple[str, str]]:
    """What readers ask for: the kind of page, and the address."""
    draw = random.Random(seed)
    asked = []
    for _ in range(4000):
        sort, order = draw.choice(SORTS), draw.choice(("up", "down"))
        q = draw.choice(WORDS) if draw.random() < 0.5 else ""
        query = f"?q={q.replace(' ', '%20')}&sort={sort}&order={order}&page={draw.randint(1, 40) if not q else 1}"
        code = draw.choice(codes)
        kind, address = draw.choice(
            [("empty", "/health.json"), ("plant", "/"), ("plant", "/"), ("items", f"/items{query}"), ("items", f"/items{query}")]
            + [("item", f"/items/{code}")] * 2
        )
        if kind != "empty" and draw.random() < 0.5:
            kind += ".json"
            path, _, rest = address.partition("?")
            address = ("/index" if path == "/" else path) + ".json" + (f"?{rest}" if rest else "")
        asked.append((kind, address))
    return asked


async def read(port: int, asked: list[tuple[str, str]], think: float, until: float, told: dict[str, list[tuple[float, int]]]) -> None:
    """One reader, on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for kind, address in asked:
        if time.perf_counter() > until:
            break
        begun = time.perf_counter()
        writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        assert head.split()[1] == b"200", (address, head[:200])
        told[kind].append((time.perf_counter() - begun, length))
        await asyncio.sleep(think * random.uniform(0.5, 1.5))
    writer.close()


async def load(port: int, codes: list[str], readers: int, think: float, seconds: float) -> dict[str, list[tuple[float, int]]]:
    """All readers together."""
    told: dict[str, list[tuple[float, int]]] = defaultdict(list)
    until = time.perf_counter() + seconds
    await asyncio.gather(*(read(port, addresses(codes, n), think, until, told) for n in range(readers)))
    return told


def port_of(server: subprocess.Popen[str]) -> int:
    """Where a server that was started says it listens; ends this where it died instead."""
    assert server.stdout is not None
    told = ""
    for line in server.stdout:
        told += line
        if "}" in line:
            return int(json.loads(told)["address"].rpartition(":")[2])
    sys.exit(f"The server did not start (exit {server.wait()}): {told}")


def core_seconds(pid: int) -> float:
    """Core time a process has taken. [seconds]"""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def rested(pid: int) -> None:
    """Wait until a process does nothing of its own any more, a minute at most."""
    for _ in range(60):
        before = core_seconds(pid)
        time.sleep(1.0)
        if core_seconds(pid) - before < 0.02:
            return


def alone(pid: int, port: int, codes: list[str]) -> dict[str, dict[str, float]]:
    """Print the core time of each kind of page, and of levels put in force together; gives what it printed."""
    found: dict[str, dict[str, float]] = {}
    asked = [one for seed in range(3) for one in addresses(codes, seed)]
    asked += [(kind, address) for kind, address in (("review", "/review"), ("review.json", "/review.json")) for _ in range(ALONE)]
    print(f"{'alone':17} {'n':>4} {'core ms':>8} {'bytes':>9}")
    connection = HTTPConnection("127.0.0.1", port, timeout=600)

    def take(kind: str, method: str, where: list[str], bodies: list[str | None]) -> None:
        begun, n_bytes = core_seconds(pid), 0
        for one, body in zip(where, bodies, strict=True):
            connection.request(method, one, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            n_bytes += len(answer.read())
            assert answer.status in (200, 201), (one, answer.status)
        found[kind] = {"n": len(where), "core_ms": 1e3 * (core_seconds(pid) - begun) / len(where), "bytes": n_bytes // len(where)}
        print(f"{kind:17} {len(where):4} {found[kind]['core_ms']:8.1f} {found[kind]['bytes']:9,}", flush=True)

    for kind in dict.fromkeys(kind for kind, _ in asked):
        where = [address for one, address in asked if one == kind][:ALONE]
        rested(pid)  # what is loaded ahead in the background is not this page's
        take(f"first {kind}", "GET", where[:1], [None])
        take(kind, "GET", where, [None] * len(where))
    parts = [codes[at : at + TOGETHER] for at in range(0, len(codes) - TOGETHER + 1, TOGETHER)]
    bodies = [json.dumps({"items": part, "reason": "measured"}) for part in parts]
    take(f"adopt {TOGETHER}", "POST", ["/api/v1/adoptions"] * len(bodies), list(bodies))
    take("review after", "GET", ["/review"] * ALONE, [None] * ALONE)
    connection.close()
    return found


def memory(pid: int) -> float:
    """Memory of a process that is its own [MB]; files it maps are not."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon"))


def main() -> None:
    """Print p50 and p99, ratios to the empty answer, bytes, memory and the cold start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--think", type=float, default=2.0, help="between two pages of a reader [seconds]")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--months", type=int, default=12, help="of demand on record of each item")
    parser.add_argument("--folder", type=Path, help="workspace to make once and keep")
    parser.add_argument("--json", type=Path, help="file to write what was found to, for tools/serve_page.py")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    folder = asked.folder or Path(tempfile.mkdtemp()) / "w"
    with Workspace.open(folder, database="") as kept:
        if not kept.plans():
            begun = time.perf_counter()
            kept.save(large_plan(asked.items))
            print(f"plan of {asked.items:,} items made and saved in {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        shelf = Shelves(kept).shelf(wait=True)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"laid out (or opened) in {time.perf_counter() - begun:.1f} s; memory so far {most:.1f} GB at most")
        if not kept.imports():
            kept.import_(export_of(shelf.listing["item"], asked.months))
        codes = shelf.listing.drop_nulls("reorder_point")["item"].sample(500, seed=1).to_list()
    size = sum(one.stat().st_size for one in shelf.folder.iterdir())
    print(f"shelf of {shelf.n_items:,} items: {size / 1e6:,.0f} MB on disk")
    begun = time.perf_counter()
    words = [sys.executable, "-m", "justenough.interfaces.cli", "serve", "-w", str(folder), "--port", "0", "--json"]
    environment = {**os.environ, "JUSTENOUGH_DATABASE": ""}
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
    port = port_of(server)
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=600) as answer:
            answer.read()
        cold, taken = time.perf_counter() - begun, core_seconds(server.pid)
        print(f"cold start to the first page, the plant: {cold:.1f} s, {taken:.1f} s of a core", flush=True)
        by_one = alone(server.pid, port, codes)
        before = memory(server.pid)
        found = asyncio.run(load(port, codes, asked.readers, asked.think, asked.seconds))
        after = memory(server.pid)
    finally:
        server.terminate()
        server.wait()
    empty = {p: float(np.percentile([t for t, _ in found["empty"]], p)) for p in (50, 99)}
    print(f"{'page':12} {'n':>6} {'p50 ms':>8} {'p99 ms':>8} {'p50/empty':>10} {'p99/empty':>10} {'bytes':>9}")
    together: dict[str, dict[str, float]] = {}
    for kind in sorted(found):
        times = [t for t, _ in found[kind]]
        p50, p99 = (float(np.percentile(times, p)) for p in (50, 99))
        size = int(np.mean([n for _, n in found[kind]]))
        together[kind] = {"n": len(times), "p50_ms": 1e3 * p50, "p99_ms": 1e3 * p99, "bytes": size}
        print(f"{kind:12} {len(times):6} {1e3 * p50:8.1f} {1e3 * p99:8.1f} {p50 / empty[50]:10.1f} {p99 / empty[99]:10.1f} {size:9,}")
    print(f"memory of its own: {before:.0f} MB before, {after:.0f} MB after {asked.seconds:.0f} s of {asked.readers} readers")
    if asked.json:
        told = {"items": shelf.n_items, "readers": asked.readers, "think": asked.think, "seconds": asked.seconds, "cores": os.cpu_count()}
        told |= {"load": load_before, "cold_seconds": cold, "cold_core_seconds": taken, "memory_mb": [before, after]}
        asked.json.write_text(json.dumps(told | {"alone": by_one, "together": together}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

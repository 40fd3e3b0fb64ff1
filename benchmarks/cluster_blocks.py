"""Blocks done by one and by two Dask workers beside this process alone, and what the engine itself costs a block.

python benchmarks/cluster_blocks.py --blocks 8

Scheduler and workers are real processes on loopback, one thread each. A block is what `recommend` sends: the estimates
of 10,000 items (those of the bundled sample, repeated), sized to curves, chosen points and gates. An empty block sends the
same and does nothing. Seconds by the clock need a machine that does nothing else; core seconds, counted in every process that
takes part, do not: what an empty block takes of them is the engine.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

import justenough as je
from justenough.strategy.cluster import joined_to
from justenough.strategy.decide import decided
from justenough.strategy.engine import Engine
from justenough.strategy.settings import Settings
from justenough.strategy.spread import BLOCK_ITEMS, part, serially
from justenough.strategy.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTINGS = Settings(holding_rate=0.25, ordering_cost=40.0, target_cycle_service=0.95, anatomy_items=0, coming_items=0)


@contextmanager
def a_cluster(workers: int) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and its workers; gives the address and their process numbers, the scheduler first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"NUMBA_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        words = [["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]]
        for i in range(workers):
            kept = ["--local-directory", f"{folder}/{i}", "--host", "127.0.0.1"]
            words.append(["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", *kept])
        running = [subprocess.Popen([sys.executable, "-m", *each], env=environment, **quiet) for each in words]
        try:
            yield address, [process.pid for process in running]
        finally:
            for process in running[::-1]:
                process.kill()
                process.wait()


def nothing(_block: Any) -> None:
    """An empty block's work."""
    return


def seconds(work: Callable[[], object], runs: int = 2) -> float:
    """Best of a few runs."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def core_seconds(processes: list[int], work: Callable[[], object]) -> list[float]:
    """What this process and each of these spend on it."""

    def spent() -> list[float]:
        own = [psutil.Process(), *map(psutil.Process, processes)]
        return [sum(one.cpu_times()[:2]) for one in own]

    before = spent()
    work()
    return [after - was for after, was in zip(spent(), before, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=8)
    parser.add_argument("--alone", action="store_true", help="only measure what an item costs here")
    asked = parser.parse_args()
    plan = decided(je.sample("bearings"), SETTINGS)
    ready = np.flatnonzero(plan.plan.rows["gate"].is_not_null().to_numpy())
    blocks = [part(plan.known, np.resize(np.roll(ready, i), BLOCK_ITEMS)) for i in range(asked.blocks)]
    size = partial(trace, settings=SETTINGS)
    items = BLOCK_ITEMS * asked.blocks
    os.environ["NUMBA_NUM_THREADS"] = "1"
    import numba

    numba.set_num_threads(1)
    size(blocks[0])  # compile
    began = time.process_time()
    alone = seconds(lambda: serially(size, blocks), runs=1)
    busy = time.process_time() - began
    told: dict[str, Any] = {
        "blocks": asked.blocks,
        "block_mb_sent": round(len(pickle.dumps(blocks[0], protocol=5)) / 1e6, 2),
        "block_mb_back": round(len(pickle.dumps(size(blocks[0]), protocol=5)) / 1e6, 2),
        "alone_seconds": round(alone, 2),
        "busy_seconds": round(busy, 2),  # of this process alone, whatever else the machine does
        "busy_microseconds_an_item": round(1e6 * busy / items, 1),
    }
    for workers in () if asked.alone else (1, 2):
        with a_cluster(workers) as (address, processes), joined_to(Engine("dask", address, patience_seconds=300.0)) as cluster:
            cluster.client.wait_for_workers(workers)
            cluster(size, blocks[: 2 * workers])  # every worker compiles, or reads its cache
            full = seconds(lambda: cluster(size, blocks))
            empty = seconds(lambda: cluster(nothing, blocks))
            full_cores = core_seconds(processes, lambda: cluster(size, blocks))
            held = max(round(psutil.Process(one).memory_info().rss / 1e6) for one in processes[1:])
            empty_cores = core_seconds(processes, lambda: cluster(nothing, blocks))
        told[f"{workers}_workers"] = {
            "seconds": round(full, 2),
            "times_alone": round(full / alone, 2),
            "engine_ms_a_block": round(1e3 * empty / asked.blocks, 1),
            "engine_share_of_a_block": round(empty / full, 3),
            "worker_mb": held,
            "workers_core_seconds_a_block": round(sum(full_cores[2:]) / asked.blocks, 3),
            "engine_core_ms_a_block": {
                "here": round(1e3 * empty_cores[0] / asked.blocks, 1),
                "here_with_results": round(1e3 * full_cores[0] / asked.blocks, 1),
                "scheduler": round(1e3 * empty_cores[1] / asked.blocks, 1),
                "workers": round(1e3 * sum(empty_cores[2:]) / asked.blocks, 1),
            },
        }
    if not asked.alone:
        told["speed_up_1_to_2"] = round(told["1_workers"]["seconds"] / told["2_workers"]["seconds"], 2)
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()

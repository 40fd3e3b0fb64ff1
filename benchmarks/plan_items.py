"""From Parquet to a saved plan, beside the bare group-by of the same file by DuckDB and Polars.

python benchmarks/plan_items.py --items 1000000 --folder /tmp/plants --json plan_items.json
python benchmarks/plan_items.py --table --folder /tmp/plants --json scale.json
python benchmarks/plan_items.py --blocks 10 --items 1000000 --folder /tmp/plants --json blocks.json

Each measure is a process of its own, so that its peak memory is its own; compiled code is in the cache beforehand. Wall
seconds, core seconds (user and system) and peak memory of each; a busy machine stretches the first, hardly the second.
With `--blocks` a plant that is too large for memory is planned block after block, each a plan of its own.
Plans have curves of all items, reasons of all items, and the anatomy of the 5,000 with most money in reserve (`--anatomy`).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough import Settings

ORDERS = {"item": "sorted by item", "date": "a ledger, by day"}
TABLE = (1_000, 10_000, 100_000, 1_000_000)
NASTY = {"lumpy": "all lumpy", "seasonal": "all seasonal (3 years)", "late": "lead times of 6 to 18 months"}


def settings(anatomy: int) -> Settings:
    """What holds for every item."""
    import justenough as je

    return je.Settings(holding_rate=0.25, ordering_cost=20.0, anatomy_items=anatomy)


def warm(_folder: Path, anatomy: int, parts: dict[str, float]) -> None:
    """Compile, or load what was compiled."""
    from datetime import date, timedelta

    import numpy as np
    import polars as pl

    import justenough as je

    random = np.random.default_rng(1)
    names = [f"W{i}" for i in range(400)]
    days = [date(2025, 1, 1) + timedelta(days=d) for d in range(60)]
    rows = {"item": np.repeat(names, 60).tolist(), "date": days * 400, "quantity": random.poisson(2.0, 24_000).astype(float)}
    items = pl.DataFrame({"item": names, "unit_cost": [1.0] * 400, "lead_time_days": [9.0] * 400, "target_cycle_service": [0.95] * 400})
    plant = je.Plant.from_frames(items=items, demand=pl.DataFrame(rows), currency="EUR", demand_period="day")
    with tempfile.TemporaryDirectory() as place, je.Workspace.open(Path(place) / "workspace", create=True) as workspace:
        workspace.save(je.recommend(plant, settings(min(anatomy, 10))), made_from=())
    parts["items"] = 400


def plan(folder: Path, anatomy: int, parts: dict[str, float]) -> None:
    """Scan, recommend, save; what was found is kept on the way, so that the run could be interrupted."""
    import justenough as je
    from justenough.strategy.kept import Kept

    place = folder / "workspace"
    shutil.rmtree(place, ignore_errors=True)
    began = time.perf_counter(), time.process_time()

    def lap(name: str) -> None:
        nonlocal began
        now = time.perf_counter(), time.process_time()
        parts[f"{name}_seconds"], parts[f"{name}_core_seconds"] = now[0] - began[0], now[1] - began[1]
        parts[f"{name}_peak_gb"] = peak()
        began = now

    plant = je.scan(folder)
    lap("read")
    with je.Workspace.open(place) as workspace:
        kept = Kept(workspace.found)
        made = je.recommend(plant, settings(anatomy), kept)
        lap("recommend")
        workspace.save(made, made_from=())
        kept.tidy()
        lap("save")
    parts["items"], parts["planned"] = len(made), made.curves.height
    parts["saved_mb"] = sum(file.stat().st_size for file in (place / "plans").rglob("*") if file.is_file()) / 1e6
    shutil.rmtree(place, ignore_errors=True)


def again(folder: Path, anatomy: int, parts: dict[str, float]) -> None:
    """The same twice, one item in a hundred with a higher target the second time; seconds are of the second run."""
    from dataclasses import replace

    import polars as pl

    import justenough as je
    from justenough.strategy.kept import Kept

    found = folder / "found"
    shutil.rmtree(found, ignore_errors=True)
    plant = je.scan(folder)
    je.recommend(plant, settings(anatomy), Kept(found))
    target = pl.col("target_cycle_service")
    higher = pl.when(pl.int_range(pl.len()) % 100 == 0).then(0.97).otherwise(target).alias("target_cycle_service")
    later, kept = replace(plant, tables={**plant.tables, "items": plant.items.with_columns(higher)}), Kept(found)
    began = time.perf_counter(), time.process_time()
    parts["items"] = len(je.recommend(later, settings(anatomy), kept))
    parts["second_seconds"], parts["second_core_seconds"] = time.perf_counter() - began[0], time.process_time() - began[1]
    parts["sized_anew"] = kept.most.of - kept.most.kept
    shutil.rmtree(found, ignore_errors=True)


def polars(folder: Path, _anatomy: int, parts: dict[str, float]) -> None:
    """Demand grouped by item: rows, sum, sum of squares."""
    import polars as pl

    quantity = pl.col("quantity")
    grouped = pl.scan_parquet(folder / "demand.parquet").group_by("item")
    parts["items"] = (
        grouped.agg(pl.len(), quantity.sum().alias("sum"), (quantity**2).sum().alias("squares")).collect(engine="streaming").height
    )


def duckdb(folder: Path, _anatomy: int, parts: dict[str, float]) -> None:
    """The same."""
    peer = import_module("duckdb")  # need not be installed

    grouped = f"select item, count(*), sum(quantity), sum(quantity * quantity) from '{folder / 'demand.parquet'}' group by item"
    parts["items"] = peer.sql(grouped).to_arrow_table().num_rows


MEASURES: dict[str, Callable[[Path, int, dict[str, float]], None]] = {
    "warm": warm, "plan": plan, "again": again, "polars": polars, "duckdb": duckdb,
}  # fmt: skip


def peak() -> float:
    """Most memory this process has had. [GB]"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measured(name: str, folder: Path, anatomy: int, python: str = sys.executable) -> dict[str, float]:
    """One measure in a process of its own."""
    return measured_apart([python, __file__, "--measure", name, "--folder", str(folder), "--anatomy", str(anatomy)])


def measured_apart(command: list[str]) -> dict[str, float]:
    """Seconds, core seconds, peak memory and parts that a process of its own tells last; empty where a peer is not installed."""
    # Python's own compiled files belong in the cache as well, whatever the shell that started this says.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=around)
    if ended.returncode and "No module named" in ended.stderr:
        return {}
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command)}: {ended.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def plant_in(folder: Path, items: int, days: int, mix: str, order: str, first: int = 0) -> Path:
    """Folder of the plant of that description, written if it is not there; ``first`` is the number of its first item."""
    place = folder / f"{mix}-{order}-{items}-{days}{f'-from-{first}' if first else ''}"
    if not (place / "plant.toml").is_file() or not (place / "demand.parquet").is_file():
        command = [sys.executable, str(Path(__file__).with_name("demand_files.py")), str(place), "--items", str(items)]
        subprocess.run([*command, "--first", str(first), "--days", str(days), "--mix", mix, "--order", order], check=True)
    return place


def compared(place: Path, anatomy: int, peers: str) -> dict[str, dict[str, float]]:
    """The plan of one plant beside the group-bys of its demand."""
    found = {name: measured(name, place, anatomy, peers if name == "duckdb" else sys.executable) for name in ("polars", "duckdb", "plan")}
    for name, one in found.items():
        if one:
            print(f"  {name}: {one['seconds']:.1f} s, {one['core_seconds']:.1f} core-s, peak {one['peak_gb']:.2f} GB", flush=True)
        else:
            print(f"  {name}: not installed")
    return found


def in_blocks(folder: Path, blocks: int, items: int, days: int, anatomy: int, peers: str) -> dict[str, object]:
    """Plants of so many items planned one after the other, beside the group-bys of their files; seconds added up, the most memory."""
    places = [plant_in(folder, items, days, "mixed", "item", at * items) for at in range(blocks)]
    each = [compared(place, anatomy, peers) for place in places]
    found: dict[str, object] = {"blocks": blocks, "items": blocks * items, "days": days}
    for name in ("polars", "duckdb", "plan"):
        if each[0][name]:
            one = {key: sum(block[name][key] for block in each) for key in ("seconds", "core_seconds")}
            found[name] = one | {"peak_gb": max(block[name]["peak_gb"] for block in each)}
    found["file_mb"] = sum((place / "demand.parquet").stat().st_size for place in places) / 1e6
    return found


def main() -> None:
    """Run the measures and print them; with `--measure` be one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--folder", type=Path, required=True, help="where plants are written and left")
    parser.add_argument("--anatomy", type=int, default=5_000)
    parser.add_argument("--peers", default=sys.executable, help="Python that has DuckDB")
    parser.add_argument("--table", action="store_true", help="sizes from 1e3 to 1e6 and nasty mixes instead")
    parser.add_argument("--blocks", type=int, default=0, help="so many plants of --items, one after the other")
    parser.add_argument("--measure", choices=sorted(MEASURES), help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.measure:
        if asked.measure in ("plan", "again"):
            from justenough.interfaces.reusing import reuse_memory

            reuse_memory()  # as every command does, before NumPy and Polars are loaded
        parts: dict[str, float] = {}
        began = time.perf_counter()
        MEASURES[asked.measure](asked.folder, asked.anatomy, parts)
        used = resource.getrusage(resource.RUSAGE_SELF)
        core = {"core_seconds": used.ru_utime + used.ru_stime, "system_seconds": used.ru_stime}
        whole = {"seconds": time.perf_counter() - began, **core, "peak_gb": peak()}
        print(json.dumps({**whole, **parts}))
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    measured("warm", asked.folder, asked.anatomy)
    figures: dict[str, object] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0], "anatomy_items": asked.anatomy}
    if asked.blocks:
        figures["in blocks"] = whole = in_blocks(asked.folder, asked.blocks, asked.items, asked.days, asked.anatomy, asked.peers)
        print(json.dumps(whole, indent=1))
        plants = []
    elif asked.table:
        plants = [(items, asked.days, "mixed", "item") for items in TABLE if items <= max(asked.items, 1_000)]
        plants += [(min(asked.items, 100_000), 1096 if mix == "seasonal" else asked.days, mix, "item") for mix in NASTY]
    else:
        plants = [(asked.items, asked.days, "mixed", order) for order in ORDERS]
    for items, days, mix, order in plants:
        name = f"{items:,} items x {days} days, {NASTY.get(mix, mix)}, {ORDERS[order]}"
        print(name, flush=True)
        found = compared(plant_in(asked.folder, items, days, mix, order), asked.anatomy, asked.peers)
        figures[name] = found
        peer = min((found[one]["seconds"] for one in ("polars", "duckdb") if found[one]), default=float("nan"))
        print(f"  the plan takes {found['plan']['seconds'] / peer:.1f} x the quickest group-by")
    if not (asked.table or asked.blocks):
        second = measured("again", plant_in(asked.folder, asked.items, asked.days, "mixed", "item"), asked.anatomy)
        figures["one item in a hundred changed"] = second
        print(f"one item in a hundred changed: {second['second_seconds']:.1f} s, {second['second_core_seconds']:.1f} core-s")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

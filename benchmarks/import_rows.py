"""Very many rows of demand imported into a workspace and planned from there, beside the bare group-by of the same file.

python benchmarks/import_rows.py --rows 10000000 --folder /tmp/plants
python benchmarks/import_rows.py --rows 100000000 --form parquet --folder /tmp/plants --peers PYTHON_WITH_DUCKDB --json rows.json
python benchmarks/import_rows.py --rows 100000000 --form csv --folder /tmp/plants --peers PYTHON_WITH_DUCKDB --json rows.json --page

Each measure is a process of its own, so that its peak memory is its own; compiled code is in the cache beforehand. `--json`
adds the figures to those that are in the file, and `--page` writes all of these into docs/import.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from plan_items import measured_apart, peak, plant_in, settings

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM_ROWS = 163.7  # of an item in a year, as `demand_files` writes them
FORMS = {"parquet": "Parquet", "csv": "CSV"}
ORDERS = {"item": "sorted by item", "date": "a ledger, by day"}
PAGE = Path(__file__).parents[1] / "docs" / "import.md"
HEADING = "## What very many rows take\n"


def polars(folder: Path, form: str, parts: dict[str, float]) -> None:
    """Demand grouped by item: rows, sum."""
    rows = pl.scan_parquet(folder / "demand.parquet") if form == "parquet" else pl.scan_csv(folder / "demand.csv")
    parts["items"] = rows.group_by("item").agg(pl.len(), pl.col("quantity").sum().alias("sum")).collect(engine="streaming").height


def duckdb(folder: Path, form: str, parts: dict[str, float]) -> None:
    """The same."""
    peer = import_module("duckdb")  # need not be installed

    grouped = f"select item, count(*), sum(quantity) from '{folder / f'demand.{form}'}' group by item"
    parts["items"] = peer.sql(grouped).to_arrow_table().num_rows


def bring(folder: Path, _form: str, parts: dict[str, float]) -> None:
    """What `justenough import` does; half way it is noted how long the bar says that the rest will take."""
    from justenough.archive.arriving import arrived
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.advancing import REPEATS, seconds_left
    from justenough.sources.by_parts import long_export

    began, heard = time.monotonic(), list[tuple[float, int, int, int]]()
    with Workspace.open(folder / "workspace") as workspace:
        export = long_export(folder, "canonical", least=1)
        assert export is not None
        reading = time.monotonic()
        receipt, _ = arrived(workspace, export, told=lambda *now: heard.append((time.monotonic(), *now)))
    at, done, of, kept = next(one for one in heard if one[1] - one[3] >= (one[2] - one[3]) / 2)
    parts |= {"rows": receipt.rows_in, "kept": kept, "half_way_seconds": at - began, "after_seconds": time.monotonic() - at}
    parts["said_seconds"] = seconds_left(done - kept, of - kept + of * REPEATS, at - reading) or float("nan")


def killed(folder: Path, form: str, parts: dict[str, float]) -> None:
    """The same, killed when half of its parts are there."""
    from justenough.sources.by_parts import PART_ROWS, long_export

    command = [sys.executable, __file__, "--measure", "bring", "--folder", str(folder), "--form", form]
    export = long_export(folder, "canonical", least=1)
    assert export is not None
    half = export.rows // PART_ROWS // 2
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while running.poll() is None and len(list((folder / "workspace" / "arriving").glob("*/*/said.json"))) < half:
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.wait()
    parts["parts"] = len(list((folder / "workspace" / "arriving").glob("*/*/said.json")))


def plan(folder: Path, _form: str, parts: dict[str, float]) -> None:
    """What `justenough recommend` does with the workspace."""
    from justenough.archive.long_plant import plant_to_size
    from justenough.archive.workspace import Workspace
    from justenough.strategy.decide import recommend
    from justenough.strategy.kept import Kept

    with Workspace.open(folder / "workspace", create=False) as workspace:
        plant = plant_to_size(workspace, least=1)
        kept = Kept(workspace.found)
        parts["items"] = len(made := recommend(plant, settings(5_000), kept))
        workspace.save(made)


def look(folder: Path, _form: str, parts: dict[str, float]) -> None:
    """What a page tells of one item's demand, looked up; the median of 20 other items."""
    from justenough.archive.evidence import evidence_of
    from justenough.archive.workspace import Workspace

    took: list[float] = []
    with Workspace.open(folder / "workspace", create=False) as workspace:
        items = workspace.imported_items()["item"]
        for at in range(21):
            began = time.perf_counter()
            evidence_of(workspace, items[at * (len(items) // 22)])
            took.append(time.perf_counter() - began)
    parts["look_ms"] = 1e3 * sorted(took[1:])[10]


MEASURES: dict[str, Callable[[Path, str, dict[str, float]], None]] = {
    "polars": polars, "duckdb": duckdb, "bring": bring, "killed": killed, "plan": plan, "look": look,
}  # fmt: skip
NAMES = {
    "polars": "Polars, bare group-by",
    "duckdb": "DuckDB, bare group-by",
    "bring": "**import into a workspace**",
    "again": "the rest of one that was killed half way",
    "plan": "recommend on it, to the saved plan",
}


def measured(name: str, folder: Path, form: str, python: str = sys.executable) -> dict[str, float]:
    """One measure in a process of its own."""
    return measured_apart([python, __file__, "--measure", name, "--folder", str(folder), "--form", form])


def in_form(place: Path, form: str) -> Path:
    """The plant with its demand as Parquet or as CSV, written if it is not there."""
    if form == "parquet":
        return place
    folder = place.with_name(f"{place.name}-csv")
    if not (folder / "demand.csv").is_file():
        folder.mkdir(exist_ok=True)
        for name in ("items.parquet", "plant.toml"):
            shutil.copy(place / name, folder / name)
        pl.scan_parquet(place / "demand.parquet").sink_csv(folder / "making")
        (folder / "making").rename(folder / "demand.csv")
    return folder


def compared(folder: Path, form: str, peers: str) -> dict[str, dict[str, float]]:
    """Group-bys, import, plan and look-up, and an import that was killed and gone on with."""
    found: dict[str, dict[str, float]] = {}
    for name in ("polars", "duckdb", "bring", "plan", "look", "killed", "again"):
        if name in ("bring", "killed"):
            shutil.rmtree(folder / "workspace", ignore_errors=True)
        found[name] = one = measured("bring" if name == "again" else name, folder, form, peers if name == "duckdb" else sys.executable)
        said = ", ".join(f"{key} {value:,.1f}" for key, value in one.items()) or "not installed"
        print(f"  {name}: {said}", flush=True)
    found["bring"]["workspace_mb"] = sum(file.stat().st_size for file in (folder / "workspace").rglob("*") if file.is_file()) / 1e6
    shutil.rmtree(folder / "workspace", ignore_errors=True)
    return found


def table(name: str, found: dict[str, dict[str, float]]) -> str:
    """The figures of one file."""
    lines = [f"| {name} | seconds | core seconds | peak memory |", "|---|---:|---:|---:|"]
    lines += [
        f"| {words} | {found[key]['seconds']:.1f} | {found[key]['core_seconds']:.1f} | {found[key]['peak_gb']:.1f} GB |"
        for key, words in NAMES.items()
        if found[key]
    ]
    one, peers = found["bring"], [(NAMES[key].partition(",")[0], found[key]) for key in ("polars", "duckdb") if found[key]]
    times = ", ".join(f"{one['seconds'] / peer['seconds']:.1f} times {peer_name}'s group-by" for peer_name, peer in peers)
    busy = one["core_seconds"] / one["seconds"] / (os.cpu_count() or 1)
    return "\n".join(lines) + (
        f"\n\nBy the clock the import takes {times}; the cores were busy {busy:.0%} of the time. Half way the bar said that "
        f"{one['said_seconds']:.0f} s were left, and it took {one['after_seconds']:.0f}. The workspace then takes "
        f"{one['workspace_mb']:,.0f} MB, and one item's demand is found in it in {found['look']['look_ms']:.0f} ms.\n"
    )


def main() -> None:
    """Run the measures and print them; with `--measure` be one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="where plants are written and left")
    parser.add_argument("--form", choices=FORMS, default="parquet")
    parser.add_argument("--order", choices=ORDERS, default="item")
    parser.add_argument("--peers", default=sys.executable, help="Python that has DuckDB and Polars")
    parser.add_argument("--json", type=Path, help="figures, added to those that are there")
    parser.add_argument("--page", action="store_true", help="write all of them into docs/import.md")
    parser.add_argument("--measure", choices=sorted(MEASURES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        parts: dict[str, float] = {}
        began = time.perf_counter()
        MEASURES[asked.measure](asked.folder, asked.form, parts)
        used = resource.getrusage(resource.RUSAGE_SELF)
        whole = {"seconds": time.perf_counter() - began, "core_seconds": used.ru_utime + used.ru_stime, "peak_gb": peak()}
        print(json.dumps({**whole, **parts}))
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    warm = [sys.executable, str(Path(__file__).with_name("plan_items.py")), "--measure", "warm", "--folder", str(asked.folder)]
    subprocess.run(warm, check=True, stdout=subprocess.DEVNULL)
    figures: dict[str, Any] = json.loads(asked.json.read_text(encoding="utf-8")) if asked.json and asked.json.is_file() else {}
    figures["cores"], figures["load_before"] = os.cpu_count(), os.getloadavg()[0]
    items = -(-asked.rows // int(ITEM_ROWS))
    place = plant_in(asked.folder, items, 365, "mixed", asked.order)
    found = compared(in_form(place, asked.form), asked.form, asked.peers)
    figures[f"{found['bring']['rows'] - items:,.0f} rows, {FORMS[asked.form]}, {ORDERS[asked.order]}"] = found
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    texts = [
        f"*Written by `python benchmarks/import_rows.py --page`; {figures['cores']} cores, load before {figures['load_before']:.1f}.*\n"
    ]
    texts += [table(name, one) for name, one in figures.items() if isinstance(one, dict)]
    print("\n".join(texts))
    if asked.page:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(text[: text.index(HEADING)] + HEADING + "\n" + "\n".join(texts), encoding="utf-8")


if __name__ == "__main__":
    main()

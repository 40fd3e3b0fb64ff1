"""Write the last part of docs/scale.md, what very many items take, from runs of the benchmark.

python benchmarks/plan_items.py --items 1000000 --folder FOLDER --json MILLION
python benchmarks/plan_items.py --table --items 100000 --folder FOLDER --json TABLE
python benchmarks/plan_items.py --blocks 10 --items 1000000 --folder FOLDER --json BLOCKS
python tools/scale_page.py MILLION TABLE BLOCKS
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
HEADING = "## What it takes\n"
STEPS = {"read": "reading", "recommend": "estimating and sizing", "save": "saving"}
PEERS = {"duckdb": "DuckDB, bare group-by", "polars": "Polars, bare group-by"}

INTRODUCTION = """*Written by `python tools/scale_page.py` from runs of `benchmarks/plan_items.py`; no figure below is typed by hand.*

The benchmark writes an invented plant (a quarter of the items smooth, the rest erratic, intermittent, lumpy, seasonal; seed
stated), and measures, each in a process of its own, the way from the Parquet file (zstd) to a saved plan with all curves,
all reasons and the anatomy of {anatomy:,} items, beside what DuckDB and Polars need merely to group the same rows. The
machine has {cores} cores{load}. *System* is the part of the core seconds in which the system handed out memory and
files: this machine is a guest whose host takes unused memory back within seconds, so that memory new to a process costs about
1.8 seconds a GB; where memory stays in place it costs a tenth of that.
"""


def seconds(value: float) -> str:
    """Seconds with three digits."""
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def row(name: str, one: dict[str, float], *, strong: bool = False) -> str:
    """A line of a table of runs."""
    mark = "**" if strong else ""
    system = seconds(one["system_seconds"]) if "system_seconds" in one else ""
    cells = [name, seconds(one["seconds"]), seconds(one["core_seconds"]), system, f"{one['peak_gb']:.1f} GB"]
    return "| " + " | ".join(f"{mark}{cell}{mark}" if cell else "" for cell in cells) + " |"


def beside(name: str, found: dict[str, dict[str, float]]) -> str:
    """One plant: the group-bys, the plan and its steps, and the ratio."""
    plan, peers = found["plan"], {one: found[one] for one in PEERS if found.get(one)}
    lines = [f"| {name} | seconds | core seconds | of these system | peak memory |", "|---|---:|---:|---:|---:|"]
    lines += [row(PEERS[one], figures) for one, figures in peers.items()]
    lines.append(row("Parquet to saved plan", plan, strong=True))
    for step, words in STEPS.items():
        cells = [f"of which {words}", seconds(plan[f"{step}_seconds"]), seconds(plan[f"{step}_core_seconds"]), ""]
        lines.append("| " + " | ".join([*cells, f"{plan[f'{step}_peak_gb']:.1f} GB"]) + " |")
    ratios = {PEERS[one].split(",")[0]: plan["seconds"] / figures["seconds"] for one, figures in peers.items()}
    times = ", ".join(f"{ratio:.1f} times {peer}'s group-by" for peer, ratio in ratios.items())
    busy = f"{plan['core_seconds'] / plan['seconds'] / 2:.0%}"
    return "\n".join(lines) + f"\n\nBy the clock that is {times}; the cores were busy {busy} of the time.\n"


def sizes(table: dict[str, Any]) -> str:
    """Time and memory by number of items, with the slope from each size to the next."""
    plain = [(found["plan"], name) for name, found in table.items() if isinstance(found, dict) and ", mixed, sorted" in name]
    lines = ["| items | seconds | core seconds | slope | microseconds an item more | peak memory |", "|---:|---:|---:|---:|---:|---:|"]
    before: dict[str, float] | None = None
    for plan, _ in plain:
        slope = more = ""
        if before is not None:
            slope = f"{math.log(plan['core_seconds'] / before['core_seconds']) / math.log(plan['items'] / before['items']):.2f}"
            more = f"{(plan['core_seconds'] - before['core_seconds']) / (plan['items'] - before['items']) * 1e6:.0f}"
        cells = f"{plan['items']:,.0f}", seconds(plan["seconds"]), seconds(plan["core_seconds"]), slope, more, f"{plan['peak_gb']:.1f} GB"
        lines.append("| " + " | ".join(cells) + " |")
        before = plan
    first, last, (below, _) = plain[0][0], plain[-1][0], plain[-2]
    each = (last["core_seconds"] - below["core_seconds"]) / (last["items"] - below["items"])
    return "\n".join(lines) + (
        "\n\n*Slope* is that of core seconds against items, both in logarithms: 1 is in proportion. "
        f"It bends where what is spent once no longer counts: {first['core_seconds']:.1f} core seconds on starting, on learning from "
        f"a sample of 2,000 items what items have in common, and on the anatomy of up to 5,000. Beyond, a million items more "
        f"take {each * 1e6:.0f} core seconds.\n"
    )


def mixes(table: dict[str, Any]) -> str:
    """The nasty mixes beside the usual one of the same size."""
    lines = ["| mix | items x days | seconds | core seconds | peak memory |", "|---|---|---:|---:|---:|"]
    nasty = [name for name in table if isinstance(table[name], dict) and ", mixed, " not in name and "plan" in table[name]]
    n = {table[name]["plan"]["items"] for name in nasty}
    same = [name for name in table if isinstance(table[name], dict) and ", mixed, " in name and table[name]["plan"]["items"] in n]
    for name in [*same, *nasty]:
        size, mix, _ = name.split(", ", 2)
        plan = table[name]["plan"]
        lines.append(f"| {mix} | {size} | {seconds(plan['seconds'])} | {seconds(plan['core_seconds'])} | {plan['peak_gb']:.1f} GB |")
    return "\n".join(lines) + "\n"


def blocks(whole: dict[str, Any]) -> str:
    """A plant that is too large for memory."""
    plan, peers = whole["plan"], [(PEERS[one].split(",")[0], whole[one]) for one in PEERS if one in whole]
    beside = ", ".join(f"{plan['seconds'] / one['seconds']:.1f} times {name}'s group-by" for name, one in peers)
    return (
        f"{whole['items']:,} items x {whole['days']} days, whose demand takes {whole['file_mb'] / 1e3:.1f} GB of Parquet, are planned in "
        f"{whole['blocks']} blocks one after the other, each a plan of its own: {plan['seconds'] / 60:.1f} minutes and "
        f"{plan['core_seconds'] / 60:.1f} core minutes in all ({plan['core_seconds'] / whole['items'] * 1e6:.0f} microseconds an item), "
        f"{plan['peak_gb']:.1f} GB at most. By the clock that is {beside}. What items have in common is learned in each block.\n"
    )


def main() -> None:
    """Write the page."""
    million, *tables = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:4])
    load = f"; its load before was {million['load_before']:.1f}" if million["load_before"] >= 0.5 else ", and nothing else to do"
    parts = [HEADING, INTRODUCTION.format(anatomy=million["anatomy_items"], cores=million["cores"], load=load)]
    parts += [beside(name.replace(", mixed", ""), found) for name, found in million.items() if ", mixed, " in name]
    again = million["one item in a hundred changed"]
    parts.append(
        f"Of the million items one in a hundred was given another target: {again['sized_anew']:,.0f} were sized anew, and the plan "
        f"again took {seconds(again['second_seconds'])} s and {seconds(again['second_core_seconds'])} core seconds, reading and saving "
        "apart: demand is estimated again, what was found is read from the disk, and reserves are taken apart again.\n"
    )
    for table in tables:
        if "in blocks" in table:
            parts += ["### More than memory holds\n", blocks(table["in blocks"])]
            continue
        busy = table["load_before"] >= 0.5
        beside_others = f"Load before: {table['load_before']:.1f}; core seconds hold and the clock says little.\n" if busy else ""
        parts += ["### From a thousand items to a million\n", beside_others, sizes(table | million), "### Nasty plants\n", mixes(table)]
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(HEADING)] + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()

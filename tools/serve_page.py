"""
Write the part of docs/serve.md that says what a page takes, from a run of the benchmark.

python benchmarks/pages.py --items 1000000 --readers 50 --seconds 60 --folder FOLDER --json FOUND
python tools/serve_page.py FOUND
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "serve.md"
HEADING, NEXT = "## What a page takes\n", "\n## Behind https\n"
PAGES = {
    "empty": "empty answer (`/health.json`)", "plant": "plant", "plant.json": "plant, JSON", "items": "items, searched and sorted",
    "items.json": "items, JSON", "item": "an item", "item.json": "an item, JSON", "review": "review", "review.json": "review, JSON",
}  # fmt: skip


def milliseconds(value: float | None) -> str:
    """Milliseconds with two or three digits; a dash where that was not measured."""
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def written(found: dict[str, Any]) -> str:
    """The part of the page, without its heading."""
    alone, together = found["alone"], found["together"]
    before, after = found["memory_mb"]
    told = (
        f"*Written by `python tools/serve_page.py` from a run of `benchmarks/pages.py` on {found['cores']} cores, which ask and answer; no "
        f"figure below is typed by hand.* A plan of {found['items']:,} items; by itself each page is asked for by one reader and the "
        f"server's core time is told; then {found['readers']} readers ask for {found['seconds']:.0f} s, each reading {found['think']:g} s "
        "between two pages, and what they wait is told beside the same server's empty answer.\n"
    )
    lines = [
        told,
        f"| page | core ms by itself | p50 ms | p99 ms | p99 of the empty answer's | bytes |\n|---|{'---:|' * 5}",
    ]
    for kind, name in PAGES.items():
        one, load = alone.get(kind, {}), together.get(kind, {})
        times = f"{load['p99_ms'] / together['empty']['p99_ms']:.1f} times" if load else "–"
        cells = [milliseconds(one.get("core_ms")), *(milliseconds(load.get(what)) for what in ("p50_ms", "p99_ms"))]
        lines.append("| " + " | ".join([name, *cells, times, f"{one.get('bytes', load.get('bytes', 0)):,}"]) + " |")
    adopted = next((value for name, value in alone.items() if name.startswith("adopt ")), None)
    said = f"Cold start to the first page, the plant: {found['cold_seconds']:.1f} s ({found['cold_core_seconds']:.1f} s of a core)."
    said += f" Memory of its own: {before:.0f} MB before the readers, {after:.0f} MB after them."
    if adopted:
        said += f" Fifty levels put in force by one request: {milliseconds(adopted['core_ms'])} ms of a core."
    return "\n".join([*lines, "", said, ""])


def main() -> int:
    """Put it in its place; where there is none yet, before the part on https."""
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(f"\n{HEADING}")
    if rest:
        rest = rest[rest.index(NEXT) :]
    else:
        head, _, rest = text.partition(NEXT)
        rest = NEXT + rest
    PAGE.write_text(f"{head}\n{HEADING}\n{written(found)}{rest}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

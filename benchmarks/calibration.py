"""Promised service against service delivered, ours beside the usual ways, on real held-back demand.

python benchmarks/calibration.py --data FOLDER --json OUT
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from calibrated.lives import Row, lived_through, rows_of
from calibrated.methods import METHODS, Measure, demand_seen, kinds
from calibrated.sets import Split, cut_of, inner, plant_of, sources_in, split_at
from justenough.estimation.history import history_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGETS = (0.90, 0.95, 0.98, 0.99)
SWEEP = (0.5, 0.6, 0.7, 0.8, 0.85, 0.925, 0.965, 0.985, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 0.999999)
MEASURES: tuple[Measure, ...] = ("cycle", "fill")


def say(message: str) -> None:
    """Progress goes beside the result, not into it."""
    print(message, file=sys.stderr, flush=True)


def compared(split: Split, methods: Sequence[str], targets: Sequence[float], seed: int) -> list[Row]:
    """Every method at every target on one set."""
    kind = kinds(demand_seen(split), split.rows)
    rows: list[Row] = []
    for method in methods:
        began = time.perf_counter()
        answers = METHODS[method](split, seed)
        for measure in MEASURES:
            for target in targets:
                answer = answers(measure, target)
                rows += rows_of(split, method, measure, target, answer, lived_through(split, answer.level, seed), kind)
        say(f"  {method}: {time.perf_counter() - began:.1f} s")
    return rows


def printed(rows: list[Row], targets: Sequence[float]) -> str:
    """A table for people."""
    lines = [
        f"{'set':24} {'method':18} {'of':5} {'target':>6} {'kind':13} {'items':>6} {'stated':>7} {'kept':>7} {'gap':>6} {'error':>6} {'stock value':>13}"
    ]
    lines += [
        f"{r.set:24} {r.method:18} {r.measure:5} {r.target:6.3g} {r.kind:13} {r.items:6,} {100 * r.stated:7.2f} {100 * r.achieved:7.2f}"
        f" {100 * r.gap:+6.2f} {100 * r.standard_error:6.2f} {r.mean_stock_value:13,.0f}"
        for r in rows
        if r.target in targets
    ]
    return "\n".join(lines)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sets")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--targets", default=",".join(map(str, TARGETS)))
    parser.add_argument("--inner", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    targets = [float(t) for t in asked.targets.split(",")]
    rows = []
    for source in sources_in(asked.data):
        if asked.sets and source.name not in asked.sets.split(","):
            continue
        plant = plant_of(source)
        plant = inner(plant) if asked.inner else plant
        split = split_at(source.name, plant, cut_of(history_of(plant)))
        say(f"{split.name}: {len(split.rows):,} items, fitted on {split.history.n_periods}, lived {split.held_back} periods")
        rows += compared(split, asked.methods.split(","), targets, asked.seed)
    print(printed(rows, targets))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()

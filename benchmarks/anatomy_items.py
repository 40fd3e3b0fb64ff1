"""Reserves split by cause, and levers pulled, a second, beside tracing the same items once.

python benchmarks/anatomy_items.py --items 2000

The items are those of the bundled plant over and over. A split takes an item with k causes ``2**k`` sizings, the levers
up to ten, a trace two or three and a curve: the ratio says what `Settings.anatomy_items` costs a plan.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

import numpy as np

from justenough.sources.samples import sample
from justenough.strategy.anatomy import active_causes, anatomy_of
from justenough.strategy.decide import decided
from justenough.strategy.levers import pulled
from justenough.strategy.settings import Settings
from justenough.strategy.spread import part
from justenough.strategy.trace import Known, trace

if TYPE_CHECKING:
    from collections.abc import Callable


def repeated(n: int) -> Known:
    """What is known of ``n`` items, the decided ones of the sample over and over."""
    found = decided(sample("bearings"), Settings(anatomy_items=0))
    sized = np.flatnonzero(found.plan.rows["gate"].is_not_null().to_numpy())
    known: Known = part(found.known, np.resize(sized, n))
    return known


def items_a_second(work: Callable[[Known], object], known: Known, repeats: int) -> float:
    """The best of several runs, the first of which compiles and is not counted."""
    work(part(known, np.arange(2)))
    best = np.inf
    for _ in range(repeats):
        began = time.perf_counter()
        work(known)
        best = min(best, time.perf_counter() - began)
    return float(len(known.review_days) / best)


def main() -> None:
    """Measure and print, or print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    known = repeated(asked.items)
    causes = np.array([int(bits).bit_count() for bits in active_causes(known)])
    works: dict[str, Callable[[Known], object]] = {
        "trace": lambda items: trace(items, Settings()),
        "anatomy": anatomy_of,
        "levers": pulled,
    }
    rates = {name: items_a_second(work, known, asked.repeats) for name, work in works.items()}
    said = {"items": asked.items, "sizings_a_split": float(np.mean(2.0**causes)), "items_a_second": rates}
    said["traces_for_a_split_with_levers"] = rates["trace"] * (1.0 / rates["anatomy"] + 1.0 / rates["levers"])
    if asked.json:
        print(json.dumps(said, indent=2))
        return
    for name, rate in rates.items():
        print(f"{name:8} {rate:12,.0f} items/s")
    print(f"A split ({said['sizings_a_split']:.1f} sizings an item) with its levers takes as long as", end=" ")
    print(f"{said['traces_for_a_split_with_levers']:.1f} traces of the item.")


if __name__ == "__main__":
    main()

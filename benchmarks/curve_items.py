"""Curves of 32 points a second from a history in memory, beside merely reading the same array.

python benchmarks/curve_items.py --items 1000000 --days 365

The reading is numba's own sum over every value, on as many threads. `curve` is history to curve in one pass, block after
block through the same memory, as whoever uses a block's curves and lets them go; `kept` the same where every block's curves
are kept, 3.3 KB an item in new memory. `curve and choice` starts from exposures, with the cheapest point found to 1 in 10,000.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np
from numba import njit, prange

from justenough.domain.item import Form, StockoutBasis
from justenough.estimation.exposure import Exposure
from justenough.sizing.curve import N_COLUMNS, POINTS, Supply, curves_from_history, traced
from justenough.sizing.single import Economics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Given = tuple[NDArray[np.float32], Economics, Floats, Supply]

BLOCK = 50_000  # items a call, as `strategy.spread` hands them out
FIRST_CALL = (
    "import time, runpy; began = time.perf_counter(); m = runpy.run_path({path!r}); m['first_call'](); print(time.perf_counter() - began)"
)


@njit(cache=True, parallel=True, fastmath={"reassoc"})
def read_only(values: NDArray[np.float32], sums: Floats) -> None:
    """Sum of each row: what no method that looks at every value can beat."""
    for i in prange(len(values)):
        total = 0.0
        for t in range(values.shape[1]):
            total += values[i, t]
        sums[i] = total


def invented(n: int, days: int, form: Form, seed: int) -> tuple[NDArray[np.float32], Economics, Supply, Floats]:
    """Counts of ``n`` items over ``days``: means from 0.02 to 100 a day, dispersion 1 to 8, lead times 3 to 60 days."""
    random = np.random.default_rng(seed)
    mean, dispersion = np.exp(random.normal(0.0, 1.5, n))[:, None], random.uniform(1.05, 8.0, n)[:, None]
    values = np.empty((n, days), dtype=np.float32)
    for part in range(0, n, BLOCK):
        rows = slice(part, part + BLOCK)
        values[rows] = random.poisson(random.gamma(mean[rows] / (dispersion[rows] - 1.0), dispersion[rows] - 1.0, (len(mean[rows]), days)))
    nothing = np.full(n, np.nan)
    economics = Economics(
        np.exp(random.normal(2.0, 1.0, n)), np.full(n, 0.25), np.full(n, 20.0), np.exp(random.normal(4.0, 1.5, n)),
        np.full(n, int(StockoutBasis.PER_UNIT)), nothing, nothing, nothing, nothing, np.full(n, np.inf),
    )  # fmt: skip
    lead = random.integers(3, 60, n).astype(np.float64)
    counted = np.full(n, 0.0 if form is Form.NORMAL else 1.0)
    supply = Supply(lead, 0.2 * lead, np.full(n, 7.0), np.full(n, int(form)), counted)
    return values, economics, supply, np.ceil(mean[:, 0] * 14.0)


def part_of(value: Economics | Supply, rows: slice) -> Economics | Supply:
    """The same columns of fewer items."""
    return type(value)(**{name: getattr(value, name)[rows] for name in value.__slots__})


def exposure_of(values: NDArray[np.float32], supply: Supply) -> Exposure:
    """Exposures by plain moments, one item in three with a supplier that fails."""
    rate, noise = values.mean(axis=1, dtype=np.float64)[:, None], values.var(axis=1, dtype=np.float64)[:, None]
    days = supply.lead_days[:, None] + supply.review_days[:, None] * np.array([0.0, 0.5, 1.0])
    spread = np.square(supply.lead_sd_days)[:, None]

    def over(days: Floats) -> tuple[Floats, Floats, Floats]:
        mean = rate * days
        return mean, noise * days + np.square(rate) * spread + np.square(0.1 * mean), np.exp(-mean)

    outage = np.where(np.arange(len(values)) % 3 == 0, 0.03, 0.0)
    return Exposure(*over(days), *over(days + 30.0), outage, supply.form, supply.step, rate[:, 0], supply.review_days, supply.lead_days)


def seconds(run: Callable[[], object], times: int = 2) -> tuple[float, float]:
    """Least seconds of a few runs, by the clock and by the cores: a busy machine stretches the first, not the second."""
    taken = []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        run()
        taken.append((time.perf_counter() - began, time.process_time() - worked))
    return min(wall for wall, _ in taken), min(cores for _, cores in taken)


def first_call() -> None:
    """Everything compiled or loaded: one curve from history, one with its choice."""
    values, economics, supply, quantity = invented(8, 30, Form.GAMMA, 1)
    curves_from_history(values, economics, quantity, supply)
    traced(exposure_of(values, supply), economics, quantity)


def first_calls(folder: Path) -> list[float]:
    """Seconds of two processes one after the other, the first with an empty cache in ``folder``."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    command = [sys.executable, "-c", FIRST_CALL.format(path=__file__)]
    return [float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout) for _ in range(2)]


def main() -> None:
    """Print items a second and their ratio to reading, for each form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="empty folder for compiled code; measures the first call of two processes")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    figures: dict[str, float] = {"items": asked.items, "days": asked.days, "threads": numba.get_num_threads()}
    if asked.cache:
        figures["first_process_seconds"], figures["second_process_seconds"] = first_calls(asked.cache)
        print("first call: {first_process_seconds:.1f} s compiling, {second_process_seconds:.1f} s in the next process".format(**figures))
    first_call()
    n = asked.items
    for form in (Form.NORMAL, Form.NEGATIVE_BINOMIAL, Form.GAMMA):
        values, economics, supply, quantity = invented(n, asked.days, form, asked.seed)
        parts = [slice(at, at + BLOCK) for at in range(0, n, BLOCK)]
        given = [(values[rows], part_of(economics, rows), quantity[rows], part_of(supply, rows)) for rows in parts]
        sums = np.empty(n)
        read_only(values[:8], sums)
        reading, _ = seconds(lambda values=values, sums=sums: read_only(values, sums))
        room = np.zeros((N_COLUMNS, BLOCK, POINTS))
        rooms = [room] * (n // BLOCK) + [np.zeros((N_COLUMNS, n % BLOCK, POINTS))] * (n % BLOCK > 0)

        def through(given: Sequence[Given] = given, rooms: Sequence[Floats] = rooms) -> None:
            for each, here in zip(given, rooms, strict=True):
                curves_from_history(*each, room=here)

        curve, worked = seconds(through, 3)
        _, kept = seconds(lambda given=given: [curves_from_history(*each) for each in given])
        exposures = [exposure_of(each[0], each[3]) for each in given[:4]]
        chosen, chose = seconds(
            lambda given=given, exposures=exposures: [traced(e, g[1], g[2]) for e, g in zip(exposures, given, strict=False)]
        )
        name = form.name.lower()
        figures |= {
            f"{name}_read_per_second": n / reading,
            f"{name}_curves_per_second": n / curve,
            f"{name}_curve_over_read": curve / reading,
            f"{name}_curve_core_microseconds": worked / n * 1e6,
            f"{name}_kept_curve_core_microseconds": kept / n * 1e6,
            f"{name}_curve_and_choice_core_microseconds": chose / sum(len(e.rate) for e in exposures) * 1e6,
            f"{name}_curves_and_choices_per_second": sum(len(e.rate) for e in exposures) / chosen,
        }
        print(f"{name}: read {n / reading:,.0f} items/s")
        print(f"  curve from history {n / curve:,.0f} items/s, {curve / reading:.1f} x the reading, {worked / n * 1e6:.1f} core-us/item")
        print(f"  every block's curves kept {kept / n * 1e6:.1f} core-us/item")
        both, each = (figures[f"{name}_{what}"] for what in ("curves_and_choices_per_second", "curve_and_choice_core_microseconds"))
        print(f"  curve and choice, a third with outages, {both:,.0f} items/s, {each:.1f} core-us/item")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

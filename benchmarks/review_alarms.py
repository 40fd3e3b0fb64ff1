"""False alarms on shuffled history, alarms on real history, and how soon planted changes are found, on real sets.

python benchmarks/review_alarms.py --data FOLDER

Each item's record is cut at 60 % and followed for a year (or to its end). *Shuffled*: its known periods in random order, so
that nothing changed. *Planted*: the same, doubled, halved or stopped from the cut on. Orders: each item's lead times in random
order over its orders, and then half as long again from the cut on. FOLDER holds any of the known sets.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from calibrated.set_folders import sources_in
from calibrated.sets import SEEN, imported_of, plant_of

from justenough.domain.ragged import Ragged
from justenough.estimation.changes import Since, demand_streams
from justenough.estimation.detection import Alarms, detect
from justenough.estimation.history import History, history_of
from justenough.estimation.order_changes import order_changes
from justenough.sources.samples import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats

PLANTED: dict[str, Callable[[Floats], Floats]] = {"doubled": lambda x: 2.0 * x, "halved": lambda x: 0.5 * x, "stopped": lambda x: 0.0 * x}


def year_of(history: History, cut: int) -> History:
    """The record up to a year after the cut."""
    return history.until(min(history.n_periods, cut + round(365.25 / history.period_days)))


def altered(history: History, cut: int, change: Callable[[Floats, np.ndarray], Floats]) -> History:
    """Each item's series as ``change`` makes it of its values and of whether each lies after the cut."""
    rows = []
    for i, one in enumerate(history.series):
        rows.append(change(one.copy(), np.arange(len(one)) + history.first_period[i] >= cut))
    return replace(history, series=Ragged(np.concatenate(rows), history.series.offsets))


def alarms_of(history: History, plant: Plant, cut: int, chance: float) -> Alarms:
    """Alarms of demand after the cut, against what came before."""
    streams, _ = demand_streams(history, Since.of(plant, history.starts[cut]))
    return detect(streams, chance)


def shuffled(rng: np.random.Generator) -> Callable[[Floats, np.ndarray], Floats]:
    """Known values in random order; unknown ones stay where they are."""

    def change(values: Floats, _: np.ndarray) -> Floats:
        known = ~np.isnan(values)
        values[known] = rng.permutation(values[known])
        return values

    return change


def demand_lines(name: str, plant: Plant, seed: int, chances: Sequence[float]) -> list[str]:
    """A set's rows of the two tables."""
    rng = np.random.default_rng(seed)
    whole = history_of(plant)
    cut = round(whole.n_periods * SEEN)
    history = year_of(whole, cut)
    lively = np.diff(history.series.offsets) > 0
    years = (history.n_periods - cut) * history.period_days / 365.25
    calm = altered(history, cut, shuffled(rng))
    cells = []
    for chance in chances:
        false = alarms_of(calm, plant, cut, chance).changed[lively]
        error = np.sqrt(chance * years / max(lively.sum(), 1))
        cells.append(f"{100 * false.mean():.2f} % (± {100 * error:.2f})")
    real = alarms_of(history, plant, cut, chances[-1]).changed[lively].mean()
    out = [f"| {name} | {lively.sum():,} | {years:.2f} | {' | '.join(cells)} | {100 * real:.1f} % |"]
    busy = lively & (np.array([np.nanmean(one[one > 0]) if (one > 0).any() else 0 for one in history.series]) > 0)
    often = np.array([np.mean(one > 0) if len(one) else 0.0 for one in history.series])
    for word, change in PLANTED.items():
        planted = altered(calm, cut, lambda values, after, change=change: np.where(after, change(values), values))
        found = alarms_of(planted, plant, cut, chances[-1])
        parts = []
        for low, high in ((0.5, 1.01), (0.2, 0.5), (0.0, 0.2)):
            mine = busy & (often >= low) & (often < high)
            if mine.sum() < 20:
                parts.append("–")
                continue
            delay = np.median(found.at[mine & found.changed] + 1) * history.period_days if (mine & found.changed).any() else np.nan
            parts.append(f"{100 * found.changed[mine].mean():.0f} %" + (f", {delay:.0f} days" if np.isfinite(delay) else ""))
        out.append(f"| {name}, {word} | {' | '.join(parts)} |")
    return out


def order_lines_of(name: str, plant: Plant, seed: int, chances: Sequence[float]) -> list[str]:
    """Alarms of lead times shuffled over each item's orders, and half as long again from the cut on."""
    rng = np.random.default_rng(seed)
    came = plant.receipts.drop_nulls("received").sort("item", "ordered")
    days = came.select((pl.col("received") - pl.col("ordered")).dt.total_days()).to_series().to_numpy()
    codes = came["item"].rle_id().to_numpy()
    order = np.lexsort((rng.random(len(days)), codes))
    ordered = came["ordered"]
    cut = ordered.sort()[round(len(ordered) * SEEN)]

    def plant_with(lasted: Floats) -> Plant:
        received = pl.Series("received", ordered.to_numpy().astype("datetime64[D]") + np.rint(lasted).astype("timedelta64[D]"))
        return replace(
            plant,
            tables={**plant.tables, "receipts": came.with_columns(received.cast(pl.Date), order=pl.int_range(pl.len()).cast(pl.String))},
        )

    out = []
    late = (ordered >= cut).to_numpy()
    years = ((came["received"].max() - cut).days + np.median(days)) / 365.25  # orders still open at the cut are tested too
    for word, lasted in (("shuffled", days[order]), ("half as long again", np.where(late, 1.5 * days[order], days[order]))):
        cells = []
        for chance in chances:
            found = {
                k: (rows.height, int((counts > 0).sum()))
                for k, rows, counts in order_changes(plant_with(lasted), Since.of(plant, cut), chance)
            }
            cells += [f"{changed} of {tested}" for changed, tested in found.values()]
        out.append(f"| {name}, {word} | {years:.2f} | {' | '.join(cells)} |")
    return out


def main(words: Sequence[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chances", type=float, nargs="*", default=[0.05, 0.01])
    asked = parser.parse_args(words)
    first, second, third = [], [], order_lines_of("deliveries (bundled)", sample("deliveries"), asked.seed, asked.chances)
    for source in sources_in(asked.data):
        began = time.perf_counter()
        plant = plant_of(source, imported_of(source))
        head, *rest = demand_lines(source.name, plant, asked.seed, asked.chances)
        first.append(head)
        second += rest
        print(f"{source.name}: {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
    names = " | ".join(f"shuffled, declared {100 * chance:g} %" for chance in asked.chances)
    print(f"| set | items | years | {names} | as it was |\n|---|---:|---:|{'---:|' * len(asked.chances)}---:|", *first, sep="\n")
    print("\n| planted | wanted in half the periods | in a fifth | seldom |\n|---|---:|---:|---:|", *second, sep="\n")
    names = " | ".join(f"{word}, declared {100 * chance:g} %" for chance in asked.chances for word in ("items", "suppliers"))
    print(f"\n| orders | years | {names} |\n|---|---:|{'---:|' * 2 * len(asked.chances)}", *third, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

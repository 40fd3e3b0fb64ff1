"""Promised service against service delivered, ours beside the usual ways, on real held-back demand.

python benchmarks/calibration.py --data FOLDER --json OUT
python benchmarks/calibration.py --set mine=EXPORT --profile mine.toml --lead-time-days 14

Fitted on the first 60 % of the periods, lived through the last 40 %: a look at the stock each period, an order up to
the level, whole periods of lead time as declared, unmet demand waits. FOLDER may hold any of the known sets, in files and
folders of any name; a set that cannot be compared is named and the others go on. ``--set`` takes any other export that a
profile can read. ``--resize DAYS`` lives the same
with levels made again every so many days, as whoever imports again makes them. ``--inner`` does the same within the first 60 %,
so that a method can be worked on without looking at what is kept back. The columns of ``rows`` in the JSON are those of
`calibrated.lives.Row`, of ``equal_service`` those of `calibrated.frontier.Equal`; ``frontier`` has achieved service and
stock value along the sweep of targets; a figure that cannot be had is null.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibrated.conformal import LIBRARY, installed
from calibrated.frontier import Equal, Frontier, equal_service, frontier_of
from calibrated.lives import Row, judged, rows_of
from calibrated.methods import HINDSIGHT, METHODS, demand_seen, kinds_of, measures_of
from calibrated.resized import along, resized
from calibrated.set_folders import sources_in
from calibrated.sets import KNOWN, SEEN, Source, imported_of, inner, plant_of, split_of

from justenough.domain.errors import JustenoughError
from justenough.sources.samples import sample_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibrated.sets import Split

TARGETS = (0.90, 0.95, 0.98, 0.99)
# Targets in between and beyond, along which the frontier is drawn: some methods deliver 98 % only where far more is asked.
SWEEP = (0.5, 0.6, 0.7, 0.8, 0.85, 0.925, 0.965, 0.985, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 0.999999)


def say(message: str) -> None:
    """Progress goes beside the result, not into it."""
    print(message, file=sys.stderr, flush=True)


def compared(splits: Sequence[Split], methods: Sequence[str], targets: Sequence[float], seed: int) -> tuple[list[Row], list[Frontier]]:
    """Every method at every target on one set, its levels made once or again and again."""
    first = splits[0]
    kind = kinds_of(demand_seen(first), first.rows)
    rows: list[Row] = []
    frontiers: list[Frontier] = []
    sweep = sorted({*targets, *(SWEEP if len(splits) == 1 else SWEEP[::2])})
    for method in methods:
        began = time.perf_counter()
        answers = [METHODS[method](split, seed) for split in splits]
        for measure in measures_of(method):
            asked = [answers[0](measure, t) if len(splits) == 1 else along(splits, answers, measure, t) for t in sweep]
            lives = [judged(first, kind, answer, measure, seed) for answer in asked]
            for target, life in zip(sweep, lives, strict=True):
                rows += rows_of(first.name, method, measure, target, life) if target in targets else []
            if method != HINDSIGHT:
                frontiers.append(frontier_of(first.name, method, measure, sweep, lives))
        say(f"  {method}: {time.perf_counter() - began:.1f} s")
    return rows, frontiers


def printed(rows: Sequence[Row], equals: Sequence[Equal]) -> str:
    """Tables for people: stated against achieved, then stock at equal achieved service."""
    head = f"{'set':24} {'method':26} {'of':5} {'target':>6} {'kind':13} {'items':>6} {'stated':>7} {'kept':>7} {'gap':>6} {'error':>6}"
    lines = [f"{head} {'stock value':>13}"]
    lines += [
        f"{r.set:24} {r.method:26} {r.measure:5} {r.target:6.3g} {r.kind:13} {r.items:6,}"
        f" {shown(100 * r.stated, '7.2f')} {shown(100 * r.achieved, '7.2f')} {shown(100 * r.gap, '+6.2f')}"
        f" {shown(100 * r.standard_error, '6.2f')} {r.mean_stock_value:13,.0f}"
        for r in rows
    ]
    lines += ["", f"{'set':24} {'achieved':>8} {'of':5} {'method':26} {'stock value':>13} {'ours':13} over it (95 %)"]
    lines += [
        f"{e.set:24} {100 * e.achieved:8.3g} {e.measure:5} {e.method:26} {shown(e.mean_stock_value, '13,.0f')} {e.ours:13} "
        + (e.why or f"{e.ratio:.2f}" + ("" if math.isnan(e.ratio_low) else f" ({e.ratio_low:.2f} to {e.ratio_high:.2f})"))
        for e in equals
        if e.method != e.ours
    ]
    return "\n".join(lines)


def shown(figure: float, form: str) -> str:
    """A figure in its column, a dash where it is not known."""
    return "-".rjust(len(format(0.0, form))) if math.isnan(figure) else format(figure, form)


def written(rows: Sequence[Row], frontiers: Sequence[Frontier], equals: Sequence[Equal], about: dict[str, Any]) -> str:
    """The same as JSON; what is not a number is null."""
    along = [
        {"set": f.set, "method": f.method, "measure": f.measure, "target": target, "achieved": achieved, "mean_stock_value": stock}
        for f in frontiers
        for target, achieved, stock in zip(f.targets.tolist(), *(each[:, 0].tolist() for each in f.points()), strict=True)
    ]
    parts = {"rows": [asdict(row) for row in rows], "frontier": along, "equal_service": [asdict(each) for each in equals]}
    plain = {name: [{key: _known(value) for key, value in line.items()} for line in part] for name, part in parts.items()}
    return json.dumps({"about": about, **plain}, indent=1)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def asked_for() -> argparse.Namespace:
    """Options, checked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help=f"folder with any of {', '.join(KNOWN)}")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=PATH", help="another export, read with --profile; may be repeated"
    )
    parser.add_argument("--profile", default="canonical", help="profile of --set: a name, or a TOML file")
    parser.add_argument("--lead-time-days", type=float, help="lead time of --set where its items declare none [days]")
    parser.add_argument("--period", choices=("day", "week", "month"), help="period of --set, if not its profile's")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write rows, frontier and equal-service comparison there")
    parser.add_argument("--sets", help="only these, comma between")
    parser.add_argument("--methods", default=",".join(METHODS), help=f"comma between; known are {', '.join(METHODS)}")
    parser.add_argument("--targets", default=",".join(map(str, TARGETS)), help="fractions, comma between")
    parser.add_argument("--inner", action="store_true", help="only the first 60 %% of the periods, cut again")
    parser.add_argument(
        "--resize", type=float, default=0.0, metavar="DAYS", help="make levels again every DAYS, as whole periods; 0: once, at the cut"
    )
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    asked.methods = asked.methods.split(",")
    unknown = [name for name in asked.methods if name not in METHODS]
    if unknown:
        parser.error(f"there is no method {', '.join(unknown)}; there are {', '.join(METHODS)}")
    try:
        asked.targets = [float(target) for target in asked.targets.split(",")]
    except ValueError:
        parser.error(f"--targets must be numbers with commas between, got {asked.targets!r}")
    if not all(0.5 <= target < 1.0 for target in asked.targets):
        parser.error(f"--targets must be fractions from 0.5 to below 1, got {asked.targets}: write 98 % as 0.98")
    if asked.lead_time_days is not None and not 0.0 < asked.lead_time_days < math.inf:
        parser.error(f"--lead-time-days must be a number of days above 0, got {asked.lead_time_days}")
    if asked.json and not asked.json.parent.is_dir():
        parser.error(f"--json {asked.json}: there is no folder {asked.json.parent}")
    if not 0.0 <= asked.resize < math.inf:
        parser.error(f"--resize must be 0 or a number of days, got {asked.resize}")
    try:
        asked.sources = sources_of(asked)
    except JustenoughError as error:
        parser.error(str(error))
    return asked


def sources_of(asked: argparse.Namespace) -> list[Source]:
    """The sets asked for."""
    found = []
    if asked.data is not None:
        if not asked.data.is_dir():
            raise JustenoughError(f"--data {asked.data}: there is no such folder")
        found = sources_in(asked.data)
        if not found:
            raise JustenoughError(f"--data {asked.data}: none of {', '.join(KNOWN)} is in it; name another export with --set NAME=PATH")
    for one in asked.set:
        name, _, path = one.partition("=")
        if not path or not Path(path).exists():
            raise JustenoughError(f"--set must be NAME=PATH of an export that is there, got {one!r}")
        found.append(Source(name, Path(path), asked.profile, asked.lead_time_days, asked.period))
    if not asked.data and not asked.set:
        say("No --data and no --set: the bundled sample of 60 retail articles, lead time two weeks.")
        found = [Source("retail sample", sample_folder("retail"), "canonical", 14.0)]
    wanted = asked.sets.split(",") if asked.sets else [each.name for each in found]
    missing = [name for name in wanted if name not in [each.name for each in found]]
    if missing:
        raise JustenoughError(f"--sets: {', '.join(missing)} not found; found are {', '.join(each.name for each in found)}")
    return [each for each in found if each.name in wanted]


def main() -> None:
    """Run what is asked for, print it, and write it where asked."""
    asked = asked_for()
    left_out = {}
    if "conformal" in asked.methods and not installed():
        left_out["conformal"] = f"{LIBRARY} is not installed"
    if asked.resize:
        left_out["conformal"] = f"{LIBRARY} takes a minute for each of so many fits"
        left_out[HINDSIGHT] = "it is told how all items moved together, which levels made again see themselves"
    left_out = {name: why for name, why in left_out.items() if name in asked.methods}
    for name, why in left_out.items():
        say(f"{name} is left out: {why}")
    methods = [name for name in asked.methods if name not in left_out]
    rows: list[Row] = []
    frontiers: list[Frontier] = []
    about: dict[str, Any] = {"seen": SEEN, **{name: getattr(asked, name) for name in ("inner", "resize", "seed")}}
    about |= {"left_out": left_out, "not_compared": {}, "sets": {}}
    for source in asked.sources:
        try:
            imported = imported_of(source)
            plant = plant_of(source, imported)
            plant = inner(plant) if asked.inner else plant
            first = split_of(source.name, plant)
        except JustenoughError as error:
            about["not_compared"][source.name] = str(error)
            continue
        apart = sum(file.quarantined for file in imported.files)
        if apart:
            say(f"{source.name}: {apart:,} of {sum(file.rows_in for file in imported.files):,} rows cannot be believed and stay out")
        say(f"{source.name}: {len(first.rows):,} items, fitted on {first.history.n_periods} periods, lived {first.held_back}")
        facts = {"items": len(first.rows), "of": len(plant), "periods_seen": first.history.n_periods, "periods_lived": first.held_back}
        about["sets"][source.name] = {
            **facts,
            "quarantined_rows": apart,
            "priced": first.priced,
            "period": plant.terms.demand_period,
            "currency": plant.terms.currency,
        }
        splits = resized(first, plant, asked.resize) if asked.resize else [first]
        more_rows, more_frontiers = compared(splits, methods, asked.targets, asked.seed)
        rows, frontiers = rows + more_rows, frontiers + more_frontiers
    not_compared = "\n".join(f"{name}: {why}" for name, why in about["not_compared"].items())
    if not rows:
        sys.exit(not_compared)
    equals = equal_service(frontiers, seed=asked.seed)
    print(printed(rows, equals))
    if not_compared:
        say(f"Not compared:\n{not_compared}")
    if asked.json:
        asked.json.write_text(written(rows, frontiers, equals, about), encoding="utf-8")


if __name__ == "__main__":
    main()

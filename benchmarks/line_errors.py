"""How far decomposed lines are from the same lines lived: raw, and corrected by one lived line near them.

python benchmarks/line_errors.py --lines 100 --output docs/line_errors.md

Random serial lines of one speed, of unequal speeds, and trees of assembly and disassembly. Each is lived once to
correct it; then it is changed, and what the correction says of the changed line is held against lives with another seed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from justenough.domain.line import LEAST_CAPACITY, Line
from justenough.simulation.lines import live
from justenough.strategy.line_correction import corrected
from justenough.strategy.masking import Effort

SECOND = 1 / 86_400
CYCLE = 30 * SECOND
KINDS = ("serial, one speed", "serial, unequal speeds", "trees")
PERCENTS = (50, 95, 100)


def random_line(kind: str, rng: np.random.Generator) -> Line:
    """3 to 20 machines 75 to 99.5 % available, with room from a fifth to four times what a repair lasts."""
    k = int(rng.integers(3, 21))
    cycle = CYCLE * (np.ones(k) if kind == KINDS[0] else np.exp(rng.normal(0, 0.08, k)))
    repair, alike = CYCLE * np.exp(rng.uniform(np.log(3), np.log(60))), rng.uniform(0, 1)
    down = repair * np.exp(alike * rng.normal(0, 0.5, k))
    share = np.clip(rng.uniform(0.85, 0.98) + alike * rng.normal(0, 0.03, k), 0.75, 0.995)
    places = repair / CYCLE * np.exp(rng.uniform(np.log(0.2), np.log(4))) * np.exp(alike * rng.normal(0, 0.4, k - 1))
    links = None
    if kind == KINDS[2]:
        links = [(i, int(rng.integers(i + 1, k)) if rng.random() < 0.3 else i + 1) for i in range(k - 1)]
        links = [(b, a) if rng.random() < 0.2 else (a, b) for a, b in links]
    return Line.of(
        "random",
        [f"m{i}" for i in range(k)],
        cycle_days=cycle,
        up_days=down * share / (1 - share),
        down_days=down,
        repair_scv=rng.choice([0.5, 1.0, 1.5]),
        capacity=LEAST_CAPACITY + np.round(places).astype(np.int64),
        links=links,
    )


def at_one(values: np.ndarray, rng: np.random.Generator, change: Callable[[float], float]) -> np.ndarray:
    """One value changed, at random."""
    changed, place = values.copy(), int(rng.integers(len(values)))
    changed[place] = change(changed[place])
    return changed


def with_places(line: Line, change: Callable[[np.ndarray], np.ndarray]) -> Line:
    """The line with other places between its machines."""
    return replace(line, capacity=LEAST_CAPACITY + np.round(change(line.capacity - LEAST_CAPACITY)).astype(np.int64))


CHANGES: dict[str, Callable[[Line, np.random.Generator], Line]] = {
    "as it was, other lives": lambda line, _: line,
    "one MTTR 30 % shorter": lambda line, rng: replace(line, down_days=at_one(line.down_days, rng, lambda v: 0.7 * v)),
    "one MTBF 30 % longer": lambda line, rng: replace(line, up_days=at_one(line.up_days, rng, lambda v: 1.3 * v)),
    "every buffer a quarter larger": lambda line, _: with_places(line, lambda n: 1.25 * n),
    "every buffer by a third, up or down": lambda line, rng: with_places(line, lambda n: n * np.exp(rng.normal(0, 0.3, len(n)))),
    "one buffer taken away": lambda line, rng: replace(line, capacity=at_one(line.capacity, rng, lambda _: LEAST_CAPACITY)),
    "every buffer doubled": lambda line, _: with_places(line, lambda n: 2 * n),
    "every buffer halved": lambda line, _: with_places(line, lambda n: n // 2),
}


def row(name: str, errors: list[float], rest: str = "") -> str:
    """One line of the table."""
    shares = " | ".join(f"{value:.2f}" for value in np.percentile(np.abs(errors), PERCENTS))
    return f"| {name} | {shares} | {np.mean(errors):+.2f} |{rest}"


def main() -> None:
    """Print, and keep where asked, both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100, help="of each of the three kinds")
    parser.add_argument("--parts", type=int, default=60_000, help="counted in each of 32 lives")
    parser.add_argument("--seed", type=int, default=20_261)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    raw: dict[str, list[float]] = {kind: [] for kind in KINDS}
    long: list[float] = []
    near: dict[str, list[float]] = {name: [] for name in CHANGES}
    held: dict[str, list[bool]] = {name: [] for name in CHANGES}
    stated: dict[str, list[float]] = {name: [] for name in CHANGES}
    noise = []
    for place, kind in enumerate(KINDS):
        for n in range(asked.lines):
            rng = np.random.default_rng((asked.seed, place, n))
            line = random_line(kind, rng)
            base = corrected(line, Effort(seed=n, lives=32, parts=asked.parts, warm_up=5_000))
            raw[kind].append(100 / base.factor - 100)
            if len(line.machines) >= 15:
                long.append(raw[kind][-1])
            for name, change in CHANGES.items():
                other = change(line, rng)
                said = base.throughput(other)
                lives = live(other, seed=1_000_000 + n, lives=32, parts=asked.parts, warm_up=5_000)
                off = said.throughput / (lives.mean / 24) - 1
                near[name].append(100 * off)
                stated[name].append(100 * said.error / said.throughput)
                own = 1.96 * lives.standard_error / lives.mean  # the other lives are not sure themselves
                held[name].append(abs(off) <= np.hypot(said.error / said.throughput, own))
                noise.append(100 * lives.standard_error / lives.mean)
    text = [
        "# How far decomposed lines are from lived ones",
        "",
        f"Random lines and trees of 3 to 20 machines, {asked.lines} of each kind, made by `benchmarks/line_errors.py --seed {asked.seed}`.",
        "Errors are shares of the throughput of 32 lives with other seeds than those that corrected.",
        "",
        "| decomposed, raw | median [%] | 95 % | worst | mean |",
        "|---|---|---|---|---|",
        *(row(f"{kind} ({asked.lines})", errors) for kind, errors in raw.items()),
        row(f"of these, 15 to 20 machines ({len(long)})", long),
        "",
        "| corrected by one lived line, then changed | median [%] | 95 % | worst | mean | stated, median [%] | held by its statement |",
        "|---|---|---|---|---|---|---|",
        *(row(name, errors, f" {np.median(stated[name]):.2f} | {100 * np.mean(held[name]):.0f} % |") for name, errors in near.items()),
        "",
        f"Standard error of the lives themselves: median {np.median(noise):.2f} %.",
    ]
    print("\n".join(text))
    if asked.output:
        asked.output.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write docs/calibration.md and its charts from a run of the calibration benchmark.

python benchmarks/calibration.py --data FOLDER --json OUT
python benchmarks/calibration.py --data FOLDER --resize 1 --json EACH
python benchmarks/calibration.py --data FOLDER --resize 91 --json QUARTERLY
python tools/calibration_page.py OUT EACH QUARTERLY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from calibration_chart import MEASURED, frontier_chart
from calibration_resized import resized_part
from calibration_tables import (
    MANY,
    Line,
    by_chance,
    chosen,
    distinct,
    equal_table,
    few_table,
    figure,
    kinds_table,
    known_table,
    methods_table,
    ours_table,
    rivals,
    why_table,
)

DOCS = Path(__file__).parents[1] / "docs"
PORTFOLIO, KIND = 0.01, 0.02  # what is asked for: gaps at most so large
PERIOD = {"day": "days", "week": "weeks", "month": "months"}

HEAD = """# Calibration: the number promised against the number delivered

*This page and its charts are written by `python tools/calibration_page.py OUT` from a run of
`python benchmarks/calibration.py --data FOLDER --json OUT` and of the same with `--resize`; no figure in it is typed by hand.*

Fitted on the first 60 % of the periods, lived through the last 40 %, which no method and no setting of ours was made
on. The stock is looked at each period and filled up to a level in whole units; lead times are as declared, in whole
periods (car parts two months, online retail two weeks, the other two item by item); unmet demand waits. *Stated* is the
method's own probability at the level it chose, not the target; *achieved* cycle service is the share of (item, start)
windows of lead time + review in which demand stayed within the level, achieved fill rate the share of the value wanted
that was served from the shelf at once. All methods see the same items: wanted at least once before the cut, with a lead
time and, where the set has prices, a price. Without prices, stock value is in units. The record of the online retailer
is one year long, and what is kept back is the season before Christmas: no method can have seen one.

| set | items | periods seen | lived | stock value in |
|---|---:|---:|---:|---|
{sets}

{left_out}"""

METHODS = """
## The methods
| name | what it does |
|---|---|
| ours | `demand_of`, `exposure_over`, `cheapest` with a floor, as `recommend` uses them: the same promise for each item |
| textbook normal | mean and standard deviation of the recorded periods, `mu H + z sigma sqrt(H)`, rounded up |
| negative binomial | the same two moments, Poisson where they ask for less variance than it has |
| own windows | all stretches of the item's own record as long as its exposed time, each equally likely |
| bootstrap | two-state Markov chain and jittered draws of the item's own quantities (Willemain, Smart and Schwarz 2004), 1,000 draws |
| conformal | upper end of `statsforecast`'s conformal interval around smoothed running sums; states its target |
| ours together | our demand, but one promise for all items: each unit of stock goes where it serves most for its money |
| ours in hindsight | no method, a measure: ours, told by how much all items' demand together came to more or less than foretold |
| negative binomial together | the negative binomial above, its stock laid out in the same way |
"""

FRONTIERS = """
## How much stock a service really delivered takes
Each line is one method over a sweep of targets: the stock it held and the service it then achieved, whatever it
stated. Higher and further left is better; a line that ends early never achieves more.

![Achieved cycle service against stock held, by set and method](calibration_cycle.svg)

![Achieved fill rate against stock held, by set and method](calibration_fill.svg)

At equal *achieved* service, our stock value over the other method's (below 1: ours needs less), with its 95 %
interval from drawing the items again, where nine in ten of those draws reach that service. "never": the other method
does not achieve it however much is asked of it; "ours never": we do not, asked for up to 99.9999 %; "leanest": it
achieves more than that even when asked for 50 %.

An average service can be bought where it is cheap: a method that promises every item the same and then fails on the dear
and lumpy ones looks lean on this measure, though it does not keep what it says; the table of stated against achieved says
which do. So ours is compared twice: promising every item the same, and *together*, making one promise for all items and
laying the stock out where it serves most for its money, as a limit on money does (`limits.aim = "service"`). So that this
is not a gain of laying out alone, the negative binomial is laid out in the same way beside it.
{tables}"""

STATED = """
## Stated against achieved
Ours, over all items of a set, in percent; the error is one standard error of the gap, items taken as independent.

{ours}

### What one number would have changed
The same with one number of what was kept back: by how much the demand of all items together came to more or less than
foretold. What vanishes with it is not in any record of the past; what stays is ours. Gap in points:

{known}

### By demand kind
Ours, gap in points (achieved less stated) and its error; kinds of at least {many} items judged.

{kinds}

### What a few items are worth
A fill rate is a share of money, and much of the money is in few items. Ours: share of what was wanted in the ten items that
weigh most, and the gap in points with all items and without those ten.

{few}

### Why what is missed is missed
Each gap over a set of more than a point, and what may be behind it, by figures that nobody has when levels are made:

- *chance*: it is no larger than two of its errors. These take items as independent; they move together, so the true error
  is larger. No record of this length tells such a method from one that keeps its promise.
- *level*: told the one number by which all items' demand together then came to more or less than foretold, it is within a point
  or two errors. That number lies after the cut.
- *few items*: without the ten items in which most money is, it is within a point or two errors: the luck of ten items.
- *not explained*: neither takes it away; the columns say how much either does. The online retailer's year holds no Christmas but
  the one kept back, and one number for all items does not say which of them are wanted then: a fault of ours and items that
  grew by more than the rest cannot be told apart in it. In other sets what stays is ours to mend.

{why}

### Every method
Stated and achieved at each target, all items, in percent.
{methods}
"""

USE = """
## On other data
`--data FOLDER` takes any folder that holds sets in these formats, in files and folders of any name: a file is known by
its columns. `--set` takes any export a profile reads. A set that cannot be compared is named, and the others go on:

```text
python benchmarks/calibration.py --set mine=exports/ --profile mine.toml --lead-time-days 14 --period week --json out.json
```

`--inner` does the same inside the first 60 % (what a method may be made on), `--resize 91` makes levels again every so many
days. `rows` in the JSON has one line per set, method, measure (`cycle`, `fill`), target and kind (or `all`): `items`,
`stated`, `achieved`, `gap`, `standard_error`, `mean_stock_value`, `mean_stock_units`, `ten_share`,
`gap_without_ten`; `frontier` has achieved service and stock value along the sweep; `equal_service` our stock over each
other's. The measuring itself is `justenough.estimation.calibration.calibration_of`, which `rehearse` uses too.
"""


def misses(rows: list[Line], equals: list[Line]) -> str:
    """Say plainly what is asked for and not kept."""
    ours = chosen(rows, method="ours")
    parts = ["\n## What is kept and what is not\n"]
    for measure, words in MEASURED.items():
        every = chosen(ours, measure=measure)
        whole = chosen(every, kind="all")
        kinds = [line for line in every if line["kind"] != "all" and line["items"] >= MANY]
        parts.append(
            f"- **{words.capitalize()}**: within {100 * PORTFOLIO:.0f} point over a set in {kept(whole, PORTFOLIO)} cases, within"
            f" {100 * KIND:.0f} points in {kept(kinds, KIND)} cases of a kind with at least {MANY} items. Were"
            f" nothing but chance in the gaps, it would be some {by_chance(whole, PORTFOLIO):.0f} and {by_chance(kinds, KIND):.0f}, or"
            " fewer, since items are not independent."
        )
        parts += missed(over(whole, PORTFOLIO)) + missed(over(kinds, KIND))
    for mine in distinct(equals, "ours"):
        for method in distinct(rivals(equals, mine), "method"):
            pairs = [line for line in rivals(equals, mine, method=method) if line["ratio"] is not None]
            less = [line for line in pairs if line["ratio"] < 1.0]
            if pairs:
                alike = "" if mine == "ours" else f" of {mine}"
                parts.append(
                    f"- **Stock{alike} against {method}**: less in {len(less)} of {len(pairs)} comparisons at equal achieved service."
                )
                parts += dearer([line for line in pairs if line not in less])
    return "\n".join(parts) + "\n"


def over(lines: list[Line], most: float) -> list[Line]:
    """Pick the lines whose gap is larger than that."""
    return [line for line in lines if line["gap"] is not None and abs(line["gap"]) > most]


def kept(lines: list[Line], most: float) -> str:
    """Count the lines whose gap is small enough."""
    return f"{len(lines) - len(over(lines, most))} of {len(lines)}"


def missed(lines: list[Line]) -> list[str]:
    """Say where and by how much, a line for each set and kind."""
    said = []
    for name, kind in dict.fromkeys((line["set"], line["kind"]) for line in lines):
        found = chosen(lines, set=name, kind=kind)
        gaps = ", ".join(f"{figure(line['gap'], '+.1f', 100)} at {line['target']:.0%}" for line in found)
        error = max(line["standard_error"] or 0.0 for line in found)
        said.append(f"  - {name}{'' if kind == 'all' else f', {kind}'}: {gaps} (points; error up to {figure(error, '.1f', 100)})")
    return said


def dearer(lines: list[Line]) -> list[str]:
    """Say where ours needs more stock, a line for each set and measure."""
    said = []
    for name, measure in dict.fromkeys((line["set"], line["measure"]) for line in lines):
        found = chosen(lines, set=name, measure=measure)
        ratios = ", ".join(f"{line['ratio']:.2f} at {line['achieved']:.0%}" for line in found)
        said.append(f"  - more: {name}, {MEASURED[measure]}: {ratios}")
    return said


def page(found: dict[str, Any], again: list[dict[str, Any]]) -> str:
    """Write the whole page: of levels made once, and of ``again``, runs in which they were made again."""
    about, rows, equals = found["about"], found["rows"], found["equal_service"]
    sets = [
        f"| {name} | {facts['items']:,} of {facts['of']:,} | {facts['periods_seen']} {PERIOD[facts['period']]} | {facts['periods_lived']} |"
        f" {'units' if not facts['priced'] else 'money' if facts['currency'] == 'unknown' else facts['currency']} |"
        for name, facts in about["sets"].items()
    ]
    left_out = "".join(f"Not run: {method}, {why}.\n" for method, why in about["left_out"].items())
    measures = distinct(rows, "measure")
    every_method = [methods_table(rows, each) for each in measures]
    parts = [
        HEAD.format(sets="\n".join(sets), left_out=left_out),
        misses(rows, equals),
        FRONTIERS.format(tables="".join(equal_table(equals, each, mine) for mine in distinct(equals, "ours") for each in measures)),
        STATED.format(
            ours=ours_table(rows),
            known=known_table(rows),
            many=MANY,
            kinds=kinds_table(rows),
            few=few_table(rows),
            why=why_table(rows, PORTFOLIO),
            methods="\n".join(every_method),
        ),
        resized_part(again),
        METHODS,
        USE,
    ]
    return "".join(parts)


if __name__ == "__main__":
    result, *again = (json.loads(Path(each).read_text(encoding="utf-8")) for each in sys.argv[1:])
    if any(run["about"]["inner"] for run in (result, *again)):
        sys.exit("That run is of the first 60 % only (--inner); the page shows what was kept back.")
    if result["about"]["resize"] or not all(run["about"]["resize"] for run in again):
        sys.exit("The first run has levels made once, those after it (--resize) have them made again.")
    DOCS.joinpath("calibration.md").write_text(page(result, again), encoding="utf-8")
    for measured in MEASURED:
        DOCS.joinpath(f"calibration_{measured}.svg").write_text(frontier_chart(result["frontier"], measured), encoding="utf-8")

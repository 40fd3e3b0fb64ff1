"""The part of the calibration page on levels made again as a plan is used."""

from __future__ import annotations

from typing import Any

from calibration_chart import MEASURED
from calibration_tables import MANY, chosen, distinct, equal_table, figure, kinds_table, table

QUARTER = 91.0  # days

RESIZED = """
## As a plan is used: levels made again
Nobody freezes levels for so long: each import makes them again. Here the levels of every method are made again, from all
that had been seen by then, {when}; ours learns its classes, forms and spreads again too, as `recommend` does. The items stay
those of the first 60 %. What is stated is that of each period's level, and held against the windows that start in it, or against
what was wanted a lead time later. A level that falls sends nothing back. Where the gap above is larger than here, it came
of standing still. Gap in points, and error of ours:

{gaps}

Kinds of at least {many} items, ours, gap in points and its error:

{kinds}

Stock of ours over that of the other at equal achieved service, as above:
{tables}
{left_out}"""


def resized_part(every: list[dict[str, Any]]) -> str:
    """Write what came of levels made again, a run for each time they stand; nothing without a run."""
    if not every:
        return ""
    rows, equals = [], []
    for run in every:
        named = f" ({often(run)})"
        rows += [{**line, "set": line["set"] + named} for line in run["rows"]]
        equals += [{**line, "set": line["set"] + named} for line in run["equal_service"]]
    gaps = []
    whole = chosen(rows, kind="all")
    for name, measure, method in dict.fromkeys((line["set"], line["measure"], line["method"]) for line in whole):
        found = chosen(whole, set=name, measure=measure, method=method)
        error = max(line["standard_error"] or 0.0 for line in found)
        cells = [figure(line["gap"], "+.1f", 100) for line in found]
        gaps.append([name, MEASURED[measure], method, *cells, figure(error, ".1f", 100) if method == "ours" else ""])
    head = ["set", "of", "method", *(f"{target:.0%}" for target in distinct(whole, "target")), "error"]
    return RESIZED.format(
        when=" and ".join(often(run) for run in every),
        gaps=table(head, sorted(gaps, key=lambda cells: (cells[1], cells[0])), 3),
        many=MANY,
        kinds=kinds_table(rows),
        tables="".join(equal_table(equals, measure, mine) for mine in distinct(equals, "ours") for measure in MEASURED),
        left_out="".join(f"Not run with levels made again: {method}, {why}.\n" for method, why in every[0]["about"]["left_out"].items()),
    )


def often(run: dict[str, Any]) -> str:
    """Say how often levels were made again."""
    days = run["about"]["resize"]
    return "every period" if days <= 1.0 else "every quarter" if days == QUARTER else f"every {days:.0f} days"

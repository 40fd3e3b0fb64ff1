"""Tables of the calibration page: lines of a run of the benchmark, chosen and written as Markdown."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

from calibration_chart import MEASURED

MANY = 100  # kinds of at least so many items are judged
HINDSIGHT = "ours in hindsight"
TOGETHER = "together"  # how a method is called that makes one promise for all items

Line = dict[str, Any]


def figure(value: float | None, form: str, scale: float = 1.0) -> str:
    """Write a figure, or a dash where there is none."""
    return "-" if value is None else f"{value * scale:{form}}"


def chosen(lines: list[Line], **wanted: object) -> list[Line]:
    """Pick the lines with these values."""
    return [line for line in lines if all(line[name] == value for name, value in wanted.items())]


def distinct(lines: list[Line], name: str) -> list[Any]:
    """List a column's values in the order they come."""
    return list(dict.fromkeys(line[name] for line in lines))


def table(head: list[str], rows: list[list[str]], words: int = 1) -> str:
    """Write a Markdown table, its first ``words`` columns to the left."""
    marks = "|" + "---|" * words + "---:|" * (len(head) - words)
    return "\n".join(["| " + " | ".join(head) + " |", marks, *("| " + " | ".join(cells) + " |" for cells in rows)])


def by_chance(lines: list[Line], most: float) -> float:
    """Expect how many gaps were at most that if nothing but chance made them: each normal about 0, of its standard error."""
    errors = [line["standard_error"] or 0.0 for line in lines]
    return sum(2.0 * NormalDist().cdf(most / error) - 1.0 if error else 1.0 for error in errors)


def ours_table(rows: list[Line]) -> str:
    """Write our gaps over all items."""
    body = []
    for line in chosen(rows, method="ours", kind="all"):
        shares = [f"{line['target']:.0%}", *(figure(line[name], ".1f", 100) for name in ("stated", "achieved"))]
        gap = [figure(line["gap"], "+.1f", 100), figure(line["standard_error"], ".1f", 100)]
        body.append([line["set"], MEASURED[line["measure"]], *shares, *gap, f"{line['mean_stock_value']:,.0f}"])
    return table(["set", "of", "asked", "stated", "achieved", "gap", "error", "stock value"], body, 2)


def known_table(rows: list[Line]) -> str:
    """Write our gaps over all items beside those had one number of the future been known."""
    every = chosen(rows, kind="all")
    body = []
    for name, measure in dict.fromkeys((line["set"], line["measure"]) for line in chosen(every, method=HINDSIGHT)):
        for method in ("ours", HINDSIGHT):
            found = chosen(every, set=name, measure=measure, method=method)
            body.append([name, MEASURED[measure], method, *(figure(line["gap"], "+.1f", 100) for line in found)])
    return table(["set", "of", "method", *(f"{target:.0%}" for target in distinct(every, "target"))], body, 3)


def kinds_table(rows: list[Line]) -> str:
    """Write our gaps by demand kind."""
    mine = [line for line in chosen(rows, method="ours") if line["kind"] != "all" and line["items"] >= MANY]
    targets = distinct(mine, "target")
    body = []
    for name, measure, kind in dict.fromkeys((line["set"], line["measure"], line["kind"]) for line in mine):
        found = chosen(mine, set=name, measure=measure, kind=kind)
        gaps = {line["target"]: f"{figure(line['gap'], '+.1f', 100)} ({figure(line['standard_error'], '.1f', 100)})" for line in found}
        body.append([name, MEASURED[measure], kind, f"{found[0]['items']:,}", *(gaps.get(target, "-") for target in targets)])
    return table(["set", "of", "kind", "items", *(f"{target:.0%}" for target in targets)], body, 3)


def few_table(rows: list[Line]) -> str:
    """Write our gaps with and without the ten items that weigh most."""
    every = chosen(rows, method="ours", kind="all", measure="fill")
    targets = distinct(every, "target")
    body = []
    for name in distinct(every, "set"):
        found = chosen(every, set=name)
        gaps = [f"{figure(line['gap'], '+.1f', 100)} → {figure(line['gap_without_ten'], '+.1f', 100)}" for line in found]
        body.append([name, figure(found[0]["ten_share"], ".0f", 100) + "%", *gaps])
    return table(["set", "in ten items", *(f"{target:.0%}" for target in targets)], body)


def why_table(rows: list[Line], most: float) -> str:
    """Write what is behind each of our gaps over a set larger than ``most``: the words are those of `causes_of`."""
    every = chosen(rows, kind="all")
    body = []
    for line in chosen(every, method="ours"):
        if line["gap"] is None or abs(line["gap"]) <= most:
            continue
        hindsight = chosen(every, method=HINDSIGHT, **{name: line[name] for name in ("set", "measure", "target")})
        known = hindsight[0]["gap"] if hindsight else None
        without = line["gap_without_ten"] if line["measure"] == "fill" else None
        gaps = [figure(gap, "+.1f", 100) for gap in (line["gap"], known, without)]
        why = ", ".join(causes_of(line["gap"], line["standard_error"], known, without, most)) or "not explained"
        error = figure(line["standard_error"], ".1f", 100)
        body.append([line["set"], MEASURED[line["measure"]], f"{line['target']:.0%}", why, error, *gaps])
    return table(["set", "of", "asked", "behind it", "error", "gap", "level known", "without ten items"], body, 4)


def causes_of(gap: float, error: float | None, known: float | None, without: float | None, most: float) -> list[str]:
    """What a gap larger than ``most`` may come from: chance, the level of all demand after the cut, or ten items' money."""
    chance = 2.0 * (error or 0.0)
    if abs(gap) <= chance:
        return ["chance"]
    kept = min(max(most, chance), abs(gap))
    left = {"level": known, "few items": without}
    return [cause for cause, stays in left.items() if stays is not None and abs(stays) <= kept]


def methods_table(rows: list[Line], measure: str) -> str:
    """Write stated and achieved of every method."""
    every = [line for line in chosen(rows, kind="all", measure=measure) if line["method"] != HINDSIGHT]
    targets = distinct(every, "target")
    body = []
    for name, method in dict.fromkeys((line["set"], line["method"]) for line in every):
        found = chosen(every, set=name, method=method)
        body.append([name, method, *(f"{figure(line['stated'], '.1f', 100)} → {figure(line['achieved'], '.1f', 100)}" for line in found)])
    return f"\n{MEASURED[measure].capitalize()}, stated → achieved:\n\n" + table(["set", "method", *(f"{t:.0%}" for t in targets)], body, 2)


def equal_table(equals: list[Line], measure: str, ours: str) -> str:
    """Write our stock over every other method's at equal achieved service."""
    every = rivals(equals, ours, measure=measure)
    services = distinct(every, "achieved")
    body = []
    for name, method in dict.fromkeys((line["set"], line["method"]) for line in every):
        cells = []
        for line in chosen(every, set=name, method=method):
            ratio, low, high = (figure(line[part], ".2f") for part in ("ratio", "ratio_low", "ratio_high"))
            cells.append(line["why"] or (ratio if low == "-" else f"{ratio} ({low} to {high})"))
        body.append([name, method, *cells])
    head = ["set", f"{ours} over", *(f"achieved {service:.0%}" for service in services)]
    return f"\n{MEASURED[measure].capitalize()}, {ours}:\n\n" + table(head, body, 2) + "\n"


def rivals(equals: list[Line], ours: str, **wanted: object) -> list[Line]:
    """Pick the comparisons of one of ours: with those that promise alike, and, together, with all."""
    found = chosen(equals, ours=ours, **wanted)
    return [line for line in found if line["method"] != ours and (ours.endswith(TOGETHER) or not line["method"].endswith(TOGETHER))]

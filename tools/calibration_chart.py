"""Draw the frontier of every method: achieved service against stock held, one panel a set."""

from __future__ import annotations

import math
from typing import Any

from justenough.domain.figures import figure
from justenough.interfaces import drawing as d

MEASURED = {"cycle": "cycle service", "fill": "fill rate"}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 470, 310, 52, 118, 34, 44  # of a panel and its margins [px]
LEAST, MOST = 0.80, 0.995  # of the service axis
MARKS = (0.80, 0.90, 0.95, 0.98, 0.99)
# Okabe & Ito's colours, told apart in grey by their dashes and their names.
STROKES = {
    "ours": ("#0072B2", ""),
    "textbook normal": ("#E69F00", "7 3"),
    "negative binomial": ("#009E73", "2 3"),
    "own windows": ("#CC79A7", "9 3 2 3"),
    "bootstrap": ("#D55E00", "4 2"),
    "conformal": ("#7F7F7F", "1 2"),
    "ours together": ("#56B4E9", ""),
    "negative binomial together": ("#B8A800", "2 3"),
}
STYLE = """<style>
svg{background:#fff;color:#222;font:12px system-ui,sans-serif}text{fill:currentColor}.tick,.name{fill:#666}
.title{font-size:14px;font-weight:600}.strong{font-weight:600}.grid{stroke:#e4e4e4}.axis{stroke:#999}
.way{fill:none;stroke-width:1.6}.ours{stroke-width:3}.lead{fill:none;opacity:0.5}
@media (prefers-color-scheme:dark){svg{background:#161616;color:#ddd}.tick,.name{fill:#aaa}.grid{stroke:#333}.axis{stroke:#777}}
</style>"""


def frontier_chart(frontier: list[dict[str, Any]], measure: str) -> str:
    """One panel a set, two in a row; service as its distance from 100 %, stock value on a logarithmic axis."""
    sets = list(dict.fromkeys(line["set"] for line in frontier))
    rows = math.ceil(len(sets) / 2)
    parts = [STYLE]
    for i, name in enumerate(sets):
        lines = [line for line in frontier if line["set"] == name and line["measure"] == measure]
        parts.append(f'<g transform="translate({i % 2 * WIDTH} {i // 2 * HEIGHT + 30})">{"".join(_panel(name, lines))}</g>')
    title = f"Achieved {MEASURED[measure]} against mean value in stock"
    parts.append(d.text(LEFT, 20, title, "title"))
    picture = d.svg(2 * WIDTH, rows * HEIGHT + 34, title, parts, "Higher and further left is better.")
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def _panel(name: str, lines: list[dict[str, Any]]) -> list[str]:
    ways = {method: _way([line for line in lines if line["method"] == method]) for method in STROKES}
    seen = [stock for way in ways.values() for stock, _ in way]
    if not seen:
        return [d.text(LEFT, TOP - 10, f"{name}: never {LEAST:.0%}", "strong")]
    x = d.Scale(math.log10(min(seen)), math.log10(max(seen)), LEFT, WIDTH - RIGHT)
    y = d.Scale(_far(LEAST), _far(MOST), HEIGHT - BOTTOM, TOP)
    parts = [d.text(LEFT, TOP - 12, name, "strong")]
    for mark in MARKS:
        at = y(_far(mark))
        parts.append(d.line(LEFT, at, WIDTH - RIGHT, at, "grid") + d.text(LEFT - 6, at + 4, f"{mark:.0%}", "tick", "end"))
    ticks = _round_values(min(seen), max(seen))
    for i in d.thinned([x(math.log10(stock)) for stock in ticks], 66):
        at = x(math.log10(ticks[i]))
        parts.append(d.line(at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 4, "axis"))
        parts.append(d.text(at, HEIGHT - BOTTOM + 17, figure(ticks[i]), "tick", "middle"))
    parts.append(d.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))
    parts.append(d.text(WIDTH - RIGHT, HEIGHT - 10, "mean value in stock, log scale", "name", "end"))
    drawn = {method: [(x(math.log10(stock)), y(_far(service))) for stock, service in way] for method, way in ways.items() if len(way) > 1}
    ours_last = sorted(drawn, key=lambda each: each == "ours")
    parts += [_stroked(d.path(drawn[method], "way ours" if method == "ours" else "way"), method) for method in ours_last]
    names = list(drawn)
    for method, at in zip(names, d.apart([drawn[each][-1][1] for each in names], 14.0, TOP), strict=True):
        parts.append(_stroked(d.path([drawn[method][-1], (WIDTH - RIGHT + 6, at)], "lead"), method))
        parts.append(d.text(WIDTH - RIGHT + 9, at + 4, method, "strong" if method == "ours" else ""))
    return parts


def _stroked(path: str, method: str) -> str:
    colour, dash = STROKES[method]
    return path.replace("<path ", f'<path stroke="{colour}" ' + (f'stroke-dasharray="{dash}" ' if dash else ""), 1)


def _way(lines: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Points inside the picture, cut off where the line enters and leaves it, each service once."""
    points = [(line["mean_stock_value"], line["achieved"]) for line in lines if line["mean_stock_value"]]
    points = [point for i, point in enumerate(points) if i == 0 or point[0] > points[i - 1][0]]
    way: list[tuple[float, float]] = []
    for before, after in zip([None, *points], points, strict=False):
        for edge in (LEAST, MOST):
            if before and before[1] < edge < after[1]:
                part = (edge - before[1]) / (after[1] - before[1])
                way.append((before[0] * (after[0] / before[0]) ** part, edge))
        if LEAST <= after[1] <= MOST:
            way.append(after)
    return way


def _far(service: float) -> float:
    """How far from never running out: equal steps halve the shortage equally often."""
    return -math.log10(1.0 - service)


def _round_values(low: float, high: float) -> list[float]:
    """Powers of ten with 2 and 5 between, as many as have room."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if high / low < 60 else (1,)
    return [value for power in powers for value in (step * 10.0**power for step in steps) if low <= value <= high]

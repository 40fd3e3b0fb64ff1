"""Frontier chart: stock against service of a whole plant, today and the plan on it, as a picture and in signs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from justenough.domain.figures import figure, in_currency, money, percent
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    from justenough.strategy.frontier import Frontier, Standing

WIDTH, HEIGHT = 700, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 44, 56
SIGNS, ROWS = 64, 13  # of the picture on a terminal
STYLE = """<style>
svg { --page: #ffffff; --ink: #1b1f23; --quiet: #5c646c; --faint: #e3e7ea; --accent: #0072b2; }
@media (prefers-color-scheme: dark) {
  svg { --page: #14171a; --ink: #e7eaed; --quiet: #a3acb4; --faint: #2a3036; --accent: #56b4e9; }
}
svg { background: var(--page); }
text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
text.title { font-size: 16px; font-weight: 600; } text.tick, text.name, text.today { fill: var(--quiet); }
text.chosen { fill: var(--accent); font-weight: 600; }
line.grid { stroke: var(--faint); } line.axis { stroke: var(--quiet); } line.step { stroke: var(--quiet); stroke-dasharray: 3 3; }
path { fill: none; } path.best { stroke: var(--ink); stroke-width: 2; }
circle.today { fill: var(--quiet); } circle.chosen { fill: var(--accent); stroke: var(--page); stroke-width: 2; }
</style>"""


def frontier_chart(frontier: Frontier) -> str:
    """Service against stock as SVG: the best there is, today with its distances to it, and the plan."""
    marks = [frontier.plan, *([frontier.today] if frontier.today else [])]
    x, y = _scales(frontier, marks, (LEFT, WIDTH - RIGHT), (HEIGHT - BOTTOM, TOP))
    parts = [STYLE, d.text(LEFT, 22, "Share of demand from the shelf against money tied up", "title")]
    parts += d.grid_left(y, LEFT, WIDTH - RIGHT, [percent(tick) for tick in y.ticks(4)])
    best = d.path([(x(one.stock_value), y(one.served)) for one in frontier.best], "best")
    inside = [best]
    today = frontier.today
    if today and frontier.freed is not None and frontier.gained is not None:
        if frontier.freed > 0:
            inside.append(d.line(x(today.stock_value - frontier.freed), y(today.served), x(today.stock_value), y(today.served), "step"))
        if frontier.gained > 0:
            inside.append(d.line(x(today.stock_value), y(today.served), x(today.stock_value), y(today.served + frontier.gained), "step"))
    parts.append(d.window(LEFT, TOP - 6, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP + 6, inside))
    parts += d.money_axis_below(x, HEIGHT - BOTTOM, "", WIDTH - RIGHT)
    currency = in_currency(frontier.currency, " [{}]")
    parts.append(d.text(WIDTH - RIGHT, HEIGHT - 12, f"money tied up{currency}", "name", "end"))
    parts.append(d.text(LEFT, HEIGHT - 12, "line: no choice of levels serves more with as much", "name"))
    if today:
        parts += _marked(x, y, today, "today", frontier)
    parts += _marked(x, y, frontier.plan, "plan", frontier)
    about = f"The plan: {money(frontier.plan.stock_value, frontier.currency)}, {percent(frontier.plan.served)}."
    picture = d.svg(WIDTH, HEIGHT, "Share of demand from the shelf against money tied up", parts, about)
    return picture.replace("<svg viewBox", '<svg xmlns="http://www.w3.org/2000/svg" viewBox', 1)


def frontier_signs(frontier: Frontier) -> str:
    """The same in signs: ``·`` the best there is, ``○`` today, ``●`` the plan."""
    marks = [frontier.plan, *([frontier.today] if frontier.today else [])]
    x, y = _scales(frontier, marks, (0, SIGNS - 1), (ROWS - 1, 0))
    cells = [[" "] * SIGNS for _ in range(ROWS)]
    best = frontier.best
    for column in range(SIGNS):
        stock = x.low + (x.high - x.low) * column / (SIGNS - 1)
        served = _served_at(best, stock)
        if served is not None and served >= y.low:
            cells[round(y(served))][column] = "·"
    for one, sign in ((frontier.today, "○"), (frontier.plan, "●")):
        if one:
            cells[round(y(one.served))][round(x(one.stock_value))] = sign
    lines = []
    for row, signs in enumerate(cells):
        share = percent(y.low + (y.high - y.low) * (ROWS - 1 - row) / (ROWS - 1)) if row % 4 == 0 else ""
        lines.append(f"{share:>9} │{''.join(signs).rstrip()}")
    ends = f"{figure(x.low)}{figure(x.high):>{SIGNS - len(figure(x.low))}}"
    currency = in_currency(frontier.currency, " [{}]")
    return "\n".join(
        [*lines, f"{'':>9} └{'─' * SIGNS}", f"{'':>11}{ends}", f"{'':>11}money tied up{currency}  · best there is  ○ today  ● plan"]
    )


def _scales(frontier: Frontier, marks: list[Standing], across: tuple[float, float], upward: tuple[float, float]) -> tuple[d.Scale, d.Scale]:
    """Scales that hold the marks and most of the curve, without the long tail to either side."""
    stock = [one.stock_value for one in frontier.best]
    high = max([one.stock_value for one in marks] + [min(stock[-1], 1.3 * max(one.stock_value for one in marks))])
    floor = min([one.served for one in marks] + [max(frontier.best[0].served, min(one.served for one in marks) - 0.06)])
    pad = 0.12 * max(1.0 - floor, 1e-4)
    return d.Scale(0.0, 1.05 * high, *across), d.Scale(max(floor - pad, 0.0), 1.0, *upward)


def _served_at(best: tuple[Standing, ...], stock: float) -> float | None:
    for before, after in pairwise(best):
        if before.stock_value <= stock <= after.stock_value and after.stock_value > before.stock_value:
            share = (stock - before.stock_value) / (after.stock_value - before.stock_value)
            return before.served + share * (after.served - before.served)
    return None


def _marked(x: d.Scale, y: d.Scale, one: Standing, name: str, frontier: Frontier) -> list[str]:
    kind = "today" if name == "today" else "chosen"
    lost = f", stockouts {money(one.stockout_cost, frontier.currency)} a year" if one.stockout_cost > 0 else ""
    said = f"{name}: {money(one.stock_value, frontier.currency)}, {percent(one.served)}{lost}"
    right = x(one.stock_value) > (LEFT + WIDTH - RIGHT) / 2
    other = frontier.today if kind == "chosen" else None
    crowded = other is not None and abs(y(other.served) - y(one.served)) < 40  # its name would run into today's
    below = y(one.served) + (46 if crowded else 24)
    place = d.text(x(one.stock_value) + (6 if right else -6), min(below, HEIGHT - BOTTOM - 6), said, kind, "end" if right else "start")
    return [d.dot(x(one.stock_value), y(one.served), kind, 6, said), place]

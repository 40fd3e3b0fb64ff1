"""Network drawing: a chain as a picture, suppliers left, stages that hold stock filled and the others hollow."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.figures import count, figure, money, percent
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    from justenough.strategy.chaining import Chained

BOX, DEEP, ACROSS, SIDE, TOP = 132, 40, 84, 16, 64  # [px]
SMALL_FROM = 60  # stages from which they are drawn without words
STYLE = """<style>
svg { --page: #ffffff; --ink: #1b1f23; --quiet: #5c646c; --line: #b3bcc4; --hold: #0072b2; --on: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { --page: #14171a; --ink: #e7eaed; --quiet: #a3acb4; --line: #56616a; --hold: #56b4e9; --on: #14171a; }
}
svg { background: var(--page); }
text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
text.title { font-size: 16px; font-weight: 600; } text.quiet { fill: var(--quiet); } text.held { fill: var(--on); font-weight: 600; }
rect.holds { fill: var(--hold); stroke: var(--hold); } rect.passes { fill: var(--page); stroke: var(--quiet); stroke-dasharray: 4 3; }
path.flow { stroke: var(--line); fill: none; stroke-width: 1.5; } path.fine { stroke-width: 0.6; }
</style>"""


def network_chart(found: Chained) -> str:
    """
    A chain with every stage in the column of its depth; a filled stage holds stock, a dashed one runs just-in-time.

    Each stage names the service time it promises; pointing at it tells what it covers, holds and costs.
    """
    network, placement = found.described.network, found.placement
    columns, rows = _places(found)
    small = len(network.stages) > SMALL_FROM
    box, deep, gap = (18, 8, 4) if small else (BOX, DEEP, 20)
    step = box + (160 if small else ACROSS)
    width = max(2 * SIDE + int(columns.max()) * step + box, 560)
    height = TOP + int(rows.max() + 1) * (deep + gap) + 32
    holding = int(placement.holds.sum())
    parts = [
        STYLE,
        d.text(SIDE, 24, f"{network.name}: stock at {holding} of {len(network.stages)} stages", "title"),
        d.text(
            SIDE,
            44,
            f"{money(placement.total_cost, found.described.currency)} a year, {percent(found.saving)} less than each for itself",
            "quiet",
        ),
    ]
    x, y = SIDE + columns * step, TOP + rows * (deep + gap)
    ways = []
    for giver, taker in network.links.tolist():
        left, right = (float(x[giver] + box), float(y[giver] + deep / 2)), (float(x[taker]), float(y[taker] + deep / 2))
        bend = (right[0] - left[0]) / 2
        turns = f"{left[0] + bend:.0f},{left[1]:.0f} {right[0] - bend:.0f},{right[1]:.0f}"
        ways.append(f"M{left[0]:.0f},{left[1]:.0f}C{turns} {right[0]:.0f},{right[1]:.0f}")
    flow = "flow fine" if small else "flow"
    parts.append(f'<path d="{"".join(ways)}" class="{flow}"/>')
    for i, stage in enumerate(network.stages):
        kind = "holds" if placement.holds[i] else "passes"
        place = f'x="{x[i]:.0f}" y="{y[i]:.0f}" width="{box}" height="{deep}" rx="4"'
        parts.append(f'<rect {place} class="{kind}"><title>{escape(_said(found, i))}</title></rect>')
        if not small:
            name = stage if len(stage) <= 18 else stage[:17] + "…"
            parts.append(d.text(x[i] + 8, y[i] + 16, name, "held" if placement.holds[i] else ""))
            within = f"holds {figure(float(placement.reserve[i]))}, " if placement.holds[i] else "passes on, "
            said = f"{within}{figure(float(placement.promised_days[i]))} d"
            parts.append(d.text(x[i] + 8, y[i] + 32, said, "held" if placement.holds[i] else "quiet"))
    parts.append(d.text(SIDE, height - 10, "Filled: holds stock. Dashed: just-in-time. Days: service time promised to the next.", "quiet"))
    about = f"{holding} of {len(network.stages)} stages hold stock; suppliers stand left of their customers."
    picture = d.svg(int(width), int(height), f"Chain {network.name}", parts, about)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _said(found: Chained, i: int) -> str:
    placement = found.placement
    cost = money(float(placement.holding_cost[i]), found.described.currency)
    return (
        f"{found.described.network.stages[i]}: promised {count(float(placement.inbound_days[i]), 'day')}, promises "
        f"{figure(float(placement.promised_days[i]))}, covers {figure(float(placement.net_days[i]))}; "
        f"safety stock {figure(float(placement.reserve[i]))}, {cost} a year"
    )


def _places(found: Chained) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Column by the longest way to the customers, and a row near the stages it is joined to."""
    network = found.described.network
    k = len(network.stages)
    ahead = np.zeros(k, dtype=np.int64)
    after: list[list[int]] = [[] for _ in range(k)]
    for giver, taker in network.links.tolist():
        after[giver].append(taker)
    for i in network.order[::-1].tolist():
        ahead[i] = max((ahead[j] + 1 for j in after[i]), default=0)
    rows, deepest = np.zeros(k), int(np.bincount(ahead).max())
    for column in range(int(ahead.max()) + 1):
        there = np.flatnonzero(ahead == column)
        middle = [float(np.mean([rows[j] for j in after[i]])) if after[i] else float(i) for i in there.tolist()]
        order = there[np.argsort(middle, kind="stable")]
        rows[order] = (np.arange(len(order)) + 0.5) * deepest / len(order) - 0.5
    return (ahead.max() - ahead).astype(np.float64), rows

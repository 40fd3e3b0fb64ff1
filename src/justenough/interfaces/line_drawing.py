"""Line drawing: a line as a picture, stations as boxes filled by what they do, buffers as tanks at their usual level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.interfaces import drawing as d
from justenough.interfaces.figures import figure, percent

if TYPE_CHECKING:
    from justenough.strategy.masking import Hidden, LineStudy

BOX, TANK, GAP = 108, 64, 18  # widths [px]
TOP, HEIGHT = 56, 96
SIDE = 16
SHARES = (("working", "working"), ("down", "down"), ("starved", "starved"), ("blocked", "blocked"))
STYLE = """<style>
svg { --page: #ffffff; --ink: #1b1f23; --quiet: #5c646c; --line: #8d98a1;
  --work: #0072b2; --down: #c04f00; --starve: #c9d1d8; --block: #e9edf0; }
@media (prefers-color-scheme: dark) {
  svg { --page: #14171a; --ink: #e7eaed; --quiet: #a3acb4; --line: #6f7a83;
    --work: #56b4e9; --down: #f0904a; --starve: #4a545c; --block: #2a3238; }
}
svg { background: var(--page); }
text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
text.name { font-size: 14px; font-weight: 600; } text.quiet { fill: var(--quiet); } text.title { font-size: 16px; font-weight: 600; }
rect.frame { fill: none; stroke: var(--line); } rect.working, rect.level { fill: var(--work); } rect.down { fill: var(--down); }
rect.starved { fill: var(--starve); } rect.blocked { fill: var(--block); stroke: var(--line); stroke-dasharray: 2 2; }
line.flow { stroke: var(--line); stroke-width: 2; } line.neck { stroke: var(--ink); stroke-width: 3; }
</style>"""


def line_chart(study: LineStudy) -> str:
    """
    A line with the share of time each machine works, is down, starved or blocked, and what lies between.

    A serial line stands in one row; in a tree each machine stands in the row of the branch it belongs to.
    """
    line, lives = study.line, study.lives
    columns, rows = _places(study)
    step = BOX + TANK + 2 * GAP
    width = 2 * SIDE + (max(columns) + 1) * step - TANK - 2 * GAP + 40  # words below the last box are wider than it
    deep = HEIGHT + 84
    height = TOP + (max(rows) + 1) * deep + 24
    low, high = study.interval()
    parts = [STYLE, d.text(SIDE, 24, f"{line.name}: {figure(low)} to {figure(high)} good parts an hour", "title")]
    for j, hidden in enumerate(study.buffers):
        giver, taker = (int(end) for end in line.links[j])
        parts += _tank(hidden, columns, rows, giver, taker, step, deep)
    for i, name in enumerate(line.machines):
        x, y = SIDE + columns[i] * step, TOP + rows[i] * deep
        parts += [d.text(x, y - 6, name, "name")]
        at = float(y + HEIGHT)
        for field, kind in SHARES:
            share = float(getattr(lives, field)[:, i].mean())
            at -= share * HEIGHT
            said = f"{name}: {field} {percent(share)}"
            parts.append(_rect(x, at, BOX, share * HEIGHT, kind, said))
        parts.append(_rect(x, y, BOX, HEIGHT, "frame"))
        if i == study.bottleneck:
            parts += [d.line(x, y + HEIGHT + 4, x + BOX, y + HEIGHT + 4, "neck")]
        works, down = (percent(float(getattr(lives, field)[:, i].mean())) for field in ("working", "down"))
        parts += [d.text(x, y + HEIGHT + 20, f"works {works}, down {down}", "quiet")]
        parts += [
            d.text(x, y + HEIGHT + 36, "bottleneck" if i == study.bottleneck else f"alone {figure(float(study.alone[i]))}/h", "quiet")
        ]
    parts.append(d.text(SIDE, height - 8, "From below: working, down, starved, blocked (dashed). Tanks: usual level.", "quiet"))
    worst = max(study.buffers, key=lambda hidden: hidden.masked_loss, default=None)
    about = f"Bottleneck {line.machines[study.bottleneck]}."
    if worst is not None:
        about += f" The buffer {worst.name} hides {figure(worst.masked_loss)} parts an hour."
    picture = d.svg(int(width), int(height), f"Line {line.name}", parts, about)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _tank(hidden: Hidden, columns: list[int], rows: list[int], giver: int, taker: int, step: int, deep: int) -> list[str]:
    x = SIDE + columns[taker] * step - TANK - GAP
    y = TOP + rows[giver if columns[taker] - columns[giver] == 1 else taker] * deep
    top = y + 0.5 * HEIGHT
    left = SIDE + columns[giver] * step + BOX
    right, into = SIDE + columns[taker] * step, TOP + rows[taker] * deep + 0.75 * HEIGHT
    places = max(hidden.capacity - 2, 0)
    level = 0.5 * HEIGHT * min(1.0, hidden.content / places) if places else 0.0
    said = f"{hidden.name}: {figure(hidden.content)} of {places} places; without it {figure(hidden.masked_loss)} parts an hour fewer"
    return [
        d.line(left, TOP + rows[giver] * deep + 0.75 * HEIGHT, x, top + 0.25 * HEIGHT, "flow"),
        d.line(x + TANK, top + 0.25 * HEIGHT, right, into, "flow"),
        _rect(x, top + 0.5 * HEIGHT - level, TANK, level, "level", said),
        _rect(x, top, TANK, 0.5 * HEIGHT, "frame", said),
        d.text(x + TANK / 2, top - 22, f"{figure(hidden.content)} of {places}", "", "middle"),
        d.text(x + TANK / 2, top - 6, f"hides {figure(hidden.masked_loss)}/h", "quiet", "middle"),
    ]


def _rect(x: float, y: float, width: float, height: float, kind: str, said: str = "") -> str:
    from html import escape

    note = f"<title>{escape(said)}</title>" if said else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0):.1f}" class="{kind}">{note}</rect>'


def _places(study: LineStudy) -> tuple[list[int], list[int]]:
    """Column of each machine by how many come before it, and a row so that no two share a place."""
    line = study.line
    columns = [0] * len(line.machines)
    rows = [0] * len(line.machines)
    taken: set[tuple[int, int]] = set()
    for machine in line.order:
        before = [int(giver) for giver, taker in line.links if taker == machine]
        columns[machine] = max((columns[giver] + 1 for giver in before), default=0)
        row = min((rows[giver] for giver in before), default=0)
        while (columns[machine], row) in taken:
            row += 1
        taken.add((columns[machine], row))
        rows[machine] = row
    return columns, rows

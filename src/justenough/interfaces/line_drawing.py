"""Line drawing: a line as a picture, stations as boxes filled by what they do, buffers as tanks at their usual level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.domain.figures import figure, known, percent
from justenough.domain.line import LEAST_CAPACITY
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    from justenough.strategy.masking import LineStudy

BOX, TANK, GAP = 108, 64, 18  # widths [px]
TOP, HEIGHT = 56, 96
SIDE = 16
SHARES = ("working", "down", "starved", "blocked")  # of time, from below
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


@dataclass(frozen=True, slots=True)
class Station:
    """A machine as it is drawn: where it stands, its shares of time, and what it would make alone [parts/hour]."""

    name: str
    column: int
    row: int
    working: float
    down: float
    starved: float
    blocked: float
    alone: float
    bottleneck: bool


@dataclass(frozen=True, slots=True)
class Tank:
    """
    A buffer as it is drawn.

    Parameters
    ----------
    giver, taker
        Places of the machines it lies between.
    places, content : [parts]
        Between the machines, and how many usually wait there.
    masked_loss : [parts/hour]
        What the line would lose without it; None where the line was not taken apart.
    """

    name: str
    giver: int
    taker: int
    places: int
    content: float
    masked_loss: float | None


@dataclass(frozen=True, slots=True)
class LinePicture:
    """A line as it is drawn; what it makes is between ``low`` and ``high``. [good parts/hour]"""

    name: str
    low: float
    high: float
    stations: tuple[Station, ...]
    tanks: tuple[Tank, ...]


def line_picture(study: LineStudy) -> LinePicture:
    """A studied line as it is drawn; in a tree each machine stands in the row of the branch it belongs to."""
    columns, rows = _places(study)
    lives, (low, high) = study.lives, study.interval()
    shares = [{share: float(getattr(lives, share)[:, i].mean()) for share in SHARES} for i in range(len(rows))]
    stations = tuple(
        Station(name, columns[i], rows[i], alone=float(study.alone[i]), bottleneck=i == study.bottleneck, **shares[i])
        for i, name in enumerate(study.line.machines)
    )
    tanks = tuple(
        Tank(
            hidden.name, int(study.line.links[j, 0]), int(study.line.links[j, 1]), max(hidden.capacity - LEAST_CAPACITY, 0),
            hidden.content, hidden.masked_loss if known(hidden.masked_loss) else None,
        )
        for j, hidden in enumerate(study.buffers)
    )  # fmt: skip
    return LinePicture(study.line.name, low, high, stations, tanks)


def line_chart(drawn: LinePicture, *, styled: bool = True) -> str:
    """
    A line with the share of time each machine works, is down, starved or blocked, and what lies between.

    ``styled`` brings its own style along; a page whose style sheet knows the class ``line`` needs none.
    """
    step = BOX + TANK + 2 * GAP
    stations = drawn.stations
    width = 2 * SIDE + (max(one.column for one in stations) + 1) * step - TANK - 2 * GAP + 40  # words below the last box are wider than it
    deep = HEIGHT + 84
    height = TOP + max(one.row for one in stations) * deep + HEIGHT + 72
    title = f"{drawn.name}: {figure(drawn.low)} to {figure(drawn.high)} good parts an hour"
    parts = [*([STYLE] if styled else []), d.text(SIDE, 24, title, "title")]
    for tank in drawn.tanks:
        parts += _tank(tank, stations[tank.giver], stations[tank.taker], step, deep)
    for one in stations:
        x, y = SIDE + one.column * step, TOP + one.row * deep
        parts += [d.text(x, y - 6, one.name, "name")]
        at = float(y + HEIGHT)
        for kind in SHARES:
            share = float(getattr(one, kind))
            at -= share * HEIGHT
            parts.append(_rect(x, at, BOX, share * HEIGHT, kind, f"{one.name}: {kind} {percent(share)}"))
        parts.append(_rect(x, y, BOX, HEIGHT, "frame"))
        if one.bottleneck:
            parts += [d.line(x, y + HEIGHT + 4, x + BOX, y + HEIGHT + 4, "neck")]
        parts += [d.text(x, y + HEIGHT + 20, f"works {percent(one.working)}, down {percent(one.down)}", "quiet")]
        parts += [d.text(x, y + HEIGHT + 36, "bottleneck" if one.bottleneck else f"alone {figure(one.alone)}/h", "quiet")]
    parts.append(d.text(SIDE, height - 8, "From below: working, down, starved, blocked (dashed). Tanks: usual level.", "quiet"))
    about = f"Bottleneck {next(one.name for one in stations if one.bottleneck)}."
    worst = max((tank for tank in drawn.tanks if tank.masked_loss is not None), key=lambda tank: tank.masked_loss or 0.0, default=None)
    if worst is not None:
        about += f" The buffer {worst.name} hides {figure(worst.masked_loss)} parts an hour."
    picture = d.svg(int(width), int(height), f"Line {drawn.name}", parts, about)
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ' if styled else '<svg class="line" ', 1)


def _tank(tank: Tank, giver: Station, taker: Station, step: int, deep: int) -> list[str]:
    x = SIDE + taker.column * step - TANK - GAP
    y = TOP + (giver if taker.column - giver.column == 1 else taker).row * deep
    top = y + 0.5 * HEIGHT
    left = SIDE + giver.column * step + BOX
    right, into = SIDE + taker.column * step, TOP + taker.row * deep + 0.75 * HEIGHT
    level = 0.5 * HEIGHT * min(1.0, tank.content / tank.places) if tank.places else 0.0
    said = f"{tank.name}: {figure(tank.content)} of {tank.places} places"
    if tank.masked_loss is not None:
        said += f"; without it {figure(tank.masked_loss)} parts an hour fewer"
    hides = (
        [d.text(x + TANK / 2, top - 6, f"hides {figure(tank.masked_loss)}/h", "quiet", "middle")] if tank.masked_loss is not None else []
    )
    return [
        d.line(left, TOP + giver.row * deep + 0.75 * HEIGHT, x, top + 0.25 * HEIGHT, "flow"),
        d.line(x + TANK, top + 0.25 * HEIGHT, right, into, "flow"),
        _rect(x, top + 0.5 * HEIGHT - level, TANK, level, "level", said),
        _rect(x, top, TANK, 0.5 * HEIGHT, "frame", said),
        d.text(x + TANK / 2, top - 22, f"{figure(tank.content)} of {tank.places}", "", "middle"),
        *hides,
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

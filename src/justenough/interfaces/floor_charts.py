"""Floor charts: waterfall, state strip and loss Pareto of machines, each one value drawn as a small SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.figures import figure, known, money, percent
from justenough.domain.machine import Use
from justenough.estimation.clocks import local_texts
from justenough.estimation.strip import strip_of
from justenough.interfaces import drawing as d
from justenough.interfaces.charts import bars_chart
from justenough.interfaces.floor_tables import WORDS, Step, caveats, period, waterfall_steps, whole_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.estimation.floor import Floor
    from justenough.estimation.losses import Losses
    from justenough.estimation.oee import Oee

REASONS = 12  # with most hours lost, drawn
WIDTH, NAMES, ROOM, ROW = 700, 190, 70, 24  # picture, room for names and for an amount, height of a row [px]
SLOTS = 288  # five minutes each of a day
MOST_DRAWN = 40  # machines of one picture
COLOURS = {  # Okabe and Ito; lightness falls from running to down, so that grey tells them apart too
    Use.RUNNING: "#9fd5c4",
    Use.OVERTIME: "#cfe9e1",
    Use.MINOR_STOP: "#f0e442",
    Use.SETUP: "#56b4e9",
    Use.PLANNED_STOP: "#b9c0c7",
    Use.ENGINEERING: "#d8bfd8",
    Use.IDLE: "#e69f00",
    Use.STARVED: "#cc79a7",
    Use.BLOCKED: "#0072b2",
    Use.BREAKDOWN: "#7a2d00",
}


def waterfall_chart(steps: Sequence[Step], title: str) -> str:
    """Time that is left step by step, each bar beginning where the one before ends; nothing where no time was planned."""
    if not any(step.left and step.hours > 0 for step in steps[1:]):
        return ""
    x = d.Scale(0, max(step.hours for step in steps if step.left), NAMES, WIDTH - ROOM)
    parts, level = [], 0.0
    for place, step in enumerate(steps):
        y = ROW * (place + 0.5)
        begin, end = (0.0, step.hours) if step.left else (level - step.hours, level)
        level = step.hours if step.left else level - step.hours
        parts.append(d.text(NAMES - 8, y + 4, step.name, "" if step.left else "tick", "end"))
        parts.append(d.paths([[(x(begin), y), (x(end), y)]], "bar" if step.left else "less", 14))
        parts.append(d.text(max(x(begin), x(end)) + 6, y + 4, f"{_hours(step.hours)} h"))
    parts.append(d.line(x(0), 2, x(0), ROW * len(steps), "axis"))
    return d.svg(WIDTH, ROW * len(steps) + 6, title, parts)


def _hours(hours: float) -> str:
    return "<0.01" if 0 < hours < 0.01 else figure(hours)


def last_day(floor: Floor) -> tuple[Sequence[str], Sequence[Sequence[int]], str, str, int]:
    """What `strip_chart` draws of a floor: the last day of its first machines."""
    strip = strip_of(floor, SLOTS)
    since, until = local_texts(np.array([strip.since, strip.until]), floor.zone, "%d %b %H:%M")
    return strip.machines[:MOST_DRAWN], strip.use[:MOST_DRAWN].tolist(), since, until, len(strip.machines)


def strip_chart(names: Sequence[str], uses: Sequence[Sequence[int]], since: str, until: str, n_machines: int) -> str:
    """
    What each machine did in the last day; time that was not planned stays empty, unknown time is dotted.

    Parameters
    ----------
    uses
        `Use` codes of each machine's slots, all of one number.
    since, until
        The ends of the time, in words.
    n_machines
        How many there are, where not all are shown.
    """
    slots = len(uses[0]) if uses else 1
    x = d.Scale(0, slots, 90, WIDTH - 10)
    parts, seen = [], set()
    for place, (name, row) in enumerate(zip(names, uses, strict=True)):
        y = 18 * (place + 0.5)
        parts.append(d.text(82, y + 4, name, "tick", "end"))
        parts.append(d.line(x(0), y + 6, x(slots), y + 6, "grid"))  # a machine that was not planned has a line and no bar
        edges = [at for at in range(1, slots) if row[at] != row[at - 1]]
        for first, last in zip([0, *edges], [*edges, slots], strict=True):
            use = Use(int(row[first]))
            seen.add(use)
            if use == Use.UNKNOWN:
                parts.append(d.line(x(first), y, x(last), y, "drop axis"))
            elif use in COLOURS:
                parts.append(_block(x(first), y - 6, x(last) - x(first), use))
    foot = 18 * len(names) + 14
    parts += [d.text(x(0), foot, since, "tick"), d.text(x(slots), foot, until, "tick", "end")]
    shown = [use for use in COLOURS if use in seen]
    for place, use in enumerate(shown):
        left, top = 90 + 200 * (place % 3), foot + 12 + 18 * (place // 3)
        parts += [_block(left, top, 12, use), d.text(left + 18, top + 10, WORDS[use], "tick")]
    height = foot + 16 + 18 * (-(-len(shown) // 3))
    more = f", {len(names)} of {n_machines} machines" if len(names) < n_machines else ""
    return d.svg(WIDTH, height, f"What machines did in the last day{more}", parts)


def pareto_chart(losses: Losses) -> str:
    """The greatest losses by reason, with their money."""
    rows = losses.by().head(REASONS).to_dicts()

    def said(row: dict[str, float]) -> str:
        return f"{figure(row['hours'])} h" + (f", {money(row['money'], losses.currency)}" if known(row["money"]) else "")

    return bars_chart("Hours lost by reason, the greatest first", [(str(row["reason"]), row["hours"], said(row)) for row in rows])


def floor_page(floor: Floor, whole: Oee, losses: Losses) -> str:
    """A page of the three pictures that opens without a network."""
    from importlib.resources import files

    style = (files("justenough.interfaces") / "static" / "report.css").read_text(encoding="utf-8")
    label = escape(floor.plant.terms.label or "The plant")
    said = "".join(f"<p>{escape(text)}</p>" for text in [whole_sentence(whole), *caveats(whole, losses)])
    shown = last_day(floor)
    pictures = (
        (
            "From calendar time to good parts",
            waterfall_chart(waterfall_steps(whole), f"From calendar time to good parts, {period(floor)} [hours]"),
        ),
        ("What machines did in the last day", strip_chart(*shown)),
        ("Hours lost by reason", pareto_chart(losses)),
    )
    drawn = "".join(f"<h2>{title}</h2><figure>{picture}</figure>" for title, picture in pictures if picture)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{label}: machines</title><style>{style}</style>'
    )
    oee = percent(whole.waterfall.oee[0])
    body = f'<h1>{label}: OEE {oee}</h1><div class="sentence">{said}</div>{drawn}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _block(left: float, top: float, width: float, use: Use) -> str:
    place = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="12"'
    return f'<rect {place} fill="{COLOURS[use]}"><title>{escape(WORDS[use])}</title></rect>'

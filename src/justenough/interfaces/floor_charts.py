"""Floor charts: waterfall, state strip and loss Pareto of machines, each one value drawn as a small SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.machine import HOUR, Use
from justenough.estimation.clocks import local_texts
from justenough.estimation.strip import strip_of
from justenough.interfaces import drawing as d
from justenough.interfaces.charts import bars_chart
from justenough.interfaces.figures import figure, known, money, percent
from justenough.interfaces.floor_tables import WORDS, caveats, period, whole_sentence

if TYPE_CHECKING:
    from justenough.estimation.floor import Floor
    from justenough.estimation.losses import Losses
    from justenough.estimation.oee import Oee

WIDTH, NAMES, ROOM, ROW = 700, 190, 70, 24  # picture, room for names and for an amount, height of a row [px]
SLOTS = 288  # five minutes each of a day
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


def waterfall_chart(whole: Oee) -> str:
    """Time that is left step by step, each bar beginning where the one before ends."""
    flow = whole.waterfall
    if not known(flow.planned[0]) or flow.planned[0] <= 0:
        return ""
    hours = {use: whole.ticks[0, use] / HOUR for use in Use}
    all_time = sum(hours.values())
    beyond = sum(hours[use] for use in (Use.OUTSIDE, Use.OVERTIME, Use.BREAK, Use.PLANNED_STOP, Use.ENGINEERING))
    steps = [("calendar time", all_time, True), ("not planned", beyond, False), (WORDS[Use.UNKNOWN], hours[Use.UNKNOWN], False)]
    steps.append(("planned production time", flow.planned[0] * 24, True))
    steps += [(WORDS[use], hours[use], False) for use in (Use.BREAKDOWN, Use.SETUP, Use.IDLE, Use.STARVED, Use.BLOCKED)]
    steps.append(("running time", flow.run[0] * 24, True))
    if known(flow.good[0]):
        steps += [("minor stops and slow running", flow.performance_loss[0] * 24, False), ("net running time", flow.net_run[0] * 24, True)]
        steps += [("rejects", flow.quality_loss[0] * 24, False), ("fully productive time", flow.good[0] * 24, True)]
    steps = [step for step in steps if step[2] or step[1]]
    x = d.Scale(0, max(all_time, *(amount for _, amount, left in steps if left)), NAMES, WIDTH - ROOM)
    parts, level = [], 0.0
    for place, (name, amount, left) in enumerate(steps):
        y = ROW * (place + 0.5)
        begin, end = (0.0, amount) if left else (level - amount, level)
        level = amount if left else level - amount
        parts.append(d.text(NAMES - 8, y + 4, name, "" if left else "tick", "end"))
        parts.append(d.paths([[(x(begin), y), (x(end), y)]], "bar" if left else "less", 14))
        parts.append(d.text(max(x(begin), x(end)) + 6, y + 4, f"{figure(amount)} h"))
    parts.append(d.line(x(0), 2, x(0), ROW * len(steps), "axis"))
    return d.svg(WIDTH, ROW * len(steps) + 6, f"From calendar time to good parts, {period(whole.floor)} [hours]", parts)


def strip_chart(floor: Floor, machines: int = 40) -> str:
    """What each machine did in the last day, five minutes a mark; time that was not planned stays empty, unknown time is dotted."""
    strip = strip_of(floor, SLOTS)
    shown = strip.machines[:machines]
    x = d.Scale(0, SLOTS, 90, WIDTH - 10)
    parts = []
    for place, name in enumerate(shown):
        y = 18 * (place + 0.5)
        parts.append(d.text(82, y + 4, name, "tick", "end"))
        edges = np.flatnonzero(np.diff(strip.use[place])) + 1
        for first, last in zip([0, *edges], [*edges, SLOTS], strict=True):
            use = Use(int(strip.use[place, first]))
            if use == Use.UNKNOWN:
                parts.append(d.line(x(first), y, x(last), y, "drop axis"))
            elif use in COLOURS:
                parts.append(_block(x(first), y - 6, x(last) - x(first), use))
    foot = 18 * len(shown) + 14
    first_text, last_text = local_texts(np.array([strip.since, strip.until]), floor.zone, "%d %b %H:%M")
    parts += [d.text(x(0), foot, first_text, "tick"), d.text(x(SLOTS), foot, last_text, "tick", "end")]
    seen = [use for use in COLOURS if bool((strip.use == use).any())]
    for place, use in enumerate(seen):
        left, top = 90 + 150 * (place % 4), foot + 12 + 18 * (place // 4)
        parts += [_block(left, top, 12, use), d.text(left + 18, top + 10, WORDS[use], "tick")]
    height = foot + 16 + 18 * (-(-len(seen) // 4))
    more = f", {len(shown)} of {len(strip.machines)} machines" if len(shown) < len(strip.machines) else ""
    return d.svg(WIDTH, height, f"What machines did in the last day{more}", parts)


def pareto_chart(losses: Losses, top: int = 12) -> str:
    """The greatest losses by reason, with their money."""
    rows = losses.by().head(top).to_dicts()

    def said(row: dict[str, float]) -> str:
        return f"{figure(row['hours'])} h" + (f", {money(row['money'], losses.currency)}" if known(row["money"]) else "")

    return bars_chart("Hours lost by reason, the greatest first", [(str(row["reason"]), row["hours"], said(row)) for row in rows])


def floor_page(floor: Floor, whole: Oee, losses: Losses) -> str:
    """A page of the three pictures that opens without a network."""
    from importlib.resources import files

    style = (files("justenough.interfaces") / "static" / "report.css").read_text(encoding="utf-8")
    label = escape(floor.plant.terms.label or "The plant")
    said = "".join(f"<p>{escape(text)}</p>" for text in [whole_sentence(whole), *caveats(whole, losses)])
    pictures = (
        ("From calendar time to good parts", waterfall_chart(whole)),
        ("What machines did in the last day", strip_chart(floor)),
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

"""
Draw docs/link_repairs.svg: the buffer of a made item as its press stops longer and more seldom, at one and the same OEE.

Run from the repository: ``python tools/link_chart.py``. The figures are those of docs/link.md, worked out by `buffers`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import justenough as je
from justenough.strategy.decide import decided
from justenough.strategy.spread import part
from justenough.strategy.trace import trace

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.strategy.decide import Decided

PICTURE = Path(__file__).parents[1] / "docs" / "link_repairs.svg"
ITEM, PRESS = "SHL-A60", "PRS-1"
TIMES = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 24.0)  # longer and more seldom than measured
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 70, 50


def buffers(found: Decided, settings: je.Settings, times: tuple[float, ...] = TIMES) -> Floats:
    """Safety stock of the item, looked at daily, with stops so many times as long and rare: availability and OEE stay. (n,) [units]"""
    link = found.link
    assert link is not None
    row = found.plan.rows["item"].to_list().index(ITEM)
    out = []
    for factor in times:
        machines = link.machines.as_if(PRESS, mtbf=factor, mttr=factor)
        known = replace(
            found.known, lead_time=link.lead_time(machines, items=np.array([row])), review_days=np.ones(len(found.known.review_days))
        )
        out.append(trace(part(known, np.array([row])), settings).chosen.safety_stock[0])
    return np.array(out)


def drawing(hours: Floats, units: Floats) -> str:
    """The picture: repair hours along, units in reserve up."""
    top = 1.1 * units.max()
    x = LEFT + (WIDTH - LEFT - 20) * hours / hours.max()
    y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 20) * units / top
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dots = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5"/><text x="{a:.1f}" y="{b - 9:.1f}" text-anchor="middle">{u:,.0f}</text>'
        for a, b, u in zip(x, y, units, strict=True)
    )
    ticks = "".join(
        f'<text x="{a:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{h:.3g}</text>' for a, h in zip(x, hours, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">\n'
        f"<title>Safety stock of {ITEM} by hours of a repair of {PRESS}, at equal availability and OEE</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n'
        f'<path d="M{LEFT} 20V{HEIGHT - BOTTOM}H{WIDTH - 20}" fill="none" stroke="#555"/>\n'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>\n<g fill="#1f5fa8">{dots}</g>\n<g fill="#333">{ticks}'
        f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">hours of a repair (stops as many times more seldom)</text>'
        f'<text transform="translate(16 {(HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">units in reserve</text>'
        "</g>\n</svg>\n"
    )


if __name__ == "__main__":
    lean = je.Settings(anatomy_items=0, coming_items=0, gate_items=0)
    plan = decided(je.sample("brackets"), lean)
    assert plan.link is not None
    repair = 24.0 * plan.link.machines.mttr_days[plan.link.machines.at(PRESS)].mean()
    PICTURE.write_text(drawing(repair * np.array(TIMES), buffers(plan, lean)), encoding="utf-8")

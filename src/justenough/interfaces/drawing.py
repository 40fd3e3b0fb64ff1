"""Drawing: scales, axes and labels of small SVG pictures that follow the page's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from justenough.domain.figures import figure

LINE = 15  # least distance of two labels above each other [px]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from values ``low..high`` to pixels ``start..end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Pixel of a value."""
        span = self.high - self.low
        return self.start if span == 0 else self.start + (value - self.low) / span * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values inside the scale, at most ``most`` of them."""
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        rough = span / max(most - 1, 1)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [round(i * step, 12) for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


def svg(width: int, height: int, title: str, parts: Sequence[str], about: str = "") -> str:
    """A picture of that size with its title and, for those who cannot see it, what it shows."""
    said = escape(f"{title}. {about}".strip())
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{said}">{"".join(parts)}</svg>'


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    """A label; ``kind`` is a class of the page's style."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(said)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def path(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A line through points."""
    way = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<path d="{way}" class="{kind}"/>'


def dot(x: float, y: float, kind: str, radius: float = 5, said: str = "") -> str:
    """A point; ``said`` shows when it is pointed at."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{kind}"><title>{escape(said)}</title></circle>'


def paths(ways: Sequence[Sequence[tuple[float, float]]], kind: str, width: float) -> str:
    """Many lines of one width as one shape, which keeps a long history small."""
    way = "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) for points in ways)
    return f'<path d="{way}" class="{kind}" stroke-width="{width:.1f}"/>'


def window(x: float, y: float, width: float, height: float, parts: Sequence[str]) -> str:
    """Parts seen through a window: what lies outside it is cut off."""
    place = f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}"
    return f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" viewBox="{place}">{"".join(parts)}</svg>'


def money_axis_below(scale: Scale, y: float, name: str, end: float) -> list[str]:
    """A horizontal axis of money with its name at the right end."""
    marks = [line(scale(t), y, scale(t), y + 4, "axis") + text(scale(t), y + 16, figure(t), "tick", "middle") for t in scale.ticks()]
    return [line(scale.start, y, scale.end, y, "axis"), *marks, text(end, y + 16, name, "name", "end")]


def grid_left(scale: Scale, x: float, right: float, written: Sequence[str] | None = None) -> list[str]:
    """Faint level lines and their figures, left of the picture."""
    ticks = scale.ticks(4)
    said = written or [figure(t) for t in ticks]
    return [
        line(x, scale(t), right, scale(t), "grid") + text(x - 6, scale(t) + 4, s, "tick", "end") for t, s in zip(ticks, said, strict=True)
    ]


def apart(places: Sequence[float], gap: float = LINE, least: float = -math.inf) -> list[float]:
    """
    The same places moved on as little as needed to lie ``gap`` apart and not before ``least``, in their order.

    Examples
    --------
    >>> apart([30.0, 10.0, 12.0], gap=15)
    [40.0, 10.0, 25.0]
    """
    moved = list(places)
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        moved[i] = max(moved[i], least)
        least = moved[i] + gap
    return moved


def thinned(places: Sequence[float], gap: float) -> list[int]:
    """Which of the places to label so that no two labels are nearer than ``gap``; the last one always."""
    kept: list[int] = []
    for i in sorted(range(len(places)), key=lambda i: -places[i]):
        if not kept or abs(places[kept[-1]] - places[i]) >= gap:
            kept.append(i)
    return sorted(kept)

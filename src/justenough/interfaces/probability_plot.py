"""Probability plot: lives on the paper of their law, where that law is a straight line, with its bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from justenough.domain.figures import count, figure, known, percent
from justenough.estimation.lifetimes import Law
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.findings import Plotted

WIDTH, HEIGHT = 700, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 40, 54
STYLE = """<style>
svg { --page: #ffffff; --ink: #1b1f23; --quiet: #5c646c; --faint: #e3e7ea; --accent: #0072b2; --band: #d5e6f1; }
@media (prefers-color-scheme: dark) {
  svg { --page: #14171a; --ink: #e7eaed; --quiet: #a3acb4; --faint: #2a3036; --accent: #56b4e9; --band: #1d3444; }
}
svg { background: var(--page); }
text { font: 12px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
text.title { font-size: 16px; font-weight: 600; } text.tick, text.name { fill: var(--quiet); }
text.law { fill: var(--accent); font-weight: 600; } line.grid { stroke: var(--faint); } line.axis { stroke: var(--quiet); }
path { fill: none; } path.band { fill: var(--band); } path.law { stroke: var(--accent); stroke-width: 2; }
circle.life { fill: var(--ink); stroke: var(--page); }
</style>"""


def probability_plot(one: Plotted, *, what: str = "operating time to failure") -> str:
    """
    A Weibull or lognormal plot: time on a logarithmic scale, share over on the scale that makes the law straight.

    Parameters
    ----------
    one
        The lives, the law and its bounds.
    what
        What the lives are of.
    """
    unit, per = ("min", 1440.0) if max(one.days) < 1.0 / 3.0 else ("h", 24.0) if max(one.days) < 30.0 else ("days", 1.0)
    shown = [value for value in (*one.days, one.line_days[1], one.line_days[-2]) if known(value)]
    low, high = math.log(min(shown) * per), math.log(max(shown) * per)
    pad = 0.04 * (high - low) + 1e-9
    x = d.Scale(low - pad, high + pad, LEFT, WIDTH - RIGHT)
    tall = [_height(one.law, share) for share in one.line_share]
    points = [_height(one.law, share) for share in one.share]
    y = d.Scale(min(*points, tall[0]), max(*points, tall[-1]), HEIGHT - BOTTOM, TOP)
    parts = [STYLE, d.text(LEFT, 20, f"{one.name}: {what}, {count(len(one.days), 'different life', 'different lives')} failed", "title")]
    parts += [
        d.line(LEFT, y(at), WIDTH - RIGHT, y(at), "grid") + d.text(LEFT - 6, y(at) + 4, percent(share), "tick", "end")
        for share, at in zip(one.line_share, tall, strict=True)
    ]
    parts += [
        d.line(x(math.log(tick)), HEIGHT - BOTTOM, x(math.log(tick)), HEIGHT - BOTTOM + 4, "axis")
        + d.text(x(math.log(tick)), HEIGHT - BOTTOM + 18, figure(tick), "tick", "middle")
        for tick in _decades(math.exp(x.low), math.exp(x.high))
    ]
    parts.append(d.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))

    def way(days: Floats) -> list[tuple[float, float]]:
        return [(x(math.log(value * per)), y(at)) for value, at in zip(days, tall, strict=True) if known(value) and value > 0]

    inside = [d.path([*way(one.lower_days), *reversed(way(one.upper_days))], "band"), d.path(way(one.line_days), "law")]
    inside += [
        d.dot(x(math.log(days * per)), y(at), "life", 4, f"{figure(days * per)} {unit}: {percent(share)} over")
        for days, share, at in zip(one.days, one.share, points, strict=True)
    ]
    parts.append(d.window(LEFT, TOP - 6, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP + 12, inside))
    parts.append(d.text(LEFT + 10, TOP + 12, f"{one.law.label}, {percent(one.confidence)} bounds", "law"))
    parts.append(d.text(WIDTH - RIGHT, HEIGHT - 12, f"{what} [{unit}], logarithmic", "name", "end"))
    parts.append(d.text(LEFT, HEIGHT - 12, f"share over, {'normal' if one.law == Law.LOGNORMAL else 'Weibull'} scale", "name"))
    about = f"{one.law.label} law with {percent(one.confidence)} bounds."
    return _standing_alone(d.svg(WIDTH, HEIGHT, f"{one.name}: {what}", parts, about))


def _height(law: Law, share: float) -> float:
    """Where a share lies on the law's paper."""
    from scipy.special import ndtri

    return float(ndtri(share)) if law == Law.LOGNORMAL else math.log(-math.log1p(-share))


def _decades(low: float, high: float) -> list[float]:
    """Round values of a logarithmic axis, few enough to be read."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1.0,) if len(powers) > 5 else (1.0, 3.0) if len(powers) > 3 else (1.0, 2.0, 5.0)
    return [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]


def _standing_alone(picture: str) -> str:
    return picture.replace("<svg viewBox", '<svg xmlns="http://www.w3.org/2000/svg" viewBox', 1)

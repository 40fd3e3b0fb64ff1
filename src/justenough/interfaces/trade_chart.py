"""Trade chart: an item's curve as what it is, holding against stockouts, with every point that may be chosen."""

from __future__ import annotations

import json
from html import escape
from math import inf, isfinite
from operator import attrgetter
from typing import TYPE_CHECKING

from markupsafe import Markup

from justenough.domain.figures import count, figure, in_currency, known, money, percent, units
from justenough.interfaces import charts
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.evidence import Evidence, Receipt
    from justenough.interfaces.views.item_view import ItemView
    from justenough.strategy.priced import CurvePoint

WIDTH, HEIGHT = 760, 400
BEYOND = 0.35  # of the curve's width, how far the picture reaches to show today's point
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 44, 84
SERVICES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
NEEDED = ("mean_stock_value", "cycle_service", "holding_cost", "stockout_cost", "total_cost")


def trade(view: ItemView) -> Markup:
    """
    The curve of an item: cost a year, holding below and stockouts above it, against money tied up.

    Today is grey, the recommended point has the accent, its neighbours are hollow. The ring can be moved along the curve
    (`static/app.js`). Empty where the curve has fewer than two different points.
    """
    points = _distinct(view.curve)
    one = view.item
    if len(points) < 2 or one.mean_stock_value is None or one.total_cost is None:
        return Markup("")
    columns = {name: _column(points, name) for name in ("safety_stock", *NEEDED)}
    value, total = columns["mean_stock_value"], columns["total_cost"]
    base = [all_of_it - stockouts for all_of_it, stockouts in zip(total, columns["stockout_cost"], strict=True)]
    today = one.today_mean_stock_value if known(one.today_mean_stock_value) and known(one.today_total_cost) else None
    x = d.Scale(*_across([*value, one.mean_stock_value], today), LEFT, WIDTH - RIGHT)
    y = d.Scale(0, _ceiling(view, total, base, seen=today is not None and x.low <= today <= x.high), HEIGHT - BOTTOM, TOP)
    foot = HEIGHT - BOTTOM
    areas = [
        _area([(x(a), y(b)) for a, b in zip(value, base, strict=True)], [(x(a), foot) for a in value], "holding-area"),
        _area(
            [(x(a), y(b)) for a, b in zip(value, total, strict=True)],
            [(x(a), y(b)) for a, b in zip(value, base, strict=True)],
            "stockout-area",
        ),
        d.path([(x(a), y(b)) for a, b in zip(value, base, strict=True)], "holding"),
        d.path([(x(a), y(b)) for a, b in zip(value, total, strict=True)], "total"),
    ]
    parts = [*d.grid_left(y, LEFT, WIDTH - RIGHT), d.window(LEFT, TOP - 2, WIDTH - RIGHT - LEFT, foot - TOP + 3, areas)]
    parts += [d.text(LEFT - 56, 16, f"cost a year{in_currency(one.currency, ' [{}]')}", "name")]
    parts += _names(x, y, value, base, total)
    parts += _below(x, value, columns["cycle_service"], one.currency)
    parts += _marks(view, x, y, today)
    parts.append(_ring(view, x, y))
    about = f"Recommended: {money(one.mean_stock_value, one.currency)} tied up, {money(one.total_cost, one.currency)} a year."
    title = "Cost a year against money tied up, from just-in-time to just-in-case"
    said = escape(f"{title}. {about}")
    told = {
        "points": [list(row) for row in zip([p.reorder_point for p in points], *columns.values(), strict=True)],
        "x": [x.low, x.high, x.start, x.end],
        "y": [y.low, y.high, y.start, y.end],
        "chosen": [one.reorder_point, one.mean_stock_value, one.total_cost],
        "priced": one.stockout_cost is not None,
        "lot": (one.order_up_to or 0.0) - (one.reorder_point or 0.0),
        "currency": in_currency(one.currency),
    }
    data = escape(json.dumps(told), quote=True)
    drawn = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{said}" data-curve="{data}">{"".join(parts)}</svg>'
    return Markup(drawn)  # noqa: S704  every text is escaped


def bars(title: str, shares: Sequence[tuple[str, float]], width: int = charts.WIDTH) -> str:
    """Names and amounts as bars from zero."""
    return charts.bars_chart(title, [(words, amount, figure(amount)) for words, amount in shares], width)


def demand_bars(evidence: Evidence) -> str:
    """Demand by period as bars on a zero line."""
    quantities = [float("nan") if one is None else one for one in evidence.demand]
    if not quantities:
        return ""
    return charts.demand_strip(quantities, f"{evidence.starts[0]:%b %Y}", f"{evidence.starts[-1]:%b %Y}")


def receipts_dots(receipts: Sequence[Receipt]) -> str:
    """Days from order to receipt, each order line a dot, its promise a tick; those still open are hollow."""
    told = [one for one in receipts if one.ordered is not None and (one.received is not None or one.promised is not None)]
    if not told:
        return ""
    height, foot = 150, 26
    days = [[(end - one.ordered).days if end and one.ordered else None for end in (one.received, one.promised)] for one in told]
    first, last = min(one.ordered for one in told if one.ordered), max(one.ordered for one in told if one.ordered)
    x = d.Scale(0, max((last - first).days, 1), LEFT, WIDTH - RIGHT)
    y = d.Scale(0, 1.1 * max(1, *(one for pair in days for one in pair if one is not None)), height - foot, 12)
    parts = [*d.grid_left(y, LEFT, WIDTH - RIGHT), d.line(LEFT, y(0), WIDTH - RIGHT, y(0), "axis")]
    for one, (took, promised) in zip(told, days, strict=True):
        assert one.ordered is not None
        at = x((one.ordered - first).days)
        if promised is not None:
            parts.append(d.line(at - 4, y(promised), at + 4, y(promised), "axis"))
        if took is not None:
            late = f", promised after {promised}" if promised is not None else ""
            parts.append(d.dot(at, y(took), "received", 3.5, f"ordered {one.ordered}, came after {count(took, 'day')}{late}"))
        else:
            parts.append(d.dot(at, y(promised or 0), "open", 3.5, f"ordered {one.ordered}, still open"))
    parts += [d.text(LEFT, height - 6, f"{first:%b %Y}", "tick"), d.text(WIDTH - RIGHT, height - 6, f"{last:%b %Y}", "tick", "end")]
    return d.svg(WIDTH, height, "Days from order to receipt, by day of order", parts)


def _column(points: Sequence[CurvePoint], name: str) -> list[float]:
    return [value if value is not None and isfinite(value) else 0.0 for value in map(attrgetter(name), points)]


def _distinct(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    found: list[CurvePoint] = []
    most = -inf
    for one in points:
        value, service, total = one.mean_stock_value, one.cycle_service, one.total_cost
        if value is not None and service is not None and total is not None and most < value < inf and isfinite(service) and isfinite(total):
            found.append(one)
            most = value
    return found


def _across(value: list[float], today: float | None) -> tuple[float, float]:
    """Ends of the money axis: the curve, and today's point where it does not lie so far off that the curve would shrink to a corner."""
    low, high = min(value), max(value)
    if today is None:
        return low, high
    room = BEYOND * (high - low)
    return min(low, max(today, low - room)), max(high, min(today, high + room))


def _ceiling(view: ItemView, total: list[float], base: list[float], *, seen: bool) -> float:
    """Top of the cost axis: all that is near the choice; a steep stockout end leaves through the top."""
    one = view.item
    near = [one.total_cost, one.leaner_total_cost, one.safer_total_cost]
    wanted = max([base[-1], total[-1], *(cost for cost in near if cost is not None and known(cost))])
    if seen and one.today_total_cost is not None and known(one.today_total_cost):
        wanted = max(wanted, min(one.today_total_cost, 3 * wanted))
    return 1.12 * max(min(max(total), 1.8 * wanted), wanted)


def _area(upper: list[tuple[float, float]], lower: list[tuple[float, float]], kind: str) -> str:
    way = "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in [*upper, *reversed(lower)]) + "Z"
    return f'<path d="{way}" class="{kind}"/>'


def _names(x: d.Scale, y: d.Scale, value: list[float], base: list[float], total: list[float]) -> list[str]:
    """What each area is, written into it where it is thick."""
    parts = []
    right = x(value[-1])
    thick = y(0) - y(base[-1])
    if thick > 16:
        parts.append(d.text(right - 8, y(base[-1] / 2) + 4, "holding and ordering", "holding label", "end"))
    # Where the stockouts' band is thickest inside the picture.
    seen = [(min(y(b) - max(y(t), TOP), 200), v, b, t) for v, b, t in zip(value, base, total, strict=True)]
    wide, at, low, high = max(seen)
    if wide > 18:
        beside = x(at) + 10 if x(at) < WIDTH / 2 else x(at) - 10
        parts.append(
            d.text(beside, (y(low) + max(y(high), TOP)) / 2 + 4, "stockouts", "stockout label", "start" if x(at) < WIDTH / 2 else "end")
        )
    return parts


def _below(x: d.Scale, value: list[float], service: list[float], currency: str) -> list[str]:
    foot = HEIGHT - BOTTOM
    parts = d.money_axis_below(x, foot, "", WIDTH)
    found = [(s, place) for s in SERVICES if (place := _where(s, service, value)) is not None]
    parts += [
        d.text(WIDTH - RIGHT, foot + 34, f"money tied up{in_currency(currency, ' [{}]')}", "name", "end"),
        d.line(x(value[0]), foot + 42, x(value[-1]), foot + 42, "axis"),
    ]
    for i in d.thinned([x(place) for _, place in found], 52):
        s, place = found[i]
        parts.append(d.line(x(place), foot + 42, x(place), foot + 47, "axis") + d.text(x(place), foot + 60, percent(s), "tick", "middle"))
    parts.append(d.text((x(value[0]) + x(value[-1])) / 2, foot + 78, "cycles without a stockout", "name", "middle"))
    parts += [
        d.text(x(value[0]), foot + 78, "just-in-time ←", "end"),
        d.text(x(value[-1]), foot + 78, "→ just-in-case", "end", "end"),
    ]
    return parts


def _where(service: float, services: list[float], value: list[float]) -> float | None:
    for i in range(1, len(value)):
        before, after = services[i - 1], services[i]
        if before < service <= after:
            return value[i - 1] + (service - before) / (after - before) * (value[i] - value[i - 1])
    return None


def _marks(view: ItemView, x: d.Scale, y: d.Scale, today: float | None) -> list[str]:
    one, foot = view.item, HEIGHT - BOTTOM
    assert one.mean_stock_value is not None and one.total_cost is not None  # noqa: PT018  the caller looked
    parts = []
    for side in ("leaner", "safer"):
        beside, price = getattr(one, f"{side}_mean_stock_value"), getattr(one, f"{side}_total_cost")
        if known(beside) and known(price) and price <= y.high:
            parts.append(d.dot(x(beside), y(price), "beside", 4.5, f"{side}: reorder at {units(getattr(one, f'{side}_reorder_point'))}"))
    chosen, at = x(one.mean_stock_value), y(one.total_cost)
    names = [(chosen, "recommended", "chosen label")]
    if today is not None and one.today_total_cost is not None:
        above = one.today_total_cost > y.high
        grey, up = x(min(max(today, x.low), x.high)), y(min(one.today_total_cost, y.high))
        way = "←" if today < x.low else "→" if today > x.high else ""
        told = f"today: {money(today, one.currency)} tied up, {money(one.today_total_cost, one.currency)} a year"
        if way:
            words = f"today {way} {figure(today)}, {figure(one.today_total_cost)} a year"
        else:
            parts.append(d.line(grey, TOP - 8, grey, foot, "drop today"))
            parts.append(d.dot(grey, up, "today", 6, told))
            words = f"today ↑ {figure(one.today_total_cost)} a year" if above else "today"
        names.append((grey, words, "today label"))
    parts.append(d.line(chosen, TOP - 8, chosen, foot, "drop chosen"))
    parts.append(d.dot(chosen, at, "chosen", 7, f"recommended: reorder at {units(one.reorder_point)}"))
    right = max(place for place, _, _ in names)
    for place, name, kind in names:
        toward = "start" if (place >= right and len(names) > 1) or place < WIDTH / 2 else "end"
        if len(names) > 1 and place < right:
            toward = "end" if place > LEFT + 130 else "start"
        if toward == "start" and place > WIDTH - 130:
            toward = "end"
        level = TOP - 24 if len(names) > 1 and abs(names[0][0] - names[1][0]) < 150 and kind == "today label" else TOP - 10
        parts.append(d.text(place + (5 if toward == "start" else -5), level, name, kind, toward))
    return parts


def _ring(view: ItemView, x: d.Scale, y: d.Scale) -> str:
    """The point one may move; it stands where the page was asked, else on the recommended one."""
    one, tried = view.item, view.tried
    value, cost = (one.mean_stock_value, one.total_cost) if tried is None else (tried.mean_stock_value, tried.total_cost)
    at = one.reorder_point if tried is None else tried.reorder_point
    levels = [p.reorder_point for p in view.curve]
    low, high = min(levels), max(levels)
    place = f'transform="translate({x(value or 0):.1f},{y(min(cost or 0, y.high)):.1f})"'
    said = 'role="slider" tabindex="0" aria-label="Reorder point to try"'
    bounds = f'aria-valuemin="{low:g}" aria-valuemax="{high:g}" aria-valuenow="{at:g}"'
    return f'<g class="handle" {place} {said} {bounds}><circle r="22" class="reach"/><circle r="10" class="try"/></g>'

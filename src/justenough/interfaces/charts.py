"""Charts: the pictures of a plan, each one value drawn as a small SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from justenough.domain.figures import figure, in_currency, known, money, percent, signed, units
from justenough.interfaces import drawing as d

if TYPE_CHECKING:
    import polars as pl

    from justenough.strategy.exchange import Exchange
    from justenough.strategy.recommendation import Recommendation

WIDTH, HEIGHT = 700, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 116, 34, 74  # margins of the curve [px]
ALIKE = 200  # room for the name of the line of equal service [px]
ENDS = 160  # least distance of the two ends' names [px]
SERVICES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def curve_chart(item: Recommendation, curve: pl.DataFrame) -> str:
    """
    An item's curve: cost a year against money tied up, today in grey, the recommended point in the accent.

    Empty where the curve has fewer than two different points.
    """
    needed = ["mean_stock_value", "holding_cost", "total_cost", "cycle_service"]
    points = curve.drop_nulls(needed).drop_nans(needed).unique("mean_stock_value", keep="first").sort("mean_stock_value")
    if points.height < 2 or item.mean_stock_value is None or item.total_cost is None:
        return ""
    stock, total = points["mean_stock_value"].to_list(), points["total_cost"].to_list()
    holding, stockout = points["holding_cost"].to_list(), points["stockout_cost"].fill_null(0).fill_nan(0).to_list()
    top = _ceiling(item, total, holding)
    today = item.today_mean_stock_value if known(item.today_mean_stock_value) and known(item.today_total_cost) else None
    seen = [item.mean_stock_value, stock[0], stock[-1], *([] if today is None else [today])]
    low, high = min(seen), max(seen)
    x, y = d.Scale(low, high, LEFT, WIDTH - RIGHT), d.Scale(0, top, HEIGHT - BOTTOM, TOP)
    parts = d.grid_left(y, LEFT, WIDTH - RIGHT)
    series = [("total", total, "total"), ("holding", holding, "holding")]
    if max(stockout) > 0:
        series.append(("stockouts", stockout, "stockout"))
    lines = [d.path([(x(a), y(b)) for a, b in zip(stock, values, strict=True)], kind) for _, values, kind in series]
    parts.append(d.window(LEFT, TOP - 2, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP + 4, lines))
    ends = _label_places([max(y(min(values[-1], top)), TOP) for _, values, _ in series])
    parts += [d.text(x(stock[-1]) + 8, at + 4, name, f"{kind} label") for (name, _, kind), at in zip(series, ends, strict=True)]
    parts += _below(x, stock, points["cycle_service"].to_list(), item.currency)
    parts += _points(item, x, y)
    about = f"Recommended: {money(item.mean_stock_value, item.currency)} tied up, {money(item.total_cost, item.currency)} a year."
    return d.svg(WIDTH, HEIGHT, "Cost a year against money tied up, from just-in-time to just-in-case", parts, about)


def exchange_chart(exchange: Exchange) -> str:
    """Service against money tied up: every item alike, today, the plan."""
    width, height, bottom = WIDTH, 280, 50
    marks = [exchange.plan, *([exchange.today] if exchange.today else [])]
    most = max(m for m, _ in marks)
    high = 1.25 * max(most, min(exchange.alike[-1][0], 2 * most))
    least = min(s for _, s in [*marks, *exchange.alike[:1]])
    floor = max(0.0, least - max(0.03, 0.24 * (1.0 - least)))  # room for a name below the lowest point
    x, y = d.Scale(0, high, LEFT, width - 24), d.Scale(floor, 1.0, height - bottom, 24)
    parts = d.grid_left(y, LEFT, width - 24, [percent(t) for t in y.ticks(4)])
    alike = d.path([(x(m), y(s)) for m, s in exchange.alike], "total")
    parts.append(d.window(LEFT, 20, width - LEFT - 24, height - bottom - 20, [alike]))
    begin, low = x(exchange.alike[0][0]), y(exchange.alike[0][1]) - 2
    roomy = begin + 12 + ALIKE <= width  # the name stays inside the picture
    parts.append(d.text(begin + (12 if roomy else -8), low, "every item at the same service", "total label", "start" if roomy else "end"))
    parts += d.money_axis_below(x, height - bottom, "", width - 24)
    parts.append(d.text(width - 24, height - 12, f"money tied up{in_currency(exchange.currency, ' [{}]')}", "name", "end"))
    now, was = (x(exchange.plan[0]), y(exchange.plan[1])), None
    if exchange.today:
        was = x(exchange.today[0]), y(exchange.today[1])
        parts.append(d.line(*was, *now, "step"))
        parts += _labelled(was, "today", f"today: {_standing(exchange.today, exchange.currency)}")
        parts.append(d.text(width - 24, 14, _distance(exchange.plan, exchange.today, exchange.currency), "name", "end"))
    parts += _labelled(now, "chosen", f"plan: {_standing(exchange.plan, exchange.currency)}", was)
    return d.svg(width, height, "Share of demand from the shelf against money tied up", parts)


def _standing(point: tuple[float, float], currency: str) -> str:
    return f"{money(point[0], currency)}, {percent(point[1])}"


def _distance(plan: tuple[float, float], today: tuple[float, float], currency: str) -> str:
    """How far today's point lies from the plan's, in money and service."""
    less, points = today[0] - plan[0], 100 * (plan[1] - today[1])
    held = f"{money(abs(less), currency)} {'less' if less > 0 else 'more'}"
    return f"from today to the plan: {held}, service {signed(points, 2)} points"


def demand_strip(quantities: Sequence[float], first: str, last: str) -> str:
    """Demand by period as bars on a zero line; a period nobody recorded stays empty."""
    width, height, foot = WIDTH, 76, 18
    seen = [q for q in quantities if known(q)]
    if not seen or max(seen) <= 0:
        return ""
    x, y = d.Scale(0, len(quantities), LEFT, width - 24), d.Scale(0, max(seen), height - foot, 12)
    wide = (x.end - x.start) / len(quantities)
    sticks = [[(x(i + 0.5), y(0)), (x(i + 0.5), y(q))] for i, q in enumerate(quantities) if known(q) and q > 0]
    bars = [d.paths(sticks, "bar", max(min(0.8 * wide, 12), 0.6))]
    parts = [*bars, d.line(LEFT, y(0), width - 24, y(0), "axis"), d.text(LEFT - 6, y(max(seen)) + 8, figure(max(seen)), "tick", "end")]
    parts += [
        d.text(LEFT - 6, y(0) + 4, "0", "tick", "end"),
        d.text(LEFT, height - 3, first, "tick"),
        d.text(width - 24, height - 3, last, "tick", "end"),
    ]
    return d.svg(width, height, f"Demand by period, {first} to {last}", parts)


LINE = 18  # from one name to the next below it [px]
NAME_SIGN = 7.2  # of a name [px]


def bars_chart(title: str, rows: Sequence[tuple[str, float, str]], width: int = WIDTH) -> str:
    """
    Bars from a zero line, one a row, with their names and amounts; empty without rows.

    Parameters
    ----------
    title
        What they show.
    rows
        Name, amount (below zero the bar goes left) and the amount in words.
    width : [px]
        Of the picture; signs are as large in every one.
    """
    if not rows:
        return ""
    names = max(150, round(NAME_SIGN * max(len(name) for name, _, _ in rows)))  # room of names [px]
    gap, foot, room = 24, 6, 90  # of each bar, below, and of an amount [px]
    low, high = min(0.0, *(amount for _, amount, _ in rows)), max(0.0, *(amount for _, amount, _ in rows))
    x = d.Scale(low, high, names + (room if low < 0 else 8), width - room)
    parts = []
    for place, (name, amount, said) in enumerate(rows):
        y = gap * (place + 0.5)
        left, beside = amount < 0, x(amount) + (-6 if amount < 0 else 6)
        parts.append(d.text(names - 8, y + 4, name, "tick", "end"))
        parts.append(d.paths([[(x(0), y), (x(amount), y)]], "less" if left else "bar", 14))
        parts.append(d.text(beside, y + 4, said, "", "end" if left else "start"))
    height = gap * len(rows) + foot
    parts.append(d.line(x(0), 2, x(0), height - foot, "axis"))
    return d.svg(width, height, title, parts, "; ".join(f"{name} {said}" for name, _, said in rows))


def _ceiling(item: Recommendation, total: list[float], holding: list[float]) -> float:
    """Top of the cost axis: all that is near the choice; a steep stockout end leaves through the top."""
    near = [item.total_cost, item.leaner_total_cost, item.safer_total_cost]
    wanted = max([holding[-1], total[-1], *(value for value in near if value is not None and known(value))])
    today = item.today_total_cost
    if today is not None and known(today):
        wanted = max(wanted, min(today, 4 * wanted))
    return max(1.12 * min(max(total), 1.6 * wanted), 1.12 * wanted)


def _label_places(ends: list[float]) -> list[float]:
    """Where the names of lines go: at their ends, moved up to lie apart and clear of the axis below."""
    upward = d.apart([-at for at in ends], least=8 - (HEIGHT - BOTTOM))
    return [-at for at in upward]


def _below(x: d.Scale, stock: list[float], service: list[float], currency: str) -> list[str]:
    base = HEIGHT - BOTTOM
    parts = d.money_axis_below(x, base, "", WIDTH)
    parts.append(d.text(WIDTH - 4, base + 16, f"tied up{in_currency(currency, ' [{}]')}", "name", "end"))
    at = [(s, _where(s, service, stock)) for s in SERVICES]
    found = [(s, place) for s, place in at if place is not None]
    shown = d.thinned([x(place) for _, place in found], 50)
    for i in shown:
        s, place = found[i]
        parts.append(d.line(x(place), base + 26, x(place), base + 31, "axis") + d.text(x(place), base + 43, percent(s), "tick", "middle"))
    parts.append(d.line(x(stock[0]), base + 26, x(stock[-1]), base + 26, "axis"))
    parts.append(d.text(WIDTH - 4, base + 64, "cycle service", "name", "end"))  # below its figures, which reach far to the right
    right = min(max(x(stock[-1]), x(stock[0]) + ENDS), WIDTH - RIGHT)
    parts.append(d.text(min(x(stock[0]), right - ENDS), base + 64, "just-in-time", "name"))
    parts.append(d.text(right, base + 64, "just-in-case", "name", "end"))
    return parts


def _where(service: float, services: list[float], stock: list[float]) -> float | None:
    """Stock at which the curve first states that service, straight between its points."""
    for i in range(1, len(stock)):
        before, after = services[i - 1], services[i]
        if before < service <= after:
            return stock[i - 1] + (service - before) / (after - before) * (stock[i] - stock[i - 1])
    return None


def _points(item: Recommendation, x: d.Scale, y: d.Scale) -> list[str]:
    value, cost = item.mean_stock_value, item.total_cost
    assert value is not None and cost is not None  # noqa: PT018  the caller looked
    parts = []
    for side, anchor, shift in (("leaner", "end", -8), ("safer", "start", 8)):
        beside, price = getattr(item, f"{side}_mean_stock_value"), getattr(item, f"{side}_total_cost")
        if known(beside) and known(price) and price <= y.high:
            said = f"{side}: reorder at {units(getattr(item, f'{side}_reorder_point'))}"
            parts.append(d.dot(x(beside), y(price), "beside", 4, said))
            if abs(x(beside) - x(value)) > 14:
                parts.append(d.text(x(beside) + shift, y(price) + 16, side, "small label", anchor))
    today, before = item.today_mean_stock_value, item.today_total_cost
    right = True
    if today is not None and before is not None and known(today) and known(before):
        right = today <= value
        at = y(min(before, y.high))
        above = before > y.high
        said = f"today {'↑ ' + money(before, item.currency) + ' a year' if above else ''}".strip()
        parts.append(d.line(x(today), at, x(today), HEIGHT - BOTTOM, "drop today") + d.dot(x(today), at, "today", 5, said))
        toward = "end" if (right and x(today) > LEFT + 60) or x(today) > WIDTH - RIGHT - 60 else "start"
        parts.append(d.text(x(today) + (-9 if toward == "end" else 9), max(at - 8, 12), said, "today label", toward))
    at = y(cost)
    parts.append(d.line(x(value), at, x(value), HEIGHT - BOTTOM, "drop chosen"))
    parts.append(d.dot(x(value), at, "chosen", 6, f"recommended: reorder at {units(item.reorder_point)}"))
    toward = "start" if right and x(value) < WIDTH - RIGHT - 90 else "end" if x(value) > LEFT + 90 else "start"
    parts.append(d.text(x(value) + (9 if toward == "start" else -9), at - 11, "recommended", "chosen label", toward))
    return parts


def _labelled(at: tuple[float, float], kind: str, said: str, other: tuple[float, float] | None = None) -> list[str]:
    """A point [px] and its name below it, a line lower than the name of an ``other`` that would lie across it."""
    across, down = at
    left = across > WIDTH - 200 or (kind == "today" and across > LEFT + 200)
    below = down + 22
    if other is not None and abs(other[0] - across) <= 400 and abs(other[1] - down) < LINE:
        below = other[1] + 22 + LINE
    name = d.text(across + (4 if left else -4), below, said, f"{kind} label", "end" if left else "start")
    return [d.dot(across, down, kind, 6, said), name]

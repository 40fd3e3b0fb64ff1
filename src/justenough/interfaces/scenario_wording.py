"""Scenario wording: what is supposed, what it costs and what breaks first, in sentences and tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from justenough.domain.figures import UNKNOWN, count, in_currency, money, percent, units

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from justenough.strategy.whatif import WhatIf


def whatif_sentences(found: WhatIf) -> list[str]:
    """What is supposed, what it costs, what breaks first."""
    now, then, currency = found.now, found.then, found.currency
    sentences = []
    if found.scenario.moves:
        more, dearer = then.stock_value - now.stock_value, then.total_cost - now.total_cost
        sentences.append(
            f"{found.scenario.name}: the plan would hold {money(abs(more), currency)} {'more' if more >= 0 else 'less'} and cost "
            f"{money(abs(dearer), currency)} a year {'more' if dearer >= 0 else 'less'}; fill rate {percent(then.fill_rate)}, "
            f"now {percent(now.fill_rate)}; {count(found.rows.height, 'item')} would be held otherwise."
        )
    broken = found.breaks.drop_nulls("breaks_on")
    if broken.height:
        first = broken.row(0, named=True)
        sentences.append(
            f"{found.scenario.name}: with the levels as they are {count(broken.height, 'item')} would run out, {first['item']} first, on "
            f"{first['breaks_on']:%d %b %Y}; {_costs(found)}."
        )
    elif found.breaks.height:
        first = found.breaks.row(0, named=True)
        sentences.append(
            f"{found.scenario.name}: on average no item runs out; {count(found.breaks.height, 'item')} would be at risk, {first['item']} "
            f"first, from {first['at_risk_on']:%d %b %Y}."
        )
    else:
        sentences.append(f"{found.scenario.name}: no item would run out that does not now.")
    return sentences


def beside_table(beside: pl.DataFrame, currency: str, width: int) -> Table:
    """Scenarios side by side."""
    from justenough.interfaces.tables import Column, laid_out

    rows = beside.to_dicts()
    unit = in_currency(currency, " [{}]")
    columns = (
        Column("scenario", [row["scenario"] for row in rows]),
        Column(f"in stock{unit}", [money(row["stock_value"]) for row in rows], number=True),
        Column(f"a year{unit}", [money(row["total_cost"]) for row in rows], number=True),
        Column("fill rate", [percent(row["fill_rate"]) for row in rows], number=True),
        Column("JIT or\nlean", [f"{row['just_in_time']:,}" for row in rows], number=True, rank=2),
        Column("items\nbreak", [f"{row['breaking_items']:,}" for row in rows], number=True),
        Column("first on", [_day(row["first_break"]) for row in rows], rank=1),
        Column(f"stockouts{unit}", [money(row["short_cost"]) for row in rows], number=True, rank=1),
    )
    return laid_out("Side by side", columns, width)


def breaks_table(found: WhatIf, top: int, width: int) -> Table:
    """Which items break, first to break first."""
    from justenough.interfaces.tables import Column, laid_out

    rows = found.breaks.head(top).to_dicts()
    columns = (
        Column("item", [row["item"] for row in rows]),
        Column("on hand", [units(row["on_hand"]) for row in rows], number=True, rank=2),
        Column("on order", [units(row["on_order"]) for row in rows], number=True, rank=3),
        Column("at risk\nfrom", [_day(row["at_risk_on"]) for row in rows]),
        Column("runs out", [_day(row["breaks_on"]) for row in rows]),
        Column("is back", [_day(row["back_on"]) for row in rows], rank=2),
        Column("units\nshort", [units(row["short_units"]) for row in rows], number=True),
        Column("costs", [money(row["short_cost"]) for row in rows], number=True, rank=1),
        Column("more on hand\nwould do", [units(row["more_needed"]) for row in rows], number=True, rank=1),
    )
    return laid_out(f"{found.scenario.name}: what breaks first ({len(rows):,} of {found.breaks.height:,})", columns, width)


def changes_table(found: WhatIf, top: int, width: int) -> Table:
    """Which items would be held otherwise, most money first."""
    from justenough.interfaces.tables import Column, laid_out

    rows = found.rows.head(top).to_dicts()
    columns = (
        Column("item", [row["item"] for row in rows]),
        Column("now", [row["was_decision"] for row in rows], rank=2),
        Column("then", [row["decision"] for row in rows]),
        Column("reorder\nat, now", [units(row["was_reorder_point"]) for row in rows], number=True, rank=1),
        Column("reorder\nat, then", [units(row["reorder_point"]) for row in rows], number=True),
        Column("stock\nmore by", [money(row["mean_stock_value"] - row["was_mean_stock_value"]) for row in rows], number=True),
        Column("cost a year\nmore by", [money(row["total_cost"] - row["was_total_cost"]) for row in rows], number=True, rank=1),
    )
    return laid_out(f"{found.scenario.name}: held otherwise ({len(rows):,} of {found.rows.height:,})", columns, width)


def _costs(found: WhatIf) -> str:
    """What the stockouts would cost, as far as somebody said what one costs."""
    priced = f"the stockouts would cost {money(found.short_cost, found.currency)}"
    if not found.unpriced:
        return priced
    unsaid = f"nobody says what a stockout costs of {count(found.unpriced, 'item')}"
    return unsaid if found.short_cost is None else f"{priced}, and {unsaid}"


def _day(day: date | None) -> str:
    return UNKNOWN if day is None else f"{day:%d %b %Y}"

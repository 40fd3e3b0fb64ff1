"""Parts: what reserves are there for and what would let them go, as rows, bars and tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.domain.figures import figure, in_currency, money, percent, signed, units
from justenough.interfaces.tables import Column, laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from rich.table import Table

    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.summary import Summary

CAUSE_WORDS = {
    "demand": "demand varies",
    "lead_time": "lead time varies",
    "supplier": "supplier outages",
    "machine": "machine stops",
    "review_lot": "review and lot size",
    "estimate": "estimates uncertain",
    "rounding": "whole units",
}
LESS = "A negative part lets the item hold less: of a large lot much is still on the shelf most of the time."
_PASSED_OVER = "Where another cause is negative, stock against it would cost more than it saves, so less is held."
_LESS_FOR = {"review_lot": "that large lots stand in for"}
_HOLD_BY = {"stops": "repair times", "outages": "outages", "lead time": "unsteady lead times"}
_BAR = 24  # signs of the longest bar
_HOLDERS = 4  # of the stock, told by name in a sentence


@dataclass(frozen=True, slots=True)
class Share:
    """
    One cause of a reserve; ``said`` is its amount as it is shown, and all of an item's add up to its reserve as it is shown.

    ``holding_cost`` is that of its units, ``yearly_cost`` all that the cause costs a year; None in plans of older versions.
    """

    words: str
    amount: float
    said: str
    value: float
    holding_cost: float
    yearly_cost: float | None = None


def shares_of(item: Recommendation) -> tuple[Share, ...]:
    """What the item's reserve is for, largest first; empty where nothing is held or it was not split."""
    from justenough.strategy.anatomy import in_whole_units

    reserve = item.safety_stock
    if reserve is None or reserve <= 0 or not item.anatomy:
        return ()
    places = 0 if reserve >= 10 else 1 if reserve >= 1 else 2  # as `reserve_units` says the whole
    shown = in_whole_units([part.units * 10**places for part in item.anatomy], round(reserve * 10**places))
    found = [
        Share(CAUSE_WORDS[part.cause], part.units, f"{amount / 10**places:,.{places}f}", part.value, part.holding_cost, part.yearly_cost)
        for part, amount in zip(item.anatomy, shown, strict=True)
        if amount
    ]
    return tuple(sorted(found, key=lambda share: -share.amount))


def notes_of(item: Recommendation) -> list[str]:
    """What has to be known to read the parts of the item's reserve, and what each of them costs a year."""
    below = {part.cause for part in item.anatomy if part.units < 0 and part.cause != "rounding"}
    notes = [LESS if "review_lot" in below else "", _PASSED_OVER if below - {"review_lot"} else "", costs_sentence(item)]
    return [note for note in notes if note]


def costs_sentence(item: Recommendation) -> str:
    """
    What the item costs a year, cause by cause, in one sentence whose parts add up to the whole as they stand; empty where not known.

    Stock, orders and stockouts are in it: a cause that no stock is held against may be a dear one.
    """
    costs = {part.cause: part.yearly_cost for part in item.anatomy if part.yearly_cost is not None}
    total = sum(costs.values())
    if len(costs) < len(CAUSE_WORDS) or figure(total) == "0":
        return ""
    from justenough.strategy.reserves import FOR

    words = {**FOR, "rounding": "when nothing goes wrong"}
    told = [f"{figure(value, 9)} {words[cause]}" for value, cause in _adding_up(costs) if value > 0]
    return f"The item costs {money(total, item.currency)} a year: {_and(told)}."


def plant_shares(summary: Summary) -> tuple[tuple[str, float], ...]:
    """Words and money of each cause over all reserves that were split, largest first, as `reserves_sentence` has them."""
    return tuple((CAUSE_WORDS[cause], value) for value, cause in _reserve_parts(summary))


def parts_table(item: Recommendation, width: int) -> Table | None:
    """The item's reserve by cause with bars, units and money; None where there is nothing to split."""
    shares = shares_of(item)
    if not shares:
        return None
    most = max(abs(share.amount) for share in shares)
    code = in_currency(item.currency, "[{}]", "[money]")
    bars = [("█" if share.amount > 0 else "░") * max(1, round(_BAR * abs(share.amount) / most)) for share in shares]
    columns = (
        Column("what the reserve is for", [share.words for share in shares]),
        Column("units", [share.said for share in shares], number=True),
        Column("", bars, rank=3),
        Column(f"ties up\n{code}", [figure(share.value) for share in shares], number=True, rank=1),
        Column(f"to hold\n{code}/year", [figure(share.holding_cost) for share in shares], number=True, rank=2),
    )
    return laid_out("The reserve, cause by cause", columns, width)


def levers_table(levers: pl.DataFrame, currency: str, width: int) -> Table | None:
    """What would let the reserve be stripped, dearest first; None where nothing would."""
    if not levers.height:
        return None
    code = in_currency(currency, "[{}]", "[money]")
    rows = lever_lines(levers)
    columns = (
        Column("what would save most", [row.words for row in rows]),
        Column("reserve\n[units]", [row.units for row in rows], number=True, rank=1),
        Column(f"ties up\n{code}", [row.value for row in rows], number=True, rank=2),
        Column(f"costs\n{code}/year", [row.cost for row in rows], number=True),
    )
    return laid_out("What would let you strip it, one at a time", columns, width)


@dataclass(frozen=True, slots=True)
class ComingLine:
    """One coming period as it is shown: its first day, its demand and its levels."""

    start: str
    demand: str
    reserve: str
    reorder: str
    upper: str
    service: str


def coming_lines(coming: pl.DataFrame) -> list[ComingLine]:
    """The levels of one item by coming period as they are shown."""
    from justenough.interfaces.wording import reserve_units

    return [
        ComingLine(
            f"{row['start']:%Y-%m-%d}",
            figure(row["demand"]),
            reserve_units(row["safety_stock"]),
            units(row["reorder_point"]),
            units(row["order_up_to"]),
            percent(row["stated_cycle_service"]),
        )
        for row in coming.iter_rows(named=True)
    ]


def coming_table(coming: pl.DataFrame, width: int) -> Table | None:
    """Levels by coming period; None where one level is for all times."""
    if not coming.height:
        return None
    rows = coming_lines(coming)
    columns = (
        Column("from", [row.start for row in rows]),
        Column("demand\n[units]", [row.demand for row in rows], number=True),
        Column("reserve\n[units]", [row.reserve for row in rows], number=True, rank=2),
        Column("reorder at\n[units]", [row.reorder for row in rows], number=True),
        Column("up to\n[units]", [row.upper for row in rows], number=True, rank=1),
        Column("service\n[cycles]", [row.service for row in rows], number=True, rank=3),
    )
    return laid_out("Levels of the coming periods", columns, width)


@dataclass(frozen=True, slots=True)
class LeverLine:
    """A lever as it is shown: what would have to be true, and the change of reserve, money tied up and yearly cost."""

    words: str
    units: str
    value: str
    cost: str


def lever_lines(levers: pl.DataFrame) -> list[LeverLine]:
    """The levers of one item as they are shown, in their order."""
    if not levers.height:
        return []
    from justenough.strategy.reserves import lever_words

    return [
        LeverLine(words, _units(-row["released_units"]), signed(-row["released_value"]), signed(-row["saved_cost"]))
        for words, row in zip(lever_words(levers).to_list(), levers.iter_rows(named=True), strict=True)
    ]


def reserves_sentence(summary: Summary) -> str:
    """What the plant's reserves are for, in one sentence whose parts add up to the whole as they stand; empty where none was split."""
    from justenough.strategy.reserves import FOR

    parts = _reserve_parts(summary)
    if not parts:
        return ""
    words = {**FOR, "rounding": "for whole units"}
    told = [f"{figure(value, 9)} {words[cause]}" for value, cause in parts if value > 0]
    less = [f", less {figure(-value, 9)} {_LESS_FOR.get(cause, words[cause])}" for value, cause in parts if value < 0]
    tie = "reserve of 1 item ties" if summary.n_split == 1 else f"reserves of {summary.n_split:,} items tie"
    return f"The {tie} up {money(summary.reserve_value, summary.currency)}: {_and(told)}{''.join(less)}."


def holders_sentence(held: pl.DataFrame, stock_value: float, currency: str) -> str:
    """
    Who holds most of the stock, by `justenough.strategy.holders.holders_of`; empty where nobody does.

    Examples
    --------
    >>> import polars as pl
    >>> held = pl.DataFrame({"holder": ["PRS-4", "Actuators"], "cause": ["stops", "outages"], "value": [41_000.0, 24_000.0]})
    >>> holders_sentence(held, 310_000.0, "EUR")
    "Of the 310,000 EUR this plan keeps in stock, PRS-4's repair times hold 41,000 EUR and Actuators' outages 24,000 EUR."
    """
    rows = held.filter(held["value"] > 0).head(_HOLDERS).to_dicts()
    told = [
        f"{_whose(row['holder'])} {_HOLD_BY[row['cause']]}{'' if at else ' hold'} {money(row['value'], currency)}"
        for at, row in enumerate(rows)
    ]
    return f"Of the {money(stock_value, currency)} this plan keeps in stock, {_and(told)}." if told else ""


def _reserve_parts(summary: Summary) -> list[tuple[float, str]]:
    return _adding_up(summary.reserve_for) if summary.n_split and figure(summary.reserve_value) != "0" else []


def _adding_up(parts: Mapping[str, float]) -> list[tuple[float, str]]:
    """Amounts to the three digits in which `figure` says their sum, so that they add up to it as they stand; the largest first."""
    from justenough.strategy.anatomy import in_whole_units

    total = sum(parts.values())
    grain = 10.0 ** (math.floor(math.log10(abs(total))) - 2)
    shown = in_whole_units([amount / grain for amount in parts.values()], round(total / grain))
    return sorted(((amount * grain, cause) for cause, amount in zip(parts, shown, strict=True) if amount), reverse=True)


def _whose(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _units(change: float) -> str:
    """A change of a reserve, whole above ten as `reserve_units` says the reserve."""
    return signed(float(round(change)), 9) if abs(change) >= 10 else signed(change, 2)


def _and(told: list[str]) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
